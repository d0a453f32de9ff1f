"""Local exceptions: a day works or is off whatever the notice says, and lateness stays."""

from datetime import date
from pathlib import Path

import pytest

from engine.domain.events import Delta
from engine.errors import ForbiddenError, InvalidError
from engine.service.calendar import load_shipped, override, preview_override, show_year
from engine.store import ledger, rows
from tests.service.calendar_office import (
    ADMIN,
    OFFICE,
    Desk,
    at,
    case_of,
    clocks,
    counted,
    later,
    office,
    open_case,
)

NOW = "2026-04-20 10:00"


def with_case(desk: Desk) -> Desk:
    """Load the shipped years and open a case whose plan is due in three working days."""
    load_shipped(desk)
    open_case(desk, 1, ("plan", counted(desk, 3)))
    return desk


def test_a_day_off_moves_the_clocks_that_count_over_it(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk:
        answer = override(with_case(desk), ADMIN, date(2026, 4, 22), works=False, reason="防汛停工")
        assert [(m["former"], m["due"]) for m in answer["moved"]] == [("2026-04-23", "2026-04-24")]
        assert clocks(desk, 1)[-1].derivation["overridden"] == [["2026-04-22", False]]


def test_the_case_shows_its_new_nearest_limit(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk:
        override(with_case(desk), ADMIN, date(2026, 4, 22), works=False, reason="防汛停工")
        case = case_of(desk, 1)
        assert (case.limit_kind, case.limit_due_at) == ("plan", at("2026-04-24 23:59:59"))


def test_a_clock_that_stands_still_goes_on_standing_still(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk:
        with_case(desk)
        pause = Delta("clock", (1, 1), {"paused_at": desk.now}, {"paused_at": None})
        rows.apply(desk.conn, [pause])
        override(desk, ADMIN, date(2026, 4, 22), works=False, reason="防汛停工")
        assert clocks(desk, 1)[-1].paused_at == desk.now


def test_a_day_that_no_clock_counts_moves_nothing(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk:
        day = date(2026, 6, 1)
        assert override(with_case(desk), ADMIN, day, works=False, reason="停电")["moved"] == []
        assert ledger.history(desk.conn, 1) == []


def test_the_newest_exception_for_a_day_counts(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk:
        override(with_case(desk), ADMIN, date(2026, 4, 22), works=False, reason="防汛停工")
        back = override(desk, ADMIN, date(2026, 4, 22), works=True, reason="险情解除")
        assert [move["due"] for move in back["moved"]] == ["2026-04-23"]
        (shown,) = show_year(desk, ADMIN, 2026)["overrides"]
        assert shown == {"date": "2026-04-22", "works": True, "reason": "险情解除"}


@pytest.mark.parametrize("works", [True, False])
@pytest.mark.parametrize("day", [date(2026, 4, 19), date(2026, 4, 22), date(2026, 4, 24)])
def test_a_day_that_is_past_or_today_has_counted(tmp_path: Path, day: date, *, works: bool) -> None:
    """Whichever way, and although nothing would move: nobody makes lateness disappear."""
    with office(tmp_path, NOW) as desk:
        late = later(with_case(desk), "2026-04-24 09:00")
        for tried in (override, preview_override):
            with pytest.raises(InvalidError, match="have already counted") as bad:
                tried(late, ADMIN, day, works=works, reason="补登停工")
            assert [fault.field for fault in bad.value.faults] == ["date"]
            assert "24 April 2026" in bad.value.say("en")
        assert ledger.history(desk.conn, 0)[1:] == []


def test_today_is_the_office_day(tmp_path: Path) -> None:
    """An hour before midnight in Greenwich it is tomorrow's morning in the office."""
    with office(tmp_path, "2026-04-22 07:00") as desk, pytest.raises(InvalidError):
        override(desk, ADMIN, date(2026, 4, 22), works=False, reason="停电")


def test_tomorrow_may_still_be_changed_when_something_is_late(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk:
        late = later(with_case(desk), "2026-04-24 09:00")
        answer = override(late, ADMIN, date(2026, 4, 25), works=True, reason="补班")
        assert (answer["moved"], answer["past"], answer["overdue"]) == ([], [], [])


def test_the_exception_is_an_event_whose_reason_can_be_opened(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk:
        override(desk, ADMIN, date(2026, 4, 22), works=False, reason=" 防汛停工 ")
        (event,) = ledger.history(desk.conn, 0)
        opened = ledger.opened(desk.conn, 0, event.seq)
        assert event.kind == "calendar.overridden"
        assert [s.value for s in opened.values() if s] == ["防汛停工"] * 2


@pytest.mark.parametrize("reason", ["", "  ", "长" * 1001])
def test_a_reason_is_needed(tmp_path: Path, reason: str) -> None:
    with office(tmp_path, NOW) as desk, pytest.raises(InvalidError, match="Give the reason") as bad:
        override(desk, ADMIN, date(2026, 4, 22), works=False, reason=reason)
    assert [fault.field for fault in bad.value.faults] == ["reason"]


def test_nobody_but_the_administrator_makes_exceptions(tmp_path: Path) -> None:
    with office(tmp_path, NOW) as desk, pytest.raises(ForbiddenError):
        override(desk, OFFICE, date(2026, 4, 22), works=False, reason="停工")
