"""Changes of single rows behind the back of Duban, by somebody who holds the database."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from engine.domain.records import CASE_PARTS, RECORDS
from engine.service.findings import Finding
from engine.store.tables import METADATA, table

TABLES = ("event", "vault", *RECORDS)
FAR = 1000
UNIQUE = {"code", "login", "name", "version", "log_index", "id"}
"""Columns that no copy may share with the row that it was made from."""
OF_A_CASE = {"case", "event", "vault", *CASE_PARTS}
WAYS = ("more", "less", "null", "empty", "type", "swap")
"""How a single value is changed; rows are also deleted, doubled and moved under another key."""
PROVED_TOGETHER = ({"body", "leaf_hash"}, {"salt", "value"})
"""Columns that only fit each other: verify finds that they do not, whichever was changed."""
Values = dict[str, Any]


def disarm(connection: Connection) -> None:
    """Take away what would stop a careless hand: triggers, checks, references, indexes."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        found = (
            "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql > ''"
        )
        for kind, name in connection.exec_driver_sql(found).all():
            connection.exec_driver_sql(f"DROP {kind} {name}")
        return
    connection.execute(text("SET session_replication_role = replica"))
    for name in METADATA.tables:
        connection.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER ALL'))
    for query, undo in _PROTECTIONS:
        for owner, name in connection.execute(text(query)).all():
            connection.execute(text(undo.format(owner=owner, name=name)))


_PROTECTIONS = (
    (
        """SELECT conrelid::regclass, conname FROM pg_constraint
        WHERE contype IN ('c', 'u') AND connamespace = 'public'::regnamespace""",
        "ALTER TABLE {owner} DROP CONSTRAINT {name} CASCADE",
    ),
    (
        """SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'
        AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
        'DROP INDEX "{name}"',
    ),
    (
        """SELECT table_name, column_name FROM information_schema.columns AS c
        WHERE table_schema = 'public' AND is_nullable = 'NO' AND NOT EXISTS (
          SELECT 1 FROM information_schema.key_column_usage AS k
          WHERE k.table_name = c.table_name AND k.column_name = c.column_name)""",
        'ALTER TABLE "{owner}" ALTER COLUMN "{name}" DROP NOT NULL',
    ),
)


@dataclass(frozen=True)
class Mutation:
    """One change: of which table, of which rows (their keys before and after), and how."""

    action: str
    table: str
    column: str | None
    keys: tuple[tuple[Any, ...], ...]
    index: int | None = None

    def is_located_by(self, finding: Finding) -> bool:
        """Say whether a finding leads to the row, and to the column where one was changed."""
        if self.table == "event" and finding.kind in {"log-gap", "checkpoint-beyond"}:
            return finding.detail.params.get("expected") in {self.index, None}
        if finding.table != self.table or not self._is_of_stream(finding):
            return False
        if self.table in RECORDS:
            names = {f"{self.table} {'/'.join(map(str, key))}" for key in self.keys}
            return finding.detail.params["row"] in names and self._is_of_column(finding)
        near = 1 if self.table == "event" else 0
        place = any(abs((finding.seq or 0) - key[1]) <= near for key in self.keys)
        return place and self._is_of_column(finding)

    def _is_of_stream(self, finding: Finding) -> bool:
        streams = {key[0] for key in self.keys}
        return self.table not in OF_A_CASE or finding.stream in streams

    def _is_of_column(self, finding: Finding) -> bool:
        keys = table(self.table).primary_key.columns.keys()
        if self.column is None or self.column in keys or self.action == "log_index":
            return True
        pair = next((p for p in PROVED_TOGETHER if self.column in p), {self.column})
        return finding.column in pair


class Hand:
    """Somebody's hand on the bare rows, past everything that knows what they mean."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.dialect.name == "sqlite"
        self._raw: Any = connection.connection.driver_connection
        self._mark = "?" if self.is_sqlite else "%s"
        self.held = {name: self._read(name) for name in TABLES}

    def _read(self, name: str) -> list[Values]:
        cursor = self._raw.execute(f'SELECT * FROM "{name}"')
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]

    def _run(self, statement: str, values: list[Any]) -> bool:
        try:
            self._raw.execute(statement.replace("?", self._mark), values)
        except (sqlite3.IntegrityError, psycopg.Error):
            return False  # the database itself refuses it to any hand: such a row cannot be
        return True

    def write(self, name: str, row: Values, column: str, value: Any) -> bool:  # noqa: ANN401  # a column value
        """Change one value of one row; tell whether the database let it."""
        where, keys = self._where(name, row)
        return self._run(f'UPDATE "{name}" SET "{column}" = ? WHERE {where}', [value, *keys])

    def delete(self, name: str, row: Values) -> None:
        """Delete one row."""
        where, keys = self._where(name, row)
        self._run(f'DELETE FROM "{name}" WHERE {where}', keys)

    def insert(self, name: str, row: Values) -> bool:
        """Insert a row; tell whether the database let it."""
        columns = ", ".join(f'"{column}"' for column in row)
        marks = ", ".join("?" for _ in row)
        return self._run(f'INSERT INTO "{name}" ({columns}) VALUES ({marks})', list(row.values()))

    def stored(self, name: str, row: Values, column: str) -> Any:  # noqa: ANN401  # a column value
        """Read one value again: a database may keep another one than it was given."""
        where, keys = self._where(name, row)
        query = f'SELECT "{column}" FROM "{name}" WHERE {where}'.replace("?", self._mark)
        found = self._raw.execute(query, keys).fetchone()
        return None if found is None else found[0]

    def _where(self, name: str, row: Values) -> tuple[str, list[Any]]:
        keys = table(name).primary_key.columns.keys()
        return " AND ".join(f'"{key}" = ?' for key in keys), [row[key] for key in keys]


def mutations(hand: Hand, rng: Random) -> Iterator[Mutation | None]:
    """Make changes for ever: every way on every column of every table, round by round.

    None stands for a choice that makes no difference. Whoever asks undoes each before the next.
    """
    changes = [
        partial(_change, hand, name, column, way, rng)
        for name in TABLES
        for column in hand.held[name][0]
        if column in table(name).c
        for way in WAYS
    ]
    whole = [partial(do, hand, name, rng) for name in TABLES for do in (_delete, _double)]
    every: list[Callable[[], Mutation | None]] = [*changes, *whole]
    while True:
        rng.shuffle(every)
        yield from (make() for make in every)


def _change(hand: Hand, name: str, column: str, way: str, rng: Random) -> Mutation | None:
    row = rng.choice(hand.held[name])
    if way == "swap":
        return _swap(hand, name, column, rng)
    value = other(row[column], way, hand)
    if value is Ellipsis:
        return None
    is_key = column in table(name).primary_key.columns
    if is_key:
        value = _beyond(row[column]) if isinstance(value, type(row[column])) else value
        if value is None:
            return None
    if not hand.write(name, row, column, value):
        return None
    after = row | {column: value} if is_key else row
    if not is_key and _same(hand.stored(name, row, column), row[column]):
        return None
    keys = (_key(name, row), _key(name, after))
    return Mutation(way, name, column, keys, row.get("log_index"))


def _same(one: Any, other_one: Any) -> bool:  # noqa: ANN401  # column values
    return type(one) is type(other_one) and one == other_one


def _swap(hand: Hand, name: str, column: str, rng: Random) -> Mutation | None:
    one, two = rng.sample(hand.held[name], 2)
    if column in table(name).primary_key.columns or _same(one[column], two[column]):
        return None
    if not all(
        hand.write(name, *change)
        for change in ((one, column, two[column]), (two, column, one[column]))
    ):
        return None
    keys = (_key(name, one), _key(name, two))
    return Mutation("swap", name, column, keys, one.get("log_index"))


def _delete(hand: Hand, name: str, rng: Random) -> Mutation:
    row = rng.choice(hand.held[name])
    hand.delete(name, row)
    return Mutation("delete", name, None, (_key(name, row),), row.get("log_index"))


def _double(hand: Hand, name: str, rng: Random) -> Mutation | None:
    """Insert a copy of a row under another key."""
    row = dict(rng.choice(hand.held[name]))
    last = table(name).primary_key.columns.keys()[-1]
    for column in {last, *UNIQUE} & row.keys():
        row[column] = None if row[column] is None else _beyond(row[column])
    if not hand.insert(name, row):
        return None
    return Mutation("insert", name, None, (_key(name, row),), row.get("log_index"))


def _beyond(value: Any) -> Any:  # noqa: ANN401  # a key
    return value + FAR if isinstance(value, int) else f"{value}x"


def _key(name: str, row: Values) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table(name).primary_key.columns)


def other(value: Any, way: str, hand: Hand) -> Any:  # noqa: ANN401  # a column value
    """Give another value for a column; an ellipsis where the way leads nowhere."""
    if way == "null":
        return ... if value is None else None
    if way == "empty":
        return "" if (value is None and hand.is_sqlite) or isinstance(value, str) else ...
    if way == "type":
        return _other_type(value) if hand.is_sqlite else ...
    return ... if value is None else _step(value, 1 if way == "more" else -1)


def _other_type(value: Any) -> Any:  # noqa: ANN401  # a column value
    """Give the same in another type, as SQLite keeps any in any column."""
    if isinstance(value, int):
        return value + 0.5
    if isinstance(value, str):
        return value.encode()
    return "text" if isinstance(value, bytes) else 0


def _step(value: Any, by: int) -> Any:  # noqa: ANN401  # a column value, by its type
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + by
    if isinstance(value, str):
        return f"{value}改" if by > 0 else value[:-1]
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if by > 0 else value[:-1]
    if isinstance(value, datetime):
        return value + timedelta(microseconds=by)
    if isinstance(value, date):
        return value + timedelta(days=by)
    raise TypeError(type(value))
