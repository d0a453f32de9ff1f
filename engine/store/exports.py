"""Cases with their events for an export, some cases at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from engine.store.tables import table

_CASE, _ISSUE, _EVENT = table("case"), table("issue"), table("event")
_FEW = 200


@dataclass(frozen=True, slots=True)
class ExportedCase:
    """What an export says of a case."""

    id: int
    code: str
    issue_code: str
    workflow: str
    workflow_version: int
    state: str
    outcome: str | None
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class ExportedEvent:
    """An event as it is kept, with the instants of its columns."""

    seq: int
    kind: str
    at: datetime
    recorded_at: datetime
    body: bytes


def cases(connection: Connection, seen: ColumnElement[bool]) -> Iterator[list[ExportedCase]]:
    """Read the cases of a condition in the order of their ids, few at a time."""
    after = 0
    chosen = select(
        _CASE.c.id, _CASE.c.code, _ISSUE.c.code, _CASE.c.workflow, _CASE.c.workflow_version,
        _CASE.c.state, _CASE.c.outcome, _CASE.c.registered_at,
    ).join_from(_CASE, _ISSUE, _ISSUE.c.id == _CASE.c.issue_id).where(seen)  # fmt: skip
    while True:
        page = chosen.where(_CASE.c.id > after).order_by(_CASE.c.id).limit(_FEW)
        found = [ExportedCase(*row) for row in connection.execute(page)]
        if not found:
            return
        yield found
        after = found[-1].id


def events(connection: Connection, case_ids: list[int]) -> dict[int, list[ExportedEvent]]:
    """Read all events of some cases, each case's in their order."""
    columns = (_EVENT.c[name] for name in ExportedEvent.__slots__)
    chosen = select(_EVENT.c.stream, *columns).where(_EVENT.c.stream.in_(case_ids))
    found: dict[int, list[ExportedEvent]] = {case_id: [] for case_id in case_ids}
    for row in connection.execute(chosen.order_by(_EVENT.c.stream, _EVENT.c.seq)):
        found[row.stream].append(ExportedEvent(*row[1:]))
    return found
