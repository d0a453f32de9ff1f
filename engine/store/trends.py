"""How many cases came, went and were left week by week, and how long they have been where they are.

What was left at an instant is counted as the list as of that instant counts it: by the stages.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    True_,
    and_,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from engine.store.moment import CASE
from engine.store.tables import table

_STAGE = table("stage")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, and the instant at which what is left by it is counted."""

    since: datetime
    before: datetime
    left_at: datetime


@dataclass(frozen=True, slots=True)
class Flow:
    """So many cases were registered in a span, came to rest in it, and were open at its end."""

    opened: int
    rested: int
    left: int


class Stay(NamedTuple):
    """A stay of a case in a state: of an open one that lasts, or one that has ended."""

    state: str
    case_id: int
    seconds: float
    has_ended: bool


def flow_and_stays(
    connection: Connection,
    seen: ColumnElement[bool],
    spans: Sequence[Span],
    rest: Collection[str],
    now: datetime,
) -> tuple[list[Flow], list[Stay]]:
    """Count each span, and read the stays of open cases and those that ended since the first.

    Spans follow each other. What lies before the first is only counted; all else is read by one
    look at the stages.
    """
    since, read = spans[0].since, _reader(connection)
    old, came = _came(connection, seen, since)
    old -= _rested_before(connection, seen, since, rest)
    found = [
        (state, case_id, read(begun), ended and read(ended))
        for state, case_id, begun, ended in _since(connection, seen, since, rest)
    ]
    resting = [one for one in found if one[0] in rest]
    plain = [Span(read(s.since), read(s.before), read(s.left_at)) for s in spans]
    left = sorted(ended for *_, ended in resting if ended)
    went = sorted((begun, i) for _, i, begun, _ in resting if begun >= plain[0].since)
    return _flows(plain, old, came, left, went), _stays(found, rest, read(now))


def _came(
    connection: Connection, seen: ColumnElement[bool], since: datetime
) -> tuple[int, list[datetime]]:
    """Count the cases registered before an instant, and tell when others were, in order."""
    came_at, read = CASE.c.registered_at, _reader(connection)
    before = connection.execute(select(func.count()).where(seen, came_at < since)).scalar_one()
    asked = select(_bare(came_at)).where(seen, came_at >= since)
    return before, sorted(read(row[0]) for row in connection.execute(asked).all())


def _stays(
    found: Iterable[tuple[str, int, datetime, datetime | None]],
    rest: Collection[str],
    now: datetime,
) -> list[Stay]:
    """Tell how long cases stayed in their states; rests that last are none."""
    return [
        Stay(state, case_id, ((ended or now) - begun).total_seconds(), ended is not None)
        for state, case_id, begun, ended in found
        if ended is not None or state not in rest
    ]


def _flows(
    spans: Sequence[Span],
    old: int,
    came: Sequence[datetime],
    left: Sequence[datetime],
    went: Sequence[tuple[datetime, int]],
) -> list[Flow]:
    """Count each span from instants in order; `old` were open before the first."""
    gone = [at for at, _ in went]
    return [
        Flow(
            bisect_left(came, span.before) - bisect_left(came, span.since),
            len(
                {i for _, i in went[bisect_left(gone, span.since) : bisect_left(gone, span.before)]}
            ),
            old + sum(_up_to(at, span.left_at) for at in (came, left)) - _up_to(gone, span.left_at),
        )
        for span in spans
    ]


def codes(connection: Connection, case_ids: Sequence[int]) -> list[str]:
    """Give the codes of some cases."""
    found = connection.execute(select(CASE.c.code).where(CASE.c.id.in_(case_ids)))
    return list(found.scalars())


def _rested_before(
    connection: Connection, seen: ColumnElement[bool], since: datetime, rest: Collection[str]
) -> int:
    """Count the cases that had come to rest before an instant and rested at it."""
    stage = _STAGE.c
    asked = select(func.count()).select_from(_stages_of(seen)).where(seen, stage.state.in_(rest))
    rested = asked.where(stage.from_at < since, or_(stage.to_at.is_(None), stage.to_at >= since))
    number: int = connection.execute(rested).scalar_one()
    return number


def _since(
    connection: Connection, seen: ColumnElement[bool], since: datetime, rest: Collection[str]
) -> Sequence[Any]:
    """Read the stays that ended since an instant, those of open cases, and rests begun since.

    A case is open unless its stay that lasts is in a state of rest.
    """
    stage = _STAGE.c
    asked = (
        select(stage.state, stage.case_id, _bare(stage.from_at), _bare(stage.to_at))
        .select_from(_stages_of(seen))
        .where(seen)
    )
    lasts = and_(stage.to_at.is_(None), or_(stage.state.not_in(rest), stage.from_at >= since))
    return connection.execute(asked.where(or_(lasts, stage.to_at >= since))).all()


def _stages_of(seen: ColumnElement[bool]) -> FromClause:
    """Give the stages, with their cases where who may see them is asked of these."""
    if isinstance(seen, True_):
        return _STAGE
    return _STAGE.join(CASE, CASE.c.id == _STAGE.c.case_id)


def _up_to(instants: Sequence[datetime], at: datetime) -> int:
    return bisect_right(instants, at)


def _bare(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Read an instant without the conversion that SQLAlchemy makes for each row."""
    return type_coerce(at, NullType())


def _reader(connection: Connection) -> Callable[[Any], datetime]:
    """Give what reads an instant as it is kept, or an aware one; all that it gives compare."""
    if connection.dialect.name != "sqlite":
        return lambda at: at.astimezone(UTC) if at.tzinfo is not UTC else at
    text = datetime.fromisoformat
    return lambda at: text(at) if isinstance(at, str) else at.astimezone(UTC).replace(tzinfo=None)
