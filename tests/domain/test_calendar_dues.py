"""Due dates: the end of so many days or hours, with how it came about."""

import json
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.calendar import Calendar, NoticeDay, NoticeYear, again, fixed, moved
from engine.domain.duedates import OFFICE_HOURS, UNITS
from engine.errors import InvalidError
from engine.intake.notices import shipped

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(shipped())


def at(text: str) -> datetime:
    """Read an instant of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2024-09-27", 5, "2024-10-10"),
        ("2026-04-23", 1, "2026-04-24"),
        ("2026-04-30", 1, "2026-05-06"),
    ],
)
def test_working_days_are_counted_from_the_day_after_the_start(
    start: str, n: int, expected: str
) -> None:
    due = CALENDAR.due(date.fromisoformat(start), n, "working-day", ZONE)
    assert due.on.isoformat() == expected


def test_natural_days_run_through_holidays() -> None:
    assert CALENDAR.due(date(2023, 10, 1), 60, "natural-day", ZONE).on == date(2023, 11, 30)


def test_an_end_on_a_day_off_stays_there_unless_it_rolls_forward() -> None:
    assert CALENDAR.due(date(2024, 9, 20), 15, "natural-day", ZONE).on == date(2024, 10, 5)


def test_an_end_on_a_day_off_rolls_to_the_next_working_day() -> None:
    due = CALENDAR.due(date(2024, 9, 20), 15, "natural-day", ZONE, rolls_forward=True)
    assert due.on == date(2024, 10, 8)
    assert due.derivation["nominal"] == "2024-10-05"


def test_an_end_on_a_working_day_does_not_roll() -> None:
    due = CALENDAR.due(date(2026, 4, 9), 14, "natural-day", ZONE, rolls_forward=True)
    assert due.on == date(2026, 4, 23)
    assert "nominal" not in due.derivation


def test_the_first_day_counts_only_when_the_clock_says_so() -> None:
    due = CALENDAR.due(date(2026, 4, 23), 2, "working-day", ZONE, first_day_counts=True)
    assert due.on == date(2026, 4, 24)


def test_a_first_day_off_does_not_count_as_a_working_day() -> None:
    due = CALENDAR.due(date(2026, 4, 25), 1, "working-day", ZONE, first_day_counts=True)
    assert due.on == date(2026, 4, 27)


def test_the_last_day_ends_at_its_last_second_in_the_office_zone() -> None:
    due = CALENDAR.due(date(2026, 4, 23), 1, "working-day", ZONE)
    assert due.at == datetime(2026, 4, 24, 15, 59, 59, tzinfo=UTC)


def test_a_clock_with_a_time_of_day_ends_then() -> None:
    due = CALENDAR.due(date(2026, 4, 23), 1, "working-day", ZONE, at=time(15))
    assert due.at == at("2026-04-24 15:00")


def test_an_instant_counts_from_its_day_at_the_office_not_in_utc() -> None:
    late = datetime(2026, 4, 22, 16, 30, tzinfo=UTC)
    assert CALENDAR.due(late, 1, "working-day", ZONE).on == date(2026, 4, 24)


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-04-23 09:00", 2, "2026-04-23 11:00"),
        ("2026-04-23 11:00", 2, "2026-04-23 15:00"),
        ("2026-04-23 11:00", 1, "2026-04-23 12:00"),
        ("2026-04-23 17:30", 1, "2026-04-24 09:30"),
        ("2026-04-24 16:30", 7, "2026-04-27 16:30"),
        ("2026-04-25 10:00", 7, "2026-04-27 17:30"),
        ("2024-09-27 16:00", 9, "2024-09-30 09:00"),
    ],
)
def test_working_hours_pass_only_while_the_office_works(start: str, n: int, expected: str) -> None:
    assert CALENDAR.due(at(start), n, "working-hour", ZONE).at == at(expected)


@given(st.datetimes(datetime(2019, 1, 1), datetime(2026, 10, 1)), st.integers(1, 300))  # noqa: DTZ001  # wall time
def test_hours_agree_with_a_count_minute_by_minute_of_whole_days(start: datetime, n: int) -> None:
    local = start.replace(second=0, microsecond=0)
    end = CALENDAR.due(local.replace(tzinfo=ZONE), n, "working-hour", ZONE)
    assert worked(local, end.at.astimezone(ZONE).replace(tzinfo=None)) == n * 60


def worked(start: datetime, end: datetime) -> int:
    """Count the office's minutes between two wall times."""
    total, day = 0, start.date()
    while day <= end.date():
        for opens, closes in OFFICE_HOURS if CALENDAR.works(day) else ():
            first = max(start, datetime.combine(day, opens))
            last = min(end, datetime.combine(day, closes))
            total += max(0, int((last - first).total_seconds()) // 60)
        day = date.fromordinal(day.toordinal() + 1)
    return total


def test_hours_from_a_bare_date_are_refused() -> None:
    with pytest.raises(InvalidError, match="from an instant"):
        CALENDAR.due(date(2026, 4, 23), 4, "working-hour", ZONE)


def test_an_unknown_unit_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InvalidError, match="working-day、natural-day、working-hour"):
        CALENDAR.due(date(2026, 4, 23), 4, "fortnight", ZONE)


def test_a_working_day_in_a_year_without_notice_is_provisional() -> None:
    assert CALENDAR.due(date(2026, 12, 28), 5, "working-day", ZONE).provisional


def test_a_working_day_within_loaded_years_is_not_provisional() -> None:
    assert not CALENDAR.due(date(2025, 12, 28), 5, "working-day", ZONE).provisional


def test_natural_days_that_no_notice_can_move_are_not_provisional() -> None:
    assert not CALENDAR.due(date(2026, 12, 28), 15, "natural-day", ZONE).provisional


def test_natural_days_that_may_roll_in_a_year_without_notice_are_provisional() -> None:
    due = CALENDAR.due(date(2026, 12, 28), 15, "natural-day", ZONE, rolls_forward=True)
    assert due.provisional


def test_a_span_is_provisional_when_any_of_its_years_lacks_the_notice() -> None:
    assert CALENDAR.is_provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not CALENDAR.is_provisional(date(2026, 12, 31))


def test_loading_a_notice_moves_a_due_date_computed_without_it() -> None:
    before = CALENDAR.due(date(2026, 12, 31), 1, "working-day", ZONE)
    new_year = NoticeDay(date(2027, 1, 1), "元旦", off=True)
    loaded = {**shipped(), 2027: NoticeYear(2027, "cn-2027", "", (new_year,))}
    after = again(before.derivation, ZONE, Calendar(loaded))
    assert after is not None
    assert (before.on, after.on, after.provisional) == (date(2027, 1, 1), date(2027, 1, 4), False)


@given(
    st.datetimes(datetime(2019, 1, 1), datetime(2027, 10, 1)),  # noqa: DTZ001  # wall time
    st.integers(0, 200),
    st.sampled_from(UNITS),
    st.tuples(st.booleans(), st.booleans()),
)
def test_a_due_date_can_be_computed_again_from_its_derivation_as_kept(
    start: datetime, n: int, unit: str, terms: tuple[bool, bool]
) -> None:
    first, rolls = terms
    due = CALENDAR.due(
        start.replace(tzinfo=ZONE), n, unit, ZONE, first_day_counts=first, rolls_forward=rolls
    )
    kept = json.loads(json.dumps(due.derivation))
    assert kept == due.derivation
    assert again(kept, ZONE, CALENDAR) == due


def test_a_promised_date_does_not_move_with_the_calendar() -> None:
    due = fixed(date(2027, 10, 2), "case-due", ZONE, CALENDAR)
    assert not due.provisional
    assert again(due.derivation, ZONE, CALENDAR) is None


def test_an_extension_moves_a_date_by_calendar_days() -> None:
    due = moved(date(2026, 4, 23), 10, "extension", ZONE, CALENDAR)
    assert due.on == date(2026, 5, 3)
    assert (due.derivation["days"], due.derivation["former"]) == (10, "2026-04-23")
