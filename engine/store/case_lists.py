"""Which cases a list holds, in which order: one condition for the page and for the total."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    True_,
    and_,
    func,
    or_,
    select,
    true,
    type_coerce,
)

from engine.domain.records import Case, columns
from engine.store import spans
from engine.store.among import among_given
from engine.store.driver import Prepared
from engine.store.keyset import Found, Order, Walked, in_order, in_order_of_all, walked
from engine.store.list_query import ListQuery
from engine.store.moment import CASE, CLOCK, Standing, first_passed, standing

SORTS: dict[str, type] = {
    "limit": datetime, "due": date, "registered_at": datetime, "code": int,
}  # fmt: skip
"""What a list is ordered by, and what stands in a place of it; `-` before it turns it round."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A case of a list: its row, where it stood, who answered for it, its place in the order."""

    case: Case
    state: str
    lead_id: int | None
    lead_unit_id: int | None
    due_on: date | None
    place: tuple[Any, ...]


def page(
    connection: Connection, query: ListQuery, place: Sequence[Any] | None, count: int
) -> list[Listed]:
    """Read cases of the list after a place."""
    return page_and_total(connection, query, place, count)[0]


def page_and_total(
    connection: Connection, query: ListQuery, place: Sequence[Any] | None, count: int
) -> tuple[list[Listed], int | None]:
    """Read cases of the list after a place, and how many are on it where that costs nothing more.

    Texts and parts are looked for once for both; other conditions have their indexes.
    """
    orders = _orders(query)
    wanted: Select[Any] = select(
        CASE.c.id, *(order.column.label(f"by_{n}") for n, order in enumerate(orders))
    )
    told = _by_ids(connection, query, Walked(wanted, orders, place, count))
    if told is not None:
        return _look_up(connection, query, told[0]), told[1]
    asked = wanted.where(_asked(connection, query))
    if query.said is None and query.parts is None:
        return _look_up(connection, query, in_order(connection, asked, orders, place, count)), None
    found, number = in_order_of_all(connection, asked, orders, place, count)
    return _look_up(connection, query, found), number


def _by_ids(
    connection: Connection, query: ListQuery, listing: Walked
) -> tuple[list[Found], int] | None:
    """Read a list of all cases in which words stand by their ids, where that is the short way.

    Only for who reads all of every case: for all others it matters in what the words stand.
    """
    said, asked = query.said, (query.in_full, *_besides_words(query))
    if said is None or query.past or not all(isinstance(one, True_) for one in asked):
        return None
    return walked(connection, listing, said.whole)


def _look_up(connection: Connection, query: ListQuery, found: Sequence[Found]) -> list[Listed]:
    end = 1 + len(place_kinds(query.sort))
    places = {row[0]: tuple(row[1:end]) for row in found}
    return look_up(connection, query, places)


def look_up(
    connection: Connection,
    query: ListQuery,
    places: Mapping[int, tuple[Any, ...]],
    seen: ColumnElement[bool] | None = None,
) -> list[Listed]:
    """Read cases that were chosen, with their places, in the order given.

    Of all of them, or with `seen` of those that are.
    """
    if seen is None and not query.past:
        rows: Iterable[Sequence[Any]] = _NOW.rows(connection, {"ids": places})
    else:
        asked = CASE.c.id.in_(places) if seen is None else and_(CASE.c.id.in_(places), seen)
        rows = connection.execute(select(*_told(query)).where(asked))
    found = (_listed(tuple(row), places) for row in rows)
    listed = {one.case.id: one for one in found}
    return [listed[case_id] for case_id in places if case_id in listed]


def total(connection: Connection, query: ListQuery) -> int:
    """Count the cases of the list."""
    statement = select(func.count()).select_from(CASE).where(_asked(connection, query))
    counted: int = connection.execute(statement).scalar_one()
    return counted


def readable(connection: Connection, query: ListQuery, case_ids: Sequence[int]) -> set[int]:
    """Tell which of some cases the caller may read all of."""
    found = select(CASE.c.id).where(CASE.c.id.in_(case_ids), query.in_full)
    return set(connection.scalars(found))


def _told(query: ListQuery) -> list[ColumnElement[Any]]:
    stood = standing(query.at, CASE.c.id, past=query.past)
    columns_told = (CASE.c[name] for name in columns("case"))
    return [stood.state, stood.lead_id, stood.lead_unit_id, _due_on(query), *columns_told]


def _listed(row: tuple[Any, ...], places: Mapping[int, tuple[Any, ...]]) -> Listed:
    state, lead_id, lead_unit_id, due_on, *rest = row
    case = Case(*rest)
    return Listed(case, state, lead_id, lead_unit_id, due_on, places[case.id])


def place_kinds(sort: str) -> tuple[type, ...]:
    """Say what stands in a place of a list in this order."""
    return (str, int, str) if sort == "code" else (SORTS[sort], int)


def _orders(query: ListQuery) -> list[Order]:
    """Order codes as people read them: by year, then by number, of however many digits."""
    case, down = CASE.c, query.down
    if query.sort == "code":
        by_year = func.substr(case.code, 1, 8)
        return [Order(by_year, down), Order(func.length(case.code), down), Order(case.code, down)]
    if query.sort == "registered_at":
        return [Order(case.registered_at, down), Order(case.id, down)]
    first = _limit_at(query) if query.sort == "limit" else _due_on(query)
    return [Order(first, down, gaps=True), Order(case.id, down)]


def _limit_at(query: ListQuery) -> ColumnElement[Any]:
    """Give the due time of the nearest limit (`engine.domain.clocks.nearest_limit`)."""
    if not query.past:
        return CASE.c.limit_due_at
    clock, at = CLOCK.alias(), query.at
    counted = and_(clock.c.valid_from <= at, or_(clock.c.ended_at.is_(None), clock.c.ended_at > at))
    runs = or_(
        clock.c.paused_at.is_(None), clock.c.paused_at > at, clock.c.due_at < clock.c.paused_at
    )
    nearest = select(func.min(clock.c.due_at)).where(
        clock.c.case_id == CASE.c.id, clock.c.is_limit, counted, runs
    )
    return nearest.scalar_subquery()


def _due_on(query: ListQuery) -> ColumnElement[Any]:
    """Give the date promised for a case: now, or by the newest clock of it at a past instant."""
    if not query.past:
        promised = func.coalesce(CASE.c.due_on, CASE.c.planned_due_on)
        return type_coerce(promised, CASE.c.due_on.type)
    clock = CLOCK.alias()
    newest = (
        select(clock.c.due_on)
        .where(clock.c.case_id == CASE.c.id, clock.c.kind.in_(query.due_kinds))
        .where(clock.c.valid_from <= query.at)
        .order_by(clock.c.no.desc())
        .limit(1)
    )
    promised = func.coalesce(newest.scalar_subquery(), CASE.c.planned_due_on)
    return type_coerce(promised, CASE.c.due_on.type)


def _asked(connection: Connection, query: ListQuery) -> ColumnElement[bool]:
    """Say of a case that it is on the list; page and total both go by this."""
    asked = _besides_words(query)
    if query.said is not None:
        in_full = None if query.seen is query.in_full else query.in_full
        asked.append(query.said.holds(connection, in_full))
    return and_(*asked)


def _besides_words(query: ListQuery) -> list[ColumnElement[bool]]:
    """Say all that is asked for besides the words."""
    stood = standing(query.at, CASE.c.id, past=query.past)
    equal = (
        (stood.state, query.state),
        (stood.lead_id, query.lead_id),
        (CASE.c.issue_id, query.issue_id),
    )
    given = [column == value for column, value in equal if value is not None]
    if query.only is not None:
        given.append(CASE.c.id.in_(query.only))
    if query.codes is not None:
        given.append(CASE.c.code.in_(query.codes))
    if query.besides is not None:
        given.append(CASE.c.id.not_in(query.besides))
    narrow = [
        *_of_unit(query, stood),
        *_by_time(query, stood),
        *spans.of_parts(query.parts, query.at, past=query.past),
    ]
    narrow += _by_span(query)
    return [stood.there, query.seen, *given, *narrow]


def _of_unit(query: ListQuery, stood: Standing) -> list[ColumnElement[bool]]:
    """Narrow to a unit: the lead unit, or before there is one, the one planned."""
    if query.unit_id is None:
        return []
    planned = and_(stood.lead_unit_id.is_(None), CASE.c.planned_unit_id == query.unit_id)
    return [or_(stood.lead_unit_id == query.unit_id, planned)]


def _by_time(query: ListQuery, stood: Standing) -> list[ColumnElement[bool]]:
    """Narrow by closure, lateness, nearness of the limit and acknowledgement."""
    case, found = CASE.c, list[ColumnElement[bool]]()
    if query.closed is not None:
        rests = stood.state.in_(query.closed_states) if query.past else case.closed_at.is_not(None)
        found.append(rests if query.closed else ~rests)
    if query.overdue is not None:
        late = _late_then(query) if query.past else _late_now(query)
        found.append(late if query.overdue else ~late)
    if query.acknowledged is not None:
        done = case.acknowledged_at
        found += [case.lead_id.is_not(None), case.closed_at.is_(None)]
        found.append(done.is_not(None) if query.acknowledged else done.is_(None))
    return found


def _late_then(query: ListQuery) -> ColumnElement[bool]:
    return CASE.c.id.in_(select(first_passed(query.at).c.case_id))


def _late_now(query: ListQuery) -> ColumnElement[bool]:
    if query.overdue:
        return CASE.c.limit_due_at < query.at
    return and_(CASE.c.limit_due_at.is_not(None), CASE.c.limit_due_at < query.at)


def _by_span(query: ListQuery) -> list[ColumnElement[bool]]:
    """Narrow by what spans of time and open requests say."""
    found = spans.near(query.at, (query.soon, query.until))
    if query.age is not None:
        found.append(spans.of_age(query.age))
    if query.opened is not None:
        found.append(spans.registered_in(*query.opened))
    if query.rested is not None:
        found.append(spans.rested_in(*query.rested, query.closed_states))
    if query.origin is not None:
        found.append(spans.of_origin(query.origin))
    return [*found, spans.waits(query.at, past=query.past)] if query.pending else found


_HERE = _told(ListQuery(datetime.max.replace(tzinfo=UTC), past=False, seen=true(), in_full=true()))
_NOW = Prepared(
    lambda dialect: select(*_HERE).where(among_given(dialect, CASE.c.id, "ids")),
    [column.type for column in _HERE],
)
