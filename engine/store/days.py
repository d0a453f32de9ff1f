"""What happened between two instants, and what is kept about a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from engine.domain.events import OFFICE_STREAM
from engine.domain.records import UnitReport
from engine.store import rows
from engine.store.tables import table

_EVENT, _CASE, _DAILY = table("event"), table("case"), table("daily")


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a case: its kind and its bytes."""

    case_id: int
    kind: str
    body: bytes


def happened(connection: Connection, after: datetime, until: datetime) -> Iterator[Happened]:
    """Read the events of cases that were written after one instant and up to another."""
    found = (
        select(_EVENT.c.stream, _EVENT.c.kind, _EVENT.c.body)
        .where(_EVENT.c.recorded_at > after, _EVENT.c.recorded_at <= until)
        .where(_EVENT.c.stream != OFFICE_STREAM)
        .order_by(_EVENT.c.recorded_at, _EVENT.c.stream, _EVENT.c.seq)
    )
    for row in connection.execute(found):
        yield Happened(row.stream, row.kind, row.body)


def lead_units(connection: Connection) -> list[int]:
    """List the units that lead open cases: those whose report a day waits for."""
    unit = _CASE.c.lead_unit_id
    found = select(unit).where(_CASE.c.closed_at.is_(None), unit.is_not(None)).distinct()
    return list(connection.scalars(found.order_by(unit)))


def last_handed_in(connection: Connection, before: date) -> datetime | None:
    """Give when the newest report of an earlier day was handed in."""
    newest = select(func.max(_DAILY.c.handed_in_at)).where(_DAILY.c.day_on < before)
    at: datetime | None = connection.execute(newest).scalar()
    return at


def unit_reports(connection: Connection, on: date) -> dict[int, UnitReport]:
    """Read what units reported for a day; the newest of each unit counts."""
    return {row.unit_id: row for row in rows.fetch(connection, "unit_report", day_on=on)}
