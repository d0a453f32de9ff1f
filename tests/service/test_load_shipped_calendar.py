"""Loading the shipped years at `init`."""

import json
from pathlib import Path

from engine.service.calendar import import_year, load_shipped, show_year
from engine.store import ledger, rows
from tests.service.calendar_office import ADMIN, office


def test_all_shipped_years_are_loaded_with_one_event(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        assert load_shipped(desk) == list(range(2019, 2027))
        assert [event.kind for event in ledger.history(desk.conn, 0)] == ["calendar.loaded"]


def test_loading_again_changes_nothing(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        assert load_shipped(desk) == []
        assert len(ledger.history(desk.conn, 0)) == 1


def test_a_year_that_the_office_loaded_stays_as_it_is(tmp_path: Path) -> None:
    day = {"name": "元旦", "date": "2026-01-01", "isOffDay": True}
    with office(tmp_path) as desk:
        import_year(desk, ADMIN, json.dumps({"year": 2026, "days": [day]}).encode())
        assert 2026 not in load_shipped(desk)
        assert len(show_year(desk, ADMIN, 2026)["days"]) == 1


def test_the_record_keeps_day_name_and_off_as_the_notice_gives_them(tmp_path: Path) -> None:
    with office(tmp_path) as desk:
        load_shipped(desk)
        notice = rows.fetch_one(desk.conn, "notice", id=2026)
        assert notice.days[0] == ["2026-01-01", "元旦", True]
        assert ["2026-01-04", "元旦", False] in notice.days
