"""Showing a year and asking for a due date."""

import json
from datetime import date
from pathlib import Path

import pytest

from engine.errors import InvalidError
from engine.intake.notices import parse_notice, shipped
from engine.service.calendar import due, load_shipped, override, show_year
from tests.service.calendar_office import ADMIN, OFFICE, office


def test_a_loaded_year_names_its_notice_and_counts_its_working_days(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        shown = show_year(desk, OFFICE, 2026)
        assert (shown["label"], shown["provisional"], shown["working_days"]) == (
            "cn-2026",
            False,
            248,
        )
        assert shown["papers"] == ["https://www.gov.cn/zhengce/content/202511/content_7047090.htm"]


def test_a_local_exception_changes_the_number_of_working_days(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        override(desk, ADMIN, date(2026, 12, 31), works=False, reason="停电")
        assert show_year(desk, OFFICE, 2026)["working_days"] == 247


def test_a_year_without_notice_is_provisional_and_lists_nothing(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        shown = show_year(desk, OFFICE, 2027)
        assert (shown["provisional"], shown["days"], shown["working_days"]) == (True, [], 261)


def test_a_shown_year_can_be_imported_again(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        for year, notice in shipped().items():
            shown = json.dumps(show_year(desk, OFFICE, year)).encode()
            assert parse_notice(shown).days == notice.days


@pytest.mark.parametrize("year", [-1, 0, 1948, 9999, 10**9])
def test_a_year_out_of_range_is_refused(tmp_path: Path, year: int) -> None:
    with office(tmp_path) as desk, pytest.raises(InvalidError, match="from 1949 to 9998"):
        show_year(desk, OFFICE, year)


def test_a_due_date_comes_with_its_derivation(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        assert due(desk, OFFICE, date(2024, 9, 27), 5) == {
            "due": "2024-10-10",
            "provisional": False,
            "derivation": (
                "5 working days after Fri 2024-09-27: Sun 09-29 is a make-up working day, "
                "10-01 to 10-07 are off, so Thu 10-10; calendar cn-2024"
            ),
        }


@pytest.mark.parametrize("n", [-1, 0, 10_001, 10**30])
def test_a_number_of_days_out_of_range_is_refused(tmp_path: Path, n: int) -> None:
    with office(tmp_path) as desk, pytest.raises(InvalidError, match="from 1 to 10000") as refused:
        due(desk, OFFICE, date(2026, 4, 23), n)
    assert [fault.field for fault in refused.value.faults] == ["days"]


def test_an_unknown_unit_is_refused_with_those_that_can_be_asked_for(tmp_path: Path) -> None:
    with office(tmp_path) as desk, pytest.raises(InvalidError, match="working-day, natural-day"):
        due(desk, OFFICE, date(2026, 4, 23), 5, "working-hour")


def test_a_due_date_beyond_the_calendar_is_refused(tmp_path: Path) -> None:
    with office(tmp_path) as desk, pytest.raises(InvalidError, match="leaves the calendar"):
        due(desk, OFFICE, date(9999, 12, 30), 60)
