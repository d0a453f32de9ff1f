"""Verbs that change the working-day calendar, and what each would move, before it does.

A preview and the change itself give the same list of moves with a digest of it. Whoever confirms
names the digest that was looked at: where something else would move by now, nothing is changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from typing_extensions import TypedDict

from engine.domain import personal
from engine.domain.access import OPERATOR, Principal, is_fit, require
from engine.domain.calendar import Calendar, NoticeYear
from engine.domain.canonical import canonical
from engine.domain.derivation import say_day
from engine.domain.events import Delta, Doer, Happening, Kind, insertion
from engine.domain.records.office import Notice
from engine.errors import FieldFault, InvalidError, StaleError
from engine.intake.notices import FIRST_YEAR, LAST_YEAR, parse_notice, shipped
from engine.service.almanac import CalendarDesk, as_listed, calendar_of
from engine.service.digest import BETWEEN, MOVED
from engine.service.notices import notify
from engine.service.recompute import Moved, foresee_clocks, recompute_clocks
from engine.store import counters, holders, hooks, ledger, rows
from engine.words import Message, listed, message, say

LONGEST_REASON = 1000
MOST_NAMED = 10
"""How many moves one notice names; the calendar's page and the cases tell the rest."""


class MovedAnswer(TypedDict):
    """How a change of the calendar moves one running clock of a case.

    Equal dates say that a provisional date became final as it was.
    """

    code: str
    kind: str
    former: str
    due: str


class ReadAnswer(TypedDict):
    """A day as a notice or an exception says it; `name` is its holiday's, or the reason."""

    date: str
    works: bool
    name: str


class ChangeAnswer(TypedDict):
    """What a change of the calendar does: the year, the days read, and the clocks that move.

    `digest` stands for the change and its moves together: to confirm what was looked at.
    """

    year: int
    days: list[ReadAnswer]
    moved: list[MovedAnswer]
    digest: str


@dataclass(frozen=True, slots=True)
class _Change:
    """A change before it is made: what it says, the calendar after it, and how it is written."""

    kind: Kind
    year: int
    days: list[ReadAnswer]
    says: Any
    calendar: Calendar
    deltas: Callable[[], Sequence[Delta]]
    reason: str
    moves: str


def load_shipped(desk: CalendarDesk) -> list[int]:
    """Load the shipped years that are not there yet; a year that the office loaded stays as it is.

    Gives the years that were loaded. Safe to repeat; running clocks follow.
    """
    there = {row.id for row in rows.fetch(desk.conn, "notice")}
    missing = [notice for year, notice in shipped().items() if year not in there]
    if missing:
        deltas = [insertion("notice", _row(desk, notice)) for notice in missing]
        labels = listed(notice.label for notice in missing)
        reason = say(message("calendar-moved-import", label=labels), desk.locale)
        _write(desk, OPERATOR, Kind.CALENDAR_LOADED, deltas, reason)
        moved = recompute_clocks(desk, OPERATOR, reason)
        _tell_concerned(desk, missing[-1].year, moved, reason)
    return [notice.year for notice in missing]


def import_year(
    desk: CalendarDesk,
    who: Principal,
    data: bytes,
    file: str = "notice",
    digest: str | None = None,
) -> ChangeAnswer:
    """Load a year from a notice file in either format; it replaces one that is there.

    Running clocks move at once. Raises ForbiddenError, DefinitionError for a wrong file, or
    StaleError where it would not move what was looked at as `digest`.
    """
    require(who, "calendar.import")
    return _make(desk, who, _of_notice(desk, data, file), digest)


def preview_import(
    desk: CalendarDesk, who: Principal, data: bytes, file: str = "notice"
) -> ChangeAnswer:
    """Tell what loading a year would move. Raises what `import_year` does."""
    require(who, "calendar.import")
    return _foreseen(desk, _of_notice(desk, data, file))


def override(  # noqa: PLR0913  # a day, what becomes of it and why
    desk: CalendarDesk,
    who: Principal,
    day: date,
    *,
    works: bool,
    reason: str,
    digest: str | None = None,
) -> ChangeAnswer:
    """Make a local exception: a day works, or is off, whatever the notice says.

    The newest exception for a day counts; running clocks move at once, but what is past due stays
    so. Raises ForbiddenError, InvalidError without a reason, or StaleError as `import_year` does.
    """
    require(who, "calendar.override")
    return _make(desk, who, _of_day(desk, day, works=works, reason=reason), digest)


def preview_override(
    desk: CalendarDesk, who: Principal, day: date, *, works: bool, reason: str
) -> ChangeAnswer:
    """Tell what a local exception would move. Raises what `override` does."""
    require(who, "calendar.override")
    return _foreseen(desk, _of_day(desk, day, works=works, reason=reason))


def check_year(year: int, field: str) -> None:
    """Raise InvalidError for a year that no calendar holds."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        words = message("calendar-year-range", year=year, first=FIRST_YEAR, last=LAST_YEAR)
        raise wrong_field(field, words)


def wrong_field(field: str, words: Message) -> InvalidError:
    """Refuse one field with its sentence."""
    return InvalidError(words, [FieldFault(field, words)])


def _of_notice(desk: CalendarDesk, data: bytes, file: str) -> _Change:
    notice = parse_notice(data, file)
    reason = say(message("calendar-moved-import", label=notice.label), desk.locale)
    former = calendar_of(desk.conn)
    after = Calendar({**former.years, notice.year: notice}, former.overrides)
    says = [notice.year, notice.label, notice.source, as_listed(notice)]

    def deltas() -> list[Delta]:
        row, old = _row(desk, notice), rows.fetch_one(desk.conn, "notice", id=notice.year)
        return [insertion("notice", row) if old is None else _replacement(old, row)]

    days: list[ReadAnswer] = [
        {"date": day.on.isoformat(), "works": not day.off, "name": day.name} for day in notice.days
    ]
    return _Change(Kind.CALENDAR_LOADED, notice.year, days, says, after, deltas, reason, reason)


def _of_day(desk: CalendarDesk, day: date, *, works: bool, reason: str) -> _Change:
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise wrong_field("reason", message("calendar-reason", longest=LONGEST_REASON))
    at = personal.find(reason)
    if at is not None:
        raise wrong_field("reason", message("field-private-number", at=at + 1))
    check_year(day.year, "date")
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
    return _Change(Kind.CALENDAR_OVERRIDDEN, day.year, days, says, after, deltas, reason, moves)


def _foreseen(desk: CalendarDesk, change: _Change) -> ChangeAnswer:
    return _answer(change, foresee_clocks(desk, change.calendar))


def _make(desk: CalendarDesk, who: Principal, change: _Change, digest: str | None) -> ChangeAnswer:
    """Make a change. What it moved is compared last, so that nothing comes in between."""
    _write(desk, who, change.kind, change.deltas(), change.reason)
    moved = recompute_clocks(desk, who, change.moves)
    answer = _answer(change, moved)
    if digest is not None and digest != answer["digest"]:
        raise StaleError("calendar-stale")
    _tell_concerned(desk, change.year, moved, change.moves)
    return answer


def _answer(change: _Change, moved: Sequence[Moved]) -> ChangeAnswer:
    shown: list[MovedAnswer] = [
        {
            "code": move.code,
            "kind": move.kind,
            "former": move.former_on.isoformat(),
            "due": move.due_on.isoformat(),
        }
        for move in sorted(moved, key=lambda m: (m.code, m.kind, m.former_on, m.due_on))
    ]
    told = canonical({"says": change.says, "moved": shown})
    digest = sha256(told).hexdigest()
    return {"year": change.year, "days": change.days, "moved": shown, "digest": digest}


def _tell_concerned(desk: CalendarDesk, year: int, moved: Sequence[Moved], reason: str) -> None:
    """Tell the lead leader, the liaison and the officers of the lead unit of each moved case.

    However many dates moved, it is one message for each of them.
    """
    dates = [move for move in moved if move.is_later_or_earlier]
    concerned: dict[int, list[Moved]] = {}
    for move, account in _concerned(desk, dates):
        concerned.setdefault(account, []).append(move)
    for account, mine in sorted(concerned.items()):
        named = BETWEEN.join(f"{m.code} {m.former_on}→{m.due_on}" for m in mine[:MOST_NAMED])
        more = "" if len(mine) <= MOST_NAMED else " …"
        words = {"year": year, "count": len(mine), "codes": named + more, "reason": reason}
        notify(desk, account, MOVED, words)


def _concerned(desk: CalendarDesk, moved: Sequence[Moved]) -> list[tuple[Moved, int]]:
    cases = sorted({move.case_id for move in moved})
    if not cases:
        return []
    held = rows.fetch(desk.conn, "tenure", case_id=cases, role="liaison", to_at=None)
    liaisons = {tenure.case_id: tenure.account_id for tenure in held}
    everybody = holders.holders(desk.conn)
    found: list[tuple[Moved, int]] = []
    for move in moved:
        officers = [
            h.id for h in everybody if h.unit_id == move.lead_unit_id and is_fit(h.roles, "officer")
        ]
        told = {move.lead_id, liaisons.get(move.case_id), *officers}
        found += [(move, account) for account in told if account is not None]
    return found


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


def _write(
    desk: CalendarDesk, who: Principal, kind: Kind, deltas: Sequence[Delta], reason: str
) -> None:
    """Write rows and the office's event of them."""
    doer = Doer(who.account_id, via=desk.via)
    rows.apply(desk.conn, deltas)
    happening = Happening(kind, desk.now, desk.now, doer, deltas, reason=reason)
    hooks.announce(desk.conn, ledger.append(desk.conn, happening), desk.now)
