"""Read whole tables in order and few rows at a time, as a check of everything does.

A check must not stop at the first cell that cannot be read (SQLite keeps any bytes in any column):
such rows are told to the caller one by one and left out.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Row,
    Select,
    func,
    select,
    tuple_,
)
from sqlalchemy.exc import DBAPIError

from engine.domain.records import RECORDS, columns
from engine.store.tables import table
from engine.store.tables.columns import Instant, Json

Scanned = Row[Any]
"""A row as it was read; its columns are its attributes."""
Unread = Callable[[str, tuple[Any, ...], Sequence[str]], None]
"""Is told of a row that cannot be read: its table, its key, and the columns to blame."""

_FEW = 1000
_INSTANT = len("2026-03-03 07:00:00.123456")
_MINIFIED = "CASE WHEN json_valid({at}) THEN json({at}) = {at} ELSE 0 END"
_DAY = len("2026-03-03")
_WRONG = (ValueError, TypeError, LookupError, ArithmeticError, DBAPIError)


def scan(
    connection: Connection, name: str, by: Sequence[str], unread: Unread
) -> Iterator[Row[Any]]:
    """Read a table in the order of its whole-number columns `by`, which lead its key."""
    last: tuple[Any, ...] | None = None
    found = connection.execute(_all(name, by).execution_options(yield_per=_FEW))
    try:
        for row in found:
            key = tuple(getattr(row, column) for column in by)
            if odd := [c for c, v in zip(by, key, strict=True) if not isinstance(v, int)]:
                unread(name, key, odd)
                continue
            last = key
            yield row
    except _WRONG as wrong:
        if connection.dialect.name != "sqlite" and isinstance(wrong, DBAPIError):
            raise
    else:
        return
    finally:
        found.close()
    yield from _one_by_one(connection, name, by, last, unread)


def misspelt(connection: Connection, name: str) -> Iterator[tuple[tuple[Any, ...], list[str]]]:
    """Tell the rows of a SQLite table whose values are not kept as Duban writes them, with columns.

    SQLite keeps any type in any column, and one instant has many spellings as text: such a value
    may read the same and was still not written by Duban. PostgreSQL keeps every value in one way.
    """
    if connection.dialect.name != "sqlite":
        return
    chosen = table(name)
    named = [column.name for column in chosen.primary_key]
    wrong = {c.name: f"coalesce(NOT ({_spelling(c)}), 0)" for c in chosen.c}
    flags = ", ".join(wrong.values())
    keys = ", ".join(f'"{key}"' for key in named)
    query = f'SELECT {keys}, {flags} FROM "{name}" WHERE {" OR ".join(wrong.values())}'  # noqa: S608  # our own names
    for row in connection.exec_driver_sql(query):
        bad = zip(wrong, row[len(named) :], strict=True)
        yield tuple(row[: len(named)]), [column for column, is_wrong in bad if is_wrong]


def _spelling(column: Column[Any]) -> str:
    """Say in SQL how the values of a column are kept; null where there is none."""
    at = f'"{column.name}"'
    kinds: list[tuple[type, str]] = [
        (Instant, f"typeof({at}) = 'text' AND length({at}) = {_INSTANT}"),
        (Json, f"typeof({at}) = 'text' AND {_MINIFIED.format(at=at)}"),
        (Date, f"typeof({at}) = 'text' AND length({at}) = {_DAY}"),
        (Boolean, f"typeof({at}) = 'integer' AND {at} IN (0, 1)"),
        (Integer, f"typeof({at}) = 'integer'"),
        (LargeBinary, f"typeof({at}) = 'blob'"),
    ]
    words = f"typeof({at}) = 'text'"
    kept = next((kept for kind, kept in kinds if isinstance(column.type, kind)), words)
    return f"CASE WHEN {at} IS NULL THEN NULL ELSE {kept} END"


def leaves(connection: Connection) -> Iterator[Row[Any]]:
    """Read (log_index, stream, seq, body) of the events of the tree, in log order."""
    event = table("event").c
    statement = select(event.log_index, event.stream, event.seq, event.body)
    statement = statement.where(event.log_index.is_not(None)).order_by(event.log_index)
    return _read(connection, statement)


def hashes_kept(connection: Connection) -> dict[tuple[int, int], bytes]:
    """Read the stored hashes of full subtrees by level and index."""
    tile = table("log_tile").c
    found = connection.execute(select(tile.level, tile.start, tile.hash))
    return {(row.level, row.start): row.hash for row in found}


def pending(connection: Connection) -> set[tuple[int, int]]:
    """Read which events wait for their place in the tree, by stream and seq."""
    waiting = table("log_pending").c
    return {
        (row.stream, row.seq) for row in connection.execute(select(waiting.stream, waiting.seq))
    }


def definitions(connection: Connection) -> list[Row[Any]]:
    """Read (name, version, digest, source) of all published workflows."""
    kept = table("workflow").c
    return list(connection.execute(select(kept.name, kept.version, kept.digest, kept.source)))


def files_and_sizes(connection: Connection) -> Iterator[Row[Any]]:
    """Read (case_id, no, sha256, size, stored) of files; `stored` is None where no bytes are."""
    file, blob = table("file").c, table("blob")
    stored = func.length(blob.c.content).label("stored")
    statement = (
        select(file.case_id, file.no, file.sha256, file.size, stored)
        .join_from(table("file"), blob, blob.c.sha256 == file.sha256, isouter=True)
        .order_by(file.case_id, file.no)
    )
    return _read(connection, statement)


def blob_names(connection: Connection) -> list[str]:
    """List the hashes under which bytes are stored."""
    return list(connection.execute(select(table("blob").c.sha256)).scalars())


def blob(connection: Connection, sha256: str) -> bytes:
    """Read the bytes that are stored under a hash."""
    kept = table("blob").c
    content: bytes = connection.execute(
        select(kept.content).where(kept.sha256 == sha256)
    ).scalar_one()
    return content


def _all(name: str, by: Sequence[str]) -> Select[Any]:
    chosen = table(name)
    return _whole(name).order_by(*(chosen.c[column] for column in by))


def _whole(name: str) -> Select[Any]:
    """Select all columns, those of a record in the record's order."""
    chosen = table(name)
    return select(*(chosen.c[c] for c in columns(name))) if name in RECORDS else select(chosen)


def _read(connection: Connection, statement: Select[Any]) -> Iterator[Row[Any]]:
    return iter(connection.execute(statement.execution_options(yield_per=_FEW)))


def _one_by_one(
    connection: Connection,
    name: str,
    by: Sequence[str],
    last: tuple[Any, ...] | None,
    unread: Unread,
) -> Iterator[Row[Any]]:
    """Go on after the last row that could be read, each row by itself."""
    chosen = table(name)
    place = tuple_(*(chosen.c[column] for column in by))
    named = [column.name for column in chosen.primary_key]
    keys = select(*(chosen.c[column] for column in named)).order_by(*named)
    if last is not None:
        keys = keys.where(place >= last if len(named) > len(by) else place > last)
    for key in connection.execute(keys).all():
        try:
            row = connection.execute(
                _whole(name).where(*(chosen.c[c] == v for c, v in zip(named, key, strict=True)))
            ).one()
        except _WRONG:
            unread(name, tuple(key), _to_blame(connection, name, named, key))
            continue
        yield row


def _to_blame(
    connection: Connection, name: str, named: Sequence[str], key: Sequence[Any]
) -> list[str]:
    """Name the columns of a row that cannot be read."""
    chosen, found = table(name), []
    for column in chosen.c:
        value = select(column).where(*(chosen.c[c] == v for c, v in zip(named, key, strict=True)))
        try:
            connection.execute(value).one()
        except _WRONG:
            found.append(column.name)
    return found
