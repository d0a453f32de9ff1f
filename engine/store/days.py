"""What happened in a stretch of the log, and what is kept about a day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from engine.domain.events import OFFICE_STREAM, Kind
from engine.domain.records import Daily, UnitChase, UnitReport
from engine.store import rows
from engine.store.tables import table

_EVENT, _CASE, _DAILY, _DRAFT, _UNIT = (
    table(n) for n in ("event", "case", "daily", "daily_draft", "unit")
)
COUNTED = (
    Kind.CASE_REGISTERED, Kind.CASE_STEPPED, Kind.LETTER_ISSUED, Kind.MEASURE_PROGRESSED,
    Kind.REPLY_RECORDED,
)  # fmt: skip
"""The kinds of events that a daily report tells of."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Places of the log from `first` up to `end` (not included), written before an instant.

    `end` is None for all there is by now, what has no place yet included.
    """

    first: int
    end: int | None
    before: datetime


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of a case: its kind and its bytes."""

    case_id: int
    kind: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A text that is being written for a day's report."""

    text: str
    version: int
    saved_by: int
    saved_at: datetime


def happened(
    connection: Connection, stretch: Stretch, told: Sequence[Stretch] = ()
) -> Iterator[Happened]:
    """Read the events of cases in a stretch of the log, but not those that others tell of."""
    found = (
        select(_EVENT.c.stream, _EVENT.c.kind, _EVENT.c.body)
        .where(_within(stretch), *(not_(_within(other)) for other in told))
        .where(_EVENT.c.stream != OFFICE_STREAM, _EVENT.c.kind.in_(COUNTED))
        .order_by(_EVENT.c.recorded_at, _EVENT.c.stream, _EVENT.c.seq)
    )
    for row in connection.execute(found):
        yield Happened(row.stream, row.kind, row.body)


def began(connection: Connection) -> datetime | None:
    """Find when the first event of all was written."""
    found: datetime | None = connection.execute(select(func.min(_EVENT.c.recorded_at))).scalar()
    return found


def first_after(connection: Connection, at: datetime, stretch: Stretch | None = None) -> int | None:
    """Find the first place in the log that was written at or after an instant."""
    found = select(func.min(_EVENT.c.log_index)).where(_EVENT.c.recorded_at >= at)
    if stretch is not None:
        found = found.where(_EVENT.c.log_index >= stretch.first, _EVENT.c.log_index < stretch.end)
    place: int | None = connection.execute(found).scalar()
    return place


def lead_units(connection: Connection) -> list[int]:
    """List the units that lead open cases: those whose report a day waits for."""
    leads = select(_CASE.c.id).where(_CASE.c.lead_unit_id == _UNIT.c.id)
    found = select(_UNIT.c.id).where(leads.where(_CASE.c.closed_at.is_(None)).exists())
    return list(connection.scalars(found.order_by(_UNIT.c.id)))  # a look into an index for each


def reports_around(connection: Connection, on: date) -> tuple[Daily | None, list[Daily]]:
    """Read the last report of an earlier day, and those of later days."""
    newest = select(func.max(_DAILY.c.id)).where(_DAILY.c.day_on < on)
    former = connection.execute(newest).scalar()
    later = select(_DAILY.c.id).where(_DAILY.c.day_on > on).order_by(_DAILY.c.id)
    ids = list(connection.scalars(later))
    before = None if former is None else rows.fetch_one(connection, "daily", id=former)
    return before, rows.fetch(connection, "daily", id=ids) if ids else []


def reports_in(connection: Connection, year: int) -> int:
    """Count the reports of a year's days that were handed in."""
    found = select(func.count()).where(
        _DAILY.c.day_on >= date(year, 1, 1), _DAILY.c.day_on <= date(year, 12, 31)
    )
    count: int = connection.execute(found).scalar_one()
    return count


def unit_reports(connection: Connection, on: date) -> dict[int, UnitReport]:
    """Read what units reported for a day; the newest of each unit counts."""
    return {row.unit_id: row for row in rows.fetch(connection, "unit_report", day_on=on)}


def chases(connection: Connection, on: date) -> dict[int, list[UnitChase]]:
    """Read how units were asked to report for a day, in order."""
    found: dict[int, list[UnitChase]] = {}
    for row in rows.fetch(connection, "unit_chase", day_on=on):
        found.setdefault(row.unit_id, []).append(row)
    return found


def draft(connection: Connection, on: date) -> SavedDraft | None:
    """Read the text that is being written for a day."""
    names = (_DRAFT.c.text, _DRAFT.c.version, _DRAFT.c.saved_by, _DRAFT.c.saved_at)
    row = connection.execute(select(*names).where(_DRAFT.c.day_on == on)).first()
    return None if row is None else SavedDraft(*row)


def save_draft(connection: Connection, on: date, saved: SavedDraft) -> None:
    """Write a day's text in its next version; the caller keeps others off meanwhile."""
    values = {
        "text": saved.text, "version": saved.version, "saved_by": saved.saved_by,
        "saved_at": saved.saved_at,
    }  # fmt: skip
    done = connection.execute(update(_DRAFT).where(_DRAFT.c.day_on == on).values(values))
    if done.rowcount == 0:
        connection.execute(insert(_DRAFT), {"day_on": on, **values})


def drop_draft(connection: Connection, on: date) -> None:
    """Forget a day's text: it was handed in, or is written anew."""
    connection.execute(delete(_DRAFT).where(_DRAFT.c.day_on == on))


def _within(stretch: Stretch) -> ColumnElement[bool]:
    place, before = _EVENT.c.log_index, _EVENT.c.recorded_at < stretch.before
    if stretch.end is None:
        return and_(before, or_(place.is_(None), place >= stretch.first))
    return and_(before, place.is_not(None), place >= stretch.first, place < stretch.end)
