"""Forms of listings: which page, in which order, as things stood or stand when."""

from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from engine.domain.duedates import end_of_day
from engine.service.case_lists import LONGEST_SEARCH, CaseQuery
from engine.service.paging import LONGEST_CURSOR, MOST, USUAL, PageQuery
from engine.service.reports.asking import BUCKETS, GROUPINGS, ReportQuery
from web.api.forms.kinds import (
    LONGEST_NAME,
    Flag,
    Form,
    Login,
    Moment,
    UnitName,
    choice,
    digits,
    line,
    remark,
)

Cursor = Annotated[str, line(LONGEST_CURSOR)]
Limit = Annotated[int, digits(1, MOST)]
Word = Annotated[str, line(LONGEST_NAME)]
FORMATS = ("json", "csv", "xlsx", "docx")


def instant_in(zone: ZoneInfo, moment: datetime | date | None) -> datetime | None:
    """Give the instant that is meant: of a day its end."""
    if moment is None or isinstance(moment, datetime):
        return moment
    return end_of_day(moment, zone)


class PageForm(Form):
    """Which page of a listing."""

    limit: Limit = USUAL
    cursor: Cursor | None = None

    def order(self) -> PageQuery:
        """Give it as the verb takes it."""
        return PageQuery(self.limit, self.cursor)


class HistoryForm(Form):
    """Which part of a history; all of it where nothing is said."""

    limit: Limit | None = None
    cursor: Cursor | None = None


class CasesForm(Form):
    """Which cases are listed, in which order, as they stood or stand when."""

    state: Word | None = None
    overdue: Flag | None = None
    unit: UnitName | None = None
    leader: Login | None = None
    issue: Word | None = None
    q: Annotated[str, remark(LONGEST_SEARCH)] | None = None
    as_of: Moment | None = None
    sort: Word | None = None
    limit: Limit = USUAL
    cursor: Cursor | None = None

    def order(self, zone: ZoneInfo) -> CaseQuery:
        """Give it as the verb takes it; a day is the office's, to its end."""
        return CaseQuery(**{**dict(self), "as_of": instant_in(zone, self.as_of)})


class ReportForm(Form):
    """A report as of when, of whom, in which groups; files of another format hold every row."""

    as_of: Moment | None = None
    by: Annotated[str, choice(*GROUPINGS)] | None = None
    unit: UnitName | None = None
    leader: Login | None = None
    issue: Word | None = None
    stage: Word | None = None
    format: Annotated[str, choice(*FORMATS)] = "json"
    limit: Limit = USUAL
    cursor: Cursor | None = None

    def order(self, zone: ZoneInfo) -> ReportQuery:
        """Give it as the verb takes it; a day is the office's, to its end."""
        asked = {name: value for name, value in self if name != "format"}
        return ReportQuery(**{**asked, "as_of": instant_in(zone, self.as_of)})


class AgeingForm(ReportForm):
    """The ageing report; `bucket` is the `from` of the one that is listed."""

    bucket: Annotated[str, choice(*BUCKETS)] | None = None
