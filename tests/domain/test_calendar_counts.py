"""Counting: which days work, and how many lie between two days."""

import json
import random
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.calendar import Calendar
from engine.errors import InvalidError
from engine.intake.notices import shipped

ONE = timedelta(days=1)
FIGURES = Path(__file__).parents[1] / "data" / "calendar_cn" / "figures.json"
CALENDAR = Calendar(shipped(), {date(2026, 4, 22): False, date(2026, 4, 25): True})
NATIONAL = Calendar(shipped())
DAYS = st.dates(date(2018, 6, 1), date(2027, 6, 30))


def naive(calendar: Calendar, after: date, until: date) -> int:
    """Count day by day, which is slow and cannot be wrong."""
    days = (after + timedelta(days=i) for i in range(1, (until - after).days + 1))
    return sum(calendar.works(day) for day in days)


def figures(name: str) -> list[list[str | int]]:
    """Read a list of published vectors."""
    found: list[list[str | int]] = json.loads(FIGURES.read_text(encoding="utf-8"))[name]
    return found


def test_a_make_up_sunday_counts_as_a_working_day() -> None:
    assert NATIONAL.works(date(2024, 9, 29))


def test_a_national_holiday_on_a_weekday_does_not_work() -> None:
    assert not NATIONAL.works(date(2024, 10, 1))


def test_a_local_exception_goes_before_the_notice() -> None:
    flood = Calendar(shipped(), {date(2024, 9, 29): False, date(2024, 10, 1): True})
    assert (flood.works(date(2024, 9, 29)), flood.works(date(2024, 10, 1))) == (False, True)


def test_a_year_without_notice_goes_by_monday_to_friday() -> None:
    week = [date(2027, 10, 4) + timedelta(days=i) for i in range(7)]
    assert [NATIONAL.works(day) for day in week] == [True] * 5 + [False] * 2


def test_a_notice_counts_for_the_last_days_of_the_year_before() -> None:
    assert NATIONAL.works(date(2018, 12, 29))
    assert not NATIONAL.works(date(2018, 12, 31))


def test_every_day_from_2019_to_2026_agrees_with_two_other_calendars() -> None:
    other, day = holidays.country_holidays("CN"), date(2019, 1, 1)
    while day.year <= 2026:
        theirs = chinese_calendar.is_workday(day), other.is_working_day(day)
        assert theirs == (NATIONAL.works(day),) * 2, day
        day += ONE


def test_the_published_nth_working_days_are_met() -> None:
    for start, n, expected in figures("nth_working_day_after"):
        found = NATIONAL.add_working_days(date.fromisoformat(str(start)), int(n))
        assert found.isoformat() == expected, (start, n)


def test_the_published_numbers_of_working_days_are_met() -> None:
    for start, end, expected in figures("working_days_between"):
        after, until = date.fromisoformat(str(start)), date.fromisoformat(str(end))
        assert NATIONAL.working_days_between(after, until) == expected, (start, end)


def test_ten_thousand_random_intervals_agree_with_a_count_day_by_day() -> None:
    seed = random.SystemRandom().randrange(2**32)
    print("seed", seed)  # noqa: T201  # so that a failure can be repeated
    chance = random.Random(seed)  # not a secret
    first, length = date(2018, 1, 1), 3650
    works = [CALENDAR.works(first + timedelta(days=i)) for i in range(2 * length)]
    for _ in range(10_000):
        start, days = chance.randrange(length), chance.randrange(120)
        after = first + timedelta(days=start)
        counted = sum(works[start + 1 : start + days + 1])
        assert CALENDAR.working_days_between(after, after + timedelta(days=days)) == counted
        assert CALENDAR.natural_days_between(after, after + timedelta(days=days)) == days


@given(DAYS, st.integers(1, 400))
def test_the_nth_working_day_works_and_has_n_minus_one_before_it(start: date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n)
    assert CALENDAR.works(end)
    assert naive(CALENDAR, start, end) == n


@given(DAYS, st.integers(1, 400))
def test_counting_n_working_days_back_mirrors_counting_forward(start: date, n: int) -> None:
    begin = CALENDAR.add_working_days(start, -n)
    assert CALENDAR.works(begin)
    assert naive(CALENDAR, begin - ONE, start - ONE) == n


@given(DAYS.filter(CALENDAR.works), st.integers(1, 400))
def test_from_a_working_day_forth_and_back_leads_home(start: date, n: int) -> None:
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, n), -n) == start


def test_nothing_lies_between_a_day_and_an_earlier_one() -> None:
    assert NATIONAL.working_days_between(date(2026, 4, 23), date(2026, 4, 1)) == 0
    assert NATIONAL.natural_days_between(date(2026, 4, 23), date(2026, 4, 1)) == 0


def test_ten_thousand_working_days_reach_far_without_walking_every_day() -> None:
    end = NATIONAL.add_working_days(date(2019, 1, 1), 10_000)
    assert naive(NATIONAL, date(2019, 1, 1), end) == 10_000


def test_a_number_beyond_ten_thousand_is_refused_with_the_limit() -> None:
    with pytest.raises(InvalidError, match="up to 10000"):
        NATIONAL.add_working_days(date(2026, 1, 1), 10_001)


def test_counting_off_the_end_of_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidError, match="leaves the calendar"):
        NATIONAL.add_working_days(date(9999, 12, 1), 60)


def test_counting_off_the_beginning_of_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidError, match="leaves the calendar"):
        NATIONAL.add_natural_days(date(1, 1, 2), -3)
