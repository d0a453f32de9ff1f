"""What is overdue at an instant, present or past: the list, its total, and figures by group.

A case is on it with the earliest of its limits that had passed. Later pages look at the instant of
the first one, so a list stays one list while cases move on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from engine.domain import clocks
from engine.domain.access import Principal
from engine.domain.records import Clock
from engine.service.case_answers import DaysAnswer, IssueRef, NamedUnit
from engine.service.case_items import DayCount
from engine.service.desk import Desk
from engine.service.listing import Names, spelt
from engine.service.office import instant
from engine.service.paging import checked_limit, cursor_of
from engine.service.people_answers import PersonAnswer
from engine.service.reports.asking import Asked, Listing, ReportQuery, ask
from engine.service.reports.groups import GroupAnswer, tell_groups
from engine.store import late
from engine.store.late import Age, LateCase

NAME = "overdue"
PLACE = (datetime, int)
"""A place in the list, after its instant: the limit's due time, the case."""
_LISTING = Listing(NAME, PLACE)
_BATCH = 1000


class OverdueItem(TypedDict):
    """A case that was overdue, with whoever answered for it then; `clock` is what had passed."""

    code: str
    title: str
    issue: IssueRef
    clock: str
    due_at: str
    days: DaysAnswer
    leader: PersonAnswer | None
    unit: NamedUnit | None
    state: str


class OverdueAnswer(TypedDict):
    """The overdue cases as of an instant; `groups` and `total` cover all, whatever the page."""

    as_of: str
    items: list[OverdueItem]
    next: str | None
    total: int
    groups: list[GroupAnswer]


def overdue(desk: Desk, who: Principal, query: ReportQuery) -> OverdueAnswer:
    """Report what is or was overdue of what the caller may read; those due first come first.

    Raises ForbiddenError, or InvalidError for a filter, an instant, a limit or a cursor.
    """
    return page_of(desk, ask(desk, who, _LISTING, query), checked_limit(query.limit))


def every(desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
    """Report all that is overdue, item by item, for a file. Raises as `overdue` does."""
    return every_of(desk, ask(desk, who, _LISTING, query))


def page_of(desk: Desk, asked: Asked, limit: int, age: Age | None = None) -> OverdueAnswer:
    """Give a page of what was asked for, or of those of an age."""
    at = asked.scope.at
    found, total = late.page(desk.conn, asked.scope, asked.after, limit + 1, age)
    last = found[limit - 1] if len(found) > limit else None
    return {
        "as_of": spelt(desk, at),
        "items": _items(desk, at, found[:limit]),
        "next": cursor_of(asked.listing, (at, last.due_at, last.case_id)) if last else None,
        "total": total,
        "groups": tell_groups(desk, asked.scope, asked.by) if asked.by else [],
    }


def every_of(desk: Desk, asked: Asked, age: Age | None = None) -> dict[str, Any]:
    """Give all that was asked for, or those of an age, item by item."""
    found, total = late.page(desk.conn, asked.scope, asked.after, None, age)
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": _stream(desk, asked.scope.at, found),
        "next": None,
        "total": total,
        "groups": tell_groups(desk, asked.scope, asked.by) if asked.by else [],
    }


def _stream(desk: Desk, at: datetime, found: Sequence[LateCase]) -> Iterator[OverdueItem]:
    for first in range(0, len(found), _BATCH):
        yield from _items(desk, at, found[first : first + _BATCH])


def _items(desk: Desk, at: datetime, found: Sequence[LateCase]) -> list[OverdueItem]:
    """Tell of cases by the domain's own rule; the query only chose them."""
    passed = late.passed_limits(desk.conn, at, [case.case_id for case in found])
    limits = [(case, clocks.overdue_at(passed[case.case_id], at)) for case in found]
    names = Names(desk, (c.lead_id for c in found), (c.lead_unit_id for c in found))
    teller = _Teller(desk.zone, DayCount(desk, at), names)
    return [teller.item(case, limit) for case, limit in limits if limit is not None]


@dataclass(frozen=True, slots=True)
class _Teller:
    zone: ZoneInfo
    count: DayCount
    names: Names

    def item(self, case: LateCase, limit: Clock) -> OverdueItem:
        """Tell one case, and how late its limit is."""
        return {
            "code": case.code,
            "title": case.title,
            "issue": {"code": case.issue_code, "title": case.issue_title},
            "clock": limit.kind,
            "due_at": instant(limit.due_at, self.zone),
            "days": self.count.days(limit),
            "leader": self.names.person(case.lead_id),
            "unit": self.names.unit(case.lead_unit_id),
            "state": case.state,
        }
