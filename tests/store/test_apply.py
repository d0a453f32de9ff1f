"""Changes of records reach their tables under their guards, or not at all."""

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from engine.domain.events import Delta
from engine.domain.records import Case
from engine.errors import BusyError, StaleError
from engine.store import database as database_module
from engine.store.database import Database, open_database
from engine.store.rows import apply, bulk_insert, fetch, fetch_one, fetch_parts
from tests.store.stock import NOW, lead, new, office


@pytest.fixture
def stocked(database: Database) -> Database:
    with database.transaction() as connection:
        apply(connection, office())
    return database


def _case(version: int, **values: object) -> Delta:
    return Delta("case", (1,), {"version": version + 1, **values}, {"version": version})


def test_a_row_reads_as_it_was_written(stocked: Database) -> None:
    with stocked.reading() as connection:
        case = fetch_one(connection, "case", code="DB-2026-0001")
    assert isinstance(case, Case)
    assert case.registered_at == NOW
    assert case.registered_at.utcoffset() is not None
    assert case.planned_supporting == []


def test_a_change_of_an_old_version_is_stale(stocked: Database) -> None:
    with stocked.transaction() as connection:
        apply(connection, [_case(1, state="assigned")])
    with pytest.raises(StaleError), stocked.transaction() as connection:
        apply(connection, [_case(1, state="closed")])
    with stocked.reading() as connection:
        assert fetch_one(connection, "case", id=1).state == "assigned"


def test_a_successor_may_be_told_before_the_tenure_that_ends(stocked: Database) -> None:
    with stocked.transaction() as connection:
        apply(connection, [lead(1, 1)])
    end = Delta("tenure", (1, 1), {"to_at": NOW}, {"to_at": None})
    with stocked.transaction() as connection:
        apply(connection, [lead(2, 2), end])
    with stocked.reading() as connection:
        assert [t.no for t in fetch(connection, "tenure", case_id=1, to_at=None)] == [2]


def test_two_leads_at_once_are_refused(stocked: Database) -> None:
    with pytest.raises(IntegrityError), stocked.transaction() as connection:
        apply(connection, [lead(1, 1), lead(2, 2)])
    with stocked.reading() as connection:
        assert fetch(connection, "tenure") == []


def test_a_negative_amount_is_refused(stocked: Database) -> None:
    claim = new("claim", case_id=1, no=1, kind="wages", people=3, owed_fen=-1, at=NOW)
    with pytest.raises(IntegrityError), stocked.transaction() as connection:
        apply(connection, [claim])


def test_an_amount_may_be_a_billion_yuan(stocked: Database) -> None:
    claim = new("claim", case_id=1, no=1, kind="wages", people=3, owed_fen=10**11, at=NOW)
    with stocked.transaction() as connection:
        apply(connection, [claim])
        assert fetch_one(connection, "claim", case_id=1).owed_fen == 10**11


def test_a_naive_instant_is_refused(stocked: Database) -> None:
    naive = new("note", case_id=1, no=1, body="x", by_id=1, at=NOW.replace(tzinfo=None))
    with pytest.raises(Exception, match="time zone"), stocked.transaction() as connection:
        apply(connection, [naive])


def test_parts_are_found_by_case_and_kind(stocked: Database) -> None:
    with stocked.transaction() as connection:
        apply(connection, [lead(1, 1)])
        rows = (new("note", case_id=1, no=n, body="x", by_id=1, at=NOW).new for n in range(2, 9))
        assert bulk_insert(connection, "note", rows) == 7
        parts = fetch_parts(connection, [1, 2])
    assert [n.no for n in parts[1]["note"]] == list(range(2, 9))
    assert [t.account_id for t in parts[1]["tenure"]] == [1]
    assert parts[2]["note"] == []


def test_reading_cannot_write(stocked: Database) -> None:
    with pytest.raises((DBAPIError, BusyError)), stocked.reading() as connection:
        apply(connection, [lead(1, 1)])
    with stocked.reading() as connection:
        assert fetch(connection, "tenure") == []


def test_a_writer_that_waits_too_long_is_told_that_the_database_is_busy(
    stocked: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 1)
    monkeypatch.setattr(database_module, "_PRAGMAS", ("busy_timeout=100", "foreign_keys=ON"))
    other = open_database(database_url)
    with stocked.transaction() as first:
        apply(first, [_case(1)])
        with pytest.raises(BusyError), other.transaction() as second:
            apply(second, [_case(1)])
    other.close()
