"""Any number of ids as one value: in a condition, for a statement takes only so many, and read."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Connection,
    Dialect,
    Select,
    Text,
    TypeDecorator,
    any_,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.types import TypeEngine


def among(
    connection: Connection, column: ColumnElement[Any], ids: Iterable[int]
) -> ColumnElement[bool]:
    """Say that a column is one of some ids, however many there are."""
    if connection.dialect.name == "sqlite":
        spelt = _spelt(ids) if isinstance(ids, frozenset) else json.dumps(list(ids))
        each = func.json_each(spelt).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(list(ids), ARRAY(BigInteger)))


@lru_cache(maxsize=32)
def _spelt(ids: frozenset[int]) -> str:
    """Spell many ids once: what somebody sees is asked for several times on a page."""
    return json.dumps(list(ids))


class _Several(TypeDecorator[list[Any]]):
    """Several values as one: a JSON list on SQLite, an array on PostgreSQL."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self._kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the database's own type."""
        own: TypeEngine[Any] = Text() if dialect.name == "sqlite" else ARRAY(self._kind)
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401  # the driver's
        """Write the values."""
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


def among_given(dialect: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Say that a column of numbers or short texts is one of those given under a name.

    For statements that are spelt once (`driver.Prepared`), whatever is given each time.
    """
    given = bindparam(name, type_=_Several(column.type))
    if dialect == "sqlite":
        each = func.json_each(given).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(given)


def these(connection: Connection, ids: Iterable[int]) -> Select[Any]:
    """Select some ids, however many there are."""
    if connection.dialect.name == "sqlite":
        return select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)
    return select(func.unnest(literal(list(ids), ARRAY(BigInteger))))


def gathered(connection: Connection, asked: Select[Any] | CompoundSelect[Any]) -> list[int]:
    """Read the ids that a statement gives, as one value: row by row it takes four times as long."""
    ids = next(iter(asked.subquery("ids").c))
    if connection.dialect.name == "sqlite":
        found = connection.execute(select(func.json_group_array(ids))).scalar_one()
        return list(json.loads(found))
    return list(connection.execute(select(func.array_agg(ids))).scalar_one() or ())
