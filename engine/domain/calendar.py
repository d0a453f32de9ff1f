"""The working-day calendar: holiday notices by year, local exceptions, and counting on both.

A day works or not by, in this order: the newest local exception for it; a State Council notice
that lists it (make-up working days included); Monday to Friday. A year without its notice goes by
the last rule alone and is provisional.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from engine.domain.derivation import grounds
from engine.domain.duedates import (
    NATURAL_DAY,
    OFFICE_HOURS,
    WORKING_DAY,
    WORKING_HOUR,
    Due,
    Facts,
    check_length,
    end_of_day,
    hour_of,
    legal_day,
)
from engine.errors import InvalidError

__all__ = [
    "Calendar", "Due", "NoticeDay", "NoticeYear", "again", "fixed", "moved",
]  # fmt: skip

ONE_DAY = timedelta(days=1)
WEEK = 7
WORKING_WEEK = 5
Instant = TypeVar("Instant", date, datetime)


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """A day that a notice lists: off, or a make-up working day. `name` is its holiday's."""

    on: date
    name: str
    off: bool


@dataclass(frozen=True, slots=True)
class NoticeYear:
    """A year as its State Council notices give it. It may list days of the years beside it.

    `label` is how derivations call it (`cn-2024`), `source` the notices' numbers and addresses.
    """

    year: int
    label: str
    source: str
    days: tuple[NoticeDay, ...]


@dataclass(frozen=True)
class Calendar:
    """Which days work, and counting in them. `overrides` are local exceptions: True works."""

    years: Mapping[int, NoticeYear] = field(default_factory=dict)
    overrides: Mapping[date, bool] = field(default_factory=dict)

    @cached_property
    def _listed(self) -> dict[date, bool]:
        """Days that notices list, True for those that work; a later year's notice counts."""
        years = (self.years[year] for year in sorted(self.years))
        return {day.on: not day.off for notice in years for day in notice.days}

    @cached_property
    def _known(self) -> dict[date, bool]:
        return {**self._listed, **self.overrides}

    @cached_property
    def _off_the_rule(self) -> tuple[list[date], list[int]]:
        """Days unlike their weekday, in order, and by how many working days so many differ."""
        days = sorted(d for d, works in self._known.items() if works != _weekday(d))
        return days, [0, *accumulate(1 if self._known[d] else -1 for d in days)]

    def works(self, on: date) -> bool:
        """Tell whether a day is a working day."""
        return self._known.get(on, _weekday(on))

    def is_provisional(self, on: date, until: date | None = None) -> bool:
        """Tell whether a day, or any day up to and including `until`, is in a year not loaded."""
        return bool(self.years_without_notice(on, until or on))

    def years_without_notice(self, first: date, last: date) -> list[int]:
        """List the years of a span of days, both ends included, whose notice is not loaded."""
        return [y for y in range(first.year, last.year + 1) if y not in self.years]

    def working_days_between(self, after: date, until: date) -> int:
        """Count the working days after `after` up to and including `until`; 0 if there are none."""
        if until <= after:
            return 0
        days, sums = self._off_the_rule
        unlike = sums[bisect_right(days, until)] - sums[bisect_right(days, after)]
        return _weekdays_to(until) - _weekdays_to(after) + unlike

    def natural_days_between(self, after: date, until: date) -> int:
        """Count the days after `after` up to and including `until`; 0 if there are none."""
        return max(0, (until - after).days)

    def add_working_days(self, start: date, n: int) -> date:
        """Give the n-th working day after a day, which never counts itself; before it if n < 0.

        Raises InvalidError where n is beyond 10,000 or the date beyond the calendar's end.
        """
        check_length(n, WORKING_DAY)
        return _in_range(lambda: self._forward(start, n) if n >= 0 else self._back(start, -n), n)

    def add_natural_days(self, start: date, n: int) -> date:
        """Give the n-th day after a day, which never counts itself; before it if n < 0."""
        check_length(n, NATURAL_DAY)
        return _in_range(lambda: start + timedelta(days=n), n)

    def _forward(self, day: date, left: int) -> date:
        """Jump by as many days as are still to be counted; no jump can go past the last of them."""
        while left:
            ahead = day + timedelta(days=left)
            left -= self.working_days_between(day, ahead)
            day = ahead
        return day

    def _back(self, day: date, left: int) -> date:
        while left:
            behind = day - timedelta(days=left)
            left -= self.working_days_between(behind - ONE_DAY, day - ONE_DAY)
            day = behind
        return day

    def due(  # noqa: PLR0913  # the terms of a clock definition, one by one
        self,
        start: datetime | date,
        n: int,
        unit: str,
        zone: ZoneInfo,
        *,
        first_day_counts: bool = False,
        rolls_forward: bool = False,
        at: time | None = None,
    ) -> Due:
        """Give the end of n days or hours of a unit from a start.

        The starting day does not count unless `first_day_counts` (Civil Code, art. 201). With
        `rolls_forward` an end on a day off moves to the next working day (art. 203). The end is
        23:59:59 of the last day in the zone, or `at`; working hours end at the minute that they
        reach. Raises InvalidError for an unknown unit, hours from a bare date, or too great an n.
        """
        check_length(n, unit)
        if unit == WORKING_HOUR:
            return self._due_in_hours(start, n, zone)
        day = legal_day(start, zone)
        before = self.add_natural_days(day, -1) if first_day_counts else day
        nominal, on = self._end(before, n, unit, rolls_forward=rolls_forward)
        facts: Facts = {"rule": "days", "n": n, "unit": unit, "start": day.isoformat()}
        facts |= {"first_day_counts": first_day_counts, "rolls_forward": rolls_forward}
        facts |= {"at": at.isoformat()} if at else {}
        facts |= {"nominal": nominal.isoformat()} if nominal != on else {}
        if unit == WORKING_DAY:
            facts |= self._grounds(*_counted(before, on))
        elif rolls_forward:
            facts |= self._grounds(nominal, on)
        provisional = "without_notice" in facts
        return Due(on, end_of_day(on, zone, at), provisional, facts | {"due": on.isoformat()})

    def _end(self, before: date, n: int, unit: str, *, rolls_forward: bool) -> tuple[date, date]:
        """Give the last day as it is counted, and the day to which it rolls forward."""
        if unit == WORKING_DAY:
            last = self.add_working_days(before, n)
            return last, last
        last = self.add_natural_days(before, n)
        rolls = rolls_forward and not self.works(last)
        return last, self.add_working_days(last, 1) if rolls else last

    def _due_in_hours(self, start: datetime | date, n: int, zone: ZoneInfo) -> Due:
        if not isinstance(start, datetime) or n < 0:
            raise InvalidError("calendar-hours")
        local = start.astimezone(zone).replace(tzinfo=None)
        end = _in_range(lambda: self._hours_after(local, timedelta(hours=n)), n)
        at = end.replace(tzinfo=zone).astimezone(UTC)
        facts: Facts = {"rule": "hours", "n": n, "unit": WORKING_HOUR}
        facts |= {"start": local.date().isoformat(), "start_at": _minute(local)}
        facts |= self._grounds(local.date(), end.date())
        facts |= {"due": end.date().isoformat(), "at": end.time().isoformat()}
        return Due(end.date(), at, "without_notice" in facts, facts)

    def _hours_after(self, local: datetime, left: timedelta) -> datetime:
        """Walk the rest of the first day, skip whole days, then walk the last one."""
        end, left = self._spend(local, left)
        if not left:
            return end
        whole = -(-left // _DAY_OF_WORK) - 1
        last = self.add_working_days(local.date(), int(whole) + 1)
        end, _ = self._spend(datetime.combine(last, time()), left - whole * _DAY_OF_WORK)
        return end

    def _spend(self, local: datetime, left: timedelta) -> tuple[datetime, timedelta]:
        """Use up working time on one day: when it ran out, and what is left after that day."""
        for opens, closes in OFFICE_HOURS if self.works(local.date()) else ():
            begin = max(local, datetime.combine(local.date(), opens))
            spell = max(datetime.combine(local.date(), closes) - begin, timedelta())
            if left <= spell:
                return begin + left, timedelta()
            left -= spell
        return local, left

    def _grounds(self, first: date, last: date) -> Facts:
        """Name what in a span of days is not as its weekday says, and by which notices."""
        labels = {year: notice.label for year, notice in self.years.items()}
        return grounds(self._listed, self.overrides, labels, first, last)


def fixed(
    on: date,
    why: str,
    zone: ZoneInfo,
    calendar: Calendar,
    *,
    at: time | None = None,
    **facts: Any,  # noqa: ANN401  # any JSON value
) -> Due:
    """Give a due date that something already has; `why` names what (`case-due`, `measure-due`, …).

    `facts` go with it into the derivation (`days` by which it moved, say). It never moves with the
    calendar, so it is never provisional; the words only say where it falls on a day off.
    """
    told: Facts = {"rule": "fixed", "why": why, **facts, "due": on.isoformat()}
    told |= {"at": at.isoformat()} if at else {}
    told |= {} if calendar.works(on) else {"falls_on_day_off": True}
    return Due(on, end_of_day(on, zone, at), provisional=False, derivation=told)


def moved(  # noqa: PLR0913, PLR0917  # what is moved, and where
    former: date, days: int, why: str, zone: ZoneInfo, calendar: Calendar, at: time | None = None
) -> Due:
    """Give a date that an extension or a suspension moved by so many calendar days."""
    on = calendar.add_natural_days(former, days)
    return fixed(on, why, zone, calendar, at=at, days=days, former=former.isoformat())


def again(facts: Facts, zone: ZoneInfo, calendar: Calendar) -> Due | None:
    """Compute a due date anew from its derivation, as when a notice was loaded since.

    None where the date does not depend on the calendar: it was promised, not counted.
    """
    if facts["rule"] == "fixed":
        return None
    if facts["rule"] == "hours":
        start: datetime | date = datetime.fromisoformat(facts["start_at"]).replace(tzinfo=zone)
        return calendar.due(start, facts["n"], facts["unit"], zone)
    terms = {name: bool(facts[name]) for name in ("first_day_counts", "rolls_forward")}
    start = date.fromisoformat(facts["start"])
    return calendar.due(start, facts["n"], facts["unit"], zone, at=hour_of(facts), **terms)


_DAY_OF_WORK = sum(
    (datetime.combine(date.min, b) - datetime.combine(date.min, a) for a, b in OFFICE_HOURS),
    timedelta(),
)


def _counted(before: date, on: date) -> tuple[date, date]:
    """Give the first and the last of the days that were looked at, whichever way was counted."""
    if on < before:
        return on, before - ONE_DAY
    return min(before + ONE_DAY, on), on


def _weekday(on: date) -> bool:
    return on.weekday() < WORKING_WEEK


def _weekdays_to(on: date) -> int:
    """Count Mondays to Fridays from 1 January of the year 1, a Monday, up to a day included."""
    weeks, rest = divmod(on.toordinal(), WEEK)
    return weeks * WORKING_WEEK + min(rest, WORKING_WEEK)


def _minute(local: datetime) -> str:
    return local.isoformat(timespec="microseconds")


def _in_range(compute: Callable[[], Instant], n: int) -> Instant:
    try:
        return compute()
    except OverflowError as beyond:
        raise InvalidError("calendar-too-far", n=n) from beyond
