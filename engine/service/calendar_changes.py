"""Verbs that change the working-day calendar, and what each would move, before it does.

A preview and the change itself give the same list of moves with a digest of it. Whoever confirms
names the digest that was looked at: where something else would move by now, nothing is changed.
"""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

from typing_extensions import TypedDict

from engine.domain.access import OPERATOR, Principal, require
from engine.domain.canonical import canonical
from engine.domain.events import Delta, Doer, Happening, Kind, insertion
from engine.errors import StaleError
from engine.intake.notices import shipped
from engine.service.almanac import CalendarDesk
from engine.service.calendar_orders import (
    Change,
    ReadAnswer,
    of_day,
    of_notice,
    row_of,
    told_of_notices,
)
from engine.service.calendar_told import tell_concerned, tell_of_change
from engine.service.recompute import (
    Moved,
    Recounted,
    foresee_clocks,
    foresee_lateness,
    recompute_clocks,
)
from engine.store import hooks, ledger, rows
from engine.words import listed, message, say


class MovedAnswer(TypedDict):
    """How a change of the calendar moves one running clock of a case.

    Equal dates say that a provisional date became final as it was.
    """

    code: str
    kind: str
    former: str
    due: str


class RecountedAnswer(TypedDict):
    """A case that the change makes overdue by other working days, as of now."""

    code: str
    before: int
    after: int


class ChangeAnswer(TypedDict):
    """What a change of the calendar does: the year, the days read, and the clocks that move.

    `past` are days up to today that become otherwise, `overdue` the cases that are overdue by other
    working days for it; only the notice of a year that had none yet has any. `digest` stands for
    all of it together: to confirm what was looked at.
    """

    year: int
    days: list[ReadAnswer]
    moved: list[MovedAnswer]
    past: list[str]
    overdue: list[RecountedAnswer]
    digest: str


def load_shipped(desk: CalendarDesk) -> list[int]:
    """Load the shipped years that are not there yet; a year that the office loaded stays as it is.

    Gives the years that were loaded. Safe to repeat; running clocks follow.
    """
    there = {row.id for row in rows.fetch(desk.conn, "notice")}
    missing = [notice for year, notice in shipped().items() if year not in there]
    if missing:
        deltas = [insertion("notice", row_of(desk, notice)) for notice in missing]
        labels = listed(notice.label for notice in missing)
        reason = say(message("calendar-moved-import", label=labels), desk.locale)
        _write(desk, OPERATOR, Kind.CALENDAR_LOADED, deltas, reason)
        moved = recompute_clocks(desk, OPERATOR, reason)
        told = told_of_notices(missing)
        tell_concerned(desk, missing[-1].year, moved, told.because)
        tell_of_change(desk, OPERATOR, told, moved, 0)
    return [notice.year for notice in missing]


def import_year(
    desk: CalendarDesk,
    who: Principal,
    data: bytes,
    file: str = "notice",
    digest: str | None = None,
) -> ChangeAnswer:
    """Load a year from a notice file in either format; it replaces one that is there.

    Running clocks move at once. Raises ForbiddenError, DefinitionError for a wrong file,
    InvalidError for one that would change days that have counted, or StaleError where it would not
    move what was looked at as `digest`.
    """
    require(who, "calendar.import")
    return _make(desk, who, of_notice(desk, data, file), digest)


def preview_import(
    desk: CalendarDesk, who: Principal, data: bytes, file: str = "notice"
) -> ChangeAnswer:
    """Tell what loading a year would move. Raises what `import_year` does."""
    require(who, "calendar.import")
    return _foreseen(desk, of_notice(desk, data, file))


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

    The newest exception for a day counts; running clocks move at once. The day lies after today:
    what is past and today have counted. Raises ForbiddenError, InvalidError for such a day or
    without a reason, or StaleError as `import_year` does.
    """
    require(who, "calendar.override")
    return _make(desk, who, of_day(desk, day, works=works, reason=reason), digest)


def preview_override(
    desk: CalendarDesk, who: Principal, day: date, *, works: bool, reason: str
) -> ChangeAnswer:
    """Tell what a local exception would move. Raises what `override` does."""
    require(who, "calendar.override")
    return _foreseen(desk, of_day(desk, day, works=works, reason=reason))


def _foreseen(desk: CalendarDesk, change: Change) -> ChangeAnswer:
    return _answer(change, foresee_clocks(desk, change.calendar), _recounted(desk, change))


def _recounted(desk: CalendarDesk, change: Change) -> list[Recounted]:
    """Tell whose overdue days change; where no day of the past does, there is nobody to ask of."""
    return foresee_lateness(desk, change.calendar) if change.past else []


def _make(desk: CalendarDesk, who: Principal, change: Change, digest: str | None) -> ChangeAnswer:
    """Make a change. What it moved is compared last, so that nothing comes in between."""
    recounted = _recounted(desk, change)
    _write(desk, who, change.kind, change.deltas(), change.reason)
    moved = recompute_clocks(desk, who, change.moves)
    answer = _answer(change, moved, recounted)
    if digest is not None and digest != answer["digest"]:
        raise StaleError("calendar-stale")
    tell_concerned(desk, change.year, moved, change.told.because)
    tell_of_change(desk, who, change.told, moved, len(recounted))
    return answer


def _answer(change: Change, moved: Sequence[Moved], recounted: Sequence[Recounted]) -> ChangeAnswer:
    shown: list[MovedAnswer] = [
        {
            "code": move.code,
            "kind": move.kind,
            "former": move.former_on.isoformat(),
            "due": move.due_on.isoformat(),
        }
        for move in sorted(moved, key=lambda m: (m.code, m.kind, m.former_on, m.due_on))
    ]
    overdue: list[RecountedAnswer] = [
        {"code": one.code, "before": one.before, "after": one.after} for one in recounted
    ]
    past = [day.isoformat() for day in change.past]
    told = canonical({"says": change.says, "moved": shown, "past": past, "overdue": overdue})
    return {
        "year": change.year,
        "days": change.days,
        "moved": shown,
        "past": past,
        "overdue": overdue,
        "digest": sha256(told).hexdigest(),
    }


def _write(
    desk: CalendarDesk, who: Principal, kind: Kind, deltas: Sequence[Delta], reason: str
) -> None:
    """Write rows and the office's event of them."""
    doer = Doer(who.account_id, via=desk.via)
    rows.apply(desk.conn, deltas)
    happening = Happening(kind, desk.now, desk.now, doer, deltas, reason=reason)
    hooks.announce(desk.conn, ledger.append(desk.conn, happening), desk.now)
