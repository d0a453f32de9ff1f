"""A due date and how one is made: the end of a legal day, or an hour, as an instant.

The rules of the end of a term: it ends with its last day (24:00, written 23:59:59), and where the
work of an office ends earlier, with the end of work on that day (Civil Code of the PRC, art. 203).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import InvalidError

WORKING_DAY = "working-day"
NATURAL_DAY = "natural-day"
WORKING_HOUR = "working-hour"
UNITS = (WORKING_DAY, NATURAL_DAY, WORKING_HOUR)
"""What a length of time may be counted in; none is ever converted into another."""

LONGEST = 10_000
"""The greatest number of days or hours that is counted, either way."""

OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(14, 0), time(17, 30)))
"""When the office works on a working day, in its own time zone: seven hours in two spells."""

END_OF_DAY = time(23, 59, 59)

Facts = dict[str, Any]
"""How a due date came about: JSON values only, dates as ISO 8601 text, never a float."""


@dataclass(frozen=True, slots=True)
class Due:
    """A due date: its legal day, its instant in UTC, and how it came about.

    `provisional` says that it rests on a year whose holiday notice is not loaded. `derivation`
    holds the facts that `say_derivation` puts into words.
    """

    on: date
    at: datetime
    provisional: bool
    derivation: Facts


def end_of_day(on: date, zone: ZoneInfo, at: time | None = None) -> datetime:
    """Give the instant (UTC) at which a legal day ends in the office's zone, or an hour of it."""
    return datetime.combine(on, at or END_OF_DAY, zone).astimezone(UTC)


def legal_day(start: datetime | date, zone: ZoneInfo) -> date:
    """Give the office's day of an instant; a date is its own day."""
    return start.astimezone(zone).date() if isinstance(start, datetime) else start


def hour_of(facts: Facts) -> time | None:
    """Give the hour at which a due date ends by its derivation; None for the end of the day."""
    return time.fromisoformat(facts["at"]) if "at" in facts else None


def check_length(n: int, unit: str) -> None:
    """Refuse a length that is not counted. Raises InvalidError that names what is possible."""
    if unit not in UNITS:
        raise InvalidError("calendar-unit", unit=unit, units="、".join(UNITS))
    if not -LONGEST <= n <= LONGEST:
        raise InvalidError("calendar-length", n=n, longest=LONGEST)
