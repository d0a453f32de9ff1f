"""Figures of a dashboard: how many cases stand where, and how late or near their limits are.

They are counted from indexes that hold all that is asked, by the conditions of the lists behind
them, so a figure and its list never disagree.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select

from engine.store.among import among
from engine.store.moment import CASE, CLOCK

_OPEN = CASE.c.closed_at.is_(None)
_LED = CASE.c.lead_unit_id.is_not(None)
_KEYS: dict[str, ColumnElement[Any]] = {
    "unit": func.coalesce(CASE.c.lead_unit_id, CASE.c.planned_unit_id),
    "leader": CASE.c.lead_id,
    "state": CASE.c.state,
}
_SILENT = case((and_(CASE.c.acknowledged_at.is_(None), CASE.c.lead_id.is_not(None)), 1), else_=0)


@dataclass(frozen=True, slots=True)
class Band:
    """So many cases of one group whose nearest limit lies in one stretch.

    `key` is a unit, a leader or a state; `band` the stretch's number; `earliest` the earliest of
    their due times.
    """

    key: int | str | None
    band: int
    count: int
    earliest: datetime


@dataclass(frozen=True, slots=True)
class Open:
    """So many open cases of one unit, leader and state.

    `unacknowledged` of them wait for their leader's word.
    """

    unit_id: int | None
    lead_id: int | None
    state: str
    count: int
    unacknowledged: int


@dataclass(frozen=True, slots=True)
class Stood:
    """An overdue case whose limit stands still since an instant: its days no longer grow."""

    case_id: int
    state: str
    unit_id: int | None
    lead_id: int | None
    due_at: datetime
    paused_at: datetime
    unacknowledged: int


def by_state(connection: Connection, seen: ColumnElement[bool]) -> dict[str, int]:
    """Count the cases of each state."""
    found = select(CASE.c.state, func.count()).where(seen).group_by(CASE.c.state)
    return {row[0]: row[1] for row in connection.execute(found)}


def closed_by_state(connection: Connection, seen: ColumnElement[bool]) -> dict[str, int]:
    """Count the closed cases of each state."""
    return by_state(connection, and_(CASE.c.closed_at.is_not(None), seen))


def open_ones(connection: Connection, seen: ColumnElement[bool]) -> list[Open]:
    """Count the open cases by unit, leader and state, in the order of an index that holds all that.

    Those that no unit leads yet are counted for the one planned.
    """
    found: list[Any] = []
    for unit, these in ((CASE.c.lead_unit_id, _LED), (CASE.c.planned_unit_id, ~_LED)):
        key = (unit, CASE.c.lead_id, CASE.c.state)
        asked = select(*key, func.count(), func.sum(_SILENT)).where(_OPEN, seen, these)
        found += connection.execute(asked.group_by(*key)).all()
    return [Open(*row) for row in found]


def bands(
    connection: Connection,
    seen: ColumnElement[bool],
    edges: Sequence[datetime],
    besides: Collection[int],
    by: str,
) -> list[Band]:
    """Count the cases of each group by the stretch in which their nearest limit lies.

    `edges` fall: a limit at or after the first edge is in no band, one before it in band 0, before
    the second in band 1, and so on. Cases of `besides` are not counted.
    """
    limit = CASE.c.limit_due_at
    numbered = [(limit >= edge, number) for number, edge in enumerate(edges[1:])]
    band = case(*numbered, else_=len(edges) - 1)
    near = and_(limit < edges[0], seen)
    if besides:
        near = and_(near, not_(among(connection, CASE.c.id, besides)))
    asked = select(_KEYS[by].label("key"), band.label("band"), limit).where(near)
    each = asked.subquery("each").c
    group = select(each.key, each.band, func.count(), func.min(each.limit_due_at))
    found = connection.execute(group.group_by(each.key, each.band))
    return [Band(*row) for row in found]


def standing_still(connection: Connection, seen: ColumnElement[bool], at: datetime) -> list[Stood]:
    """Read the overdue cases whose limit is paused: few, for pausing takes a head's decision."""
    clock = CLOCK.c
    still: tuple[ColumnElement[bool], ...] = (
        clock.ended_at.is_(None),
        clock.is_limit,
        clock.due_at < at,
        clock.due_at < clock.paused_at,
    )
    nearest = and_(clock.due_at == CASE.c.limit_due_at, clock.kind == CASE.c.limit_kind)
    columns: tuple[Any, ...] = (
        CASE.c.id, CASE.c.state, func.coalesce(CASE.c.lead_unit_id, CASE.c.planned_unit_id),
        CASE.c.lead_id, clock.due_at, clock.paused_at,
        _SILENT,
    )  # fmt: skip
    joined = CLOCK.join(CASE, and_(CASE.c.id == clock.case_id, nearest))
    found = connection.execute(select(*columns).select_from(joined).where(*still, seen))
    return list({stood.case_id: stood for stood in (Stood(*row) for row in found)}.values())
