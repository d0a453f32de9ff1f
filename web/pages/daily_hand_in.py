"""Handing a daily report in: write below what was counted, check the whole, done."""

from datetime import date

from starlette.responses import RedirectResponse, Response

from engine.domain.events import Kind
from engine.errors import DubanError, StaleError
from engine.service import daily
from engine.service.daily import DailyAnswer
from web.forms import Field, blame, field, number
from web.pages import proof
from web.pages.daily import PLACE, common, day_of, place_of, read_report, show_report
from web.pages.part import CORRECTABLE
from web.refusals import status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
HAND_IN = f"{PLACE}/hand-in"
COUNTED_ANEW = "daily-counted-anew"


@ROUTES.get(HAND_IN, permission="daily.hand-in", object="daily")
def write(date: str, visit: Visiting) -> Response:
    """Show what was counted, and the words below it to be gone over."""
    return _write(visit, day_of(date), None)


@ROUTES.post(f"{HAND_IN}/edit", permission="daily.hand-in", object="daily")
def edit(date: str, visit: Visiting) -> Response:
    """Show the form again with what was typed."""
    return _write(visit, day_of(date), None)


@ROUTES.post(f"{PLACE}/draft", permission="daily.hand-in", object="daily")
def save(date: str, visit: Visiting) -> Response:
    """Save the words and stay at them."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            daily.save_draft(desk, who, on, visit.text("text"), number(visit.text("version")))
    except CORRECTABLE as error:
        return _write(visit, on, error)
    return RedirectResponse(place_of(on, "/hand-in?done=draft"), 303)


@ROUTES.post(f"{HAND_IN}/confirm", permission="daily.hand-in", object="daily")
def check(date: str, visit: Visiting) -> Response:
    """Show the report as it would be handed in; nothing is handed in yet."""
    return _check(visit, day_of(date))


@ROUTES.post(
    HAND_IN, permission="daily.hand-in", object="daily", events=(Kind.DAILY_HANDED_IN,)
)  # fmt: skip
def hand_in(date: str, visit: Visiting) -> Response:
    """Hand in the very report that was looked at; where it would be another by now, show that."""
    on = day_of(date)
    try:
        proof.require_tick(visit)
        with visit.writing() as (desk, who):
            version = number(visit.text("version"))
            daily.hand_in(desk, who, on, visit.text("text"), version, seen=visit.text("seen"))
    except proof.UnprovenError as unticked:
        return _check(visit, on, unticked.refusal)
    except CORRECTABLE as error:
        again = isinstance(error, StaleError) and error.message.code == COUNTED_ANEW
        return _check(visit, on, error) if again else _write(visit, on, error)
    return RedirectResponse(place_of(on, "?done=handed-in"), 303)


def _check(visit: Visit, on: date, error: DubanError | None = None) -> Response:
    """Try it without keeping it, and show what would be handed in."""
    try:
        with visit.rehearsing() as (desk, who):
            version = number(visit.text("version"))
            after = daily.hand_in(desk, who, on, visit.text("text"), version)
    except CORRECTABLE as refusal:
        return _write(visit, on, refusal)
    tick = proof.tick(visit)
    errors = blame([tick], error, visit.locale) if error else []
    shown = {**common(visit, on, after), "tick": tick, "errors": errors}
    response = page(
        visit, "pages/daily_check.html", status_of(error) if error else 200,
        typed=visit.text("text"), seen=daily.seal_of(after["text"]),
        **{**shown, "version": version},
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response


def _write(visit: Visit, on: date, error: DubanError | None) -> Response:
    """Show the words; after a refusal those that were typed, beside what somebody else saved."""
    report = read_report(visit, on)
    if report["status"] != "draft":
        return show_report(visit, on, error) if error else RedirectResponse(place_of(on), 303)
    fields = _fields(visit, report)
    if "text" in visit.form:
        fields[0]["value"] = visit.text("text")
    errors = blame(fields, error, visit.locale) if error else []
    other = report["written"] if isinstance(error, StaleError) else None
    shown = {**common(visit, on, report), "fields": fields, "errors": errors, "other": other}
    response = page(visit, "pages/daily_write.html", status_of(error) if error else 200, **shown)
    response.headers.update(waits(error) if error else {})
    return response


def _fields(visit: Visit, report: DailyAnswer) -> list[Field]:
    version = report["draft"]["version"] if report["draft"] else 0
    return [
        field(visit.locale, "text", "text", label="daily-text", value=report["written"],
              hint="hint-no-person"),
        field(visit.locale, "version", "hidden", label="daily-text", value=version),
    ]  # fmt: skip
