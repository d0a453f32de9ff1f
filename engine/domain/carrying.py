"""Carry a case in as it stands elsewhere: its steps by the same rules, their needs waived.

What `step.take` refuses for an unmet need, an import cannot ask any more: it happened. Such a need
is named as waived. Everything else (effects, stages, tenures, clocks) is as for any step.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from engine.domain import machine, step
from engine.domain.access import Principal
from engine.domain.attempt import Attempt
from engine.domain.calendar import Calendar
from engine.domain.clocks import DUE_HOUR
from engine.domain.draft import Draft
from engine.domain.events import Delta
from engine.domain.facts import CaseFacts
from engine.domain.moments import Stop
from engine.domain.needs import Need
from engine.domain.records import Account, Case, Issue, Unit, columns
from engine.domain.workflow import Transition, Workflow
from engine.errors import DefinitionError

BASIS = "import"
"""What appointed the people of a case that was assigned before Duban."""
_BEFORE = {"close": ("propose-closure",)}
"""Steps that a ledger does not tell of, whose needs it waives with those of the step after."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What all cases of an import have in common."""

    workflow: Workflow
    needs: Mapping[str, Need]
    who: Principal
    zone: ZoneInfo
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as it shall be when it begins, and what is known of its way; the first stop begins it.

    `lead` and `lead_unit` are there where one of the stops assigns it. It is due by the end of the
    day `due`, or at `due_hour` of it.
    """

    case: Case
    issue: Issue
    stops: Sequence[Stop]
    lead: Account | None = None
    lead_unit: Unit | None = None
    supporting: tuple[Unit, ...] = ()
    due: date | None = None
    outcome: str | None = None
    due_hour: time | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """A step that was carried in: when, by which trigger, between which states, what it changes."""

    at: datetime
    trigger: str
    from_state: str | None
    to_state: str
    waived: tuple[str, ...]
    deltas: tuple[Delta, ...]


def carry(ground: Ground, matter: Matter) -> list[Carried]:
    """Take all steps of a matter. Raises DefinitionError where the workflow has no such step."""
    begun = _begin(ground, matter)
    steps, facts = [begun[0]], begun[1].facts
    for stop in matter.stops[1:]:
        carried, draft = _go_on(ground, matter, facts, stop)
        steps.append(carried)
        facts = draft.facts
    return steps


def _begin(ground: Ground, matter: Matter) -> tuple[Carried, Draft]:
    stop = matter.stops[0]
    people = {matter.lead.id: matter.lead} if matter.lead else {}
    units = {unit.id: unit for unit in (matter.lead_unit, *matter.supporting) if unit}
    facts = CaseFacts(matter.case, matter.issue, people=people, units=units)
    draft = step.begin(_attempt(ground, matter, facts, stop.at))
    deltas = tuple(_insertions(draft))
    state = draft.facts.case.state
    return Carried(stop.at, stop.triggers[-1], None, state, (), deltas), draft


def _insertions(draft: Draft) -> Iterator[Delta]:
    """Tell a draft of a case that is not there yet: its own row is new, whatever changed in it."""
    case = draft.facts.case
    yield Delta("case", (case.id,), {name: getattr(case, name) for name in columns("case")})
    yield from (delta for delta in draft.deltas() if delta.record != "case")


def _go_on(ground: Ground, matter: Matter, facts: CaseFacts, stop: Stop) -> tuple[Carried, Draft]:
    draft = Draft(facts, stop.at)
    draft.bump()
    waived: list[str] = []
    for trigger in stop.triggers:
        attempt = _attempt(ground, matter, draft.facts, stop.at)
        waived += _unmet(ground, attempt, trigger)
        attempt.arc = _arc(attempt, trigger)
        step.carry_out(draft, attempt, attempt.state, attempt.arc.target or attempt.state)
    _mark(draft, matter)
    before, after = facts.case.state, draft.facts.case.state
    told = tuple(dict.fromkeys(waived))
    return Carried(stop.at, stop.triggers[-1], before, after, told, draft.deltas()), draft


def _mark(draft: Draft, matter: Matter) -> None:
    """Say that the import appointed whom it did, and keep the outcome that the ledger gives."""
    for tenure in draft.facts.tenure[len(draft.before.tenure) :]:
        draft.change(tenure, basis=BASIS)
    if draft.facts.case.closed_at is not None:
        draft.set_case(outcome=matter.outcome)


def _attempt(ground: Ground, matter: Matter, facts: CaseFacts, at: datetime) -> Attempt:
    data = {
        "lead_leader": matter.lead,
        "lead_unit": matter.lead_unit,
        "supporting_units": matter.supporting,
        "due": matter.due,
        DUE_HOUR: matter.due_hour,
    }
    return Attempt(
        facts.case.state, facts, ground.workflow, ground.who, at, ground.zone, ground.calendar, data
    )


def _unmet(ground: Ground, attempt: Attempt, trigger: str) -> Iterator[str]:
    for name in (*_BEFORE.get(trigger, ()), trigger):
        for arc in attempt.workflow.arcs(attempt.state, name):
            yield from (unmet.need for unmet in machine.missing_for(arc, attempt, ground.needs))


def _arc(attempt: Attempt, trigger: str) -> Transition:
    """Find the arc that is taken: of two, the one that leads on and does not only propose."""
    arcs = attempt.workflow.arcs(attempt.state, trigger)
    if not arcs:
        raise DefinitionError(
            "import-no-step", workflow=attempt.workflow.label, trigger=trigger, state=attempt.state
        )
    return next((arc for arc in arcs if arc.target is not None), arcs[0])
