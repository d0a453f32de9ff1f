"""Running clocks follow the calendar: what a notice or a local exception moves, case by case."""

from dataclasses import dataclass, replace
from datetime import date

from engine.domain.access import Principal
from engine.domain.calendar import Calendar, again
from engine.domain.clocks import (
    days_overdue,
    effective,
    limit_passed,
    note_limit,
    overdue_at,
    supersede,
)
from engine.domain.draft import Draft
from engine.domain.duedates import Due
from engine.domain.events import Doer, Happening, Kind
from engine.domain.facts import CaseFacts
from engine.domain.records.matters import Case, Clock
from engine.service.almanac import CalendarDesk, calendar_of
from engine.store import hooks, ledger, rows


@dataclass(frozen=True, slots=True)
class Moved:
    """A running clock that the calendar moved, for whoever is to be told."""

    case_id: int
    code: str
    kind: str
    former_on: date
    due_on: date
    lead_id: int | None
    lead_unit_id: int | None

    @property
    def is_later_or_earlier(self) -> bool:
        """Whether the date itself moved; a provisional one may only have become final."""
        return self.former_on != self.due_on


@dataclass(frozen=True, slots=True)
class Recounted:
    """A case that is overdue by other working days under another calendar."""

    code: str
    before: int
    after: int


def foresee_lateness(desk: CalendarDesk, calendar: Calendar) -> list[Recounted]:
    """Tell which cases would be overdue by other working days as of now, under a calendar."""
    of_case: dict[int, list[Clock]] = {}
    for clock in rows.fetch(desk.conn, "clock", ended_at=None):
        of_case.setdefault(clock.case_id, []).append(clock)
    former, found = calendar_of(desk.conn), {}
    for case_id, clocks in of_case.items():
        then = [_as_anew(desk, clock, calendar) for clock in clocks]
        days = _working_days(desk, clocks, former), _working_days(desk, then, calendar)
        if days[0] != days[1]:
            found[case_id] = days
    cases = rows.fetch(desk.conn, "case", id=sorted(found)) if found else []
    return sorted((Recounted(c.code, *found[c.id]) for c in cases), key=lambda r: r.code)


def _as_anew(desk: CalendarDesk, clock: Clock, calendar: Calendar) -> Clock:
    due = _anew(desk, clock, calendar)
    return replace(clock, due_on=due.on, due_at=due.at) if due else clock


def _working_days(desk: CalendarDesk, clocks: list[Clock], calendar: Calendar) -> int:
    """Count the working days by which a case with these clocks is overdue."""
    late = overdue_at(clocks, desk.now)
    if late is None:
        return 0
    today = effective(late, desk.now).astimezone(desk.zone).date()
    return days_overdue(late, desk.now, today, calendar).working


def foresee_clocks(desk: CalendarDesk, calendar: Calendar) -> list[Moved]:
    """Tell which running clocks a calendar would move, without moving any."""
    running: list[Clock] = rows.fetch(desk.conn, "clock", ended_at=None)
    dues = [(clock, due) for clock in running if (due := _anew(desk, clock, calendar))]
    ids = sorted({clock.case_id for clock, _ in dues})
    cases = {row.id: row for row in rows.fetch(desk.conn, "case", id=ids)} if ids else {}
    return [_moved(cases[clock.case_id], clock, due) for clock, due in dues]


def recompute_clocks(desk: CalendarDesk, who: Principal, reason: str) -> list[Moved]:
    """Supersede every running clock that the calendar as it is now ends otherwise.

    What is past due stays so, unless its date was provisional: no change of the calendar makes
    lateness disappear. Each case that it touches gets one event `clock.moved` with the reason.
    """
    calendar = calendar_of(desk.conn)
    running: list[Clock] = rows.fetch(desk.conn, "clock", ended_at=None)
    touched = {clock.case_id for clock in running if _anew(desk, clock, calendar)}
    return [m for case_id in sorted(touched) for m in _move(desk, who, reason, case_id, calendar)]


def _anew(desk: CalendarDesk, clock: Clock, calendar: Calendar) -> Due | None:
    """Give a clock's due date by the calendar where it differs from the one that it has."""
    if limit_passed(clock, desk.now) and not clock.provisional:
        return None
    due = again(clock.derivation, desk.zone, calendar)
    had = clock.due_at, clock.provisional
    return due if due and (due.at, due.provisional) != had else None


def _moved(case: Case, clock: Clock, due: Due) -> Moved:
    return Moved(
        case.id, case.code, clock.kind, clock.due_on, due.on, case.lead_id, case.lead_unit_id
    )


def _move(
    desk: CalendarDesk, who: Principal, reason: str, case_id: int, calendar: Calendar
) -> list[Moved]:
    case = rows.fetch_one(desk.conn, "case", lock=True, id=case_id)
    issue = rows.fetch_one(desk.conn, "issue", id=case.issue_id)
    clocks = tuple(sorted(rows.fetch(desk.conn, "clock", case_id=case_id), key=lambda c: c.no))
    draft, moved = Draft(CaseFacts(case, issue, clock=clocks), desk.now), []
    for clock in draft.facts.running:
        if due := _anew(desk, clock, calendar):
            supersede(draft, clock, due, keep_pause=True)
            moved.append(_moved(case, clock, due))
    if not moved:
        return []
    note_limit(draft)
    draft.bump()
    deltas = draft.deltas()
    rows.apply(desk.conn, deltas)
    told = ledger.append(
        desk.conn,
        Happening(
            Kind.CLOCK_MOVED,
            desk.now,
            desk.now,
            Doer(who.account_id, via=desk.via),
            deltas,
            case_id=case_id,
            case_code=case.code,
            reason=reason,
        ),
    )
    hooks.announce(desk.conn, told, desk.now)
    return moved
