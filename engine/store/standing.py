"""In which states the cases of one workflow stand, and since when.

Nothing of it is read twice while the log is the same: every change of a case is told there.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, func, select, type_coerce
from sqlalchemy.types import NullType

from engine.domain.events import OFFICE_STREAM
from engine.store import kept, tiles
from engine.store.kept import Kept
from engine.store.moment import CASE
from engine.store.tables import table

_STAGE, _PENDING = table("stage"), table("log_pending")


@dataclass(frozen=True, slots=True)
class Since:
    """A case that stands somewhere since an instant."""

    at: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """So many cases stand in a state; of the open ones the middle, the ninth of ten, the oldest.

    `middle` are the two in the middle, twice the same of an odd number; None of a closed state.
    """

    count: int
    middle: tuple[datetime, datetime] | None = None
    ninth: datetime | None = None
    oldest: Since | None = None


Standings = dict[str, Standing]
_KEPT: Kept[Any] = Kept(256)
Found = TypeVar("Found")


def standings(
    connection: Connection,
    workflow: str,
    seen: ColumnElement[bool],
    reader: Hashable,
    since: datetime | None,
) -> Standings:
    """Tell of the cases of a workflow that a condition lets through.

    `reader` names all that the condition depends on besides the log. Where it lets closed cases
    through for a time only, `since` is when they may have been closed: time takes some away.
    """
    still = _once(connection, (workflow, reader), lambda: _open(connection, workflow, seen))
    if since is None:
        closed = partial(_closed, connection, workflow, seen)
        return _once(connection, ("closed", workflow, reader), closed) | still
    read = partial(_closings, connection, workflow, and_(seen, CASE.c.closed_at > since))
    ended = _once(connection, ("closings", workflow, reader), read)
    return {
        state: Standing(len(instants) - bisect_right(instants, since))
        for state, instants in ended.items()
    } | still


def _once(connection: Connection, key: Hashable, read: Callable[[], Found]) -> Found:
    """Read something once for each state of the log."""
    office = kept.tip(connection, OFFICE_STREAM) if kept.is_told(connection) else None
    length = tiles.size(connection)
    if office is None or not length:
        return read()
    waiting = connection.execute(select(func.count()).select_from(_PENDING)).scalar_one()
    whole = (office, length, waiting, key)
    found: Found | None = _KEPT.get(whole)
    if found is None:
        found = read()
        _KEPT.put(whole, found)
    return found


def _open(connection: Connection, workflow: str, seen: ColumnElement[bool]) -> Standings:
    stage, case = _STAGE.c, CASE.c
    since: ColumnElement[Any] = type_coerce(stage.from_at, NullType())
    asked = (
        select(stage.state, since, case.code)
        .select_from(_STAGE.join(CASE, case.id == stage.case_id))
        .where(stage.to_at.is_(None), case.closed_at.is_(None), case.workflow == workflow, seen)
    )
    stays: dict[str, list[tuple[Any, str]]] = {}
    for state, begun, code in connection.execute(asked):
        stays.setdefault(state, []).append((begun, code))
    return {state: _standing(sorted(found)) for state, found in stays.items()}


def _closed(connection: Connection, workflow: str, seen: ColumnElement[bool]) -> Standings:
    case = CASE.c
    asked = (
        select(case.state, func.count())
        .where(case.closed_at.is_not(None), case.workflow == workflow, seen)
        .group_by(case.state)
    )
    return {row[0]: Standing(row[1]) for row in connection.execute(asked)}


def _closings(
    connection: Connection, workflow: str, seen: ColumnElement[bool]
) -> dict[str, list[datetime]]:
    """Read when cases were closed, by the state in which they rest, the oldest first."""
    case = CASE.c
    asked = select(case.state, type_coerce(case.closed_at, NullType())).where(
        case.closed_at.is_not(None), case.workflow == workflow, seen
    )
    found: dict[str, list[datetime]] = {}
    for state, at in connection.execute(asked):
        found.setdefault(state, []).append(_moment(at))
    return {state: sorted(instants) for state, instants in found.items()}


def _standing(since: list[tuple[Any, str]]) -> Standing:
    """Sum up stays, the oldest first: nine of ten are no longer than that of the ninth."""
    count = len(since)
    ninth = since[count - -(-9 * count // 10)]
    middle = (since[(count - 1) // 2][0], since[count // 2][0])
    return Standing(
        count,
        (_moment(middle[0]), _moment(middle[1])),
        _moment(ninth[0]),
        Since(_moment(since[0][0]), since[0][1]),
    )


def _moment(bare: Any) -> datetime:  # noqa: ANN401  # text on SQLite, an instant on PostgreSQL
    return bare if isinstance(bare, datetime) else datetime.fromisoformat(f"{bare}+00:00")
