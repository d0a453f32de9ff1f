"""Verbs on the working-day calendar: show a year, ask when something ends.

What changes the calendar stands in `calendar_changes` and can be called from here as well.
"""

import re
from datetime import date

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.calendar import NoticeYear
from engine.domain.derivation import say_derivation
from engine.domain.duedates import LONGEST, NATURAL_DAY, WORKING_DAY
from engine.domain.records.office import Override
from engine.service.almanac import CalendarDesk, calendar_of, newest
from engine.service.calendar_changes import (
    ChangeAnswer,
    MovedAnswer,
    import_year,
    load_shipped,
    override,
    preview_import,
    preview_override,
)
from engine.service.calendar_orders import check_year, wrong_field
from engine.store import rows
from engine.words import listed, message

__all__ = [
    "ASKABLE", "ChangeAnswer", "DayAnswer", "DueAnswer", "MovedAnswer", "OverrideAnswer",
    "YearAnswer", "due", "import_year", "load_shipped", "override", "preview_import",
    "preview_override", "show_year",
]  # fmt: skip
ASKABLE = (WORKING_DAY, NATURAL_DAY)
_ADDRESS = re.compile(r"https?://[!-+./0-:<-~-]+")


class DayAnswer(TypedDict):
    """A day that a notice lists, in the public format, so that a shown year can be imported."""

    date: str
    name: str
    isOffDay: bool


class OverrideAnswer(TypedDict):
    """A local exception."""

    date: str
    works: bool
    reason: str


class YearAnswer(TypedDict):
    """A year of the calendar. `working_days` counts local exceptions in."""

    year: int
    label: str
    source: str
    papers: list[str]
    provisional: bool
    working_days: int
    days: list[DayAnswer]
    overrides: list[OverrideAnswer]


class DueAnswer(TypedDict):
    """A due date; `derivation` is in the caller's language."""

    due: str
    provisional: bool
    derivation: str


def show_year(desk: CalendarDesk, who: Principal, year: int) -> YearAnswer:
    """Show a year; one whose notice is not loaded is provisional and lists no days."""
    require(who, "calendar.read")
    check_year(year, "year")
    calendar = calendar_of(desk.conn)
    local = newest(rows.fetch(desk.conn, "override"))
    notice = calendar.years.get(year, NoticeYear(year, f"cn-{year}", "", ()))
    before, last = date(year - 1, 12, 31), date(year, 12, 31)
    return {
        "year": year,
        "label": notice.label,
        "source": notice.source,
        "papers": _ADDRESS.findall(notice.source),
        "provisional": year not in calendar.years,
        "working_days": calendar.working_days_between(before, last),
        "days": [
            {"date": day.on.isoformat(), "name": day.name, "isOffDay": day.off}
            for day in notice.days
        ],
        "overrides": [_override(row) for on, row in local.items() if on.year == year],
    }


def due(
    desk: CalendarDesk, who: Principal, start: date, n: int, unit: str = WORKING_DAY
) -> DueAnswer:
    """Answer when n days of a unit from a day end. Raises InvalidError for a wrong n or unit."""
    require(who, "calendar.read")
    if not 1 <= n <= LONGEST:
        raise wrong_field("days", message("calendar-days-positive", n=n, longest=LONGEST))
    if unit not in ASKABLE:
        units = listed(ASKABLE)
        raise wrong_field("unit", message("calendar-unit", unit=unit[:40], units=units))
    found = calendar_of(desk.conn).due(start, n, unit, desk.zone)
    words = say_derivation(found.derivation, desk.locale)
    return {"due": found.on.isoformat(), "provisional": found.provisional, "derivation": words}


def _override(row: Override) -> OverrideAnswer:
    return {"date": row.day_on.isoformat(), "works": row.works, "reason": row.reason}
