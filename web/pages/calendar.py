"""The working-day calendar: a year of it, why a date is what it is, what a change would move."""

from calendar import Calendar as Grid
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response
from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.domain.duedates import LONGEST
from engine.domain.events import Kind
from engine.domain.fields import WrongField, day
from engine.errors import DefinitionError, DubanError, FieldFault, InvalidError
from engine.service import calendar
from engine.service.calendar import ChangeAnswer, DueAnswer, YearAnswer
from engine.service.desk import Desk
from engine.service.office import wrong
from engine.service.workflows import list_workflows
from engine.words import listed as in_a_row
from web.forms import Field, blame, field, fill, whole, worded
from web.pages import proof
from web.pages.part import CORRECTABLE
from web.refusals import status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Number, Visit, Visiting
from web.words_of import words_of

ROUTES = Routes("page")
FEW = 25
"""A notice of a whole year names more than thirty days; with fewer, most of it may be missing."""
EVENTS = (Kind.CLOCK_MOVED,)
REFUSED = (*CORRECTABLE, DefinitionError)
Change = Callable[[Desk, Principal], ChangeAnswer]


class GridDay(TypedDict):
    """A day in the grid of a month: whether it works, and why it is not as its weekday says."""

    date: str
    n: int
    works: bool
    why: str


@ROUTES.get("/calendar", permission="calendar.read", object="calendar")
def this_year(visit: Visiting) -> Response:
    """Go to the calendar of this year."""
    return RedirectResponse(f"/calendar/{visit.today.year}", 303)


@ROUTES.get("/calendar/{year}", permission="calendar.read", object="calendar")
def show(year: Number, visit: Visiting, request: Request) -> Response:
    """Show a year and, where it is asked for, when so many days end and why."""
    asked = {name: request.query_params.get(name, "").strip() for name in ("from", "days", "unit")}
    return _show(visit, year, asked)


@ROUTES.post(
    "/calendar/{year}/import", permission="calendar.import", object="calendar", uploads=True
)
def check_import(year: Number, visit: Visiting) -> Response:
    """Show what a notice would move; nothing is loaded yet."""
    sent = visit.files("file")
    name, data = (sent[0].filename or "", sent[0].file.read()) if sent else ("", b"")
    if not sent:
        return _show(visit, year, {}, wrong("file", "calendar-no-file"))
    return _import(visit, year, name, data, None)


@ROUTES.post(
    "/calendar/{year}/import/confirm", permission="calendar.import", object="calendar",
    events=(Kind.CALENDAR_LOADED, *EVENTS),
)  # fmt: skip
def load(year: Number, visit: Visiting) -> Response:
    """Load the very notice that was looked at, if it still moves the same."""
    name, data = visit.text("name"), visit.text("notice").replace("\r\n", "\n").encode()
    try:
        _prove(visit)
        with visit.writing() as (desk, who):
            done = calendar.import_year(desk, who, data, name, visit.text("digest"))
    except proof.UnprovenError as unproven:
        return _import(visit, year, name, data, unproven.refusal)
    except REFUSED as error:
        return _import(visit, year, name, data, error)
    return RedirectResponse(f"/calendar/{done['year']}?done=calendar", 303)


@ROUTES.post("/calendar/{year}/override", permission="calendar.override", object="calendar")
def check_override(year: Number, visit: Visiting) -> Response:
    """Show what a local exception would move; nothing is changed yet."""
    return _override(visit, year, None)


@ROUTES.post(
    "/calendar/{year}/override/confirm", permission="calendar.override", object="calendar",
    events=(Kind.CALENDAR_OVERRIDDEN, *EVENTS),
)  # fmt: skip
def override(year: Number, visit: Visiting) -> Response:
    """Make the local exception that was looked at, if it still moves the same."""
    try:
        on, more = _exception(visit)
        _prove(visit)
        with visit.writing() as (desk, who):
            calendar.override(desk, who, on, **more, digest=visit.text("digest"))
    except proof.UnprovenError as unproven:
        return _override(visit, year, unproven.refusal)
    except REFUSED as error:
        return _override(visit, year, error)
    return RedirectResponse(f"/calendar/{on.year}?done=calendar", 303)


def _prove(visit: Visit) -> None:
    """Ask for a proof of late: a day moves the limits of every case. Raises UnprovenError."""
    proof.take(visit)
    proof.require_fresh(visit)


def _import(visit: Visit, year: int, name: str, data: bytes, error: DubanError | None) -> Response:
    kept = {"name": name, "notice": data.decode(errors="replace")}

    def preview(desk: Desk, who: Principal) -> ChangeAnswer:
        try:
            return calendar.preview_import(desk, who, data, name)
        except DefinitionError as refused:  # it is the file that is wrong, so say it there
            raise InvalidError(refused.message, [FieldFault("file", refused.message)]) from refused

    return _check(visit, year, "import", name, preview, kept, error)


def _override(visit: Visit, year: int, error: DubanError | None) -> Response:
    names = ("date", "works", "reason")
    kept = {name: visit.text(name) for name in names}
    try:
        on, more = _exception(visit)
    except InvalidError as wrong_day:
        return _show(visit, year, {}, wrong_day)

    def preview(desk: Desk, who: Principal) -> ChangeAnswer:
        return calendar.preview_override(desk, who, on, **more)

    return _check(visit, year, "override", on.isoformat(), preview, kept, error)


def _exception(visit: Visit) -> tuple[date, dict[str, Any]]:
    """Read what the form says of a day. Raises InvalidError."""
    if visit.text("works") not in {"work", "off"}:
        raise wrong("works", "field-choice", known=in_a_row(("work", "off")))
    works = visit.text("works") == "work"
    return _day("date", visit.text("date")), {"works": works, "reason": visit.text("reason")}


def _day(name: str, text: str) -> date:
    try:
        return day(text.strip())
    except WrongField as error:
        raise wrong(name, "field-date") from error


def _check(  # noqa: PLR0913, PLR0917  # a change, and what is sent along to confirm it
    visit: Visit,
    year: int,
    what: str,
    subject: str,
    preview: Change,
    kept: Mapping[str, str],
    error: DubanError | None = None,
) -> Response:
    """Show what a change would move, to be confirmed as it was looked at.

    Administrators see no case: so limits that move alike are counted, and none is named.
    """
    try:
        with visit.reading() as (desk, who):
            change = preview(desk, who)
            words = words_of(list_workflows(desk, who), visit.locale)
    except REFUSED as refused:
        return _show(visit, year, {}, refused)
    dates = [move for move in change["moved"] if move["former"] != move["due"]]
    alike = Counter((move["kind"], move["former"], move["due"]) for move in dates)
    recounted = Counter((case["before"], case["after"]) for case in change["overdue"])
    asked = proof.due_fields(visit)
    errors = blame(asked, error, visit.locale) if error else []
    response = page(
        visit, "pages/calendar_check.html", status_of(error) if error else 200, words=words,
        year=year, what=what, subject=subject, change=change, dates=dates, kept=kept,
        alike=sorted(alike.items()), recounted=sorted(recounted.items()),
        final=len(change["moved"]) - len(dates), asked=asked, errors=errors,
        partial=what == "import" and len(change["days"]) < FEW,
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response


def _show(
    visit: Visit, year: int, asked: Mapping[str, str], error: DubanError | None = None
) -> Response:
    answer: DueAnswer | None = None
    with visit.reading() as (desk, who):
        shown = calendar.show_year(desk, who, year)
        try:
            answer = _due(desk, who, asked)
        except InvalidError as refused:
            error = error or refused
    why, loads, exceptions = _forms(visit, asked, year)
    fill([*loads, *exceptions], visit)
    everything = [*why, *loads, *exceptions]
    errors = blame(everything, error, visit.locale) if error else []
    response = page(
        visit, "pages/calendar.html", status_of(error) if error else 200, shown=shown,
        months=months(shown), answer=answer, why=why, loads=loads, exceptions=exceptions,
        fields=everything, errors=errors,
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response


def _due(desk: Desk, who: Principal, asked: Mapping[str, str]) -> DueAnswer | None:
    if not asked.get("from") and not asked.get("days"):
        return None
    n = whole(asked["days"])
    if not isinstance(n, int):
        raise wrong("days", "field-number", least=1, most=LONGEST)
    unit = asked.get("unit") or calendar.ASKABLE[0]
    return calendar.due(desk, who, _day("from", asked["from"]), n, unit)


def _forms(
    visit: Visit, asked: Mapping[str, str], year: int
) -> tuple[list[Field], list[Field], list[Field]]:
    locale, today = visit.locale, visit.today.isoformat()
    units = worded(locale, "calendar-unit", calendar.ASKABLE)
    start = asked.get("from") or (today if visit.today.year == year else f"{year}-01-01")
    why = [
        field(locale, "from", "date", label="calendar-from", required=True, value=start),
        field(locale, "days", "number", label="calendar-n", required=True, min=1,
              value=asked.get("days") or "5"),
        field(locale, "unit", "select", label="calendar-in", required=True, options=units,
              value=asked.get("unit") or calendar.ASKABLE[0]),
    ]  # fmt: skip
    loads = [
        field(locale, "file", "file", label="calendar-file", hint="hint-calendar-file",
              accept=".toml,.json", required=True)
    ]  # fmt: skip
    exceptions = [
        field(locale, "date", "date", label="calendar-day", hint="hint-calendar-day",
              min=(visit.today + timedelta(days=1)).isoformat(), required=True),
        field(locale, "works", "choice", label="calendar-becomes", required=True,
              options=worded(locale, "calendar-becomes", ("work", "off"))),
        field(locale, "reason", "text", label="calendar-why", hint="hint-calendar-why",
              required=True),
    ]  # fmt: skip
    return why, loads, exceptions


def months(shown: YearAnswer) -> list[list[list[GridDay | None]]]:
    """Lay a year out in months of weeks, Monday first; days of other months are left empty."""
    listed = {one["date"]: (not one["isOffDay"], one["name"]) for one in shown["days"]}
    listed |= {one["date"]: (one["works"], one["reason"]) for one in shown["overrides"]}
    grid = Grid()
    return [
        [
            [_grid_day(on, listed) if on.month == month else None for on in week]
            for week in grid.monthdatescalendar(shown["year"], month)
        ]
        for month in range(1, 13)
    ]


def _grid_day(on: date, listed: Mapping[str, tuple[bool, str]]) -> GridDay:
    works, why = listed.get(on.isoformat(), (on.weekday() < 5, ""))  # noqa: PLR2004  # a week's work
    return {"date": on.isoformat(), "n": on.day, "works": works, "why": why}
