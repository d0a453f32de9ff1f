"""Orders of listings, and the condition for what comes after a place in one.

A column that may be null is ordered with its nulls last, whichever way it goes, on both databases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_


@dataclass(frozen=True)
class Order:
    """One column of an order. `down` is the largest first; `gaps` says that it may be null."""

    column: ColumnElement[Any]
    down: bool = False
    gaps: bool = False


def ordering(orders: Sequence[Order]) -> list[ColumnElement[Any]]:
    """Give what a statement is ordered by."""
    return [term for order in orders for term in _terms(order)]


def beyond(orders: Sequence[Order], place: Sequence[Any] | None) -> ColumnElement[bool] | None:
    """Give the condition for the rows after a place; None where there is no place."""
    if place is None:
        return None
    found: ColumnElement[bool] = false()
    for order, value in reversed(list(zip(orders, place, strict=True))):
        found = _after(order, value, found)
    return found


def _terms(order: Order) -> list[ColumnElement[Any]]:
    one = order.column.desc() if order.down else order.column.asc()
    return [order.column.is_(None), one] if order.gaps else [one]


def _after(order: Order, value: Any, then: ColumnElement[bool]) -> ColumnElement[bool]:  # noqa: ANN401  # a column value
    """Say that a row comes later by this column, or equals here and comes later by the others.

    Spelt as `column >= value AND (column > value OR …)`, so that an index is entered at the place.
    """
    column = order.column
    if value is None:
        return and_(column.is_(None), then)
    later, from_here = (
        (column < value, column <= value) if order.down else (column > value, column >= value)
    )
    told = and_(from_here, or_(later, then))
    return or_(told, column.is_(None)) if order.gaps else told
