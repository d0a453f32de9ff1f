"""The duty roster 值班: four weeks at a time, and the form that names who is on duty."""

from datetime import date, timedelta

from fastapi import Request
from starlette.responses import RedirectResponse, Response
from typing_extensions import TypedDict

from engine.domain.access import ACTS, FIT
from engine.domain.events import Kind
from engine.domain.fields import WrongField, day
from engine.errors import DubanError
from engine.service.daily_day import works
from engine.service.office import wrong
from engine.service.roster import ShiftAnswer, list_shifts, set_shift
from web.forms import Field, blame, field, fill, or_none
from web.pages.choices import people
from web.pages.part import CORRECTABLE
from web.refusals import status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
SHOWN = timedelta(weeks=4)


class DutyDay(TypedDict):
    """A day of the roster; on working days the office is there without being named."""

    date: str
    works: bool
    shift: ShiftAnswer | None


@ROUTES.get("/roster", permission="roster.list", object="roster")
def show(visit: Visiting, request: Request) -> Response:
    """Show who is on duty in four weeks."""
    return _show(visit, _monday(visit, request.query_params.get("from", "")), None)


@ROUTES.post("/roster", permission="roster.set", object="roster", events=(Kind.SHIFT_SET,))
def name(visit: Visiting) -> Response:
    """Name who is on duty on a day, and who stands in."""
    try:
        with visit.writing() as (desk, who):
            on = _day("date", visit.text("date"))
            stands_in = or_none(visit.text("stands_in"))
            set_shift(desk, who, on, visit.text("account"), stands_in)
    except CORRECTABLE as error:
        return _show(visit, _monday(visit, ""), error)
    monday = on - timedelta(days=on.weekday())
    return RedirectResponse(f"/roster?from={monday.isoformat()}&done=shift", 303)


def _monday(visit: Visit, text: str) -> date:
    on = _day("from", text) if text.strip() else visit.today
    return on - timedelta(days=on.weekday())


def _day(name: str, text: str) -> date:
    try:
        return day(text.strip())
    except WrongField as error:
        raise wrong(name, "field-date") from error


def _show(visit: Visit, monday: date, error: DubanError | None) -> Response:
    last = monday + SHOWN - timedelta(days=1)
    fields: list[Field] = []
    with visit.reading() as (desk, who):
        named = {shift["date"]: shift for shift in list_shifts(desk, who, monday, last)}
        shown = [
            DutyDay(date=on.isoformat(), works=works(desk, on),
                    shift=named.get(on.isoformat()))
            for on in (monday + timedelta(days=n) for n in range(SHOWN.days))
        ]  # fmt: skip
        if who.has(*ACTS["roster.set"]):
            offered = people(desk, who, FIT["on-duty"])
            fields = [
                field(visit.locale, "date", "date", label="roster-day", required=True,
                      min=visit.today.isoformat()),
                field(visit.locale, "account", "account", label="roster-who", required=True,
                      options=offered),
                field(visit.locale, "stands_in", "account", label="roster-stands-in",
                      options=offered),
            ]  # fmt: skip
    fill(fields, visit)
    errors = blame(fields, error, visit.locale) if error else []
    response = page(
        visit, "pages/roster.html", status_of(error) if error else 200, days=shown, fields=fields,
        errors=errors, former=(monday - SHOWN).isoformat(), following=(monday + SHOWN).isoformat(),
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response
