"""Messages that were told for one reason are read as one entry, page by page.

`DUBAN_TEST_MESSAGES` sets how many messages there are when a page is read, then twice as many.
"""

import itertools
import os
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from engine.store import messages
from engine.store.database import Database
from tests.service import people_office
from tests.store.stock import NOW

TOLD = 80
MANY = int(os.environ.get("DUBAN_TEST_MESSAGES", "400"))
ME, OTHER = 1, 2


def test_entries_are_those_of_the_messages_whatever_page_they_are_read_by(
    database: Database, rng: Random
) -> None:
    people_office.build(database)
    with database.transaction() as conn:
        entries: dict[object, list[int]] = {}
        for _ in range(TOLD):
            name, account = rng.choice([None, "a", "b", "c", "d"]), rng.choice([ME, ME, OTHER])
            given = {"kind": "note", "words": {}, "at": NOW, "entry": name}
            number = messages.tell(conn, account, case_id=None, **given)  # type: ignore[arg-type]  # by name
            if account == ME:
                entries.setdefault(name or number, []).append(number)
        read = rng.randrange(TOLD)
        messages.mark_read(conn, ME, read, NOW)
        wanted = [
            messages.Entry(
                ids[-1], key if isinstance(key, str) else None, len(ids), sum(i > read for i in ids)
            )
            for key, ids in sorted(entries.items(), key=lambda pair: -pair[1][-1])
        ]
        size = rng.randrange(1, len(wanted) + 2)
        found: list[messages.Entry] = []
        while more := messages.entries(conn, ME, found[-1].newest if found else None, size):
            found += more
        assert found == wanted
        named = {key: ids for key, ids in entries.items() if isinstance(key, str)}
        first = messages.first_of(conn, ME, list(named), 3)
        told = {name: [row.id for row in rows] for name, rows in first.items()}
        assert told == {name: ids[::-1][:3] for name, ids in named.items()}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_page_of_entries_costs_the_same_however_many_messages_there_are(
    database: Database,
) -> None:
    people_office.build(database)
    with database.transaction() as conn:
        spent = []
        for n in range(2 * MANY):
            entry = f"half day {n // 10}" if n % 3 else None
            row = {"kind": "note", "words": {}, "at": NOW, "entry": entry}
            messages.tell(conn, ME, case_id=None, **row)  # type: ignore[arg-type]  # by name
            if n + 1 in {MANY, 2 * MANY}:
                spent.append(_steps(conn, lambda: messages.entries(conn, ME, None, 20)))
    assert 0 < spent[1] < 1.2 * spent[0], spent


def _steps(conn: Connection, ask: Callable[[], object]) -> int:
    """Count the steps that SQLite's machine takes."""
    taken = itertools.count()
    driver: Any = conn.connection.dbapi_connection
    driver.set_progress_handler(lambda: next(taken) < 0, 1)
    ask()
    driver.set_progress_handler(None, 1)
    return next(taken)
