"""The index of passages (`engine.domain.passages`): written with the rows, asked by every search.

Whatever writes rows writes their passages in the same transaction, and takes away those that rows
had before: what is erased from a row is gone from the index with it. FTS5 notes down what is taken
away beside what is there, until it puts both together some day; what is erased must not wait for
that, so then it is done at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, text

from engine.domain.events import Delta
from engine.domain.passages import (
    KINDS,
    SOURCES,
    TOUCHING,
    Passage,
    pairs,
    passage_of,
    passages_of,
)
from engine.domain.records import key_columns
from engine.store.driver import Prepared
from engine.store.tables import table
from engine.store.tables.passages import PASSAGES

_BATCH = 5000
_WIDE = str.maketrans(
    {" ": "\N{IDEOGRAPHIC SPACE}"} | {chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)}
)
"""ASCII written wide, as no folded text has it: FTS5 then parts tokens at our spaces alone."""
_WRITE = Prepared(insert(PASSAGES).values(rowid=bindparam("rowid"), text=bindparam("text")))
_INSERT = {
    "sqlite": "INSERT INTO passage (rowid, text) VALUES (?, ?)",
    "postgresql": "INSERT INTO passage (rowid, text) VALUES (%s, %s)",
}
_TAKE = {
    "sqlite": Prepared(
        text("INSERT INTO passage (passage, rowid, text) VALUES ('delete', :rowid, :text)")
    ),
    "postgresql": Prepared(delete(PASSAGES).where(PASSAGES.c.rowid == bindparam("rowid"))),
}
_MERGE = "INSERT INTO passage (passage) VALUES ('optimize')"
_EMPTY = {
    "sqlite": "INSERT INTO passage (passage) VALUES ('delete-all')",
    "postgresql": "DELETE FROM passage",
}

_ANY = {
    "sqlite": "SELECT 1 FROM passage_docsize LIMIT 1",
    "postgresql": "SELECT 1 FROM passage LIMIT 1",
}


class Writing:
    """What some changes of rows mean for the index: begun before they are written, ended after."""

    def __init__(self, connection: Connection, deltas: Sequence[Delta]) -> None:
        self._connection = connection
        self._touched = list(filter(_is_touching, deltas))
        self._before = self._of_rows(delta for delta in self._touched if delta.old is not None)

    def end(self) -> None:
        """Take away the passages that rows had before, and write those that they have now."""
        if not self._touched:
            return
        newest = {(delta.record, delta.key): delta for delta in self._touched}
        now = self._of_rows(newest.values())
        gone = dict(self._before.items() - now.items())
        _run(self._connection, _TAKE[self._connection.dialect.name], gone)
        _run(self._connection, _WRITE, dict(now.items() - self._before.items()))
        if gone.keys() - now.keys():
            settle(self._connection)

    def _of_rows(self, deltas: Iterable[Delta]) -> dict[int, str]:
        """Give the passages of the rows that changes are of, as they are now."""
        rows = chain.from_iterable(_row_of(self._connection, delta) for delta in deltas)
        return {p.place: p.text for record, row in rows for p in passages_of(record, row)}


def _is_touching(delta: Delta) -> bool:
    """Say that a change is one of what passages are made of."""
    return delta.record in TOUCHING and not TOUCHING[delta.record].isdisjoint(delta.new)


def write_rows(
    connection: Connection, record: str, names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write the passages of many new rows of one kind."""
    if record in SOURCES:
        _write_many(connection, _of_new(record, names, rows))


def settle(connection: Connection) -> None:
    """Leave nothing on the disk of what was taken away, as far as the database can be told to."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_MERGE)


def rebuild(connection: Connection) -> int:
    """Make the index anew; give the number of its passages."""
    connection.exec_driver_sql(_EMPTY[connection.dialect.name])
    source, count = all_passages(connection), 0
    while batch := list(islice(source, _BATCH)):
        count += _write_many(connection, batch)
    settle(connection)
    return count


def is_empty(connection: Connection) -> bool:
    """Say whether nothing is in the index."""
    return connection.exec_driver_sql(_ANY[connection.dialect.name]).first() is None


def all_passages(connection: Connection) -> Iterator[Passage]:
    """Read the passages of all rows, in the order of their places."""
    for kind in KINDS:
        yield from passages_of_kind(connection, kind)


def passages_of_kind(connection: Connection, kind: str) -> Iterator[Passage]:
    """Read all passages of a kind, in the order of their places."""
    record, source = next(
        (record, source)
        for record, sources in SOURCES.items()
        for source in sources
        if source.kind == kind
    )
    found = connection.execute(_rows(record).execution_options(yield_per=_BATCH))
    for row in found.mappings():
        passage = passage_of(source, {**row})
        if passage is not None:
            yield passage


def _of_new(record: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Passage]:
    for row in rows:
        yield from passages_of(record, dict(zip(names, row, strict=True)))


def _write_many(connection: Connection, passages: Iterable[Passage]) -> int:
    found = {one.place: one.text for one in passages}
    if found:
        spell = _spelling(connection)
        many = [(place, spell(found[place])) for place in sorted(found)]
        connection.exec_driver_sql(_INSERT[connection.dialect.name], many)
    return len(found)


def _run(connection: Connection, statement: Prepared, passages: Mapping[int, str]) -> None:
    """Run a statement for each passage, in the order of their places: FTS5 likes them so."""
    spell = _spelling(connection)
    for place in sorted(passages):
        statement.run(connection, {"rowid": place, "text": spell(passages[place])})


def _spelling(connection: Connection) -> Callable[[str], str]:
    """Give how a database is told of a folded text."""
    return tokens if connection.dialect.name == "sqlite" else str


def tokens(text: str) -> str:
    """Spell a folded text for FTS5: its pairs, parted by spaces."""
    return " ".join(spelt_pairs(text))


def spelt_pairs(text: str) -> list[str]:
    """Give the pairs of a folded text as FTS5 has them."""
    return pairs(text.translate(_WIDE))


def _row_of(connection: Connection, delta: Delta) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the row that a change is of; nothing where it is not there."""
    keys = dict(zip(key_columns(delta.record), delta.key, strict=True))
    if delta.old is None:
        yield delta.record, {**keys, **delta.new}
        return
    names, one = _one(delta.record)
    for row in one.rows(connection, {f"k_{name}": value for name, value in keys.items()}):
        yield delta.record, dict(zip(names, row, strict=True))


@cache
def _one(record: str) -> tuple[tuple[str, ...], Prepared]:
    statement = _rows(record)
    chosen = table(record).c
    keys = [chosen[name] == bindparam(f"k_{name}", 0) for name in key_columns(record)]
    names = tuple(column.name for column in statement.selected_columns)
    return names, Prepared(statement.where(*keys))


def _rows(record: str) -> Select[Any]:
    """Select of all rows of a kind what their passages are made of, in order."""
    chosen = table(record).c
    keys = key_columns(record)
    return select(*(chosen[name] for name in (*keys, *sorted(TOUCHING[record])))).order_by(
        *(chosen[name] for name in keys)
    )
