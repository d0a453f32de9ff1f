"""Clocks of a case: which start, stop, pause and go on by a step, and how late they are.

A clock row is never edited into another date: a new row supersedes it, and both tell from when to
when they counted. What was overdue at any past instant therefore has one answer for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

from engine.domain.attempt import Attempt
from engine.domain.calendar import Calendar, Due, fixed, moved
from engine.domain.draft import Draft
from engine.domain.duedates import hour_of
from engine.domain.records import Clock
from engine.domain.workflow import ClockDef


@dataclass(frozen=True, slots=True)
class Beat:
    """Something that clocks listen to: a trigger or a happening, with the part that it is about."""

    name: str
    subject: int | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """A length of time in calendar days and in working days, never converted into each other."""

    calendar: int
    working: int


NO_DAYS = Days(0, 0)
CASE_DUE = "case-due"
"""The date source of clocks that go by the case's own promised date."""
DUE_HOUR = "due_hour"
"""What an assignment may be given besides its date: the hour of a matter that is carried in."""


def effective(clock: Clock, at: datetime) -> datetime:
    """Give the instant that counts for a clock: while it is paused, time stands still for it."""
    return at if clock.paused_at is None else min(at, clock.paused_at)


def counts_at(clock: Clock, at: datetime) -> bool:
    """Tell whether a clock row counted at an instant, from its start up to before its end."""
    return clock.valid_from <= at and (clock.ended_at is None or at < clock.ended_at)


def limit_passed(clock: Clock, at: datetime) -> bool:
    """Tell whether a clock that counts at an instant is a limit past its due time then."""
    return clock.is_limit and clock.due_at < effective(clock, at)


def overdue_at(clocks: Iterable[Clock], at: datetime) -> Clock | None:
    """Give the earliest due of the limit clocks that counted at an instant and were past due."""
    late = (c for c in clocks if counts_at(c, at) and limit_passed(c, at))
    return min(late, key=lambda c: (c.due_at, c.no), default=None)


def days_overdue(clock: Clock, at: datetime, today: date, calendar: Calendar) -> Days:
    """Count the dates after the due date up to and including `today`, the as-of day at the office.

    For a paused clock `today` is the day on which it was paused; callers pass `effective`'s day.
    """
    if not limit_passed(clock, at):
        return NO_DAYS
    return Days((today - clock.due_on).days, calendar.working_days_between(clock.due_on, today))


def stood(clock: Clock, line: Iterable[Clock]) -> list[tuple[datetime, datetime]]:
    """Tell from when to when a clock did not run before it went on: stabilized, or closed.

    `line` holds the clocks before it. No date moved meanwhile, so days overdue count these, too.
    """
    former = {other.no: other for other in line}
    gaps = []
    while (before := former.get(clock.replaces or 0)) is not None:
        if before.ended_at is not None and before.ended_at < clock.valid_from:
            gaps.append((before.ended_at, clock.valid_from))
        clock = before
    return gaps[::-1]


def nearest_limit(clocks: Iterable[Clock]) -> Clock | None:
    """Give the running limit that is or will first be overdue; one that stands still never will."""
    may = (
        c
        for c in clocks
        if c.is_limit and c.ended_at is None and (c.paused_at is None or c.due_at < c.paused_at)
    )
    return min(may, key=lambda c: (c.due_at, c.no), default=None)


def turn(draft: Draft, a: Attempt, beats: Sequence[Beat], *, closes: bool = False) -> None:
    """Let every clock of the workflow hear what happened, then note the nearest limit on the case.

    Pauses end before stops, stops come before starts; a step that closes the case stops all.
    """
    for definition in a.workflow.clocks.values():
        for beat in beats:
            _hear(draft, a, definition, beat)
    if closes:
        for clock in draft.facts.running:
            _end(draft, clock, "stopped")
    note_limit(draft)


def note_limit(draft: Draft) -> None:
    """Keep the case's own figure of its nearest limit in step with its clocks."""
    nearest = nearest_limit(draft.facts.clock)
    draft.set_case(
        limit_due_at=nearest.due_at if nearest else None,
        limit_kind=nearest.kind if nearest else None,
    )


def _hear(draft: Draft, a: Attempt, definition: ClockDef, beat: Beat) -> None:
    for clock in _concerned(draft, definition, beat):
        if beat.name in definition.resumes_on:
            clock = _resume(draft, a, definition, clock)  # noqa: PLW2901  # the same clock, going on
        if beat.name in definition.pauses_on:
            clock = _pause(draft, clock)  # noqa: PLW2901  # the same clock, standing still
        if beat.name in definition.stops:
            _end(draft, clock, "stopped")
    if beat.name in definition.starts:
        _start(draft, a, definition, beat.subject)


def _concerned(draft: Draft, definition: ClockDef, beat: Beat) -> list[Clock]:
    running = (c for c in draft.facts.running if c.kind == definition.kind)
    return [clock for clock in running if beat.subject in (None, clock.subject)]


def _pause(draft: Draft, clock: Clock) -> Clock:
    return clock if clock.paused_at else draft.change(clock, paused_at=draft.now)


def _resume(draft: Draft, a: Attempt, definition: ClockDef, clock: Clock) -> Clock:
    """Go on with a paused clock: its date moves by the days that it stood still, and no more."""
    if clock.paused_at is None:
        return clock
    days = (a.today - a.day_of(clock.paused_at)).days
    hour = hour_of(clock.derivation)
    due = moved(clock.due_on, days, "suspension", a.zone, a.calendar, at=hour)
    if definition.date_from == CASE_DUE:
        draft.set_case(due_on=due.on)
    return supersede(draft, clock, due)


def extend(draft: Draft, a: Attempt) -> None:
    """Supersede every clock that goes by the case's date with the date that was just granted."""
    until = draft.facts.case.due_on
    for clock in draft.facts.running:
        definition = a.workflow.clocks[clock.kind]
        if until is None or definition.extended_by is None:
            continue
        days = (until - clock.due_on).days
        due = moved(clock.due_on, days, "extension", a.zone, a.calendar)
        supersede(draft, clock, due, keep_pause=True)


def supersede(draft: Draft, clock: Clock, due: Due, *, keep_pause: bool = False) -> Clock:
    """Put another row in a clock's place from now on; the old one tells what held before."""
    _end(draft, clock, "superseded")
    return _row(
        draft,
        clock.kind,
        clock.subject,
        due,
        is_limit=clock.is_limit,
        started_at=clock.started_at,
        paused_at=clock.paused_at if keep_pause else None,
        replaces=clock.no,
    )


def take_over(draft: Draft, a: Attempt, mine: Clock, theirs: Clock) -> None:
    """Put the date of a merged case's clock in the place of the survivor's own."""
    due = fixed(theirs.due_on, "merger", a.zone, a.calendar, at=hour_of(theirs.derivation))
    supersede(draft, mine, due, keep_pause=True)


def _end(draft: Draft, clock: Clock, how: str) -> None:
    draft.change(clock, ended_at=draft.now, ended_by=how)


def _start(draft: Draft, a: Attempt, definition: ClockDef, subject: int | None) -> None:
    due = _due(draft, a, definition, subject)
    if due is None:
        return
    running = draft.facts.clock_of(definition.kind, subject)
    if running is not None and not _gives_way(draft, definition, running, due):
        return
    former = _former(draft, definition, subject)
    _row(
        draft,
        definition.kind,
        subject,
        due,
        is_limit=definition.is_limit,
        started_at=former.started_at if former else draft.now,
        paused_at=None,
        replaces=former.no if former else None,
    )


def _gives_way(draft: Draft, definition: ClockDef, running: Clock, due: Due) -> bool:
    """Let a running clock that starts again take the other date; tell if, being late, it ends."""
    if running.due_on == due.on:
        return False
    if definition.carries_over or not limit_passed(running, draft.now):
        supersede(draft, running, due)
        return False
    _end(draft, running, "stopped")
    return True


def _former(draft: Draft, definition: ClockDef, subject: int | None) -> Clock | None:
    """The clock that goes on when this one starts again; only where nothing may win time."""
    if not definition.carries_over:
        return None
    line = [c for c in draft.facts.clock if c.kind == definition.kind and c.subject == subject]
    return line[-1] if line else None


def _due(draft: Draft, a: Attempt, definition: ClockDef, subject: int | None) -> Due | None:
    if definition.days is not None:
        return due_after(definition, a.now, a.calendar, a.zone)
    on = _date(draft, definition.date_from, subject)
    if on is None:
        return None
    return due_on(definition, on, a.calendar, a.zone, _hour(draft, a, definition, subject, on))


def _hour(
    draft: Draft, a: Attempt, definition: ClockDef, subject: int | None, on: date
) -> time | None:
    """Give the hour of a date: the one that is given with it, or that it had before.

    A clock that goes on with the same date ends at the same hour of it: nothing wins time.
    """
    if definition.date_from == CASE_DUE and a.given(DUE_HOUR) is not None:
        return cast("time", a.given(DUE_HOUR))
    former = _former(draft, definition, subject)
    return hour_of(former.derivation) if former and former.due_on == on else None


def due_after(
    definition: ClockDef, start: datetime | date, calendar: Calendar, zone: ZoneInfo
) -> Due:
    """Give the due date of a clock that counts days or hours from its start."""
    return calendar.due(
        start,
        definition.days or 0,
        definition.unit,
        zone,
        first_day_counts=definition.first_day_counts,
        rolls_forward=definition.rolls_forward,
        at=time.fromisoformat(definition.at) if definition.at else None,
    )


def due_on(
    definition: ClockDef, on: date, calendar: Calendar, zone: ZoneInfo, hour: time | None = None
) -> Due:
    """Give the due date of a clock that takes its date from something that has one."""
    return fixed(on, definition.date_from or "", zone, calendar, at=hour)


def _date(draft: Draft, source: str | None, subject: int | None) -> date | None:
    """Look up the date that a clock takes over from something that already has one."""
    if source == CASE_DUE:
        return draft.facts.case.due_on
    if source == "measure-due":
        return next((m.due_on for m in draft.facts.measures if m.no == subject), None)
    if source == "letter-answer-by":
        return next((x.answer_by for x in draft.facts.letter if x.no == subject), None)
    return None


def _row(draft: Draft, kind: str, subject: int | None, due: Due, **values: Any) -> Clock:  # noqa: ANN401
    return draft.add(
        Clock,
        kind=kind,
        subject=subject,
        valid_from=draft.now,
        due_on=due.on,
        due_at=due.at,
        provisional=due.provisional,
        derivation=due.derivation,
        ended_at=None,
        ended_by=None,
        **values,
    )
