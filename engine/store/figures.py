"""Figures of a dashboard: how many cases stand where, and how late or near their limits are.

They are counted from indexes that hold all that is asked, by the conditions of the lists behind
them, so a figure and its list never disagree.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, not_, select

from engine.domain.access import Principal
from engine.store.among import among
from engine.store.counted import opened
from engine.store.held_cases import BY, OpenCase, Pile
from engine.store.held_late import piles_of
from engine.store.moment import CASE, CLOCK
from engine.store.sight import knowledge, listed, sight
from engine.store.visible import only_in_summary, reader_of, since

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
    """So many open cases of one group; `unacknowledged` of them wait for their leader's word."""

    key: int | str | None
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


@dataclass(frozen=True, slots=True)
class Figures:
    """Open cases by unit, leader and state: how many, how late, and those that stand still."""

    open: Mapping[str, Sequence[Open]]
    bands: Mapping[str, Sequence[Band]]
    still: Sequence[Stood]


def by_state(connection: Connection, seen: ColumnElement[bool]) -> dict[str, int]:
    """Count the cases of each state."""
    found = select(CASE.c.state, func.count()).where(seen).group_by(CASE.c.state)
    return {row[0]: row[1] for row in connection.execute(found)}


def closed_by_state(connection: Connection, seen: ColumnElement[bool]) -> dict[str, int]:
    """Count the closed cases of each state."""
    return by_state(connection, and_(CASE.c.closed_at.is_not(None), seen))


def closed_of(connection: Connection, who: Principal, now: datetime) -> dict[str, int]:
    """Count the closed cases of each state that a caller may know of."""
    with opened(connection, (now, since(now))) as book:
        ids = None if book is None or only_in_summary(who) else listed(connection, who, now)
        if book is None or ids is None:
            return closed_by_state(connection, knowledge(connection, who, now))
        found: dict[int, str] = book.followers.follow(
            ("closed of", reader_of(who)),
            lambda: _closed(connection, ids),
            lambda former, changed: (
                {i: s for i, s in former.items() if i not in changed}
                | _closed(connection, ids.intersection(changed))
            ),
            passed=book.gone,
        )
    return Counter(found.values())


def _closed(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """Give the states of those of some cases that are closed."""
    these = CASE.c.closed_at.is_not(None), among(connection, CASE.c.id, ids)
    return {
        row[0]: row[1] for row in connection.execute(select(CASE.c.id, CASE.c.state).where(*these))
    }


def figures(
    connection: Connection, who: Principal, now: datetime, edges: Sequence[datetime]
) -> Figures:
    """Count the open cases that a caller may read all of, from memory where they are held there.

    `edges` fall: a limit at or after the first edge is in no band, one before it in band 0, before
    the second in band 1, and so on. Cases that stand still are in none.
    """
    with opened(connection, (now, since(now))) as book:
        if book is not None:
            piles = piles_of(connection, who, book, now)
            if piles is not None:
                return Figures(
                    {by: _open_in(piles.groups[by]) for by in BY},
                    {by: _bands_in(piles.groups[by], edges) for by in BY},
                    _stood(piles.still.values()),
                )
    seen = sight(connection, who, now)
    still = standing_still(connection, seen, now)
    besides = [one.case_id for one in still]
    found = {by: _bands(connection, seen, edges, besides, by) for by in BY}
    return Figures(_open_ones(connection, seen), found, still)


def _open_in(group: Mapping[Any, Pile]) -> list[Open]:
    return [Open(key, pile.count, pile.silent) for key, pile in group.items()]


def _bands_in(group: Mapping[Any, Pile], edges: Sequence[datetime]) -> list[Band]:
    """Cut the limits of each group, which stand in order, at the edges."""
    found = []
    for key, pile in group.items():
        ends = [bisect_left(pile.due, edge) for edge in edges]
        for number, (end, begin) in enumerate(zip(ends, [*ends[1:], 0], strict=True)):
            if begin < end:
                found.append(Band(key, number, end - begin, pile.due[begin]))
    return found


def _stood(found: Iterable[OpenCase]) -> list[Stood]:
    return [
        Stood(one.id, one.state, one.unit_id, one.lead_id, one.due_at, one.paused_at, one.silent)
        for one in found
        if one.due_at is not None and one.paused_at is not None
    ]


def _open_ones(connection: Connection, seen: ColumnElement[bool]) -> dict[str, list[Open]]:
    """Count by unit, leader and state in the order of an index that holds all that.

    Those that no unit leads yet are counted for the one planned.
    """
    sums: dict[str, dict[Any, tuple[int, int]]] = {by: {} for by in BY}
    for unit, these in ((CASE.c.lead_unit_id, _LED), (CASE.c.planned_unit_id, ~_LED)):
        key = (unit, CASE.c.lead_id, CASE.c.state)
        asked = select(*key, func.count(), func.sum(_SILENT)).where(_OPEN, seen, these)
        for *keys, count, silent in connection.execute(asked.group_by(*key)):
            for by, one in zip(BY, keys, strict=True):
                before = sums[by].get(one, (0, 0))
                sums[by][one] = (before[0] + count, before[1] + silent)
    return {by: [Open(key, *sum_) for key, sum_ in found.items()] for by, found in sums.items()}


def _bands(
    connection: Connection,
    seen: ColumnElement[bool],
    edges: Sequence[datetime],
    besides: Collection[int],
    by: str,
) -> list[Band]:
    """Count the cases of each group by the stretch in which their limit lies, but for `besides`."""
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
