"""The daily report of a day: the draft beside what units reported, and the copy after hand-in."""

from datetime import date, datetime
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import ACTS
from engine.domain.events import Kind
from engine.domain.fields import WrongField, day
from engine.errors import DubanError, NotFoundError
from engine.output.paper import MEDIA, TEMPLATES
from engine.service import daily
from engine.service.daily import DailyAnswer
from engine.service.daily_paper import daily_bytes, paragraphs, sheet_words
from engine.service.daily_units import chase_unit
from web.files import Download, hand_out
from web.forms import number
from web.pages.part import CORRECTABLE
from web.refusals import status_of
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
PLACE = "/reports/daily/{date}"


@ROUTES.get("/reports/daily", permission="self.read", object="daily")
def today(visit: Visiting) -> Response:
    """Go to the report of today, or to one's unit's part in it."""
    with visit.reading() as (_, who):
        units_own = not who.has(*ACTS["daily.read"]) and who.has(*ACTS["daily.report"])
    return RedirectResponse(place_of(visit.today, "/unit" if units_own else ""), 303)


@ROUTES.get(PLACE, permission="daily.read", object="daily")
def show(date: str, visit: Visiting) -> Response:
    """Show the report of a day beside what units reported for it."""
    return show_report(visit, day_of(date), None)


@ROUTES.post(f"{PLACE}/anew", permission="daily.hand-in", object="daily")
def draft_anew(date: str, visit: Visiting) -> Response:
    """Write the text anew from the day's events and the units that are ticked."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            version = number(visit.text("version"))
            daily.draft_anew(desk, who, on, visit.texts("use"), version)
    except CORRECTABLE as error:
        return show_report(visit, on, error)
    return RedirectResponse(place_of(on, "?done=draft-anew"), 303)


@ROUTES.post(f"{PLACE}/chase", permission="daily.chase", object="daily", events=(Kind.UNIT_CHASED,))
def chase(date: str, visit: Visiting) -> Response:
    """Ask a unit to report, or for more than it reported."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            chase_unit(desk, who, on, visit.text("unit"))
    except CORRECTABLE as error:
        return show_report(visit, on, error)
    return RedirectResponse(place_of(on, "?done=chased"), 303)


@ROUTES.get(f"{PLACE}/file", permission="daily.read", object="daily")
def save_file(date: str, visit: Visiting, request: Request) -> Response:
    """Hand the report out as a file: Word, a workbook, CSV or JSON."""
    ending = f".{request.query_params.get('format', 'docx')}"
    if ending not in MEDIA:
        raise NotFoundError("not-found")
    report, application = read_report(visit, day_of(date)), visit.application
    templates = application.settings.home / TEMPLATES
    content = daily_bytes(report, ending, visit.locale, application.zone, templates)
    return hand_out(Download(f"daily-{report['date']}{ending}", MEDIA[ending], content))


def day_of(text: str) -> date:
    """Read a day of an address. Raises NotFoundError: what is no day has no report."""
    try:
        return day(text)
    except WrongField:
        raise NotFoundError("not-found") from None


def minutes_left(visit: Visit, due_at: str) -> int:
    """Count the whole minutes until a report is due; below nought once that has passed."""
    return round((datetime.fromisoformat(due_at) - visit.application.now()).total_seconds() // 60)


def place_of(on: date, part: str = "") -> str:
    """Give the address of a day's report, or of a part of it."""
    return f"/reports/daily/{on.isoformat()}{part}"


def read_report(visit: Visit, on: date) -> DailyAnswer:
    """Read the report of a day as the visitor may. Raises what `show_daily` does."""
    with visit.reading() as (desk, who):
        return daily.show_daily(desk, who, on)


def show_report(visit: Visit, on: date, error: DubanError | None) -> Response:
    """Show the page of a report, after a refusal with its sentence."""
    report = read_report(visit, on)
    shown = {**common(visit, on, report), "errors": [error.say(visit.locale)] if error else []}
    status = status_of(error) if error else 200
    return page(visit, "pages/daily.html", status, **shown)


def common(visit: Visit, on: date, report: DailyAnswer) -> dict[str, Any]:
    """Give what every page about the report of a day shows."""
    units, own = report["units"], report.get("written", report["text"])
    version = report["draft"]["version"] if report["draft"] else 0
    return {
        "report": report,
        "version": version,
        "lines": paragraphs(report["text"]),
        "sheet": sheet_words(report, visit.locale),
        "left": minutes_left(visit, report["due_at"]),
        "late_by": _late_by(report),
        "reported": sum(unit["text"] is not None for unit in units),
        "used": {unit["unit"] for unit in units if unit["text"] and unit["text"] in own},
        "former": on.fromordinal(on.toordinal() - 1).isoformat(),
        "following": on.fromordinal(on.toordinal() + 1).isoformat() if on < visit.today else None,
    }


def _late_by(report: DailyAnswer) -> float:
    """Count the seconds by which a report was handed in late."""
    if report["handed_in_at"] is None or not report["late"]:
        return 0
    at, due = (datetime.fromisoformat(t) for t in (report["handed_in_at"], report["due_at"]))
    return (at - due).total_seconds()
