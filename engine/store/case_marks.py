"""What a list shows beside its cases: their workflow, and when something last happened to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.store.tables import table

_CASE, _EVENT = table("case"), table("event")


@dataclass(frozen=True, slots=True)
class Mark:
    """A case's workflow, how often it was declined, and the instant of its last event."""

    code: str
    workflow: str
    version: int
    declines: int
    changed_at: datetime | None


def marks(connection: Connection, codes: Sequence[str]) -> list[Mark]:
    """Read the marks of some cases."""
    latest = (
        select(_EVENT.c.recorded_at)
        .where(_EVENT.c.stream == _CASE.c.id)
        .order_by(_EVENT.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    case = _CASE.c
    columns = (case.code, case.workflow, case.workflow_version, case.declines, latest)
    found = select(*columns).where(case.code.in_(list(codes)))
    return [Mark(*row) for row in connection.execute(found)]
