"""What the report of a day covers: a stretch of the log, so that each event stands in one report.

A report goes on where the one of an earlier day ended, whatever days lie between. It ends with its
day or, handed in before that, with its hand-in. It is counted by places in the log and not by
instants: a writer on PostgreSQL may commit after a hand-in what it began before, and that stands in
the next report.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.domain.records import Daily
from engine.service.desk import Desk
from engine.store import days, ledger
from engine.store.days import Stretch


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of a report, those of later days that were handed in before, and instants.

    `after` is where the report before ended, `until` where this one does, for people to read.
    """

    on: date
    stretch: Stretch
    told: tuple[Stretch, ...]
    after: datetime
    until: datetime

    @property
    def log(self) -> list[int | None]:
        """Give the stretch as a report keeps it."""
        return [self.stretch.first, self.stretch.end]


def span_of(desk: Desk, on: date, *, closing: bool = False) -> Span:
    """Give what the report of a day covers; `closing` fixes where it ends, to be handed in."""
    begins, ends = _begins(desk, on), _begins(desk, on + timedelta(days=1))
    before, later = days.reports_around(desk.conn, on)
    first = _from_start(desk, begins) if before is None else _after(desk, before)
    end = ledger.head(desk.conn) if closing else None
    told = tuple(_kept(desk, row) for row in later)
    after = begins if before is None else _until(desk, before)
    return Span(on, Stretch(first, end, ends), told, min(after, ends), min(desk.now, ends))


def _begins(desk: Desk, on: date) -> datetime:
    return datetime.combine(on, time(), desk.zone).astimezone(UTC)


def _from_start(desk: Desk, begins: datetime) -> int:
    """Find where a first report begins: with its day."""
    found = days.first_after(desk.conn, begins)
    return ledger.head(desk.conn) if found is None else found


def _kept(desk: Desk, row: Daily) -> Stretch:
    """Read back the stretch of a report that was handed in."""
    first, end = row.figures["log"]
    return Stretch(first, end, _begins(desk, row.day_on + timedelta(days=1)))


def _after(desk: Desk, row: Daily) -> int:
    """Find where a report goes on: with the first event that the one before does not cover.

    One handed in after its day was over left out what was written down since.
    """
    kept = _kept(desk, row)
    left = days.first_after(desk.conn, kept.before, kept)
    return int(kept.end or 0) if left is None else left


def _until(desk: Desk, row: Daily) -> datetime:
    return min(row.handed_in_at, _begins(desk, row.day_on + timedelta(days=1)))
