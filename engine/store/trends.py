"""How many cases came, went and were left week by week, and how long stays that ended had lasted.

What was left at an instant is counted as the list as of that instant counts it, by the stages: from
what is open now, back through what came and went since.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, True_, select

from engine.store.moment import CASE
from engine.store.stays import STAGE, Lasting, bare, lasting, reader


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, and the instant at which what is left by it is counted; None for now."""

    since: datetime
    before: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Flow:
    """So many cases were registered in a span, came to rest in it, and were open at its end."""

    opened: int
    rested: int
    left: int


@dataclass(frozen=True, slots=True)
class Ended:
    """So many stays in a state ended, and half of them had lasted no longer than these seconds."""

    count: int
    median: float


class Course(NamedTuple):
    """What came and went, the cases that stand in each state, and the stays that ended there."""

    flows: Sequence[Flow]
    lasting: Mapping[str, Lasting]
    ended: Mapping[str, Ended]


def course(
    connection: Connection,
    seen: ColumnElement[bool],
    spans: Sequence[Span],
    states: Collection[str],
    rest: Collection[str],
) -> Course:
    """Count each span, and tell of the states in which cases do not rest.

    Spans follow each other; stays are those that ended since the first begins.
    """
    since, read = spans[0].since, reader(connection)
    still = lasting(connection, seen, states)
    ended = _ended(connection, seen, since)
    last = _rests(connection, seen, since, rest)
    rested = [(read(begun), i) for begun, i in last]
    rested += [(read(begun), i) for state, i, begun, _ in ended if state in rest]
    woken = sorted(read(end) for state, _, _, end in ended if state in rest)
    came = _came(connection, seen, since)
    left = sum(stays.count for stays in still.values())
    plain = [Span(read(s.since), read(s.before), s.left_at and read(s.left_at)) for s in spans]
    return Course(
        _flows(plain, left, [read(at) for at in came], woken, sorted(rested)),
        still,
        _lengths(connection, ended),
    )


def _flows(
    spans: Sequence[Span],
    left: int,
    came: Sequence[datetime],
    woken: Sequence[datetime],
    rested: Sequence[tuple[datetime, int]],
) -> list[Flow]:
    """Count each span from instants in order; `left` are open now."""
    gone = [at for at, _ in rested]

    def flow(span: Span) -> Flow:
        first, last = bisect_left(gone, span.since), bisect_left(gone, span.before)
        since = sum(_after(at, span.left_at) for at in (came, woken))
        return Flow(
            bisect_left(came, span.before) - bisect_left(came, span.since),
            len({case_id for _, case_id in rested[first:last]}),
            left - since + _after(gone, span.left_at),
        )

    return [flow(span) for span in spans]


def _came(connection: Connection, seen: ColumnElement[bool], since: datetime) -> list[Any]:
    """Read when cases were registered since an instant, in order."""
    came_at = CASE.c.registered_at
    asked = select(bare(came_at)).where(seen, came_at >= since).order_by(came_at)
    return [row[0] for row in connection.execute(asked).all()]


def _rests(
    connection: Connection, seen: ColumnElement[bool], since: datetime, rest: Collection[str]
) -> Sequence[Any]:
    """Read the rests that last and began since an instant."""
    stage = STAGE.c
    asked = select(bare(stage.from_at), stage.case_id).select_from(_of(seen)).where(seen)
    lasts = (stage.to_at.is_(None), stage.state.in_(sorted(rest)), stage.from_at >= since)
    return connection.execute(asked.where(*lasts)).all()


def _ended(connection: Connection, seen: ColumnElement[bool], since: datetime) -> Sequence[Any]:
    """Read the stays that ended since an instant."""
    stage = STAGE.c
    asked = select(stage.state, stage.case_id, bare(stage.from_at), bare(stage.to_at))
    return connection.execute(asked.select_from(_of(seen)).where(seen, stage.to_at >= since)).all()


def _lengths(connection: Connection, ended: Sequence[Any]) -> dict[str, Ended]:
    """Tell how long stays had lasted, state by state."""
    read, found = reader(connection), dict[str, list[float]]()
    for state, _, begun, end in ended:
        found.setdefault(state, []).append((read(end) - read(begun)).total_seconds())
    return {state: Ended(len(seconds), median(seconds)) for state, seconds in found.items()}


def _of(seen: ColumnElement[bool]) -> FromClause:
    """Give the stages, with their cases where who may see them is asked of these."""
    if isinstance(seen, True_):
        return STAGE
    return STAGE.join(CASE, CASE.c.id == STAGE.c.case_id)


def _after(instants: Sequence[datetime], at: datetime | None) -> int:
    """Count the instants after one; none comes after now."""
    return 0 if at is None else len(instants) - bisect_right(instants, at)
