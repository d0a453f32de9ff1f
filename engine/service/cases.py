"""Verbs on cases: register, take a step, show, tell the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from engine.domain import step
from engine.domain.access import Principal, is_fit, require
from engine.domain.codes import case_code
from engine.domain.draft import Draft
from engine.domain.events import Delta, Kind
from engine.domain.facts import CaseFacts
from engine.domain.records import Account, Case, Issue, columns
from engine.domain.workflow import Workflow
from engine.errors import StaleError
from engine.service import case_room, case_view, issues
from engine.service.case_answers import CaseAnswer, SummaryAnswer
from engine.service.case_fields import Reader
from engine.service.case_history import HistoryAnswer, tell_history
from engine.service.case_room import Directory, Room
from engine.service.desk import Desk
from engine.service.workflows import workflow_of
from engine.store import cases, counters, rows
from engine.words import message, say
from workflows.needs import VOCABULARY

DEFAULT_WORKFLOW = "key-issue"
LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is registered with; people by login, units by name."""

    title: str
    workflow: str = DEFAULT_WORKFLOW
    measures_text: str | None = None
    lead_leader: str | None = None
    lead_unit: str | None = None
    supporting_units: Sequence[str] = ()
    due: date | None = None
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class StepOrder:
    """A step as it is asked for: on which version of the case, why, and with which data."""

    trigger: str
    version: int
    reason: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


def register_case(desk: Desk, who: Principal, issue: str, order: NewCase) -> CaseAnswer:
    """Register a case under a key issue.

    Raises ForbiddenError, NotFoundError for the issue or the workflow, InvalidError with every
    wrong field.
    """
    require(who, "case.register")
    found = issues.find(desk, who, issue)
    workflow = workflow_of(desk.conn, order.workflow)
    case = _new(desk, who, found, workflow, order)
    room = Room(desk, who, CaseFacts(case, found), workflow)
    draft = step.begin(room.attempt())
    case_room.tell(
        room,
        insertions(draft),
        Kind.CASE_REGISTERED,
        trigger=step.beginning(room.attempt()).trigger,
        to_state=draft.facts.case.state,
    )
    return _shown(desk, who, case.code)


def insertions(draft: Draft) -> tuple[Delta, ...]:
    """Tell a draft of a case that is not there yet: its own row is new, whatever changed in it."""
    case = draft.facts.case
    whole = {name: getattr(case, name) for name in columns("case")}
    parts = (delta for delta in draft.deltas() if delta.record != "case")
    return (Delta("case", (case.id,), whole), *parts)


def take_step(desk: Desk, who: Principal, code: str, order: StepOrder) -> CaseAnswer:
    """Take a step on a case.

    Refusals come in this order: NotFoundError, StaleError, NotFromHereError, ForbiddenError,
    InvalidError with every wrong field, UnmetError with every unmet need. None changes anything.
    """
    room = case_room.enter(desk, who, code, version=order.version, change=True)
    attempt = room.attempt()
    before = attempt.state
    attempt.reason = order.reason
    draft = step.take(attempt, order.trigger, order.data, Directory(desk, who), VOCABULARY.needs)
    after = case_room.save(
        room,
        draft,
        Kind.CASE_STEPPED,
        reason=attempt.reason,
        by=attempt.arc.by if attempt.arc else (),
        trigger=order.trigger,
        from_state=before,
        to_state=draft.facts.case.state,
    )
    _hold_lead(room, draft)
    _absorb(room, draft)
    return case_view.show(after)


def show_case(desk: Desk, who: Principal, code: str) -> CaseAnswer | SummaryAnswer:
    """Show a case; the duty officer sees a summary of what was not registered on duty.

    Raises NotFoundError where there is none such, or it is not the caller's to see.
    """
    case = case_room.find(desk, who, code)
    workflow = workflow_of(desk.conn, case.workflow, case.workflow_version)
    room = Room(desk, who, cases.load(desk.conn, case), workflow)
    if cases.is_seen_in_full(desk.conn, case.id, who, desk.now):
        return case_view.show(room)
    return case_view.summarise(room)


def history(desk: Desk, who: Principal, code: str) -> list[HistoryAnswer]:
    """Tell what happened to a case, oldest first. Raises NotFoundError."""
    return tell_history(case_room.enter(desk, who, code))


def _shown(desk: Desk, who: Principal, code: str) -> CaseAnswer:
    """Show a case to whoever just changed it; after a step it may be out of their sight."""
    case: Case = rows.fetch_one(desk.conn, "case", code=code)
    workflow = workflow_of(desk.conn, case.workflow, case.workflow_version)
    return case_view.show(Room(desk, who, cases.load(desk.conn, case), workflow))


def _new(desk: Desk, who: Principal, issue: Issue, workflow: Workflow, order: NewCase) -> Case:
    read = Reader(Directory(desk, who))
    planned = read.leader("lead_leader", order.lead_leader)
    unit = read.unit("lead_unit", order.lead_unit)
    supporting = read.units("supporting_units", order.supporting_units)
    due = read.day("due", order.due)
    blank: dict[str, Any] = dict.fromkeys(columns("case"))
    case = Case(
        **blank
        | {
            "id": 0,
            "code": "",
            "issue_id": issue.id,
            "title": read.text("title", order.title, longest=LONGEST_TITLE) or "",
            "workflow": workflow.name,
            "workflow_version": workflow.version,
            "state": workflow.initial,
            "version": 1,
            "next_no": 1,
            "registered_at": desk.now,
            "registered_by": who.account_id,
            "declines": 0,
            "relapses": 0,
            "reopenings": 0,
            "imported": False,
            "planned_lead_id": planned and planned.id,
            "planned_unit_id": unit and unit.id,
            "planned_supporting": [u.id for u in supporting if u != unit],
            "planned_due_on": due,
            "measures_text": read.text("measures_text", order.measures_text, optional=True),
            "summary": read.text("summary", order.summary, optional=True),
        }
    )
    read.refuse("invalid")
    number = counters.take(desk.conn, f"case-{desk.today.year}")
    code = case_code(desk.today.year, number)
    return replace(case, id=counters.take(desk.conn, "case"), code=code)


def _hold_lead(room: Room, draft: Draft) -> None:
    """Refuse a new lead leader who is none any more.

    On PostgreSQL the new tenure has waited for whoever was changing the account meanwhile; from
    here on such a change waits for us, and finds the case.
    """
    lead = draft.facts.case.lead_id
    if lead is None or lead == room.facts.case.lead_id:
        return
    account: Account = rows.fetch_one(room.desk.conn, "account", id=lead)
    if not account.enabled or not is_fit(account.roles, "lead-leader"):
        raise StaleError("stale")


def _absorb(room: Room, draft: Draft) -> None:
    """After an approved merger, let the surviving case take over the earlier dates."""
    survivor = room.facts.survivor
    if draft.facts.case.outcome != "merged" or survivor is None:
        return
    desk = room.desk
    case = rows.fetch_one(desk.conn, "case", lock=True, id=survivor.id)
    if case.closed_at is not None:
        raise StaleError("stale")  # it closed since the needs were asked
    workflow = workflow_of(desk.conn, case.workflow, case.workflow_version)
    other = Room(desk, room.who, cases.load(desk.conn, case), workflow)
    absorbed = Draft(other.facts, desk.now)
    absorbed.bump()
    step.absorb(absorbed, other.attempt(), room.facts)
    reason = say(message("merger-reason", code=room.facts.case.code), desk.locale)
    case_room.save(other, absorbed, Kind.CASE_RECEIVED_MERGER, reason=reason)
