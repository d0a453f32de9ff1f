"""When a limit counts as near, and when a week begins and ends."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.domain.duedates import end_of_day
from engine.service.desk import Desk

SOON_WORKING_DAYS = 3
WEEK = timedelta(days=7)


def soon_until(desk: Desk) -> datetime:
    """Give the instant up to which a limit is near: the end of the third working day from today."""
    return end_of_day(desk.calendar.add_working_days(desk.today, SOON_WORKING_DAYS), desk.zone)


def week_of(first: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the instants at which a week begins and the next one does. Raises OverflowError."""
    return datetime.combine(first, time(), zone), datetime.combine(first + WEEK, time(), zone)
