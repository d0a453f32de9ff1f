"""Write many new rows at once, without what SQLAlchemy spends on each of them.

The statement and the conversion of every column are SQLAlchemy's own, looked up once; equal
instants, of which an import has many, are converted once.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Boolean, Connection, Dialect, bindparam, insert

from engine.store.tables import table
from engine.store.tables.columns import Instant

Convert = Callable[[Any], Any]
_INSTANTS = 20_000
_ROOM = 64 * 1024
"""Kibibytes of pages that SQLite keeps in memory while many rows are written."""


def insert_many(
    connection: Connection, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows that all have these columns, their values in this order."""
    made = _prepared(name, tuple(columns), connection.dialect)
    many: list[Any] = [_converted(made.converts, row) for row in rows]
    if made.order is not None:
        many = list(map(itemgetter(*made.order), many))
    if made.names:
        many = [dict(zip(made.names, row, strict=True)) for row in many]
    if many:
        connection.exec_driver_sql(made.statement, many)


@contextmanager
def roomy(connection: Connection) -> Iterator[None]:
    """Let SQLite keep more pages in memory for a while; a large import touches all indexes."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.exec_driver_sql("PRAGMA cache_size").scalar_one()
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_ROOM}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {int(before)}")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A statement; which columns are converted; in which order it wants them, or by which names."""

    statement: str
    converts: tuple[tuple[int, Convert], ...]
    order: tuple[int, ...] | None
    names: tuple[str, ...]


def _converted(converts: Iterable[tuple[int, Convert]], row: Sequence[Any]) -> tuple[Any, ...]:
    values = list(row)
    for place, convert in converts:
        if values[place] is not None:
            values[place] = convert(values[place])
    return tuple(values)


@lru_cache(maxsize=256)
def _prepared(name: str, columns: tuple[str, ...], dialect: Dialect) -> _Prepared:
    chosen = table(name)
    bound = {column: bindparam(column, type_=chosen.c[column].type) for column in columns}
    compiled = insert(chosen).values(bound).compile(dialect=dialect)
    converts = ((place, _convert(name, column, dialect)) for place, column in enumerate(columns))
    wanted = tuple(compiled.positiontup or ())
    order = tuple(map(columns.index, wanted)) if wanted and wanted != columns else None
    return _Prepared(
        str(compiled),
        tuple((place, convert) for place, convert in converts if convert is not None),
        order,
        () if wanted else columns,
    )


def _convert(name: str, column: str, dialect: Dialect) -> Convert | None:
    kind = table(name).c[column].type
    if isinstance(kind, Instant):
        return _instant(dialect)
    if isinstance(kind, Boolean):
        return None  # both drivers write a bool as it is
    convert: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


@lru_cache(maxsize=8)
def _instant(dialect: Dialect) -> Convert | None:
    """Convert instants, those of all columns with one memory."""
    convert: Convert | None = Instant().dialect_impl(dialect).bind_processor(dialect)
    return convert and lru_cache(maxsize=_INSTANTS)(convert)
