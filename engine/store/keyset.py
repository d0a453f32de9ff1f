"""Read a listing from a place on, in an order that indexes serve on both databases."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, func, or_, select

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


def in_order_of_all(
    connection: Connection,
    statement: Select[Any],
    orders: Sequence[Order],
    place: Sequence[Any] | None,
    count: int | None,
) -> tuple[list[Found], int]:
    """Read up to so many rows after a place, and the number of all rows, looking at each once.

    For conditions that no index serves. The columns of the statement are an id, then those of the
    orders; the rows have the number as one more.
    """
    every = statement.cte("every")
    placed = [replace(o, column=c) for o, c in zip(orders, list(every.c)[1:], strict=True)]
    total = select(func.count()).select_from(every).scalar_subquery()
    gaps = [placed[0].column.is_(None)] if placed[0].gaps else []
    page = select(*every.c, total).order_by(*gaps, *_terms(placed)).limit(count)
    if place is None:
        found = list(connection.execute(page))
        return found, found[0][-1] if found else 0
    found = list(connection.execute(page.where(_after_place(placed, place))))
    return found, found[0][-1] if found else connection.execute(select(total)).scalar_one()


@dataclass(frozen=True)
class Walked:
    """A listing that is gone through in its order until enough of it is found."""

    statement: Select[Any]
    orders: Sequence[Order]
    place: Sequence[Any] | None
    count: int


FEW, MANY, FAR = 500, 2000, 8000
"""Up to so many ids are asked for by name, from so many on a walk meets some soon; how far it goes.
"""
_FIRST, _TIMES = 200, 4


def walked(
    connection: Connection, listing: Walked, ids: Collection[int]
) -> tuple[list[Found], int] | None:
    """Read up to so many rows after a place whose ids are among these; count all of these.

    None where there is a shorter way: where these are not few and not many, or lie far on.
    """
    if len(ids) <= FEW:
        key = next(iter(listing.statement.selected_columns))
        few = listing.statement.where(key.in_(ids))
        return in_order(connection, few, listing.orders, listing.place, listing.count), len(ids)
    return _walked(connection, listing, ids) if len(ids) >= MANY else None


def _walked(
    connection: Connection, listing: Walked, ids: Collection[int]
) -> tuple[list[Found], int] | None:
    found, place, step, gone = list[Found](), listing.place, _FIRST, 0
    while len(found) < listing.count and gone < FAR:
        read = in_order(connection, listing.statement, listing.orders, place, step)
        found += [row for row in read if row[0] in ids]
        if len(read) < step:
            return found[: listing.count], len(ids)
        place, gone, step = read[-1][1:], gone + step, step * _TIMES
    return (found[: listing.count], len(ids)) if len(found) >= listing.count else None


def _after_place(orders: Sequence[Order], place: Sequence[Any]) -> ColumnElement[bool]:
    """Give the condition for the rows after a place in one order, its nulls last."""
    first, *others = orders
    if not first.gaps:
        return beyond(orders, place)
    gap = first.column.is_(None)
    return (
        and_(gap, beyond(others, place[1:]))
        if place[0] is None
        else or_(gap, beyond(orders, place))
    )


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
    return list(connection.execute(statement.order_by(*_terms(orders)).limit(count)))


def _terms(orders: Sequence[Order]) -> list[ColumnElement[Any]]:
    return [order.column.desc() if order.down else order.column.asc() for order in orders]


def _after(order: Order, value: Any, then: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401  # a column value
    """Say that a row comes later by this column, or equals here and comes later by the others.

    Spelt as `column >= value AND (column > value OR …)`, so that an index is entered at the place.
    """
    column = order.column
    if order.down:
        return and_(column <= value, or_(column < value, then))
    return and_(column >= value, or_(column > value, then))
