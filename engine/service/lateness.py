"""Adds up how late cases are: by age in working days, by state, by unit and by leader."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from typing_extensions import TypedDict

from engine.service.desk import Desk
from engine.service.near import soon_until
from engine.store.figures import Band, Figures, Open, Stood
from engine.words import message, say

AGES: tuple[tuple[int, int | None], ...] = ((0, 3), (4, 10), (11, 20), (21, None))
"""The ageing buckets, in working days overdue, both ends included.

A limit that passed on a day off is overdue although no working day has gone by since.
"""
BucketAnswer = TypedDict(
    "BucketAnswer", {"label": str, "from": int, "to": int | None, "count": int}
)
"""So many overdue cases, by working days; `to` is None for the last bucket."""
_ENDS = [last for _, last in AGES if last is not None]
_SOON = 0
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)


@dataclass
class Lateness:
    """How many cases are open and how many overdue, by age; how many soon will be."""

    open: int = 0
    unacknowledged: int = 0
    soon: int = 0
    longest: int = 0
    buckets: list[int] = field(default_factory=lambda: [0] * len(AGES))

    @property
    def overdue(self) -> int:
        """How many are overdue, whatever their age."""
        return sum(self.buckets)


@dataclass
class Sums:
    """How late cases are: all of them, and those of each state, unit and leader."""

    all: Lateness = field(default_factory=Lateness)
    states: defaultdict[Any, Lateness] = field(default_factory=lambda: defaultdict(Lateness))
    units: defaultdict[Any, Lateness] = field(default_factory=lambda: defaultdict(Lateness))
    leaders: defaultdict[Any, Lateness] = field(default_factory=lambda: defaultdict(Lateness))

    def of(self, by: str) -> defaultdict[Any, Lateness]:
        """Give the sums by `unit`, `leader` or `state`."""
        return {"unit": self.units, "leader": self.leaders, "state": self.states}[by]


class Tally:
    """Adds up open cases as of now, and how late they are.

    `edges` bound the stretches in which limits are counted, from the newest on: near limits up to
    the third working day, then those that have passed, by the ages above.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._calendar = desk.calendar
        self.edges = [soon_until(desk) + _TICK, desk.now, *map(self._begins, AGES[:-1])]
        self.sums = Sums()

    def count(self, figures: Figures) -> None:
        """Add cases by unit, by leader and by state, and all of them by their states."""
        for by in figures.open:
            self._open(self.sums.of(by), figures.open[by])
            self._late(self.sums.of(by), figures.bands[by])
        self._open(defaultdict(lambda: self.sums.all), figures.open["state"])
        self._late(defaultdict(lambda: self.sums.all), figures.bands["state"])
        for case in figures.still:
            days = days_stood(self._desk, case)
            for sums in self._sums(case):
                _place(sums, bucket_of(days) + 1, 1, days)

    def _open(self, into: defaultdict[Any, Lateness], found: Iterable[Open]) -> None:
        for some in found:
            into[some.key].open += some.count
            into[some.key].unacknowledged += some.unacknowledged

    def _late(self, into: defaultdict[Any, Lateness], found: Iterable[Band]) -> None:
        for band in found:
            days = self._days(band.earliest, self._desk.now)
            _place(into[band.key], band.band, band.count, days)

    def _sums(self, of: Stood) -> tuple[Lateness, ...]:
        sums = self.sums
        return sums.all, sums.states[of.state], sums.units[of.unit_id], sums.leaders[of.lead_id]

    def _begins(self, age: tuple[int, int | None]) -> datetime:
        """Give the start of the first day on which a limit may lie and not be older than an age."""
        days = (age[1] or 0) + 1
        day = self._calendar.add_working_days(self._desk.today + _DAY, -days)
        return datetime.combine(day, time(), self._desk.zone)

    def _days(self, due_at: datetime, until: datetime) -> int:
        return _days_between(self._desk, due_at, until)


def _place(sums: Lateness, band: int, count: int, days: int) -> None:
    """Count cases of a band: the near one, or one of the ages."""
    if band == _SOON:
        sums.soon += count
    else:
        sums.buckets[band - 1] += count
        sums.longest = max(sums.longest, days)


def days_stood(desk: Desk, case: Stood) -> int:
    """Give by how many working days a limit had passed when it was paused."""
    return _days_between(desk, case.due_at, case.paused_at)


def _days_between(desk: Desk, due_at: datetime, until: datetime) -> int:
    first, last = (at.astimezone(desk.zone).date() for at in (due_at, until))
    return desk.calendar.working_days_between(first, last)


def bucket_of(days: int) -> int:
    """Give the number of the bucket in which so many working days count."""
    return bisect_left(_ENDS, days)


def tell_buckets(desk: Desk, counts: Sequence[int]) -> list[BucketAnswer]:
    """Tell how many cases there are in each bucket."""
    return [
        {"label": _label(desk, *age), "from": age[0], "to": age[1], "count": count}
        for age, count in zip(AGES, counts, strict=True)
    ]


def _label(desk: Desk, first: int, last: int | None) -> str:
    if first == 0:
        return say(message("age-up-to", last=last), desk.locale)
    if last is None:
        return say(message("age-over", first=first - 1), desk.locale)
    return say(message("age-between", first=first, last=last), desk.locale)
