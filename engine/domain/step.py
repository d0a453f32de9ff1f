"""A step from beginning to end, purely: facts and an order come in, a draft of changes goes out."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.domain import clocks, fields, machine, planning
from engine.domain.attempt import Attempt
from engine.domain.clocks import Beat
from engine.domain.draft import Draft
from engine.domain.effects import EFFECTS, HAPPENS, REQUESTS
from engine.domain.facts import CaseFacts
from engine.domain.fields import Directory
from engine.domain.needs import Need
from engine.domain.records import Stage
from engine.domain.workflow import Transition
from engine.errors import ForbiddenError, InvalidError


def take(
    attempt: Attempt,
    trigger: str,
    raw: Mapping[str, Any],
    directory: Directory,
    needs: Mapping[str, Need],
) -> Draft:
    """Decide a step and draft all that it changes.

    The order of refusal is public: NotFromHereError, ForbiddenError, InvalidError for fields and a
    missing reason, UnmetError with every unmet need. A refusal leaves nothing behind.
    """
    attempt.arc = machine.choose(attempt, trigger, needs)
    attempt.data, faults = fields.read(attempt.arc, raw, directory)
    attempt.reason, missing = fields.read_reason(attempt.arc, attempt.reason)
    faults += [*fields.check(attempt), *missing]
    if faults:
        raise InvalidError("step-invalid", faults, step=attempt.arc.title)
    before = attempt.state
    after = machine.fire(attempt, attempt.arc, needs)
    draft = Draft(attempt.facts, attempt.now)
    draft.bump()
    carry_out(draft, attempt, before, after)
    return draft


def carry_out(draft: Draft, attempt: Attempt, before: str, after: str) -> None:
    """Apply the effects of the chosen arc, the change of state, and what clocks make of it.

    It asks nothing: `take` did, or an import waived it.
    """
    effects = attempt.arc.effects if attempt.arc else ()
    for name in effects:
        EFFECTS[name](draft, attempt)
    closes = attempt.workflow.states[after].is_closed
    if after != before:
        enter(draft, after, closed=closes)
    trigger = attempt.arc.trigger if attempt.arc else ""
    beats = [Beat(trigger), *(Beat(HAPPENS[name]) for name in effects if name in HAPPENS)]
    if "restore-tenures" in effects:
        beats += planning.resumed(draft.before)
    if "grant-extension" in effects:
        clocks.extend(draft, attempt)
    clocks.turn(draft, attempt, beats, closes=closes)


def enter(draft: Draft, state: str, *, closed: bool) -> None:
    """Put the case into a state from now on."""
    for stage in draft.facts.stage:
        if stage.to_at is None:
            draft.change(stage, to_at=draft.now)
    draft.add(Stage, state=state, from_at=draft.now, to_at=None)
    draft.set_case(state=state, closed_at=draft.now if closed else None)


def begin(attempt: Attempt) -> Draft:
    """Draft the beginning of a case: its first state and the clocks that start with it.

    `attempt.facts` hold the case as it shall be, in the workflow's initial state. Raises
    ForbiddenError where no beginning of the workflow is the caller's.
    """
    arc = beginning(attempt)
    attempt.arc = arc
    draft = Draft(attempt.facts, attempt.now)
    enter(draft, attempt.workflow.initial, closed=False)
    clocks.turn(draft, attempt, [Beat(arc.trigger)])
    return draft


def beginning(attempt: Attempt) -> Transition:
    """Find the arc by which the caller may begin a case. Raises ForbiddenError."""
    arcs = tuple(arc for arc in attempt.workflow.transitions if arc.source is None)
    mine = [arc for arc in arcs if machine.is_party(arc, attempt)]
    if not mine or not attempt.who.may_write:
        raise ForbiddenError(machine.whose(arcs, attempt))
    return mine[0]


def absorb(draft: Draft, attempt: Attempt, merged: CaseFacts) -> None:
    """Let a case take in another: of the clocks that both have running, the earlier date counts.

    A date promised for the merged case binds the survivor too; so a merger wins no time. Clocks of
    decisions that were asked for in the merged case end with it: nobody asked for them here.
    """
    _promise(draft, merged.case.due_on)
    own = (c for c in merged.running if c.kind not in REQUESTS and c.subject is None)
    for theirs in [c for c in own if c.is_limit]:
        mine = draft.facts.clock_of(theirs.kind)
        if mine is not None and theirs.due_at < mine.due_at:
            clocks.take_over(draft, attempt, mine, theirs)
    clocks.note_limit(draft)


def _promise(draft: Draft, older: date | None) -> None:
    """Bind a case to a date that was promised for another, where that is the earlier one."""
    case = draft.facts.case
    if older is None or (case.due_on is not None and case.due_on <= older):
        return
    first = min(filter(None, (case.first_due_on, older)))
    draft.set_case(first_due_on=first, due_on=older if case.due_on else None)
