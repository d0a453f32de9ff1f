"""Figures of a dashboard: how many cases stand where, and how late or near their limits are.

They are counted from indexes that hold all that is asked, by the conditions of the lists behind
them, so a figure and its list never disagree.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, null, or_, select

from engine.store.among import among
from engine.store.moment import CASE, CLOCK

_SILENT = case((and_(CASE.c.acknowledged_at.is_(None), CASE.c.lead_id.is_not(None)), 1), else_=0)


@dataclass(frozen=True, slots=True)
class Band:
    """So many open cases of one state, unit and leader whose nearest limit lies in one stretch.

    `band` is the stretch's number, None where there is no limit or it is far; `earliest` the
    earliest of their due times; `unacknowledged` so many of them wait for their leader's word.
    """

    unit_id: int | None
    lead_id: int | None
    state: str
    band: int | None
    count: int
    earliest: datetime | None
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


def bands(
    connection: Connection,
    seen: ColumnElement[bool],
    edges: Sequence[datetime],
    besides: Collection[int],
) -> list[Band]:
    """Count the open cases by the stretch in which their nearest limit lies.

    `edges` fall: a limit at or after the first edge is in no band, one before it in band 0, before
    the second in band 1, and so on. Cases of `besides` are not counted. Those that no unit leads
    yet are counted for the one planned. Of the others all that is asked stands in one index.
    """
    led, planned = CASE.c.lead_unit_id, CASE.c.planned_unit_id
    open_ones = and_(CASE.c.closed_at.is_(None), seen, not_(among(connection, CASE.c.id, besides)))
    assigned = _bands(connection, edges, led, and_(led.is_not(None), open_ones))
    return assigned + _bands(connection, edges, planned, and_(led.is_(None), open_ones))


def _bands(
    connection: Connection,
    edges: Sequence[datetime],
    unit: ColumnElement[int | None],
    these: ColumnElement[bool],
) -> list[Band]:
    limit = CASE.c.limit_due_at
    numbered = [(limit >= edge, number) for number, edge in enumerate(edges[1:])]
    far = or_(limit.is_(None), limit >= edges[0])
    band = case((far, null()), *numbered, else_=len(edges) - 1)
    who = (unit.label("unit_id"), CASE.c.lead_id, CASE.c.state)
    each = (
        select(*who, band.label("band"), limit, _SILENT.label("silent"))
        .where(these)
        .subquery("each")
    )
    key = (each.c.unit_id, each.c.lead_id, each.c.state, each.c.band)
    sums = (func.count(), func.min(each.c.limit_due_at), func.sum(each.c.silent))
    return [Band(*row) for row in connection.execute(select(*key, *sums).group_by(*key))]


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
