"""The limit: the bare driver, told to write the very rows that Duban wrote, with the same commits.

The rows are read from the log that Duban left: each event is one transaction, with the rows that it
tells of, the event itself, its place in the tree and the values that it commits to. Nothing is
read, decided, hashed or built while the driver writes.
"""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from typing import Any

import orjson
import psycopg
from sqlalchemy import Column, Connection, Date, Dialect

from engine.domain.records import key_columns
from engine.store import ledger
from engine.store.database import database_url
from engine.store.ledger import Logged
from engine.store.tables import table
from engine.store.tables.columns import Instant

PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON",
    "secure_delete=ON", "mmap_size=0", "trusted_schema=OFF", "wal_autocheckpoint=1000",
)  # fmt: skip
"""The settings of SQLite under which Duban itself writes."""
Statement = tuple[str, tuple[Any, ...]]
Steps = list[list[Statement]]


def captured(connection: Connection, first: int) -> Steps:
    """Spell the transactions that brought the log from a number of events on to where it is."""
    dialect = connection.dialect
    return [_step(connection, dialect, e) for e in ledger.events_in_order(connection, first)]


def _step(connection: Connection, dialect: Dialect, event: Logged) -> list[Statement]:
    vault = ledger.opened(connection, event.stream, event.seq)
    said = orjson.loads(event.body)
    found = [_change(dialect, row, vault) for row in said["rows"]]
    names = ["stream", "seq", "kind", "at", "recorded_at", "body", "leaf_hash", "log_index"]
    found.append(_insert(dialect, "event", {n: getattr(event, n) for n in names}))
    if dialect.name != "sqlite":
        place = {"stream": event.stream, "seq": event.seq}
        found.append(_insert(dialect, "log_pending", place))
    for field, secret in vault.items():
        if secret is not None:
            row = {"stream": event.stream, "seq": event.seq, "field": field}
            row |= {"salt": secret.salt, "value": secret.value}
            found.append(_insert(dialect, "vault", row))
    return found


def _change(dialect: Dialect, row: dict[str, Any], vault: dict[str, Any]) -> Statement:
    """Spell the change of one row; a place in the log's words is its key and its column."""
    record, key, old = row["t"], row["k"], row.get("old")
    place = f"{record}.{'.'.join(map(str, key))}"
    new = {
        name: vault[f"{place}.{name}"].value if _is_mark(value) else _value(record, name, value)
        for name, value in row["new"].items()
    }
    if old is None:
        return _insert(dialect, record, new)
    keys = dict(zip(key_columns(record), key, strict=True))
    if record == "case" and "version" in old:
        keys["version"] = old["version"]
    sets = ", ".join(f"{name} = {_mark(dialect)}" for name in new)
    where = " AND ".join(f"{name} = {_mark(dialect)}" for name in keys)
    values = (*_bound(dialect, record, new), *_bound(dialect, record, keys))
    return f'UPDATE "{record}" SET {sets} WHERE {where}', values  # noqa: S608


def _insert(dialect: Dialect, name: str, row: dict[str, Any]) -> Statement:
    if dialect.name != "sqlite":
        row = {column: value for column, value in row.items() if column != "log_index"}
    marks = ", ".join([_mark(dialect)] * len(row))
    return (
        f'INSERT INTO "{name}" ({", ".join(row)}) VALUES ({marks})',  # noqa: S608
        _bound(dialect, name, row),
    )


def _mark(dialect: Dialect) -> str:
    return "?" if dialect.name == "sqlite" else "%s"


def _is_mark(value: object) -> bool:
    return isinstance(value, dict) and set(value) == {"c"}


def _value(record: str, name: str, told: Any) -> Any:  # noqa: ANN401  # a column value
    """Read a value as the log spells it."""
    kind = table(record).c[name].type
    if told is None:
        return None
    if isinstance(kind, Instant):
        return datetime.fromisoformat(told)
    return date.fromisoformat(told) if isinstance(kind, Date) else told


def _bound(dialect: Dialect, name: str, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_spelt(dialect, table(name).c[column], value) for column, value in row.items())


def _spelt(dialect: Dialect, column: Column[Any], value: Any) -> Any:  # noqa: ANN401  # for the driver
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return value if process is None else process(value)


def replay(url: str, steps: Steps) -> list[float]:
    """Write the steps with the bare driver; give the seconds that each took."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _on_sqlite(parsed.database or "", steps)
    return _on_postgresql(parsed.set(drivername="postgresql").render_as_string(), steps)


def _on_sqlite(path: str, steps: Sequence[list[Statement]]) -> list[float]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        taken = []
        for step in steps:
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in step:
                connection.execute(statement, values)
            connection.execute("COMMIT")
            taken.append(time.perf_counter() - began)
        return taken


def _on_postgresql(url: str, steps: Sequence[list[Statement]]) -> list[float]:
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        connection.prepare_threshold = 2
        taken = []
        for step in steps:
            began = time.perf_counter()
            for statement, values in step:
                cursor.execute(statement.encode(), values)
            connection.commit()
            taken.append(time.perf_counter() - began)
        return taken
