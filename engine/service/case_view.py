"""One case as its reader may see it: facts put into the shape of the answer."""

from datetime import date, datetime

from engine.domain import clocks, machine, tenure
from engine.domain.access import WRITERS
from engine.domain.derivation import say_day, say_derivation
from engine.domain.fields import FIELDS
from engine.domain.parties import name_all
from engine.domain.records import Clock
from engine.domain.writers import STAYS_OPEN, may_write
from engine.errors import Unmet
from engine.service.case_answers import (
    CaseAnswer,
    ClockAnswer,
    DaysAnswer,
    NamedUnit,
    PlannedAnswer,
    StepAnswer,
    SummaryAnswer,
    UnmetAnswer,
)
from engine.service.case_parts_view import PartsView
from engine.service.case_room import Room
from engine.service.letter_view import letter_answer, shown_letters
from engine.service.people_answers import PersonAnswer
from engine.words import message, say
from workflows.needs import VOCABULARY


def show(room: Room) -> CaseAnswer:
    """Show a case to whoever opened it."""
    facts, case, parts = room.facts, room.facts.case, PartsView(room)
    late = clocks.overdue_at(facts.running, room.desk.now)
    supporting = [t.unit_id for t in facts.holding("supporting-unit")]
    return {
        "code": case.code,
        "title": case.title,
        "state": case.state,
        "outcome": case.outcome,
        "version": case.version,
        "workflow": {"name": case.workflow, "version": case.workflow_version},
        "issue": {"code": facts.issue.code, "title": facts.issue.title},
        "registered_at": parts.at(case.registered_at),
        "acknowledged_at": parts.maybe_at(case.acknowledged_at),
        "closed_at": parts.maybe_at(case.closed_at),
        "lead_leader": parts.person(case.lead_id),
        "deputy": _deputy(room, parts),
        "lead_unit": parts.unit(case.lead_unit_id or case.planned_unit_id),
        "supporting_units": _supporting(parts, supporting, room),
        "planned": _planned(parts, room),
        "held_at_closure": parts.held_at_closure(),
        "summary": case.summary,
        "due": parts.day(case.due_on or case.planned_due_on),
        "overdue": late is not None,
        "days_overdue": _days(room, late),
        "suspended": facts.suspended,
        "declines": case.declines,
        "relapses": case.relapses,
        "reopenings": case.reopenings,
        "imported": case.imported,
        "task_force": parts.task_force(),
        "plan": parts.plan(),
        "claims": parts.claims(),
        "replies": parts.replies(),
        "urges": [letter_answer(room, row) for row in shown_letters(room)],
        "notes": parts.notes(),
        "files": parts.files(),
        "requests": parts.requests(),
        "clocks": [_clock(room, parts, clock) for clock in facts.clock],
        "steps": [_step(room, door) for door in machine.explain(room.attempt(), VOCABULARY.needs)],
        "writes": show_writes(room),
    }


def summarise(room: Room) -> SummaryAnswer:
    """Show what the duty officer may know of a case."""
    case, parts = room.facts.case, PartsView(room)
    return {
        "code": case.code,
        "title": case.title,
        "state": case.state,
        "lead_unit": parts.unit(case.lead_unit_id or case.planned_unit_id),
        "due": parts.day(case.due_on or case.planned_due_on),
    }


def _supporting(parts: PartsView, now: list[int | None], room: Room) -> list[NamedUnit]:
    ids = now if room.facts.case.lead_unit_id else list(room.facts.case.planned_supporting)
    return [unit for unit_id in ids if (unit := parts.unit(unit_id))]


def _planned(parts: PartsView, room: Room) -> PlannedAnswer:
    case = room.facts.case
    return {
        "lead_leader": parts.person(case.planned_lead_id),
        "lead_unit": parts.unit(case.planned_unit_id),
        "supporting_units": [u for i in case.planned_supporting if (u := parts.unit(i))],
        "due": parts.day(case.planned_due_on),
        "measures_text": case.measures_text,
    }


def _deputy(room: Room, parts: PartsView) -> PersonAnswer | None:
    """Name who stands in for the lead leader today."""
    today = room.desk.today
    for row in room.facts.deputies:
        runs = row.ended_at is None and row.from_on <= today <= row.to_on
        if runs and row.principal_id == room.facts.case.lead_id:
            return parts.person(row.deputy_id)
    return None


def _days(room: Room, late: Clock | None) -> DaysAnswer:
    if late is None:
        return {"calendar": 0, "working": 0}
    now = room.desk.now
    on = _office_day(room, clocks.effective(late, now))
    days = clocks.days_overdue(late, now, on, room.desk.calendar)
    return {"calendar": days.calendar, "working": days.working}


def _office_day(room: Room, at: datetime) -> date:
    return at.astimezone(room.desk.zone).date()


def _clock(room: Room, parts: PartsView, clock: Clock) -> ClockAnswer:
    """Answer for a clock whoever was accountable when it ended, or is now."""
    lead = room.facts.case.lead_id
    if clock.ended_at is not None:
        lead = tenure.accountable_until(room.facts.tenure, clock.valid_from, clock.ended_at)
    return {
        "id": clock.no,
        "kind": clock.kind,
        "subject": clock.subject,
        "started_at": parts.at(clock.started_at),
        "due_at": parts.at(clock.due_at),
        "stopped_at": parts.maybe_at(clock.ended_at),
        "ended_by": clock.ended_by,
        "paused_at": parts.maybe_at(clock.paused_at),
        "limit": clock.is_limit,
        "provisional": clock.provisional,
        "derivation": _derivation(room, clock),
        "accountable": parts.person(lead),
    }


def _derivation(room: Room, clock: Clock) -> str:
    """Say how a date came about, and that days count on while a clock that goes on stood still."""
    locale = room.desk.locale
    words = say_derivation(clock.derivation, locale)
    for begin, end in clocks.stood(clock, room.facts.clock):
        first, last = _office_day(room, begin), _office_day(room, end)
        if first < last:
            days = {"first": say_day(first, locale), "last": say_day(last, locale)}
            words = say(message("derived-stood", words=words, **days), locale)
    return words


def _step(room: Room, door: machine.Exit) -> StepAnswer:
    locale = room.desk.locale
    unmet = [show_unmet(room, lack) for lack in door.unmet]
    return {
        "trigger": door.arc.trigger,
        "to": door.arc.target or room.facts.case.state,
        "title": door.arc.title.in_(locale),
        "who": say(name_all(door.arc.by, room.facts, room.workflow), locale),
        "allowed": door.allowed,
        "mine": door.mine,
        "unmet": unmet,
        "fields": [
            {"name": use.name, "kind": FIELDS[use.name].kind, "required": use.required}
            for use in door.arc.fields
        ],
        "reason_required": door.arc.reason_required,
    }


def show_unmet(room: Room, lack: Unmet) -> UnmetAnswer:
    """Say what a step lacks, and who can supply it."""
    locale = room.desk.locale
    return {"need": lack.need, "message": say(lack.message, locale), "who": say(lack.who, locale)}


def show_writes(room: Room) -> list[str]:
    """Name the parts that the caller may write now."""
    closed = room.facts.case.closed_at is not None
    return [
        part
        for part in WRITERS
        if (part in STAYS_OPEN or not closed)
        and may_write(part, room.facts, room.who, room.workflow)
    ]
