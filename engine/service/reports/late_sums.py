"""What is overdue as of now, added up by unit, leader and stage, and kept up with the log.

Each case adds to the sums of its groups and is taken off them again, so that a step costs as much
as its one case, however many are overdue. Where the open cases are not held in memory there are no
such sums, and everything is counted in the tables.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.domain.clocks import Days
from engine.service.desk import Desk
from engine.service.lateness import AGES, bucket_of
from engine.service.reports.day_counter import DayCounter
from engine.store.counted import opened
from engine.store.held_cases import OpenCase
from engine.store.held_late import open_cases
from engine.store.scope import Scope
from engine.store.visible import since

Key = int | str | None
Found = TypeVar("Found")
_KEYS: Mapping[str, Callable[[OpenCase], Key]] = {
    "unit": lambda one: one.lead_unit_id,
    "leader": lambda one: one.lead_id,
    "stage": lambda one: one.state,
}


@dataclass(slots=True)
class LateSum:
    """The overdue cases of one group: how many of each number of working days, and all days."""

    calendar: int = 0
    working: Counter[int] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * len(AGES))

    @property
    def count(self) -> int:
        """How many cases there are."""
        return sum(self.buckets)

    @property
    def days(self) -> Days:
        """The days of all of them together."""
        return Days(self.calendar, sum(each * number for each, number in self.working.items()))

    def add(self, calendar: int, working: int, number: int) -> None:
        """Add so many cases of so many days, or take them off again."""
        self.calendar += number * calendar
        self.buckets[bucket_of(working)] += number
        self.working[working] += number
        if not self.working[working]:
            del self.working[working]


@dataclass(slots=True)
class LateSums:
    """All overdue cases of a scope by group, and how many open cases each unit and leader has."""

    all: LateSum = field(default_factory=LateSum)
    open: dict[str, Counter[Key]] = field(
        default_factory=lambda: {"unit": Counter(), "leader": Counter()}
    )
    _by: dict[str, dict[Key, LateSum]] = field(default_factory=lambda: {by: {} for by in _KEYS})
    _cells: dict[int, tuple[OpenCase, Days | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many cases it looks at."""
        return len(self._cells)

    def put(self, cases: Iterable[OpenCase], days: Callable[[OpenCase], Days | None]) -> None:
        """Add cases; `days` are those of one that is overdue."""
        cells = {one.id: (one, days(one)) for one in cases}
        self._cells |= cells
        self._add(cells.values(), 1)

    def drop(self, ids: Collection[int]) -> None:
        """Take cases off again, those that are there."""
        self._add([self._cells.pop(i) for i in ids if i in self._cells], -1)

    def of(self, by: str) -> Mapping[Key, LateSum]:
        """Give the sums of the groups in which a case is overdue."""
        return self._by[by]

    def groups(self, by: str) -> tuple[dict[Key, int], dict[Key, Days]] | None:
        """Give how many cases each group has, and their days; None for other groups than these."""
        if by not in self._by:
            return None
        found = self._by[by]
        return {k: s.count for k, s in found.items()}, {k: s.days for k, s in found.items()}

    def _add(self, cells: Collection[tuple[OpenCase, Days | None]], sign: int) -> None:
        """Add cases to the sums, or take them off; those alike at once."""
        for by, open_ones in self.open.items():
            _count(open_ones, (_KEYS[by](one) for one, _ in cells), sign)
        late = [(one, (days.calendar, days.working)) for one, days in cells if days is not None]
        for each, number in Counter(days for _, days in late).items():
            self.all.add(*each, sign * number)
        for by, sums in self._by.items():
            _add(sums, Counter((_KEYS[by](one), days) for one, days in late), sign)


def _add(sums: dict[Key, LateSum], alike: Counter[tuple[Key, tuple[int, int]]], sign: int) -> None:
    """Add cases by their group and days; a group without any is none."""
    for (key, each), number in alike.items():
        sums.setdefault(key, LateSum()).add(*each, sign * number)
    for key in {key for key, _ in alike if not sums[key].working}:
        del sums[key]


def _count(into: Counter[Key], keys: Iterable[Key], sign: int) -> None:
    for key, number in Counter(keys).items():
        into[key] += sign * number
        if not into[key]:
            del into[key]


def summed(desk: Desk, scope: Scope, read: Callable[[LateSums], Found]) -> Found | None:
    """Read what is asked of the sums of a scope; None where there are none."""
    with opened(desk.conn, (desk.now, since(desk.now))) as book:
        cases = None if book is None or scope.past else open_cases(desk.conn, scope)
        if book is None or cases is None:
            return None
        counter, at = DayCounter(desk, scope.at), scope.at

        def days(one: OpenCase) -> Days | None:
            return counter.days(one) if one.due_at is not None and one.due_at < at else None

        def make() -> LateSums:
            sums = LateSums()
            sums.put(cases.values(), days)
            return sums

        def change(sums: LateSums, changed: Collection[int]) -> LateSums:
            sums.drop(changed)
            sums.put((cases[i] for i in changed if i in cases), days)
            return sums

        passed = (desk.today, book.passed)
        return read(book.followers.follow(("late sums", scope.key), make, change, passed=passed))
