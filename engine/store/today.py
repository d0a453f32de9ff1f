"""The newest events of a day, with the cases that they are of: few, however much happened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from engine.domain.events import OFFICE_STREAM
from engine.store.tables import table

LOOKED_AT = 100
"""So many of the newest events are looked at: a day on which a table was imported has many more."""
_EVENT, _CASE = table("event"), table("case")


@dataclass(frozen=True, slots=True)
class Fresh:
    """An event of a case, and the case."""

    code: str
    title: str
    kind: str
    at: datetime
    body: bytes


def newest(
    connection: Connection, since: datetime, kinds: Collection[str], seen: ColumnElement[bool]
) -> tuple[list[Fresh], bool]:
    """Read what was written since an instant, the newest first; and whether older was left off.

    `kinds` are the kinds of events that are told, `seen` says of which cases.
    """
    looked = (
        select(_EVENT.c.stream, _EVENT.c.seq, _EVENT.c.kind, _EVENT.c.recorded_at, _EVENT.c.body)
        .where(_EVENT.c.recorded_at >= since)
        .order_by(_EVENT.c.recorded_at.desc())  # an import is one instant
        .limit(LOOKED_AT)
    )
    found = sorted(connection.execute(looked), key=_place, reverse=True)
    rows = [row for row in found if row.stream != OFFICE_STREAM]
    told = [row for row in rows if row.kind in kinds]
    ids = {row.stream for row in told}
    theirs = select(_CASE.c.id, _CASE.c.code, _CASE.c.title).where(_CASE.c.id.in_(ids), seen)
    cases = {row.id: row for row in connection.execute(theirs)} if ids else {}
    fresh = [
        Fresh(case.code, case.title, row.kind, row.recorded_at, row.body)
        for row in told
        if (case := cases.get(row.stream)) is not None
    ]
    return fresh, len(found) == LOOKED_AT


def _place(row: Any) -> tuple[datetime, int, int]:  # noqa: ANN401  # a row of the database
    return row.recorded_at, row.stream, row.seq


def closed_between(connection: Connection, first: datetime, end: datetime) -> int:
    """Count the cases that were closed from an instant on, before another, and still are."""
    within = _CASE.c.closed_at >= first, _CASE.c.closed_at < end
    return connection.execute(select(func.count()).where(*within)).scalar_one()
