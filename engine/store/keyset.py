"""Read a listing from a place on, in an order that indexes serve on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, or_

Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Order:
    """One column of an order. `down` is the largest first.

    `gaps` says that it may be null; only the first column may, and its nulls come last, whichever
    way it goes.
    """

    column: ColumnElement[Any]
    down: bool = False
    gaps: bool = False


def in_order(
    connection: Connection,
    statement: Select[Any],
    orders: Sequence[Order],
    place: Sequence[Any] | None,
    count: int | None,
) -> list[Found]:
    """Read up to so many rows after a place; all of them without a count.

    Rows with and without a value in a first column with gaps are read by two statements: the two
    databases put nulls at different ends, and an index is used only where nothing is said of it.
    """
    first, *others = orders
    if not first.gaps:
        return _read(connection, statement, orders, place, count)
    found: list[Found] = []
    if place is None or place[0] is not None:
        valued = statement.where(first.column.is_not(None))
        found = _read(connection, valued, orders, place, count)
        place = None
    left = None if count is None else count - len(found)
    if left is None or left > 0:
        empty = statement.where(first.column.is_(None))
        found += _read(connection, empty, others, place and place[1:], left)
    return found


def beyond(orders: Sequence[Order], place: Sequence[Any]) -> ColumnElement[bool]:
    """Give the condition for the rows after a place whose columns all have values."""
    found: ColumnElement[bool] = false()
    for order, value in reversed(list(zip(orders, place, strict=True))):
        found = _after(order, value, found)
    return found


def _read(
    connection: Connection,
    statement: Select[Any],
    orders: Sequence[Order],
    place: Sequence[Any] | None,
    count: int | None,
) -> list[Found]:
    if place is not None:
        statement = statement.where(beyond(orders, place))
    terms = [order.column.desc() if order.down else order.column.asc() for order in orders]
    return list(connection.execute(statement.order_by(*terms).limit(count)))


def _after(order: Order, value: Any, then: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401  # a column value
    """Say that a row comes later by this column, or equals here and comes later by the others.

    Spelt as `column >= value AND (column > value OR …)`, so that an index is entered at the place.
    """
    column = order.column
    if order.down:
        return and_(column <= value, or_(column < value, then))
    return and_(column >= value, or_(column > value, then))
