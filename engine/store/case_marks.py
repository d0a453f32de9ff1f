"""What a list shows beside its cases: their workflow, and when something last happened to each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from engine.store.among import among_given
from engine.store.driver import Prepared
from engine.store.tables import table

_CASE, _EVENT = table("case"), table("event")
_LATEST = (
    select(_EVENT.c.recorded_at)
    .where(_EVENT.c.stream == _CASE.c.id)
    .order_by(_EVENT.c.seq.desc())
    .limit(1)
    .scalar_subquery()
)
_COLUMNS = (
    _CASE.c.code, _CASE.c.workflow, _CASE.c.workflow_version, _CASE.c.declines, _LATEST,
)  # fmt: skip
_MARKS = Prepared(
    lambda dialect: select(*_COLUMNS).where(among_given(dialect, _CASE.c.code, "codes")),
    [column.type for column in _COLUMNS],
)


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
    return [Mark(*row) for row in _MARKS.rows(connection, {"codes": codes})]
