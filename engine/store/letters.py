"""Urging letters across cases: by what they wait for, and the cases that have one open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, select

from engine.domain.facts import UNANSWERED
from engine.domain.records import Letter, columns
from engine.store.keyset import Order, in_order
from engine.store.moment import CASE, CLOCK
from engine.store.tables import table

_LETTER = table("letter")
_OPEN = frozenset({"draft", *UNANSWERED})


@dataclass(frozen=True, slots=True)
class Found:
    """A letter with its case, and when the limit that runs for it is due."""

    letter: Letter
    code: str
    title: str
    due_at: datetime | None
    place: tuple[Any, ...]


@dataclass(frozen=True)
class LettersQuery:
    """Which letters: in which statuses, seen by whom; of open cases alone unless `closed` too."""

    seen: ColumnElement[bool]
    statuses: Sequence[str]
    order: str
    down: bool = False
    closed: bool = False
    clocks: Sequence[str] = ()


def page(
    connection: Connection, query: LettersQuery, place: Sequence[Any] | None, count: int
) -> list[Found]:
    """Read letters after a place in their order."""
    orders = [Order(_LETTER.c[query.order], query.down),
              Order(_LETTER.c.case_id, query.down), Order(_LETTER.c.no, query.down)]  # fmt: skip
    names = columns("letter")
    due = (
        select(func.min(CLOCK.c.due_at))
        .where(CLOCK.c.case_id == _LETTER.c.case_id, CLOCK.c.subject == _LETTER.c.no)
        .where(CLOCK.c.ended_at.is_(None), CLOCK.c.kind.in_(list(query.clocks)))
        .scalar_subquery()
    )
    told = select(
        *(order.column.label(f"by_{n}") for n, order in enumerate(orders)),
        CASE.c.code.label("case_code"), CASE.c.title.label("case_title"),
        due.label("limit_at"), *(_LETTER.c[name].label(f"letter_{name}") for name in names),
    ).select_from(_joined())  # fmt: skip
    rows = in_order(connection, told.where(_asked(query)), orders, place, count)
    return [_found(tuple(row), len(orders)) for row in rows]


def count_by_status(connection: Connection, seen: ColumnElement[bool]) -> dict[str, int]:
    """Count the letters of open cases by status."""
    told = select(_LETTER.c.status, func.count()).select_from(_joined())
    narrowed = told.where(seen, CASE.c.closed_at.is_(None)).group_by(_LETTER.c.status)
    return {row[0]: row[1] for row in connection.execute(narrowed)}


def total(connection: Connection, query: LettersQuery) -> int:
    """Count the letters that a query asks for."""
    told = select(func.count()).select_from(_joined()).where(_asked(query))
    counted: int = connection.execute(told).scalar_one()
    return counted


def not_to_be_urged() -> Select[Any]:
    """Select the cases that have an open letter already."""
    return select(_LETTER.c.case_id).where(_LETTER.c.status.in_(sorted(_OPEN)))


def late_kinds(connection: Connection, cases: Sequence[str], at: datetime) -> dict[str, set[str]]:
    """Give the kinds of limits that have passed in some cases, by their codes."""
    clock = CLOCK.c
    late = and_(clock.is_limit, clock.ended_at.is_(None), clock.paused_at.is_(None))
    told = select(CASE.c.code, clock.kind).select_from(CLOCK.join(CASE, CASE.c.id == clock.case_id))
    found: dict[str, set[str]] = {}
    asked = told.where(CASE.c.code.in_(list(cases)), late, clock.due_at < at)
    for code, kind in connection.execute(asked):
        found.setdefault(code, set()).add(kind)
    return found


def _joined() -> Any:  # noqa: ANN401  # a join
    return _LETTER.join(CASE, CASE.c.id == _LETTER.c.case_id)


def _asked(query: LettersQuery) -> ColumnElement[bool]:
    given = [query.seen, _LETTER.c.status.in_(list(query.statuses))]
    if not query.closed:
        given.append(CASE.c.closed_at.is_(None))
    return and_(*given)


def _found(row: tuple[Any, ...], placed: int) -> Found:
    code, title, due_at, *letter = row[placed:]
    return Found(Letter(*letter), code, title, due_at, row[:placed])
