"""Derivations in words: why a date is due, in Chinese and in English."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.domain.calendar import Calendar, fixed, moved
from engine.domain.derivation import say_day, say_derivation
from engine.domain.duedates import Due
from engine.intake.notices import shipped

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(shipped())
GOLDEN_WEEK = CALENDAR.due(date(2024, 9, 27), 5, "working-day", ZONE)


def said(due: Due) -> tuple[str, str]:
    """Give the words in English and in Chinese."""
    return say_derivation(due.derivation, "en"), say_derivation(due.derivation, "zh")


def test_five_days_over_the_golden_week_name_every_exception() -> None:
    assert said(GOLDEN_WEEK) == (
        (
            "5 working days after Fri 2024-09-27: Sun 09-29 is a make-up working day, "
            "10-01 to 10-07 are off, so Thu 10-10; calendar cn-2024"
        ),
        (
            "2024年9月27日（周五）后5个工作日：9月29日（周日）调休上班，"
            "10月1日至10月7日放假，故为10月10日（周四）；日历 cn-2024"
        ),
    )


def test_a_plain_week_needs_no_grounds() -> None:
    assert said(CALENDAR.due(date(2026, 4, 23), 1, "working-day", ZONE)) == (
        "1 working day after Thu 2026-04-23: Fri 04-24; calendar cn-2026",
        "2026年4月23日（周四）后1个工作日：4月24日（周五）；日历 cn-2026",
    )


def test_a_single_holiday_stands_alone() -> None:
    due = CALENDAR.due(date(2024, 12, 31), 1, "working-day", ZONE)
    assert said(due)[0] == (
        "1 working day after Tue 2024-12-31: 2025-01-01 is off, so Thu 2025-01-02; calendar cn-2025"
    )


def test_natural_days_name_no_calendar() -> None:
    assert said(CALENDAR.due(date(2026, 4, 20), 15, "natural-day", ZONE)) == (
        "15 days after Mon 2026-04-20: Tue 05-05",
        "2026年4月20日（周一）后15日：5月5日（周二）",
    )


def test_an_end_that_rolls_forward_says_from_where() -> None:
    due = CALENDAR.due(date(2024, 9, 20), 15, "natural-day", ZONE, rolls_forward=True)
    assert said(due)[0] == (
        "15 days after Fri 2024-09-20: the last day, Sat 10-05, is a day off and rolls forward, "
        "10-05 to 10-07 are off, so Tue 10-08; calendar cn-2024"
    )


def test_a_year_without_notice_is_called_provisional() -> None:
    english, chinese = said(CALENDAR.due(date(2026, 12, 31), 1, "working-day", ZONE))
    assert english.endswith(
        "; provisional: without the holiday notice of 2027 it goes by Monday to Friday"
    )
    assert chinese.endswith("；暂定：2027年放假通知尚未导入，按周一至周五计算")


def test_local_exceptions_are_named_as_such() -> None:
    flood = Calendar(shipped(), {date(2026, 4, 24): False, date(2026, 4, 25): True})
    assert said(flood.due(date(2026, 4, 23), 1, "working-day", ZONE)) == (
        (
            "1 working day after Thu 2026-04-23: Fri 04-24 is off by local exception, "
            "Sat 04-25 works by local exception, so Sat 04-25; calendar cn-2026"
        ),
        (
            "2026年4月23日（周四）后1个工作日：4月24日（周五）本地改为休息，"
            "4月25日（周六）本地改为上班，故为4月25日（周六）；日历 cn-2026"
        ),
    )


def test_working_hours_show_the_hour_at_both_ends() -> None:
    start = datetime(2026, 4, 23, 16, 30, tzinfo=ZONE)
    assert said(CALENDAR.due(start, 2, "working-hour", ZONE)) == (
        "2 working hours after Thu 2026-04-23 16:30: Fri 04-24 09:30; calendar cn-2026",
        "2026年4月23日（周四）16:30后2个工作小时：4月24日（周五）09:30；日历 cn-2026",
    )


def test_a_first_day_that_counts_is_said_to() -> None:
    due = CALENDAR.due(date(2026, 4, 23), 2, "working-day", ZONE, first_day_counts=True)
    assert said(due)[0].startswith("2 working days from Thu 2026-04-23, that day included: ")


def test_days_before_a_limit_are_said_to_be_before_it() -> None:
    due = CALENDAR.due(date(2026, 4, 23), -2, "working-day", ZONE)
    assert said(due)[0].startswith("2 working days before Thu 2026-04-23: Tue 04-21")


def test_a_long_span_names_some_exceptions_and_counts_the_others() -> None:
    words = said(CALENDAR.due(date(2019, 1, 2), 1500, "working-day", ZONE))
    assert "more exceptions, so" in words[0]
    assert all(len(text) < 900 for text in words)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("case-due", "the date promised at assignment, Thu 2026-04-23"),
        ("measure-due", "the due date of the measure in the plan, Thu 2026-04-23"),
        ("letter-answer-by", "the date by which the letter asks for an answer, Thu 2026-04-23"),
        ("import", "the due date in the imported ledger, Thu 2026-04-23"),
        ("anything", "the date that was given, Thu 2026-04-23"),
    ],
)
def test_a_date_that_something_has_says_what(why: str, words: str) -> None:
    assert said(fixed(date(2026, 4, 23), why, ZONE, CALENDAR))[0] == words


def test_a_promised_day_off_says_so() -> None:
    assert said(fixed(date(2026, 5, 1), "case-due", ZONE, CALENDAR)) == (
        "the date promised at assignment, Fri 2026-05-01, a day off",
        "交办时承诺的时限2026年5月1日（周五），当日为休息日",
    )


def test_the_hour_of_a_report_is_shown() -> None:
    due = fixed(date(2026, 4, 23), "report-day", ZONE, CALENDAR, at=time(15))
    assert said(due)[0] == "when the report of the day is due, Thu 2026-04-23 15:00"


def test_a_suspension_says_by_how_many_days_it_moved_the_date() -> None:
    due = fixed(date(2026, 4, 23), "suspension", ZONE, CALENDAR, days=1)
    assert said(due) == (
        "moved by the 1 day that the suspension lasted, to Thu 2026-04-23",
        "中止计时1日，顺延至2026年4月23日（周四）",
    )


def test_an_extension_says_by_how_many_days_it_moved_the_date() -> None:
    due = moved(date(2026, 4, 13), 10, "extension", ZONE, CALENDAR)
    assert said(due)[0] == "moved by 10 days by an extension, to Thu 2026-04-23"


def test_no_sentence_of_any_plain_term_has_a_hole() -> None:
    for unit in ("working-day", "natural-day", "working-hour"):
        for n in range(0, 400, 7):
            start = datetime(2019, 1, 1, 10, tzinfo=ZONE) + timedelta(days=n * 6)
            for words in said(CALENDAR.due(start, n, unit, ZONE, rolls_forward=True)):
                assert "{" not in words


def test_a_day_may_be_written_without_its_year() -> None:
    assert say_day(date(2026, 4, 23), "en", long=False) == "Thu 04-23"
    assert say_day(date(2026, 4, 23), "zh") == "2026年4月23日（周四）"
