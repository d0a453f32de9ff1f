"""The calendar against figures that others counted, and lateness against a count day by day.

`DUBAN_INTERVALS` says how many random intervals are counted.
"""

import json
import os
import random
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from engine.domain.calendar import Calendar
from engine.domain.clocks import days_overdue
from engine.domain.duedates import WORKING_DAY
from engine.intake.notices import parse_notice, shipped
from tests.model import days as model
from tests.service.late_office import limit

PUBLIC = Path(__file__).parents[1] / "data" / "calendar_cn"
FIGURES: dict[str, Any] = json.loads((PUBLIC / "figures.json").read_text(encoding="utf-8"))
YEARS = range(FIGURES["years"][0], FIGURES["years"][1] + 1)
NOTICES = [parse_notice((PUBLIC / f"{y}.json").read_bytes(), f"{y}.json") for y in YEARS]
FROM_FILES = Calendar({notice.year: notice for notice in NOTICES})
INTERVALS = int(os.environ.get("DUBAN_INTERVALS", "10000"))
ONE = timedelta(days=1)
WEEKEND, LONG = 5, 5

calendars = pytest.mark.parametrize(
    "calendar", [FROM_FILES, Calendar(shipped())], ids=["files", "shipped"]
)


def dates() -> list[date]:
    """List the days that were counted."""
    first = date(YEARS[0], 1, 1)
    return [first + n * ONE for n in range(FIGURES["days_compared"])]


def spelt(days: list[date]) -> list[str]:
    """Write days as the figures do."""
    return [day.isoformat() for day in days]


@calendars
def test_working_days_of_years_and_months_are_those_counted(calendar: Calendar) -> None:
    for name, told in (("year", 4), ("month", 7)):
        counted: dict[str, int] = {}
        for day in dates():
            key = day.isoformat()[:told]
            counted[key] = counted.get(key, 0) + calendar.works(day)
        assert counted == FIGURES[f"working_days_per_{name}"]


@calendars
def test_days_unlike_their_weekday_are_those_listed(calendar: Calendar) -> None:
    weekends = [d for d in dates() if d.weekday() >= WEEKEND and calendar.works(d)]
    weekdays = [d for d in dates() if d.weekday() < WEEKEND and not calendar.works(d)]
    assert spelt(weekends) == FIGURES["working_weekends"]
    assert spelt(weekdays) == FIGURES["weekdays_off"]


@calendars
def test_long_runs_of_days_off_are_those_listed(calendar: Calendar) -> None:
    runs = [list(run) for off, run in groupby(dates(), lambda d: not calendar.works(d)) if off]
    told = [[str(r[0]), str(r[-1]), len(r)] for r in runs if len(r) >= LONG]
    assert told == FIGURES["longest_runs_off"]


@calendars
def test_every_published_due_date_is_met_to_the_second_and_is_final(calendar: Calendar) -> None:
    for start, n, expected in FIGURES["nth_working_day_after"]:
        due = calendar.due(date.fromisoformat(start), n, WORKING_DAY, model.ZONE)
        assert due.on.isoformat() == expected, (start, n)
        assert due.at == model.end_of(due.on)
        assert not due.provisional


@calendars
def test_every_published_number_of_working_days_is_met(calendar: Calendar) -> None:
    for start, end, expected in FIGURES["working_days_between"]:
        after, until = date.fromisoformat(start), date.fromisoformat(end)
        assert calendar.working_days_between(after, until) == expected, (start, end)


def test_random_lateness_agrees_with_a_count_day_by_day(rng: random.Random) -> None:
    """Make-up working days, local exceptions and years without notice lie in between."""
    counted = model.shipped()
    for _ in range(200):
        counted.local[date(2018, 1, 1) + rng.randrange(4000) * ONE] = rng.random() < 0.5
    calendar = Calendar(shipped(), dict(counted.local))
    unknown = make_up = 0
    for _ in range(INTERVALS):
        due_on = date(2018, 1, 1) + rng.randrange(3900) * ONE
        clock = limit(due_on)
        at = clock.due_at + timedelta(seconds=rng.choice((0, 1, rng.randrange(86_400 * 150))))
        today = model.day_of(at)
        found = days_overdue(clock, at, today, calendar)
        passed = [due_on + n * ONE for n in range(1, (today - due_on).days + 1)]
        told = len(passed), sum(map(counted.works, passed))
        assert (found.calendar, found.working) == told, (due_on, at)
        unknown += any(day.year not in counted.years for day in passed)
        make_up += any(day.weekday() >= WEEKEND and counted.works(day) for day in passed)
    assert min(unknown, make_up) > INTERVALS / 20


def test_random_due_dates_agree_with_a_count_day_by_day(rng: random.Random) -> None:
    counted = model.shipped()
    for _ in range(200):
        counted.local[date(2018, 1, 1) + rng.randrange(4000) * ONE] = rng.random() < 0.5
    calendar = Calendar(shipped(), dict(counted.local))
    for _ in range(INTERVALS // 10):
        start, n = date(2018, 1, 1) + rng.randrange(3900) * ONE, rng.randrange(1, 90)
        due = calendar.due(start, n, WORKING_DAY, model.ZONE)
        last = counted.nth(start, n)
        assert (due.on, due.provisional) == (last, counted.provisional(start, last)), (start, n)
