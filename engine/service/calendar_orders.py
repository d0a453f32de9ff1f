"""Changes of the working-day calendar before they are made: read, checked, and what they say.

No change reaches back: a day that is past, and today, have counted (`engine/domain/settled.py`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from typing_extensions import TypedDict

from engine.domain import personal
from engine.domain.calendar import Calendar, NoticeYear
from engine.domain.derivation import say_day
from engine.domain.events import Delta, Kind, insertion
from engine.domain.records.office import Notice
from engine.domain.settled import days_made_otherwise, days_reached_back
from engine.errors import FieldFault, InvalidError
from engine.intake.notices import FIRST_YEAR, LAST_YEAR, parse_notice
from engine.service.almanac import CalendarDesk, as_listed, calendar_of
from engine.service.calendar_told import Told
from engine.store import counters, rows
from engine.words import Message, listed, message, say, written

LONGEST_REASON = 1000
MOST_NAMED = 5
"""How many days of the past one refusal names."""


class ReadAnswer(TypedDict):
    """A day as a notice or an exception says it; `name` is its holiday's, or the reason."""

    date: str
    works: bool
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change before it is made: what it says, the calendar after it, and how it is written."""

    kind: Kind
    year: int
    days: list[ReadAnswer]
    says: Any
    calendar: Calendar
    deltas: Callable[[], Sequence[Delta]]
    reason: str
    moves: str
    told: Told
    past: list[date]


def check_year(year: int, field: str) -> None:
    """Raise InvalidError for a year that no calendar holds."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = message("calendar-year-range", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        raise wrong_field(field, words)


def wrong_field(field: str, words: Message) -> InvalidError:
    """Refuse one field with its sentence."""
    return InvalidError(words, [FieldFault(field, words)])


def of_notice(desk: CalendarDesk, data: bytes, file: str) -> Change:
    """Read the change that a notice's file asks for.

    Raises DefinitionError for a wrong file, InvalidError where it would change days that have
    counted.
    """
    notice = parse_notice(data, file)
    reason = say(message("calendar-moved-import", label=notice.label), desk.locale)
    former = calendar_of(desk.conn)
    after = Calendar({**former.years, notice.year: notice}, former.overrides)
    _refuse_reaching_back(desk, former, after, notice.year)
    says = [notice.year, notice.label, notice.source, as_listed(notice)]
    past = days_made_otherwise(former, after, _today(desk))

    def deltas() -> list[Delta]:
        row, old = row_of(desk, notice), rows.fetch_one(desk.conn, "notice", id=notice.year)
        return [insertion("notice", row) if old is None else _replacement(old, row)]

    days: list[ReadAnswer] = [
        {"date": day.on.isoformat(), "works": not day.off, "name": day.name} for day in notice.days
    ]
    return Change(
        Kind.CALENDAR_LOADED, notice.year, days, says, after, deltas, reason, reason,
        told_of_notices([notice]), past,
    )  # fmt: skip


def _refuse_reaching_back(desk: CalendarDesk, former: Calendar, after: Calendar, year: int) -> None:
    """Raise InvalidError where a notice would change days that have counted, and name them."""
    wrong = days_reached_back(former, after, year, _today(desk))
    if wrong:
        named = listed(written(day, desk.locale) for day in wrong[:MOST_NAMED])
        code = "calendar-notice-past" if len(wrong) <= MOST_NAMED else "calendar-notice-past-more"
        words = message(code, count=len(wrong), days=named, today=_today(desk))
        raise wrong_field("file", words)


def _today(desk: CalendarDesk) -> date:
    return desk.now.astimezone(desk.zone).date()


def of_day(desk: CalendarDesk, day: date, *, works: bool, reason: str) -> Change:
    """Read the change that a local exception asks for. Raises InvalidError."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise wrong_field("reason", message("calendar-reason", longest=LONGEST_REASON))
    at = personal.find(reason)
    if at is not None:
        raise wrong_field("reason", message("field-private-number", at=at + 1))
    check_year(day.year, "date")
    if day <= _today(desk):
        words = message("calendar-day-past", day=day, today=_today(desk))
        raise wrong_field("date", words)
    how = message("calendar-works" if works else "calendar-off")
    words = message("calendar-moved-override", day=say_day(day, desk.locale), how=how)
    former = calendar_of(desk.conn)
    after = Calendar(former.years, {**former.overrides, day: works})

    def deltas() -> list[Delta]:
        number = counters.take(desk.conn, "override")
        row = {"id": number, "day_on": day, "works": works, "reason": reason, "at": desk.now}
        return [insertion("override", row)]

    says, moves = [day.isoformat(), works], say(words, desk.locale)
    days: list[ReadAnswer] = [{"date": day.isoformat(), "works": works, "name": reason}]
    told = {"date": day.isoformat(), "works": works}
    because = {"code": "calendar-moved-override", **told}
    return Change(
        Kind.CALENDAR_OVERRIDDEN, day.year, days, says, after, deltas, reason, moves,
        Told("calendar.overridden", {"year": day.year, **told, "why": reason}, because), [],
    )  # fmt: skip


def told_of_notices(notices: Sequence[NoticeYear]) -> Told:
    """Give what the loading of one or more notices says of itself."""
    labels = [notice.label for notice in notices]
    days = sum(len(notice.days) for notice in notices)
    words = {"year": notices[-1].year, "labels": labels, "days": days}
    because = {"code": "calendar-moved-import", "labels": labels}
    return Told("calendar.loaded", words, because)


def row_of(desk: CalendarDesk, notice: NoticeYear) -> dict[str, object]:
    """Give the row in which a notice is kept."""
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
