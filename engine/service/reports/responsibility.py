"""Responsibility: who answered for what from when to when, and the overdue days charged to each.

`days` are those of the limit that a case is overdue by at the instant, as the overdue report counts
them: each is charged to whoever was accountable at its end, so that those of a case add up to its
days overdue. A tenure outlives closure: where a case was opened again, the days on which it stood
closed are charged to whoever answered until it was closed. Days on which nobody was accountable, as
before an assignment, stand as a turn of nobody. `earlier` are days of limits that have been met
since, too late.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cached_property
from heapq import merge
from itertools import groupby, islice
from typing import Any

from typing_extensions import TypedDict

from engine.domain import charging, clocks
from engine.domain.access import Principal
from engine.domain.charging import Span, Turn
from engine.domain.clocks import NO_DAYS, Days
from engine.domain.records import Clock
from engine.service.case_answers import DaysAnswer, IssueRef, NamedUnit
from engine.service.desk import Desk
from engine.service.listing import Names, spelt
from engine.service.office import instant
from engine.service.paging import checked_limit, cursor_of
from engine.service.people_answers import PersonAnswer
from engine.service.reports.asking import Asked, Listing, ReportQuery, ask
from engine.service.reports.groups import GroupAnswer, Key, tell, told_days
from engine.store import charges, people
from engine.store.charges import REOPEN, LateTurn

NAME = "responsibility"
_LISTING = Listing(NAME, (int, int, int))
"""A place, after its instant: the case, the tenure, 1 for a turn of nobody after it."""
_BATCH = 500
_DAY = timedelta(days=1)
Place = tuple[int, int, int]


ResponsibilityItem = TypedDict(
    "ResponsibilityItem",
    {
        "code": str,
        "title": str,
        "issue": IssueRef,
        "leader": PersonAnswer | None,
        "unit": NamedUnit | None,
        "state": str,
        "from": str,
        "to": str | None,
        "days": DaysAnswer,
        "earlier": DaysAnswer,
    },
)
"""A turn: `to` is None while it runs; `leader` is None for days on which nobody answered."""


class ResponsibilityAnswer(TypedDict):
    """A page of turns; `total` and `groups` cover all, whatever the page; days are `days`."""

    as_of: str
    items: list[ResponsibilityItem]
    next: str | None
    total: int
    groups: list[GroupAnswer]


@dataclass(frozen=True, slots=True)
class _Row:
    """A turn at its place in the list."""

    place: Place
    turn: Turn
    unit_id: int | None


def responsibility(desk: Desk, who: Principal, query: ReportQuery) -> ResponsibilityAnswer:
    """Report who answered for what, and the overdue days charged to each.

    Raises ForbiddenError, or InvalidError for a filter, an instant, a limit or a cursor.
    """
    asked, limit = ask(desk, who, _LISTING, query), checked_limit(query.limit)
    charger = _Charger(desk, asked)
    found = charger.rows(_place(asked), limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": charger.tell(found[:limit]),
        "next": cursor_of(asked.listing, (asked.scope.at, *last.place)) if last else None,
        "total": charger.total(),
        "groups": charger.groups() if asked.by else [],
    }


def every(desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
    """Report all turns, item by item, for a file. Raises as `responsibility` does."""
    asked = ask(desk, who, _LISTING, query)
    charger = _Charger(desk, asked)
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": charger.stream(_place(asked)),
        "next": None,
        "total": charger.total(),
        "groups": charger.groups() if asked.by else [],
    }


def _place(asked: Asked) -> Place | None:
    if asked.after is None:
        return None
    case_id, no, gap = (part for part in asked.after if isinstance(part, int))
    return case_id, no, gap


class _Charger:
    """Charges the overdue days of the cases that are asked for; they are looked up once."""

    def __init__(self, desk: Desk, asked: Asked) -> None:
        self._desk, self._asked, self._scope = desk, asked, asked.scope
        self._calendar, self._zone = desk.calendar_at(asked.scope.at), desk.zone
        self._known: dict[Span, Days] = {}
        self._gaps: list[_Row] = []
        self._sums: defaultdict[Key, Days] = defaultdict(lambda: NO_DAYS)
        self._counts: defaultdict[Key, int] = defaultdict(int)
        unit_id = asked.scope.unit_id
        self._units = None if unit_id is None else people.units_below(desk.conn, unit_id)
        late = charges.late_turns(desk.conn, asked.scope, asked.by)
        for _, turns in groupby(late, key=lambda turn: turn.case_id):
            self._charge(list(turns))

    def rows(self, after: Place | None, count: int) -> list[_Row]:
        """Read the turns after a place, those of nobody in between."""
        found = charges.page(self._desk.conn, self._scope, after and after[:2], count)
        held = (
            _Row((h.case_id, h.no, 0), Turn(h.account_id, h.from_at, h.to_at), h.unit_id)
            for h in found
        )
        gaps = (gap for gap in self._gaps if after is None or gap.place > after)
        return list(islice(merge(held, gaps, key=lambda row: row.place), count))

    def stream(self, after: Place | None) -> Iterator[ResponsibilityItem]:
        """Tell all turns after a place."""
        while found := self.rows(after, _BATCH):
            yield from self.tell(found)
            after = found[-1].place

    def total(self) -> int:
        """Count all turns; where they are counted by group, the groups have all of them."""
        if self._asked.by:
            return sum(self._grouped.values())
        return charges.total(self._desk.conn, self._scope) + len(self._gaps)

    def groups(self) -> list[GroupAnswer]:
        """Count the turns of each group, and add up what they are charged."""
        return tell(self._desk, self._asked.by or "", self._grouped, self._sums, _longest_first)

    @cached_property
    def _grouped(self) -> dict[Key, int]:
        """The number of turns of each group, those of nobody included."""
        counts = charges.counts(self._desk.conn, self._scope, self._asked.by or "")
        for key, count in self._counts.items():
            counts[key] = counts.get(key, 0) + count
        return counts

    def tell(self, found: Sequence[_Row]) -> list[ResponsibilityItem]:
        """Tell turns, with what each is charged."""
        ids = sorted({row.place[0] for row in found})
        facts = charges.facts(self._desk.conn, self._scope, ids)
        limits = charges.late_clocks(self._desk.conn, self._scope.at, ids)
        spans = {i: self._spans(limits.get(i, [])) for i in ids}
        again = charges.taken_up(self._desk.conn, self._scope.at, ids)
        names = Names(self._desk, (r.turn.account_id for r in found), (r.unit_id for r in found))
        return [
            self._item(row, facts[row.place[0]], spans[row.place[0]], names,
                       again.get(row.place[:2]) if row.turn.account_id else None)
            for row in found
        ]  # fmt: skip

    def _spans(self, found: Sequence[Clock]) -> tuple[Span | None, list[Span]]:
        """Give the days that a case is overdue, and those that were over before."""
        at, zone = self._scope.at, self._zone
        limit = clocks.overdue_at(found, at)
        late = None if limit is None else charging.late_span(limit, at, zone)
        return late, charging.met_late(found, at, zone, late)

    def _item(
        self,
        row: _Row,
        facts: charges.Facts,
        spans: tuple[Span | None, list[Span]],
        names: Names,
        again: datetime | None,
    ) -> ResponsibilityItem:
        late, earlier = spans
        answered = row.turn if again is None else replace(row.turn, to_at=again)
        ended = row.turn.to_at if row.turn.to_at and row.turn.to_at <= self._scope.at else None
        return {
            "code": facts.code,
            "title": facts.title,
            "issue": {"code": facts.issue_code, "title": facts.issue_title},
            "leader": names.person(row.turn.account_id),
            "unit": names.unit(row.unit_id),
            "state": facts.state,
            "from": instant(row.turn.from_at, self._zone),
            "to": instant(ended, self._zone) if ended else None,
            "days": told_days(self._charged(answered, [late] if late else [])),
            "earlier": told_days(self._charged(answered, earlier)),
        }

    def _charged(self, turn: Turn, spans: Iterable[Span]) -> Days:
        """Count the days of some spans that a turn is charged."""
        answered = charging.answered_span(turn, self._scope.at, self._zone)
        found = [self._days_of(span.within(answered)) for span in spans]
        return Days(sum(d.calendar for d in found), sum(d.working for d in found))

    def _charge(self, late: Sequence[LateTurn]) -> None:
        """Add up what each turn of an overdue case is charged, and note those of nobody."""
        case, at = late[0], self._scope.at
        until = at if case.paused_at is None else min(at, case.paused_at)
        span = Span(case.due_on, until.astimezone(self._zone).date())
        first = datetime.combine(span.after + _DAY, time(), self._zone)
        if len(late) == 1 and self._answered_throughout(case, first):
            if self._is_asked(case):
                self._add(_key(self._asked.by, case, case), self._days_of(span))
            return
        # A limit that was taken over in a merger may be older than the case.
        for no, turn, own in _turns(late, min(first, case.registered_at)):
            days = self._charged(turn, [span]) if self._is_asked(own) else NO_DAYS
            self._add(key := _key(self._asked.by, case, own), days)
            if own is None and days.calendar > 0:
                self._gaps.append(_Row((case.case_id, no, 1), turn, None))
                self._counts[key] += 1

    def _add(self, key: Key, days: Days) -> None:
        """Add days to what a group is charged."""
        if days.calendar > 0:
            sums = self._sums[key]
            self._sums[key] = Days(sums.calendar + days.calendar, sums.working + days.working)

    def _answered_throughout(self, only: LateTurn, first: datetime) -> bool:
        """Tell whether the one turn of a case lasts from the first late day on, as most do."""
        began = only.from_at is not None and only.from_at <= first
        return began and (only.to_at is None or only.to_at > self._scope.at)

    def _days_of(self, span: Span) -> Days:
        """Count the days of a span; each stretch is counted once."""
        if span not in self._known:
            self._known[span] = span.days(self._calendar)
        return self._known[span]

    def _is_asked(self, own: LateTurn | None) -> bool:
        """Tell whether a turn, or one of nobody, is of the leader and unit that are asked for."""
        if own is None:
            return self._scope.lead_id is None and self._units is None
        is_lead = self._scope.lead_id in {None, own.account_id}
        return is_lead and (self._units is None or own.unit_id in self._units)


def _turns(
    late: Sequence[LateTurn], since: datetime
) -> Iterator[tuple[int, Turn, LateTurn | None]]:
    """Give the turns of a case since an instant, those of nobody in between.

    Each with the number of the tenure that it is or comes after, and with whose it is.
    """
    held = [t for t in late if t.from_at is not None]
    leads = [_lasting(t, after) for t, after in zip(held, [*held[1:], None], strict=False)]
    own = iter(held)
    no = 0
    for turn in charging.turns_of(leads, since):
        whose = None if turn.account_id is None else next(own)
        no = no if whose is None or whose.no is None else whose.no
        yield no, turn, whose


def _lasting(own: LateTurn, after: LateTurn | None) -> Turn:
    """Give a turn as days are charged to it: a closure that did not last ends none."""
    comes_back = after is not None and after.basis == REOPEN
    to_at = after.from_at if after is not None and comes_back else own.to_at
    return Turn(own.account_id, own.from_at or own.registered_at, to_at)


def _key(by: str | None, case: LateTurn, own: LateTurn | None) -> Key:
    if by == "stage":
        return case.state
    if by == "issue":
        return case.issue_id
    if own is None or by is None:
        return None
    return own.unit_id if by == "unit" else own.account_id


def _longest_first(group: GroupAnswer) -> tuple[int, int, str]:
    return -group["days"]["calendar"], -group["count"], group["key"] or ""
