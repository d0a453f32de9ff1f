"""The open cases as figures need them, held in memory and kept up with the log.

Read whole once in each process, and afterwards case by case: only those of which a new event tells.
So what a page counts costs the same however many cases there are. Nothing but the tables is ever
the source: whoever finds nothing here counts there, and a test holds both to each other.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, or_, select, true

from engine.store.among import among_given
from engine.store.counted import Book
from engine.store.driver import Prepared
from engine.store.moment import CASE, CLOCK

BY = ("unit", "leader", "state")
"""What figures are grouped by."""
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case, and the limit that it will, or did, pass first.

    `unit_id` leads it or is planned to; `silent` is 1 while its leader has not acknowledged it;
    `paused_at` says since when a limit that had passed stands still.
    """

    id: int
    state: str
    lead_unit_id: int | None
    unit_id: int | None
    lead_id: int | None
    issue_id: int
    silent: int
    due_at: datetime | None
    due_on: date | None
    paused_at: datetime | None

    def key(self, by: str) -> Any:  # noqa: ANN401  # an id or a state
        """Give the group that it counts in."""
        return {"unit": self.unit_id, "leader": self.lead_id, "state": self.state}[by]


def by_limit(one: OpenCase) -> tuple[bool, datetime, int]:
    """Give the place of a case in a list by limits: the nearest first, those without one last."""
    return place_by_limit(one.due_at, one.id)


def place_by_limit(due_at: datetime | None, case_id: int) -> tuple[bool, datetime, int]:
    """Give such a place, to be compared with others."""
    return due_at is None, due_at or _LAST, case_id


@dataclass(slots=True)
class Pile:
    """The cases of one group: how many, how many of them silent, and their limits in order."""

    count: int = 0
    silent: int = 0
    due: list[datetime] = field(default_factory=list)


@dataclass(slots=True)
class Piles:
    """Open cases by unit, leader and state; `still` are those whose limit stands still."""

    groups: dict[str, dict[Any, Pile]] = field(default_factory=lambda: {by: {} for by in BY})
    still: dict[int, OpenCase] = field(default_factory=dict)

    def put(self, found: Iterable[OpenCase]) -> None:
        """Add many cases."""
        for one in found:
            self._count(one, 1)
            if one.paused_at is not None:
                self.still[one.id] = one
            elif one.due_at is not None:
                for by in BY:
                    self.groups[by][one.key(by)].due.append(one.due_at)
        for piles in self.groups.values():
            for pile in piles.values():
                pile.due.sort()

    def add(self, one: OpenCase) -> None:
        """Add a case."""
        self._count(one, 1)
        if one.paused_at is not None:
            self.still[one.id] = one
        elif one.due_at is not None:
            for by in BY:
                insort(self.groups[by][one.key(by)].due, one.due_at)

    def remove(self, one: OpenCase) -> None:
        """Take a case away."""
        self._count(one, -1)
        self.still.pop(one.id, None)
        for by in BY:
            pile = self.groups[by][one.key(by)]
            if one.paused_at is None and one.due_at is not None:
                del pile.due[bisect_left(pile.due, one.due_at)]
            if not pile.count:
                del self.groups[by][one.key(by)]

    def late(self, at: datetime) -> int:
        """Count the cases whose limit had passed at an instant."""
        still = sum(o.due_at is not None and o.due_at < at for o in self.still.values())
        return still + sum(bisect_left(pile.due, at) for pile in self.groups["state"].values())

    def _count(self, one: OpenCase, number: int) -> None:
        for by in BY:
            pile = self.groups[by].setdefault(one.key(by), Pile())
            pile.count += number
            pile.silent += number * one.silent


@dataclass(slots=True)
class HeldCases:
    """All open cases, and their piles. What was given of `cases` stays as it was."""

    cases: dict[int, OpenCase] = field(default_factory=dict)
    piles: Piles = field(default_factory=Piles)

    @staticmethod
    def of(found: Collection[OpenCase]) -> "HeldCases":
        """Hold some cases."""
        made = HeldCases({one.id: one for one in found})
        made.piles.put(found)
        return made

    def replace(self, changed: Collection[int], now: Iterable[OpenCase]) -> "HeldCases":
        """Put some cases as they are now in the place of what they were."""
        found = {one.id: one for one in now}
        self.cases = {**self.cases}  # whoever was given them before may still look at them
        for case_id in changed:
            if (former := self.cases.pop(case_id, None)) is not None:
                self.piles.remove(former)
            if (one := found.get(case_id)) is not None:
                self.cases[case_id] = one
                self.piles.add(one)
        return self


def held(connection: Connection, book: Book) -> HeldCases:
    """Give the open cases as of an open book; their piles may be looked at until it is closed."""
    found: HeldCases = book.followers.follow(
        "open cases",
        lambda: HeldCases.of(_read(connection, None)),
        lambda found, changed: found.replace(changed, _read(connection, changed)),
        of_office=False,
    )
    return found


def _asked(some: Callable[[ColumnElement[int]], ColumnElement[bool]]) -> Select[Any]:
    """Select open cases with the first of the limits that are due when the nearest is."""
    limits = and_(
        CLOCK.c.case_id == CASE.c.id,
        CLOCK.c.ended_at.is_(None),
        CLOCK.c.is_limit,
        CLOCK.c.due_at == CASE.c.limit_due_at,
        or_(CLOCK.c.paused_at.is_(None), CLOCK.c.due_at < CLOCK.c.paused_at),
    )
    silent = case((and_(CASE.c.acknowledged_at.is_(None), CASE.c.lead_id.is_not(None)), 1), else_=0)
    return (
        select(
            CASE.c.id, CASE.c.state, CASE.c.lead_unit_id, CASE.c.planned_unit_id, CASE.c.lead_id,
            CASE.c.issue_id, silent, CASE.c.limit_due_at, CLOCK.c.due_on, CLOCK.c.paused_at,
        )
        .select_from(CASE.outerjoin(CLOCK, limits))
        .where(CASE.c.closed_at.is_(None), some(CASE.c.id))
        .order_by(CASE.c.id, CLOCK.c.no.desc())
    )  # fmt: skip


_WHOLE = _asked(lambda _id: true())
_SOME = Prepared(
    lambda dialect: _asked(lambda case_id: among_given(dialect, case_id, "ids")),
    [column.type for column in _WHOLE.selected_columns],
)


def _read(connection: Connection, ids: Collection[int] | None) -> Sequence[OpenCase]:
    """Read open cases, all or some."""
    if ids is None:
        rows: Iterable[Sequence[Any]] = connection.execute(_WHOLE)
    else:
        rows = _SOME.rows(connection, {"ids": sorted(ids)})
    first = {row[0]: row for row in rows}
    return [
        OpenCase(i, state, unit, unit if unit is not None else planned, *others)
        for i, state, unit, planned, *others in first.values()
    ]
