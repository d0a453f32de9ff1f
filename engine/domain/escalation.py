"""The ladder: which rung of which clock is due, when, and who is then to be told.

Every limit clock climbs the rungs of its workflow. A rung before the limit is due at the beginning
of its day, the one at the limit at the limit itself, later ones at the beginning of their day.
Days are working days by the calendar. A clock that stands still climbs nothing meanwhile. A limit
that goes on (after a relapse, say) with the same start and the same due time is the same limit: it
climbs what is left of its ladder. Climbing adds people and duties; it never replaces whoever is
accountable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from engine.domain.calendar import Calendar
from engine.domain.facts import CaseFacts
from engine.domain.records import Clock
from engine.domain.workflow import Rung, Workflow


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung that a clock has reached."""

    clock: Clock
    rung: Rung
    due_at: datetime


def rung_at(
    due_on: date, due_at: datetime, offset: int, calendar: Calendar, zone: ZoneInfo
) -> datetime:
    """Give the instant (UTC) at which a rung is due, `offset` working days after a limit."""
    if offset == 0:
        return due_at
    day = calendar.add_working_days(due_on, offset)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def due_rungs(
    facts: CaseFacts, workflow: Workflow, calendar: Calendar, zone: ZoneInfo, now: datetime
) -> list[DueRung]:
    """List the rungs that running limits have reached and not climbed yet, the earliest first."""
    limits = {clock.no: _limit(clock) for clock in facts.clock}
    climbed = {(limits[e.clock_no], e.rung) for e in facts.escalation}
    found = [
        due
        for clock in facts.running
        if clock.is_limit
        for due in _reached(clock, workflow, calendar, zone, now)
        if (limits[clock.no], due.rung.name) not in climbed
    ]
    return sorted(found, key=lambda due: (due.due_at, due.clock.no, due.rung.after_working_days))


def _reached(
    clock: Clock, workflow: Workflow, calendar: Calendar, zone: ZoneInfo, now: datetime
) -> Iterator[DueRung]:
    for rung in workflow.ladder:
        at = rung_at(clock.due_on, clock.due_at, rung.after_working_days, calendar, zone)
        if is_reached(at, clock.valid_from, clock.paused_at, now):
            yield DueRung(clock, rung, at)


def is_reached(at: datetime, since: datetime, paused_at: datetime | None, now: datetime) -> bool:
    """Tell whether a limit that runs `since` then has come to a rung that is due `at`."""
    return max(at, since) <= (now if paused_at is None else min(now, paused_at))


def _limit(clock: Clock) -> tuple[object, ...]:
    return clock.kind, clock.subject, clock.started_at, clock.due_at


def latest_due_on(now: datetime, offset: int, calendar: Calendar, zone: ZoneInfo) -> date:
    """Give the last due date of which a limit may have reached a rung by now.

    It may name a day too many, never one too few: `due_rungs` decides.
    """
    today = now.astimezone(zone).date()
    return calendar.add_working_days(today, min(0, 1 - offset) if offset >= 0 else 1 - offset)
