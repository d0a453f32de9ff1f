"""Write changes of records to their tables, and read records back; the only way to do either.

Statements are built once per shape and kept, so that a step costs little beside the disk.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Select,
    bindparam,
    insert,
    select,
    update,
)

from engine.domain.events import Delta
from engine.domain.records import CASE_PARTS, RECORDS, columns, key_columns
from engine.store import kept, passages
from engine.store.among import among_given
from engine.store.bulk import insert_many
from engine.store.driver import Prepared, together
from engine.store.tables import table

_FIRST = {"unit": 0, "account": 1, "issue": 2, "case": 3}
_LATER = 4
_GUARDS = {"case": ("version", "next_no")}
"""Columns by whose old value a change is guarded: one that comes second is stale."""
_BATCH = 2000
_MANY = 500


def apply(connection: Connection, deltas: Sequence[Delta]) -> None:
    """Write the changes. Rows that change go before rows that are new, parents before parts.

    So a tenure that ends makes room for the one that follows it, whatever order they are told in.
    A change of a case is guarded by what `old` holds of its `version` and its `next_no`. Raises
    StaleError when these, or any other row to be changed, are not there any more; the transaction
    must then end. The passages in which words are looked for change with their rows.
    """
    kept.untold(connection)
    indexed = passages.Writing(connection, deltas)
    new = {(delta.record, delta.key) for delta in deltas if delta.old is None}
    for delta in sorted(deltas, key=lambda d: _rank(d, new)):
        if delta.old is None:
            _insert(delta.record, tuple(delta.new)).run(connection, delta.new)
        else:
            _change(connection, delta)
    indexed.end()


def bulk_insert(connection: Connection, record: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write many new rows of one kind, all with the same columns; give how many."""
    kept.untold(connection)
    source, count = iter(rows), 0
    while batch := list(islice(source, _BATCH)):
        names = tuple(batch[0])
        values = [[row[n] for n in names] for row in batch]
        insert_many(connection, record, names, values)
        passages.write_rows(connection, record, names, values)
        count += len(batch)
    return count


def bulk_insert_values(connection: Connection, record: str, rows: Sequence[Sequence[Any]]) -> None:
    """Write many new rows of one kind that are given by their values, in order of columns."""
    kept.untold(connection)
    insert_many(connection, record, columns(record), rows)
    passages.write_rows(connection, record, columns(record), rows)


def fetch(connection: Connection, record: str, *, lock: bool = False, **equals: Any) -> list[Any]:  # noqa: ANN401  # column values
    """Read the records whose columns equal the given values, in the order of their keys.

    A value of None means null; a list or set means any of its members. `lock` keeps other writers
    off the rows until the transaction ends (on SQLite the whole transaction already does).
    """
    shape = tuple((name, _operator(value)) for name, value in equals.items())
    values = {f"b_{name}": _bound(value) for name, value in equals.items() if value is not None}
    kind = RECORDS[record]
    return [kind(*row) for row in _prepared(record, shape, lock).rows(connection, values)]


def fetch_one(connection: Connection, record: str, *, lock: bool = False, **equals: Any) -> Any:  # noqa: ANN401  # a record or None
    """Read the one record whose columns equal the given values, or None.

    Raises ValueError when there are several: the caller's question was not one for one record.
    """
    found = fetch(connection, record, lock=lock, **equals)
    if len(found) > 1:
        raise ValueError(f"{len(found)} rows of {record} where one was asked for")
    return found[0] if found else None


def fetch_parts(
    connection: Connection, case_ids: Sequence[int], records: Sequence[str] = tuple(CASE_PARTS)
) -> dict[int, dict[str, list[Any]]]:
    """Read the parts of cases: for each case, for each kind, its rows by number."""
    if len(case_ids) == 1:
        return {case_ids[0]: _parts_of(connection, case_ids[0], records)}
    parts: dict[int, dict[str, list[Any]]] = {c: {r: [] for r in records} for c in case_ids}
    for first in range(0, len(case_ids), _MANY):
        some = case_ids[first : first + _MANY]
        for record in records:
            for row in fetch(connection, record, case_id=list(some)):
                parts[row.case_id][record].append(row)
    return parts


def _parts_of(connection: Connection, case_id: int, records: Sequence[str]) -> dict[str, list[Any]]:
    """Read the parts of one case; all questions are sent before the first answer is read."""
    shape, values = (("case_id", "equal"),), {"b_case_id": case_id}
    with together(connection):
        sent = {r: _prepared(r, shape, lock=False).send(connection, values) for r in records}
        return {record: [RECORDS[record](*row) for row in read()] for record, read in sent.items()}


def _rank(delta: Delta, new: set[tuple[str, tuple[int, ...]]]) -> tuple[bool, bool, int]:
    comes_later = (delta.record, delta.key) in new
    order = _FIRST.get(delta.record, _LATER) if delta.old is None else _LATER
    return comes_later, comes_later and delta.old is not None, order


def _change(connection: Connection, delta: Delta) -> None:
    old = delta.old or {}
    guards = tuple(name for name in _GUARDS.get(delta.record, ()) if name in old)
    values = {f"b_{name}": value for name, value in delta.new.items()}
    values |= {f"k_{n}": v for n, v in zip(key_columns(delta.record), delta.key, strict=True)}
    values |= {f"k_{name}": old[name] for name in guards}
    if not delta.new:
        return
    _update(delta.record, tuple(delta.new), guards).change(connection, values)


@cache
def _insert(record: str, names: tuple[str, ...]) -> Prepared:
    """Name the columns outright: an omitted one would be left to the database."""
    chosen = table(record)
    given = {name: bindparam(name, type_=chosen.c[name].type) for name in names}
    return Prepared(insert(chosen).values(given))


@cache
def _update(record: str, names: tuple[str, ...], guards: tuple[str, ...]) -> Prepared:
    chosen = table(record)
    keys = (*key_columns(record), *guards)
    return Prepared(
        update(chosen)
        .where(*(chosen.c[name] == bindparam(f"k_{name}") for name in keys))
        .values({n: bindparam(f"b_{n}", type_=chosen.c[n].type) for n in names})
    )


@cache
def _prepared(record: str, shape: tuple[tuple[str, str], ...], lock: bool) -> Prepared:  # noqa: FBT001  # part of the cached shape
    kinds = [table(record).c[name].type for name in columns(record)]
    return Prepared(lambda dialect: _select(dialect, record, shape, lock=lock), kinds)


def _select(
    dialect: str, record: str, shape: tuple[tuple[str, str], ...], *, lock: bool
) -> Executable:
    chosen = table(record)
    statement: Select[Any] = select(*(chosen.c[name] for name in columns(record)))
    for name, operator in shape:
        column = chosen.c[name]
        if operator == "null":
            statement = statement.where(column.is_(None))
        elif operator == "in":
            statement = statement.where(among_given(dialect, column, f"b_{name}"))
        else:
            statement = statement.where(column == bindparam(f"b_{name}"))
    statement = statement.order_by(*(chosen.c[name] for name in key_columns(record)))
    return statement.with_for_update() if lock else statement


def _operator(value: object) -> str:
    if value is None:
        return "null"
    return "in" if isinstance(value, list | tuple | set | frozenset) else "equal"


def _bound(value: Any) -> Any:  # noqa: ANN401  # a column value
    return sorted(value) if isinstance(value, set | frozenset) else value
