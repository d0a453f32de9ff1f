"""What is overdue at an instant, present or past: the list, its total, and figures by group.

A case is on it with the earliest of its limits that had passed. Later pages look at the instant of
the first one, so a list stays one list while cases move on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from engine.domain import clocks
from engine.domain.access import Principal, require
from engine.domain.records import Clock
from engine.service.case_answers import DaysAnswer, IssueRef, NamedUnit
from engine.service.case_items import DayCount
from engine.service.desk import Desk
from engine.service.listing import (
    Names,
    issue_id,
    leader_id,
    looking_at,
    one_of,
    spelt,
    state_name,
    unit_id,
)
from engine.service.office import instant
from engine.service.paging import USUAL, Place, checked_limit, cursor_of, place_of
from engine.service.people_answers import PersonAnswer
from engine.service.reports.groups import GroupAnswer, tell_groups
from engine.store import late
from engine.store.late import LateCase, LateQuery
from engine.store.visible import visible_in_full

By = Literal["unit", "leader", "stage", "issue"]
GROUPINGS: tuple[By, ...] = ("unit", "leader", "stage", "issue")
_PLACE = (datetime, datetime, int)
"""A place in the list: the instant that it looks at, the limit's due time, the case."""


@dataclass(frozen=True, slots=True)
class OverdueQuery:
    """Which overdue cases are asked for: as of when, of whom, in which groups, which page."""

    as_of: datetime | None = None
    by: str | None = None
    limit: int = USUAL
    cursor: str | None = None
    unit: str | None = None
    leader: str | None = None
    issue: str | None = None
    stage: str | None = None


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


def overdue(desk: Desk, who: Principal, query: OverdueQuery) -> OverdueAnswer:
    """Report what is or was overdue of what the caller may read; those due first come first.

    Raises ForbiddenError, or InvalidError for a filter, an instant, a limit or a cursor.
    """
    require(who, "report.read")
    limit, listing = checked_limit(query.limit), _listing(query)
    by = None if query.by is None else one_of("by", query.by, GROUPINGS)
    place = place_of(listing, query.cursor, _PLACE)
    asked = _asked(desk, who, query, place)
    found, total = late.page(desk.conn, asked, place and place[1:], limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return {
        "as_of": spelt(desk, asked.at),
        "items": _items(desk, asked.at, found[:limit]),
        "next": cursor_of(listing, (asked.at, last.due_at, last.case_id)) if last else None,
        "total": total,
        "groups": tell_groups(desk, asked, by) if by else [],
    }


def every(desk: Desk, who: Principal, query: OverdueQuery) -> OverdueAnswer:
    """Report all that is overdue in one answer, for a file. Raises as `overdue` does."""
    require(who, "report.read")
    asked = _asked(desk, who, query, None)
    by = None if query.by is None else one_of("by", query.by, GROUPINGS)
    items = _items(desk, asked.at, late.page(desk.conn, asked, None, None)[0])
    groups = tell_groups(desk, asked, by) if by else []
    told = spelt(desk, asked.at)
    return {"as_of": told, "items": items, "next": None, "total": len(items), "groups": groups}


def _listing(query: OverdueQuery) -> str:
    """Name the list of a cursor: the filters; the instant stands in the place."""
    return repr(("overdue", replace(query, by=None, limit=0, cursor=None)))


def _asked(desk: Desk, who: Principal, query: OverdueQuery, place: Place | None) -> LateQuery:
    as_of = query.as_of
    if place is not None and isinstance(place[0], datetime):
        as_of = place[0]
    look = looking_at(desk, as_of)
    return LateQuery(
        at=look.at,
        past=look.past,
        seen=visible_in_full(who, desk.now),
        unit_id=unit_id(desk, query.unit),
        lead_id=leader_id(desk, query.leader),
        issue_id=issue_id(desk, who, query.issue),
        state=state_name(desk, "stage", query.stage),
    )


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
