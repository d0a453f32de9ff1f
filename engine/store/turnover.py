"""How many cases there are by unit, leader, stage or issue, and how long closed ones took."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Select,
    cast,
    extract,
    func,
    null,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from engine.store.held import Held, asked_for, held, there
from engine.store.held_late import counted_by as counted_in
from engine.store.held_late import open_cases
from engine.store.late import late_by
from engine.store.moment import CASE, ISSUE_ID
from engine.store.scope import Scope

Key = int | str | None
_MICROSECOND, _MICROSECONDS = timedelta(microseconds=1), 1_000_000


def counts(connection: Connection, scope: Scope, by: str) -> dict[Key, int]:
    """Count the cases of each group."""
    return counted_by(connection, each(scope, held(scope), by))


def still_open(connection: Connection, scope: Scope, by: str | None) -> dict[Key, int]:
    """Count the open cases of each group; without a grouping all have the key None."""
    found = open_cases(connection, scope)
    if found is not None:
        return dict(counted_in(found.values(), by))
    stood = held(scope)
    if not scope.past:  # whose an open case is, its own row says, and an index of open ones
        stood = replace(stood, lead_id=CASE.c.lead_id, lead_unit_id=CASE.c.lead_unit_id)
    keyed = select(_key(stood, by).label("key")).select_from(CASE)
    asked = keyed.where(asked_for(scope, stood), stood.closed_at.is_(None))
    if scope.past:
        asked = asked.where(CASE.c.registered_at <= scope.at)
    return counted_by(connection, asked)


def overdue(connection: Connection, scope: Scope, by: str | None) -> dict[Key, int]:
    """Count the overdue cases of each group; without a grouping all have the key None."""
    return counted_by(connection, late_by(scope, by))


def closings(connection: Connection, scope: Scope, by: str | None) -> list[tuple[Key, int]]:
    """Read of each closed case its group, and how many microseconds it took to close it."""
    stood = held(scope)
    closed = each(scope, stood, by).where(stood.closed_at.is_not(None))
    if connection.dialect.name != "sqlite":  # where it is counted exactly; on SQLite it is not
        begun, ended = (
            type_coerce(at, DateTime()) for at in (CASE.c.registered_at, stood.closed_at)
        )
        took = cast(extract("epoch", ended - begun) * _MICROSECONDS, BigInteger)
        return [(key, much) for key, much in connection.execute(closed.add_columns(took)).all()]
    bare = (type_coerce(at, NullType()) for at in (CASE.c.registered_at, stood.closed_at))
    found = connection.execute(closed.add_columns(*bare)).all()
    read = datetime.fromisoformat  # SQLite keeps text
    return [(key, (read(ended) - read(begun)) // _MICROSECOND) for key, begun, ended in found]


def each(scope: Scope, stood: Held, by: str | None) -> Select[Any]:
    """Select the group of each case; without a grouping all have the key None."""
    return select(_key(stood, by).label("key")).select_from(CASE).where(there(scope, stood))


def _key(stood: Held, by: str | None) -> ColumnElement[Any]:
    keys: dict[str | None, ColumnElement[Any]] = {
        "unit": stood.lead_unit_id,
        "leader": stood.lead_id,
        "stage": stood.state,
        "issue": ISSUE_ID,
        None: null(),
    }
    return keys[by]


def counted_by(connection: Connection, asked: Select[Any]) -> dict[Key, int]:
    """Count the rows of a statement by their key."""
    keys = asked.subquery("each")
    found = connection.execute(select(keys.c.key, func.count()).group_by(keys.c.key)).all()
    return {row[0]: row[1] for row in found}
