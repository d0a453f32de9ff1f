"""Verbs on the working-day calendar: load a year, make a local exception, ask, show."""

import re
from datetime import date

from typing_extensions import TypedDict

from engine.domain.access import OPERATOR, Principal, require
from engine.domain.calendar import NoticeYear
from engine.domain.derivation import say_day, say_derivation
from engine.domain.duedates import LONGEST, NATURAL_DAY, WORKING_DAY
from engine.domain.events import Delta, Doer, Happening, Kind, insertion
from engine.domain.records.office import Notice, Override
from engine.errors import FieldFault, InvalidError
from engine.intake.notices import FIRST_YEAR, LAST_YEAR, parse_notice, shipped
from engine.service.almanac import CalendarDesk, as_listed, calendar_of, newest
from engine.service.recompute import Moved, recompute_clocks
from engine.store import counters, hooks, ledger, rows
from engine.words import Message, message, say

LONGEST_REASON = 1000
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


class MovedAnswer(TypedDict):
    """How a change of the calendar moved one running clock of a case."""

    code: str
    kind: str
    former: str
    due: str


class ChangeAnswer(TypedDict):
    """What a change of the calendar did: the year or the day, and the clocks that moved."""

    year: int
    moved: list[MovedAnswer]


def load_shipped(desk: CalendarDesk) -> list[int]:
    """Load the shipped years that are not there yet; a year that the office loaded stays as it is.

    Gives the years that were loaded. Safe to repeat; running clocks follow.
    """
    there = {row.id for row in rows.fetch(desk.conn, "notice")}
    missing = [notice for year, notice in shipped().items() if year not in there]
    if missing:
        deltas = [insertion("notice", _row(desk, notice)) for notice in missing]
        labels = "、".join(notice.label for notice in missing)
        reason = say(message("calendar-moved-import", label=labels), desk.locale)
        _tell(desk, OPERATOR, Kind.CALENDAR_LOADED, deltas, reason)
        recompute_clocks(desk, OPERATOR, reason)
    return [notice.year for notice in missing]


def import_year(
    desk: CalendarDesk, who: Principal, data: bytes, file: str = "notice"
) -> ChangeAnswer:
    """Load a year from a notice file in either format; it replaces one that is there.

    Running clocks move at once. Raises ForbiddenError, or DefinitionError for a wrong file.
    """
    require(who, "calendar.import")
    notice = parse_notice(data, file)
    row = _row(desk, notice)
    reason = say(message("calendar-moved-import", label=notice.label), desk.locale)
    former = rows.fetch_one(desk.conn, "notice", id=notice.year)
    delta = insertion("notice", row) if former is None else _replacement(former, row)
    _tell(desk, who, Kind.CALENDAR_LOADED, [delta], reason)
    return _changed(notice.year, recompute_clocks(desk, who, reason))


def override(
    desk: CalendarDesk, who: Principal, day: date, *, works: bool, reason: str
) -> ChangeAnswer:
    """Make a local exception: a day works, or is off, whatever the notice says.

    The newest exception for a day counts; running clocks move at once, but what is past due stays
    so. Raises ForbiddenError, or InvalidError without a reason.
    """
    require(who, "calendar.override")
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise _wrong("reason", message("calendar-reason", longest=LONGEST_REASON))
    _check_year(day.year, "date")
    row = {
        "id": counters.take(desk.conn, "override"),
        "day_on": day,
        "works": works,
        "reason": reason,
        "at": desk.now,
    }
    _tell(desk, who, Kind.CALENDAR_OVERRIDDEN, [insertion("override", row)], reason)
    how = message("calendar-works" if works else "calendar-off")
    words = message("calendar-moved-override", day=say_day(day, desk.locale), how=how)
    return _changed(day.year, recompute_clocks(desk, who, say(words, desk.locale)))


def show_year(desk: CalendarDesk, who: Principal, year: int) -> YearAnswer:
    """Show a year; one whose notice is not loaded is provisional and lists no days."""
    require(who, "calendar.read")
    _check_year(year, "year")
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
        raise _wrong("days", message("calendar-days-positive", n=n, longest=LONGEST))
    if unit not in ASKABLE:
        units = "、".join(ASKABLE)
        raise _wrong("unit", message("calendar-unit", unit=unit[:40], units=units))
    found = calendar_of(desk.conn).due(start, n, unit, desk.zone)
    words = say_derivation(found.derivation, desk.locale)
    return {"due": found.on.isoformat(), "provisional": found.provisional, "derivation": words}


def _wrong(field: str, words: Message) -> InvalidError:
    return InvalidError(words, [FieldFault(field, words)])


def _check_year(year: int, field: str) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = message("calendar-year-range", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        raise _wrong(field, words)


def _row(desk: CalendarDesk, notice: NoticeYear) -> dict[str, object]:
    return {
        "id": notice.year,
        "label": notice.label,
        "source": notice.source,
        "days": as_listed(notice),
        "loaded_at": desk.now,
    }


def _replacement(former: Notice, row: dict[str, object]) -> Delta:
    new = {name: value for name, value in row.items() if name != "id"}
    return Delta("notice", (former.id,), new, {name: getattr(former, name) for name in new})


def _tell(desk: CalendarDesk, who: Principal, kind: Kind, deltas: list[Delta], reason: str) -> None:
    """Write rows and the office's event of them."""
    doer = Doer(who.account_id, via=desk.via)
    rows.apply(desk.conn, deltas)
    happening = Happening(kind, desk.now, desk.now, doer, deltas, reason=reason)
    hooks.announce(desk.conn, ledger.append(desk.conn, happening), desk.now)


def _override(row: Override) -> OverrideAnswer:
    return {"date": row.day_on.isoformat(), "works": row.works, "reason": row.reason}


def _changed(year: int, moved: list[Moved]) -> ChangeAnswer:
    shown: list[MovedAnswer] = [
        {
            "code": move.code,
            "kind": move.kind,
            "former": move.former_on.isoformat(),
            "due": move.due_on.isoformat(),
        }
        for move in moved
    ]
    return {"year": year, "moved": shown}
