"""In which states the cases of one workflow stand, and since when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from engine.store.moment import CASE
from engine.store.stays import Lasting, lasting


@dataclass(frozen=True, slots=True)
class Standings:
    """How many cases rest in each closed state, and how those stand that are open."""

    closed: Mapping[str, int]
    open: Mapping[str, Lasting]


def standings(
    connection: Connection,
    workflow: str,
    seen: ColumnElement[bool],
    moving: Collection[str],
    rest: Collection[str],
) -> Standings:
    """Tell of the cases of a workflow that a condition lets through.

    `moving` are its states in which cases are open in some version, `rest` those in which they rest
    in some: most are one or the other.
    """
    case = CASE.c
    of_it = case.workflow == workflow
    states, mixed = set(moving) - set(rest), set(moving) & set(rest)
    shared = {state for state in states if _is_shared(connection, workflow, state)}
    found = lasting(connection, seen, states - shared) | lasting(connection, seen, shared, [of_it])
    found |= lasting(connection, seen, mixed, [of_it, case.closed_at.is_(None)])
    closed = (
        select(case.state, func.count())
        .where(case.state.in_(sorted(rest)), case.closed_at.is_not(None), of_it, seen)
        .group_by(case.state)
    )
    return Standings({row[0]: row[1] for row in connection.execute(closed)}, found)


def _is_shared(connection: Connection, workflow: str, state: str) -> bool:
    """Tell whether cases of another workflow stand in a state of the same name."""
    others = select(CASE.c.id).where(CASE.c.state == state, CASE.c.workflow != workflow)
    return connection.execute(others.limit(1)).first() is not None
