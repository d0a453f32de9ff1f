"""Importing a year: it replaces what is there, and running clocks move at once."""

import json
from datetime import date
from pathlib import Path

import pytest

from engine.errors import DefinitionError, ForbiddenError, InvalidError
from engine.service.almanac import calendar_of
from engine.service.calendar import due, import_year, load_shipped, preview_import, show_year
from engine.service.recompute import Recounted, foresee_lateness
from engine.store import ledger
from tests.service.calendar_office import (
    ADMIN,
    OFFICE,
    Desk,
    case_of,
    clocks,
    counted,
    later,
    office,
    open_case,
    promised,
)


def notice(*off: str, year: int = 2027) -> bytes:
    """Write a notice in the public format with these days off."""
    days = [{"name": "元旦", "date": day, "isOffDay": True} for day in off]
    return json.dumps({"year": year, "papers": ["https://a.example/1"], "days": days}).encode()


NEW_YEAR = notice("2027-01-01", "2027-01-02", "2027-01-03")


def with_case(desk: Desk) -> Desk:
    """Load the shipped years and open a case with a plan clock and a promised date."""
    load_shipped(desk)
    resolve = ("resolve", promised(date(2027, 1, 2)))
    open_case(desk, 1, ("plan", counted(desk, 3)), resolve)
    return desk


def test_a_provisional_clock_moves_and_is_firm(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        answer = import_year(with_case(desk), ADMIN, NEW_YEAR)
        move = {"code": "DB-2026-0001", "kind": "plan", "former": "2027-01-04", "due": "2027-01-05"}
        assert (answer["year"], answer["moved"]) == (2027, [move])
        old, _, new = clocks(desk, 1)
        assert (old.ended_by, old.ended_at, old.due_on) == (
            "superseded",
            desk.now,
            date(2027, 1, 4),
        )
        assert (new.replaces, new.due_on, new.provisional) == (old.no, date(2027, 1, 5), False)
        assert new.started_at == old.started_at


def test_a_date_that_the_notice_confirms_is_firm_from_then_on(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        answer = import_year(with_case(desk), ADMIN, notice("2027-01-02"))
        assert [(m["former"], m["due"]) for m in answer["moved"]] == [("2027-01-04", "2027-01-04")]
        assert [c.provisional for c in clocks(desk, 1) if c.ended_at is None] == [False, False]


def test_a_promised_date_stays(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        import_year(with_case(desk), ADMIN, NEW_YEAR)
        assert clocks(desk, 1)[1].ended_at is None


def test_the_case_keeps_its_nearest_limit_and_counts_a_version(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        with_case(desk)
        before = case_of(desk, 1)
        import_year(desk, ADMIN, notice("2026-12-31"))
        after = case_of(desk, 1)
        assert (after.version, after.next_no) == (before.version + 1, before.next_no + 1)
        assert (after.limit_kind, after.limit_due_at) == ("resolve", clocks(desk, 1)[1].due_at)


def test_the_case_tells_that_its_clock_moved_and_why(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        import_year(with_case(desk), ADMIN, NEW_YEAR)
        (event,) = ledger.history(desk.conn, 1)
        opened = ledger.opened(desk.conn, 1, event.seq)["reason"]
        assert event.kind == "clock.moved"
        assert opened is not None
        assert opened.value.startswith("The holiday notice cn-2027 was loaded")


def test_importing_the_same_year_twice_moves_nothing_more(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        import_year(with_case(desk), ADMIN, NEW_YEAR)
        assert import_year(desk, ADMIN, NEW_YEAR)["moved"] == []
        assert len(ledger.history(desk.conn, 1)) == 1


def test_a_year_that_is_there_is_replaced(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        import_year(desk, ADMIN, NEW_YEAR)
        import_year(desk, ADMIN, notice("2027-01-01"))
        assert [day["date"] for day in show_year(desk, ADMIN, 2027)["days"]] == ["2027-01-01"]


def test_a_second_import_at_the_same_instant_counts(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        import_year(desk, ADMIN, NEW_YEAR)
        assert due(desk, ADMIN, date(2026, 12, 31), 1)["due"] == "2027-01-04"
        import_year(desk, ADMIN, notice("2027-01-02"))
        assert due(desk, ADMIN, date(2026, 12, 31), 1)["due"] == "2027-01-01"


def again(desk: Desk, *more: tuple[str, bool], without: str = "") -> bytes:
    """Write the notice of 2026 as it stands, with some days otherwise."""
    days = [dict(day) for day in show_year(desk, ADMIN, 2026)["days"] if day["date"] != without]
    days += [{"name": "假日", "date": day, "isOffDay": off} for day, off in more]
    return json.dumps({"year": 2026, "days": days}).encode()


def test_a_year_that_is_there_changes_only_after_today(tmp_path: Path) -> None:
    """Off or working, listed anew or left out: what has counted is named, and nothing loaded."""
    with office(tmp_path, "2026-04-20 10:00") as desk:
        load_shipped(desk)
        open_case(desk, 1, ("plan", counted(desk, 1)))
        late, before = later(desk, "2026-04-22 09:00"), len(ledger.history(desk.conn, 0))
        for data, day in (
            (again(desk, ("2026-04-21", True)), "21 April"),
            (again(desk, ("2026-04-22", True)), "22 April"),
            (again(desk, ("2026-04-19", False)), "19 April"),
            (again(desk, without="2026-01-01"), "1 January"),
        ):
            for tried in (import_year, preview_import):
                with pytest.raises(InvalidError, match=r"change 1 day\(s\) up to today") as bad:
                    tried(late, ADMIN, data)
                assert day in bad.value.say("en")
                assert [fault.field for fault in bad.value.faults] == ["file"]
        assert len(ledger.history(desk.conn, 0)) == before
        answer = import_year(late, ADMIN, again(desk, ("2026-04-23", True)))
        assert (answer["moved"], answer["past"], answer["overdue"]) == ([], [], [])


def test_of_many_days_that_have_counted_the_first_are_named(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        with pytest.raises(InvalidError, match=r"change \d\d days .* the first of them") as bad:
            import_year(desk, ADMIN, notice("2026-12-31", year=2026))
        assert bad.value.say("en").count("2026") == 1 + 5


def test_a_notice_does_not_reach_into_another_year(tmp_path: Path) -> None:
    """A notice may list days of the years beside it, but not such as have counted."""
    with office(tmp_path, "2027-01-04 10:00") as desk:
        load_shipped(desk)
        for day, year in (("2026-12-31", 2027), ("2027-12-30", 2028), ("2027-01-04", 2027)):
            data = notice(day, year=year)
            if day == "2026-12-31":
                with pytest.raises(InvalidError, match="31 December"):
                    import_year(desk, ADMIN, data)
            else:
                assert import_year(desk, ADMIN, data)["year"] == year


def test_a_year_loaded_late_tells_whose_overdue_days_change(tmp_path: Path) -> None:
    with office(tmp_path, "2026-12-29 10:00") as desk:
        load_shipped(desk)
        open_case(desk, 1, ("resolve", promised(date(2026, 12, 30))))
        open_case(desk, 2, ("resolve", promised(date(2027, 1, 20))))
        open_case(desk, 3, ("plan", counted(desk, 3)))
        late = later(desk, "2027-01-06 09:00")
        preview = preview_import(late, ADMIN, NEW_YEAR)
        assert preview["past"] == ["2027-01-01"]
        assert preview["overdue"] == [
            {"code": "DB-2026-0001", "before": 5, "after": 4},
            {"code": "DB-2026-0003", "before": 3, "after": 2},
        ]
        assert import_year(late, ADMIN, NEW_YEAR, digest=preview["digest"]) == preview
        assert foreseen_lateness(late) == []


def foreseen_lateness(desk: Desk) -> list[Recounted]:
    """Foresee what the calendar as it is would recount: nothing ever."""
    return foresee_lateness(desk, calendar_of(desk.conn))


def test_a_provisional_clock_that_is_past_due_is_put_right(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        open_case(desk, 1, ("plan", counted(desk, 2)))
        late = later(desk, "2027-01-04 09:00")
        assert [move["due"] for move in import_year(late, ADMIN, NEW_YEAR)["moved"]] == [
            "2027-01-04"
        ]


def test_nobody_but_the_administrator_imports(tmp_path: Path) -> None:
    with office(tmp_path) as desk, pytest.raises(ForbiddenError):
        import_year(desk, OFFICE, NEW_YEAR)


def test_a_wrong_file_changes_nothing(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        with pytest.raises(
            DefinitionError, match=r"“holidays\.json” is no well-written notice: read as JSON"
        ):
            import_year(desk, ADMIN, b"{", "holidays.json")
        assert ledger.history(desk.conn, 0) == []
