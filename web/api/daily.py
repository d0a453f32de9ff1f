"""Operations on the daily report and the duty roster."""

from datetime import date

from engine.bootstrap import Application
from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.domain.fields import WrongField, day
from engine.errors import NotFoundError
from engine.output.paper import MEDIA, TEMPLATES
from engine.service import daily, daily_units, roster
from engine.service.daily_paper import daily_bytes
from engine.service.desk import Desk
from web.api.answers import Listing, whole
from web.api.forms.urging import (
    ChaseForm,
    DraftForm,
    FormatForm,
    HandInForm,
    ShiftForm,
    SpanForm,
    UnitReportForm,
)
from web.api.operations import Operations
from web.api.turn import JSON
from web.files import Download

OPERATIONS = Operations("daily report")
FILES = (JSON, "text/csv", MEDIA[".xlsx"], MEDIA[".docx"])


@OPERATIONS.get("/reports/daily/{date}", permission="daily.read", object="daily", media=FILES)
def show_daily(
    application: Application, desk: Desk, who: Principal, date: str, query: FormatForm
) -> daily.DailyAnswer | Download:
    """Show the report of a day: its draft, or the copy that was handed in."""
    answer = daily.show_daily(desk, who, _day(date))
    if query.format == "json":
        return answer
    ending = f".{query.format}"
    templates = application.settings.home / TEMPLATES
    content = daily_bytes(answer, ending, desk.locale, desk.zone, templates)
    return Download(f"daily-{date}{ending}", MEDIA[ending], content)


@OPERATIONS.post(
    "/reports/daily/{date}/hand-in", permission="daily.hand-in", object="daily",
    events=(Kind.DAILY_HANDED_IN,),
)  # fmt: skip
def hand_in(desk: Desk, who: Principal, date: str, form: HandInForm) -> daily.DailyAnswer:
    """Hand the report of a day in; from then on it stays as it is."""
    return daily.hand_in(desk, who, _day(date), form.text, form.version)


@OPERATIONS.put("/reports/daily/{date}/draft", permission="daily.hand-in", object="daily")
def save_draft(desk: Desk, who: Principal, date: str, form: DraftForm) -> daily.DailyAnswer:
    """Save a text for the report of a day, that somebody can go on with and hand in."""
    return daily.save_draft(desk, who, _day(date), form.text, form.version)


@OPERATIONS.post(
    "/reports/daily/{date}/units", permission="daily.report", object="daily",
    events=(Kind.UNIT_REPORTED,), status=201,
)  # fmt: skip
def report_unit(
    desk: Desk, who: Principal, date: str, form: UnitReportForm
) -> daily_units.UnitReportAnswer:
    """Report for one's unit, for the report of a day."""
    return daily_units.report_unit(desk, who, _day(date), form.text)


@OPERATIONS.get("/reports/daily/{date}/units", permission="daily.report", object="daily")
def show_own(desk: Desk, who: Principal, date: str) -> daily_units.OwnReportAnswer:
    """Show what one's unit reported for the report of a day, and by when it is due."""
    return daily_units.show_own(desk, who, _day(date))


@OPERATIONS.post(
    "/reports/daily/{date}/chase", permission="daily.chase", object="daily",
    events=(Kind.UNIT_CHASED,),
)  # fmt: skip
def chase_unit(
    desk: Desk, who: Principal, date: str, form: ChaseForm
) -> daily_units.UnitReportAnswer:
    """Ask a unit to report for a day, or for more where it has reported."""
    return daily_units.chase_unit(desk, who, _day(date), form.unit)


@OPERATIONS.put("/roster", permission="roster.set", object="roster", events=(Kind.SHIFT_SET,))
def set_shift(desk: Desk, who: Principal, form: ShiftForm) -> roster.ShiftAnswer:
    """Name who is on duty on a day, and who stands in."""
    return roster.set_shift(desk, who, form.date, form.account, form.stands_in)


@OPERATIONS.get("/roster", permission="roster.list", object="roster")
def list_shifts(desk: Desk, who: Principal, query: SpanForm) -> Listing[roster.ShiftAnswer]:
    """List who is on duty between two days."""
    return whole(roster.list_shifts(desk, who, query.from_, query.to))


def _day(text: str) -> date:
    """Read a day of an address; what is none names no report."""
    try:
        return day(text)
    except WrongField:
        raise NotFoundError("not-found") from None
