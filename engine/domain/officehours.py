"""When the office may be disturbed: half days of working days, in which notices are sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.domain.calendar import Calendar
from engine.domain.duedates import OFFICE_HOURS

HALVES = ("am", "pm")
_SEARCHED = 60


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A half day of work: which one, and from when on something may be sent in it."""

    on: date
    half: str
    opens_at: datetime

    @property
    def name(self) -> str:
        """Name it, `2026-03-03:am`."""
        return f"{self.on.isoformat()}:{self.half}"


def half_days(now: datetime, calendar: Calendar, zone: ZoneInfo) -> Iterator[HalfDay]:
    """Give the half days of work from an instant on, the present one first where it runs."""
    local = now.astimezone(zone)
    for ahead in range(_SEARCHED):
        day = local.date() + timedelta(days=ahead)
        if not calendar.works(day):
            continue
        for half, (opens, closes) in zip(HALVES, OFFICE_HOURS, strict=True):
            begin, end = (datetime.combine(day, at, zone) for at in (opens, closes))
            if local < end:
                yield HalfDay(day, half, max(begin, local).astimezone(UTC))
