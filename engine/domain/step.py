"""A step from beginning to end, purely: facts and an order come in, a draft of changes goes out."""

from collections.abc import Mapping
from typing import Any

from engine.domain import clocks, fields, machine
from engine.domain.attempt import Attempt
from engine.domain.clocks import Beat
from engine.domain.draft import Draft
from engine.domain.effects import EFFECTS, HAPPENS
from engine.domain.fields import Directory
from engine.domain.needs import Need
from engine.domain.records import Stage
from engine.errors import InvalidError


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
    faults += fields.check(attempt)
    if faults:
        raise InvalidError("step-invalid", faults, step=attempt.arc.title)
    before = attempt.state
    after = machine.fire(attempt, attempt.arc, needs)
    draft = Draft(attempt.facts, attempt.now)
    draft.bump()
    _carry_out(draft, attempt, before, after)
    return draft


def _carry_out(draft: Draft, attempt: Attempt, before: str, after: str) -> None:
    """Apply the effects of the chosen arc, the change of state, and what clocks make of it."""
    effects = attempt.arc.effects if attempt.arc else ()
    for name in effects:
        EFFECTS[name](draft, attempt)
    closes = attempt.workflow.states[after].is_closed
    if after != before:
        enter(draft, after, closed=closes)
    trigger = attempt.arc.trigger if attempt.arc else ""
    beats = [Beat(trigger), *(Beat(HAPPENS[name]) for name in effects if name in HAPPENS)]
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
