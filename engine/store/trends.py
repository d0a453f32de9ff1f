"""How many cases came, went and were left week by week, and how long they have been where they are.

What was left at an instant is counted as the list as of that instant counts it: by the stages.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select, type_coerce
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


def flow(
    connection: Connection, seen: ColumnElement[bool], spans: Sequence[Span], rest: Sequence[str]
) -> list[Flow]:
    """Count each span; they follow each other. What lies before the first is only counted."""
    stage, since = _STAGE.c, spans[0].since
    came_at, before = CASE.c.registered_at, func.count()
    in_rest = (select().select_from(_STAGE.join(CASE, CASE.c.id == stage.case_id))).where(
        stage.state.in_(rest), seen
    )
    old = connection.execute(select(before).where(seen, came_at < since)).scalar_one()
    rested = in_rest.where(stage.from_at < since, or_(stage.to_at.is_(None), stage.to_at >= since))
    old -= connection.execute(rested.add_columns(before)).scalar_one()
    came = _instants(connection, select(_bare(came_at)).where(seen, came_at >= since))
    left = _instants(
        connection, in_rest.where(stage.to_at >= since).add_columns(_bare(stage.to_at))
    )
    went = [
        (_moment(row[0]), row[1])
        for row in connection.execute(
            in_rest.where(stage.from_at >= since).add_columns(_bare(stage.from_at), stage.case_id)
        )
    ]
    gone = sorted(at for at, _ in went)
    return [
        Flow(
            bisect_left(came, span.before) - bisect_left(came, span.since),
            len({case_id for at, case_id in went if span.since <= at < span.before}),
            old + sum(_up_to(at, span.left_at) for at in (came, left)) - _up_to(gone, span.left_at),
        )
        for span in spans
    ]


def _up_to(instants: list[datetime], at: datetime) -> int:
    return bisect_right(instants, at)


def _instants(connection: Connection, asked: Select[Any]) -> list[datetime]:
    return sorted(_moment(row[0]) for row in connection.execute(asked))


def _bare(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Read an instant without the conversion that SQLAlchemy makes for each row."""
    return type_coerce(at, NullType())


def stays(
    connection: Connection, seen: ColumnElement[bool], since: datetime
) -> list[tuple[str, str, datetime, datetime | None]]:
    """Read the stays of open cases in their states, and those that ended since an instant.

    Each is the state, the case's code, and from when to when.
    """
    stage = _STAGE.c
    bare = (_bare(at) for at in (stage.from_at, stage.to_at))
    joined = _STAGE.join(CASE, CASE.c.id == stage.case_id)
    runs = stage.to_at.is_(None) & CASE.c.closed_at.is_(None)
    asked = select(stage.state, CASE.c.code, *bare).select_from(joined)
    found = connection.execute(asked.where(seen, or_(runs, stage.to_at >= since)))
    return [(row[0], row[1], _moment(row[2]), row[3] and _moment(row[3])) for row in found]


def _moment(bare: Any) -> datetime:  # noqa: ANN401  # text on SQLite, an instant on PostgreSQL
    if isinstance(bare, datetime):
        return bare
    return datetime.fromisoformat(f"{bare}+00:00")
