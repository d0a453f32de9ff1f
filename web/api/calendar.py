"""Operations on the working-day calendar."""

from engine.domain.access import Principal
from engine.service import calendar
from engine.service.desk import Desk
from web.api.forms.calendar import DueForm
from web.api.operations import Operations

OPERATIONS = Operations("calendar")


@OPERATIONS.get("/calendar/due", permission="calendar.read", object="calendar")
def show_due(desk: Desk, who: Principal, query: DueForm) -> calendar.DueAnswer:
    """Say when a number of days after a day ends, and why."""
    return calendar.due(desk, who, query.from_, query.days, query.unit)


@OPERATIONS.get("/calendar/{year}", permission="calendar.read", object="calendar")
def show_year(desk: Desk, who: Principal, year: int) -> calendar.YearAnswer:
    """Show a year: its notice, its days off and make-up working days, local exceptions."""
    return calendar.show_year(desk, who, year)
