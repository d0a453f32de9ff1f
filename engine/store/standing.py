"""In which states the cases of one workflow stand, and since when.

Nothing of it is read twice while the log is the same: every change of a case is told there.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, type_coerce
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
_KEPT: Kept[Standings] = Kept(32)


def of_all(connection: Connection, workflow: str, everything: ColumnElement[bool]) -> Standings:
    """Tell of all cases of a workflow; counted once for each state of the log."""
    office = kept.tip(connection, OFFICE_STREAM) if kept.is_told(connection) else None
    length = tiles.size(connection)
    if office is None or not length:
        return of_seen(connection, workflow, everything)
    waiting = connection.execute(select(func.count()).select_from(_PENDING)).scalar_one()
    key = (office, length, waiting, workflow)
    found = _KEPT.get(key)
    if found is None:
        found = of_seen(connection, workflow, everything)
        _KEPT.put(key, found)
    return found


def of_seen(connection: Connection, workflow: str, seen: ColumnElement[bool]) -> Standings:
    """Tell of the cases of a workflow that a condition lets through."""
    stage, case = _STAGE.c, CASE.c
    since: ColumnElement[Any] = type_coerce(stage.from_at, NullType())
    open_ones = (
        select(stage.state, since, case.code)
        .select_from(_STAGE.join(CASE, case.id == stage.case_id))
        .where(stage.to_at.is_(None), case.closed_at.is_(None), case.workflow == workflow, seen)
    )
    stays: dict[str, list[tuple[Any, str]]] = {}
    for state, begun, code in connection.execute(open_ones):
        stays.setdefault(state, []).append((begun, code))
    closed = (
        select(case.state, func.count())
        .where(case.closed_at.is_not(None), case.workflow == workflow, seen)
        .group_by(case.state)
    )
    rest = {row[0]: Standing(row[1]) for row in connection.execute(closed)}
    return rest | {state: _standing(sorted(found)) for state, found in stays.items()}


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
