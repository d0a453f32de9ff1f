"""The log takes events in order, keeps them as they are, and forgets only values."""

from hashlib import sha256
from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from engine.domain.events import OFFICE_STREAM
from engine.store import ledger
from engine.store.counters import take
from engine.store.database import Database
from tests.store.stock import note


def _root(hashes: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return sha256(b"\x01" + _root(hashes[:k]) + _root(hashes[k:])).digest()


def test_a_stream_is_a_chain(database: Database) -> None:
    with database.transaction() as connection:
        told = [ledger.append(connection, note(7)) for _ in range(3)]
        ledger.append(connection, note(None))
    assert [t.seq for t in told] == [1, 2, 3]
    assert told[1].leaf_hash.hex().encode() in told[2].body
    with database.reading() as connection:
        kept = ledger.history(connection, 7)
        assert [(e.seq, e.body, e.leaf_hash) for e in kept] == [
            (t.seq, t.body, t.leaf_hash) for t in told
        ]
        assert kept[0].at == told[0].at
        assert len(ledger.history(connection, OFFICE_STREAM)) == 1


def test_log_indexes_have_no_gap_and_rise_within_a_stream(database: Database) -> None:
    with database.transaction() as connection:
        ledger.append_many(connection, (note(1 + n % 7) for n in range(700)))
    with database.transaction() as connection:
        ledger.sequence(connection, wait=True)
    with database.reading() as connection:
        events = list(ledger.events_in_order(connection))
        assert (
            [e.log_index for e in events]
            == list(range(700))
            == list(range(ledger.head(connection)))
        )
        assert [e.log_index for e in ledger.events_in_order(connection, 690)] == list(
            range(690, 700)
        )
    for stream in range(1, 8):
        assert [e.seq for e in events if e.stream == stream] == list(range(1, 101))


def test_kept_hashes_are_those_of_full_subtrees(database: Database) -> None:
    with database.transaction() as connection:
        ledger.append_many(connection, (note(n) for n in range(1, 200)))
    with database.transaction() as connection:
        ledger.sequence(connection)
        ledger.append_many(connection, (note(n) for n in range(1, 400)))
    with database.transaction() as connection:
        ledger.sequence(connection)
    with database.reading() as connection:
        leaves = ledger.hashes(connection, 0, 0, 598)
        assert leaves == [e.leaf_hash for e in ledger.events_in_order(connection)]
        assert ledger.hashes(connection, 1, 0, 2) == [_root(leaves[:256]), _root(leaves[256:512])]
        with pytest.raises(ValueError, match="level 1"):
            ledger.hashes(connection, 1, 0, 3)


def test_an_erased_value_is_gone_and_its_event_stays(database: Database) -> None:
    with database.transaction() as connection:
        told = ledger.append(connection, note(7, "某人所述"))
    place = told.vault[0].field
    with database.transaction() as connection:
        assert ledger.opened(connection, 7, 1) == {place: told.vault[0]}
        assert ledger.erase(connection, 7, 1, place)
        assert not ledger.erase(connection, 7, 1, place)
        assert ledger.opened(connection, 7, 1) == {place: None}
        assert ledger.history(connection, 7)[0].body == told.body


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM event",
        "UPDATE event SET body = leaf_hash",
        "UPDATE event SET seq = 9",
        "UPDATE event SET log_index = 5",
        "DELETE FROM vault",
        "UPDATE vault SET value = 'y'",
        "UPDATE vault SET field = 'y'",
    ],
)
def test_the_database_refuses_to_change_the_log(database: Database, change: str) -> None:
    with database.transaction() as connection:
        told = ledger.append(connection, note(7))
    with database.transaction() as connection:
        ledger.sequence(connection)
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as connection:
        connection.execute(text(change))
    with database.reading() as connection:
        assert [e.body for e in ledger.history(connection, 7)] == [told.body]
        assert ledger.opened(connection, 7, 1) == {told.vault[0].field: told.vault[0]}


def _fail_late(database: Database) -> None:
    with database.transaction() as connection:
        ledger.append(connection, note(7))
        assert take(connection, "case") == 1
        raise RuntimeError


def test_what_fails_leaves_neither_event_nor_number(database: Database) -> None:
    with pytest.raises(RuntimeError):
        _fail_late(database)
    with database.transaction() as connection:
        assert ledger.history(connection, 7) == []
        assert take(connection, "case", 5) == 1
        assert take(connection, "case") == 6


def test_writers_at_once_make_one_unbroken_chain(database: Database) -> None:
    def write() -> None:
        for _ in range(5):
            with database.transaction() as connection:
                take(connection, "case")
                ledger.append(connection, note(None))

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with database.transaction() as connection:
        ledger.sequence(connection, wait=True)
        assert [e.seq for e in ledger.events_in_order(connection)] == list(range(1, 21))
        assert take(connection, "case") == 21
