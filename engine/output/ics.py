"""iCalendar (RFC 5545): due dates as all-day events, the same bytes for the same dates."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event

PRODUCT = "-//Duban//cases.ics//"
_ONE_DAY = timedelta(days=1)


def calendar(name: str, locale: str) -> Calendar:
    """Begin a calendar that others subscribe to."""
    made = Calendar()
    made.add("prodid", f"{PRODUCT}{locale.upper()}")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    return made


def all_day(uid: str, on: date, words: str, link: str, since: datetime) -> Event:
    """Make an event of one whole day, which takes up no time. `since` is from when it holds."""
    made = Event()
    made.add("uid", uid)
    made.add("dtstamp", since.replace(microsecond=0))
    made.add("dtstart", on)
    made.add("dtend", on + _ONE_DAY)
    made.add("summary", words)
    made.add("url", link)
    made.add("transp", "TRANSPARENT")
    return made


def written(made: Calendar, events: Iterable[Event]) -> bytes:
    """Write a calendar with its events."""
    for event in events:
        made.add_component(event)
    text: bytes = made.to_ical()
    return text
