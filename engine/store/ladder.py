"""Which cases may have reached a rung of the ladder: running limits near or past their date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, or_, select

from engine.store.tables import table

_CASE, _CLOCK, _RUNG = table("case"), table("clock"), table("escalation")


@dataclass(frozen=True, slots=True)
class Reach:
    """The last due date of which a clock may have reached a rung by now."""

    rung: str
    latest_due_on: date


def cases_with_rungs_due(
    connection: Connection, workflow: str, version: int, reaches: Sequence[Reach], after: int
) -> list[int]:
    """List the ids of cases, from above an id on, with a limit whose rung is not written down."""
    climbed = select(_RUNG.c.no).where(
        _RUNG.c.case_id == _CLOCK.c.case_id, _RUNG.c.clock_no == _CLOCK.c.no
    )
    reached = [
        and_(_CLOCK.c.due_on <= r.latest_due_on, ~climbed.where(_RUNG.c.rung == r.rung).exists())
        for r in reaches
    ]
    found = (
        select(_CLOCK.c.case_id)
        .distinct()
        .join(_CASE, _CASE.c.id == _CLOCK.c.case_id)
        .where(_CLOCK.c.ended_at.is_(None), _CLOCK.c.is_limit.is_(True), _CLOCK.c.case_id > after)
        .where(_CASE.c.workflow == workflow, _CASE.c.workflow_version == version)
        .where(or_(*reached))
        .order_by(_CLOCK.c.case_id)
        .limit(BATCH)
    )
    return list(connection.scalars(found))


BATCH = 200
"""How many cases are listed at once."""


def workflows_in_use(connection: Connection) -> list[tuple[str, int]]:
    """List the definitions that open cases follow."""
    found = (
        select(_CASE.c.workflow, _CASE.c.workflow_version)
        .where(_CASE.c.closed_at.is_(None))
        .distinct()
        .order_by(_CASE.c.workflow, _CASE.c.workflow_version)
    )
    return [(row[0], row[1]) for row in connection.execute(found)]
