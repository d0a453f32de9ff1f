"""A unit's part in the daily report, as its officers write it."""

from datetime import date

from starlette.responses import RedirectResponse, Response

from engine.domain.events import Kind
from engine.errors import DubanError
from engine.service.daily_units import report_unit, show_own
from web.forms import blame, field, fill
from web.pages.daily import PLACE, day_of, minutes_left
from web.pages.part import CORRECTABLE
from web.refusals import status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")


@ROUTES.get(f"{PLACE}/unit", permission="daily.report", object="daily")
def show(date: str, visit: Visiting) -> Response:
    """Show what one's unit reported for a day, and the form for it."""
    return _show(visit, day_of(date), None)


@ROUTES.post(
    f"{PLACE}/unit", permission="daily.report", object="daily", events=(Kind.UNIT_REPORTED,)
)
def report(date: str, visit: Visiting) -> Response:
    """Report for one's unit."""
    on = day_of(date)
    try:
        with visit.writing() as (desk, who):
            report_unit(desk, who, on, visit.text("text"))
    except CORRECTABLE as error:
        return _show(visit, on, error)
    return RedirectResponse(f"/reports/daily/{on.isoformat()}/unit?done=reported", 303)


def _show(visit: Visit, on: date, error: DubanError | None) -> Response:
    with visit.reading() as (desk, who):
        own = show_own(desk, who, on)
    text = own["report"]["text"]
    fields = [
        field(visit.locale, "text", "text", label="daily-unit-text", value=text, required=True,
              hint="hint-no-person")
    ]  # fmt: skip
    fill(fields, visit)
    errors = blame(fields, error, visit.locale) if error else []
    left = minutes_left(visit, own["due_at"])
    shown = {"own": own, "fields": fields, "errors": errors, "left": left}
    response = page(visit, "pages/daily_unit.html", status_of(error) if error else 200, **shown)
    response.headers.update(waits(error) if error else {})
    return response
