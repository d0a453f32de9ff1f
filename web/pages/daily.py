"""The daily report: the draft and what units reported, the text, hand-in, and the copy after it."""

from datetime import date, datetime
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import ACTS
from engine.domain.events import Kind
from engine.domain.fields import WrongField, day
from engine.errors import DubanError, NotFoundError, StaleError
from engine.output.paper import MEDIA, TEMPLATES
from engine.service import daily
from engine.service.daily import DailyAnswer
from engine.service.daily_paper import daily_bytes, paragraphs, sheet_words
from engine.service.daily_units import chase_unit
from web.files import Download, hand_out
from web.forms import Field, blame, field, number
from web.pages.part import CORRECTABLE
from web.refusals import status_of, waits
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
    return RedirectResponse(_at(visit.today, "/unit" if units_own else ""), 303)


@ROUTES.get(PLACE, permission="daily.read", object="daily")
def show(date: str, visit: Visiting) -> Response:
    """Show the report of a day beside what units reported for it."""
    return _show(visit, day_of(date), None)


@ROUTES.get(f"{PLACE}/hand-in", permission="daily.hand-in", object="daily")
def write(date: str, visit: Visiting) -> Response:
    """Show the text to be gone over before it is handed in."""
    return _write(visit, day_of(date), None)


@ROUTES.post(
    f"{PLACE}/hand-in", permission="daily.hand-in", object="daily", events=(Kind.DAILY_HANDED_IN,)
)
def hand_in(date: str, visit: Visiting) -> Response:
    """Hand the report in with the text as it stands in the form."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            daily.hand_in(desk, who, on, visit.text("text"), number(visit.text("version")))
    except CORRECTABLE as error:
        return _write(visit, on, error)
    return RedirectResponse(_at(on, "?done=handed-in"), 303)


@ROUTES.post(f"{PLACE}/draft", permission="daily.hand-in", object="daily")
def save(date: str, visit: Visiting) -> Response:
    """Save the text and stay at it."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            daily.save_draft(desk, who, on, visit.text("text"), number(visit.text("version")))
    except CORRECTABLE as error:
        return _write(visit, on, error)
    return RedirectResponse(_at(on, "/hand-in?done=draft"), 303)


@ROUTES.post(f"{PLACE}/anew", permission="daily.hand-in", object="daily")
def draft_anew(date: str, visit: Visiting) -> Response:
    """Write the text anew from the day's events and the units that are ticked."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            version = number(visit.text("version"))
            daily.draft_anew(desk, who, on, visit.texts("use"), version)
    except CORRECTABLE as error:
        return _show(visit, on, error)
    return RedirectResponse(_at(on, "?done=draft-anew"), 303)


@ROUTES.post(f"{PLACE}/chase", permission="daily.chase", object="daily", events=(Kind.UNIT_CHASED,))
def chase(date: str, visit: Visiting) -> Response:
    """Ask a unit to report, or for more than it reported."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            chase_unit(desk, who, on, visit.text("unit"))
    except CORRECTABLE as error:
        return _show(visit, on, error)
    return RedirectResponse(_at(on, "?done=chased"), 303)


@ROUTES.get(f"{PLACE}/file", permission="daily.read", object="daily")
def save_file(date: str, visit: Visiting, request: Request) -> Response:
    """Hand the report out as a file: Word, a workbook, CSV or JSON."""
    ending = f".{request.query_params.get('format', 'docx')}"
    if ending not in MEDIA:
        raise NotFoundError("not-found")
    report, application = _read(visit, day_of(date)), visit.application
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


def _at(on: date, part: str = "") -> str:
    return f"/reports/daily/{on.isoformat()}{part}"


def _read(visit: Visit, on: date) -> DailyAnswer:
    with visit.reading() as (desk, who):
        return daily.show_daily(desk, who, on)


def _show(visit: Visit, on: date, error: DubanError | None) -> Response:
    report = _read(visit, on)
    shown = {**_common(visit, on, report), "errors": [error.say(visit.locale)] if error else []}
    status = status_of(error) if error else 200
    return page(visit, "pages/daily.html", status, **shown)


def _write(visit: Visit, on: date, error: DubanError | None) -> Response:
    """Show the text; after a refusal the one that was typed, beside what somebody else saved."""
    report = _read(visit, on)
    if report["status"] != "draft":
        return _show(visit, on, error) if error else RedirectResponse(_at(on), 303)
    fields = _fields(visit, report)
    errors: list[str] = []
    if error is not None:
        fields[0]["value"] = visit.text("text")
        errors = blame(fields, error, visit.locale)
    other = report["text"] if isinstance(error, StaleError) else None
    shown = {**_common(visit, on, report), "fields": fields, "errors": errors, "other": other}
    response = page(visit, "pages/daily_write.html", status_of(error) if error else 200, **shown)
    response.headers.update(waits(error) if error else {})
    return response


def _fields(visit: Visit, report: DailyAnswer) -> list[Field]:
    version = report["draft"]["version"] if report["draft"] else 0
    return [
        field(visit.locale, "text", "text", label="daily-text", value=report["text"],
              hint="hint-no-person"),
        field(visit.locale, "version", "hidden", label="daily-text", value=version),
    ]  # fmt: skip


def _common(visit: Visit, on: date, report: DailyAnswer) -> dict[str, Any]:
    units = report["units"]
    version = report["draft"]["version"] if report["draft"] else 0
    return {
        "report": report,
        "version": version,
        "lines": paragraphs(report["text"]),
        "sheet": sheet_words(report, visit.locale),
        "left": minutes_left(visit, report["due_at"]),
        "late_by": _late_by(report),
        "reported": sum(unit["text"] is not None for unit in units),
        "used": {unit["unit"] for unit in units if unit["text"] and unit["text"] in report["text"]},
        "former": on.fromordinal(on.toordinal() - 1).isoformat(),
        "following": on.fromordinal(on.toordinal() + 1).isoformat() if on < visit.today else None,
    }


def _late_by(report: DailyAnswer) -> float:
    """Count the seconds by which a report was handed in late."""
    if report["handed_in_at"] is None or not report["late"]:
        return 0
    at, due = (datetime.fromisoformat(t) for t in (report["handed_in_at"], report["due_at"]))
    return (at - due).total_seconds()
