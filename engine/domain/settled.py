"""Days that have counted: what is past and today, whose working days no change may make otherwise.

Lateness is counted in working days, so whoever could change a day that is over could make lateness
disappear. A year whose notice was not loaded yet is the one exception: its days went by the weekday
alone and were provisional, and its notice puts them right.
"""

from datetime import date

from engine.domain.calendar import Calendar


def days_made_otherwise(former: Calendar, after: Calendar, until: date) -> list[date]:
    """List the days up to and including one that work in one calendar and are off in the other."""
    named = sorted(day for day in _named(former) | _named(after) if day <= until)
    return [day for day in named if former.works(day) != after.works(day)]


def days_reached_back(former: Calendar, after: Calendar, year: int, today: date) -> list[date]:
    """List the days of the past and today that loading a year's notice may not make otherwise."""
    changed = days_made_otherwise(former, after, today)
    return [day for day in changed if year in former.years or day.year != year]


def _named(calendar: Calendar) -> set[date]:
    """Give the days that a calendar names, one way or the other."""
    listed = {day.on for notice in calendar.years.values() for day in notice.days}
    return listed | set(calendar.overrides)
