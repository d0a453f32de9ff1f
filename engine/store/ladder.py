"""Which limits may have reached a rung of the ladder that is not written down yet."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, select, tuple_

from engine.store.tables import table

_CASE, _CLOCK, _RUNG = table("case"), table("clock"), table("escalation")
BATCH = 500
"""How many limits are read at once."""
Place = tuple[datetime, int, int]
"""Where a limit stands in the order of the scan: its due time, its case, its number."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A running limit, with as much of it as tells when its rungs are due."""

    due_at: datetime
    case_id: int
    no: int
    due_on: date
    valid_from: datetime
    paused_at: datetime | None
    kind: str
    code: str

    @property
    def place(self) -> Place:
        """Where it stands in the order of the scan."""
        return self.due_at, self.case_id, self.no


@dataclass(frozen=True, slots=True)
class Reach:
    """A rung of a workflow, and the last due date of which a limit may have reached it by now."""

    workflow: str
    version: int
    rung: str
    latest_due_on: date


def limits(connection: Connection, reach: Reach, after: Place | None) -> list[Limit]:
    """Read the next limits, by due time, of which the rung is not written down.

    A row that goes on with the same limit (after a relapse, or by a calendar that left the date as
    it was) does not climb anew what the row before it has climbed.
    """
    found = _running(reach).order_by(_CLOCK.c.due_at, _CLOCK.c.case_id, _CLOCK.c.no).limit(BATCH)
    if after is not None:
        found = found.where(tuple_(_CLOCK.c.due_at, _CLOCK.c.case_id, _CLOCK.c.no) > after)
    return [Limit(*row) for row in connection.execute(found)]


def all_limits(connection: Connection, reach: Reach) -> Iterator[Limit]:
    """Read them all, in one consistent state."""
    after: Place | None = None
    while page := limits(connection, reach, after):
        yield from page
        after = page[-1].place


def _running(reach: Reach) -> Select[Any]:
    former = _CLOCK.alias("former")
    same = ("case_id", "kind", "started_at", "due_at")
    climbed = (
        select(_RUNG.c.no)
        .join(former, and_(former.c.case_id == _RUNG.c.case_id, former.c.no == _RUNG.c.clock_no))
        .where(_RUNG.c.case_id == _CLOCK.c.case_id, _RUNG.c.rung == reach.rung)
        .where(*(former.c[name] == _CLOCK.c[name] for name in same))
        .where(former.c.subject.is_not_distinct_from(_CLOCK.c.subject))
    )
    named = (_CASE if f.name == "code" else _CLOCK for f in fields(Limit))
    chosen = [owner.c[f.name] for owner, f in zip(named, fields(Limit), strict=True)]
    return (
        select(*chosen)
        .join(_CASE, _CASE.c.id == _CLOCK.c.case_id)
        .where(_CLOCK.c.ended_at.is_(None), _CLOCK.c.is_limit.is_(True))
        .where(_CLOCK.c.due_at < _bound(reach.latest_due_on))  # what the index is in order of
        .where(_CLOCK.c.due_on <= reach.latest_due_on, ~climbed.exists())
        .where(_CASE.c.workflow == reach.workflow, _CASE.c.workflow_version == reach.version)
    )


def _bound(on: date) -> datetime:
    """Give an instant after the end of a day, in whatever time zone."""
    return datetime.combine(on + timedelta(days=2), time(), UTC)


def workflows_in_use(connection: Connection) -> list[tuple[str, int]]:
    """List the definitions that open cases follow."""
    found = (
        select(_CASE.c.workflow, _CASE.c.workflow_version)
        .where(_CASE.c.closed_at.is_(None))
        .distinct()
        .order_by(_CASE.c.workflow, _CASE.c.workflow_version)
    )
    return [(row[0], row[1]) for row in connection.execute(found)]
