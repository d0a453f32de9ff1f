"""Decides steps: `transitions` evaluates a compiled workflow, and never owns a state.

One immutable machine per workflow version serves all cases and threads. Each arc of the definition
is an event of its own, fired on an `Attempt`; every need is evaluated, none short-circuited, so
that a refusal is complete. No callback, no queue, no model is ever registered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

from transitions import EventData, Machine, MachineError, Transition
from transitions.core import Condition

from engine.domain import stalled
from engine.domain import workflow as definition
from engine.domain.attempt import Attempt
from engine.domain.needs import Need
from engine.domain.parties import PARTIES, name_all
from engine.errors import ForbiddenError, NotFromHereError, Unmet, UnmetError
from engine.words import Message, Text, listed_in_both, message

Arc = definition.Transition


@dataclass(frozen=True, slots=True)
class Exit:
    """A door of the present state: its arc, whether it is the caller's, and what is missing."""

    arc: Arc
    mine: bool
    unmet: tuple[Unmet, ...]

    @property
    def allowed(self) -> bool:
        """Whether the step would go through, given well-formed data."""
        return self.mine and not self.unmet


class _NeedCondition(Condition):
    """Asks one need and notes on the attempt what is missing."""

    def check(self, event_data: EventData) -> bool:
        attempt = cast("Attempt", event_data.model)
        found = _ask(cast("Need", self.func), attempt)
        if found is not None:
            attempt.unmet.append(found)
        return found is None


class _ExplainingTransition(Transition):
    """Asks every need of an arc, also after one was found unmet."""

    condition_cls = _NeedCondition

    def _eval_conditions(self, event_data: EventData) -> bool:
        return all([c.check(event_data) for c in self.conditions])  # noqa: C419  # all are asked


class _Compiled(Machine):
    """One workflow version, compiled once and never changed."""

    transition_cls = _ExplainingTransition

    @staticmethod
    def resolve_callable(func: Any, event_data: EventData) -> Any:  # noqa: ANN401  # as inherited
        """Refuse callbacks by name: a definition is data and must not name code."""
        del event_data
        if isinstance(func, str):
            raise MachineError(func)
        return func


_MACHINES: dict[str, Machine] = {}
"""Compiled workflows by the digest of their source; filled on first use, never changed after."""


def _machine(workflow: definition.Workflow, needs: Mapping[str, Need]) -> Machine:
    if workflow.digest not in _MACHINES:
        _MACHINES[workflow.digest] = _compile(workflow, needs)
    return _MACHINES[workflow.digest]


def _compile(workflow: definition.Workflow, needs: Mapping[str, Need]) -> Machine:
    arcs = [
        {
            "trigger": _event_name(number),
            "source": arc.source,
            "dest": arc.target,
            "conditions": [needs[name] for name in arc.needs],
        }
        for number, arc in enumerate(workflow.transitions)
        if arc.source is not None
    ]
    return _Compiled(
        model=None,
        states=list(workflow.states),
        initial=workflow.initial,
        transitions=arcs,
        auto_transitions=False,
        send_event=True,
        queued=False,
        ignore_invalid_triggers=False,
    )


@cache
def _event_name(number: int) -> str:
    """Name the event of an arc; numbers cannot clash with triggers or with Python names."""
    return f"arc-{number}"


def _ask(need: Need, attempt: Attempt) -> Unmet | None:
    missing = need.check(attempt)
    if missing is None:
        return None
    who = name_all(need.suppliers, attempt.facts, attempt.workflow)
    return Unmet(need.name, Message(need.sentence, missing), who)


def is_party(arc: Arc, attempt: Attempt) -> bool:
    """Tell whether the arc is the caller's to fire."""
    return any(PARTIES[p].holds(attempt.facts, attempt.who, attempt.workflow) for p in arc.by)


def missing_for(arc: Arc, attempt: Attempt, needs: Mapping[str, Need]) -> tuple[Unmet, ...]:
    """List every unmet need of an arc, in the order of the definition."""
    asked = [_ask(needs[name], attempt) for name in arc.needs]
    return tuple([unmet for unmet in asked if unmet is not None])


def choose(attempt: Attempt, trigger: str, needs: Mapping[str, Need]) -> Arc:
    """Find the arc that the caller means by a trigger in the present state.

    Where several are the caller's, the first one whose needs are met, else the first. Raises
    NotFromHereError where the state has no such trigger, ForbiddenError where it is another's.
    """
    arcs = attempt.workflow.arcs(attempt.state, trigger)
    if not arcs:
        raise _not_from_here(attempt, trigger)
    mine = [arc for arc in arcs if is_party(arc, attempt)]
    if not mine or not attempt.who.may_write:
        raise ForbiddenError(whose(arcs, attempt))
    return mine[0] if len(mine) == 1 else _nearest(tuple(mine), attempt, needs)[0]


def _not_from_here(attempt: Attempt, trigger: str) -> NotFromHereError:
    """Say that the present state has no such step, and by their titles which ones it has."""
    workflow = attempt.workflow
    steps = tuple((name, _title(attempt, name)) for name in workflow.triggers(attempt.state))
    asked = next((arc.title for arc in workflow.transitions if arc.trigger == trigger), None)
    words = message(
        "step-not-from-here",
        trigger=asked or trigger[:40],
        state=workflow.states[attempt.state].title,
        doors=listed_in_both(title for _, title in steps),
    )
    return NotFromHereError(words, steps)


def _title(attempt: Attempt, trigger: str) -> Text:
    """Give the title of a step as the caller knows it: a trigger may be another step to another."""
    arcs = attempt.workflow.arcs(attempt.state, trigger)
    return next((arc.title for arc in arcs if is_party(arc, attempt)), arcs[0].title)


def whose(arcs: tuple[Arc, ...], attempt: Attempt) -> Message:
    """Say whose step it is."""
    if not attempt.who.may_write:
        return message("token-may-only-read")
    parties = tuple(dict.fromkeys(party for arc in arcs for party in arc.by))
    title, who = arcs[0].title, name_all(parties, attempt.facts, attempt.workflow)
    first = stalled.comes_first(parties, attempt)
    if first is None:
        return message("step-forbidden", step=title, who=who)
    by = _who_can(first, attempt)
    return message("step-forbidden-shut", step=title, who=who, first=first.title, by=by)


def _who_can(first: Arc, attempt: Attempt) -> Message:
    return name_all(stalled.who_can(first), attempt.facts, attempt.workflow)


def _supplies(arc: Arc, attempt: Attempt) -> Message:
    """Name whose step it is, or who must act first where that one cannot."""
    first = stalled.comes_first(arc.by, attempt)
    if first is not None:
        return _who_can(first, attempt)
    return name_all(arc.by, attempt.facts, attempt.workflow)


def fire(attempt: Attempt, arc: Arc, needs: Mapping[str, Need]) -> str:
    """Pass an arc and give the state after it. Raises UnmetError with every unmet need."""
    workflow = attempt.workflow
    event = _machine(workflow, needs).events[_event_name(workflow.transitions.index(arc))]
    if not event.trigger(attempt):
        raise UnmetError(
            message("step-unmet", step=arc.title, count=len(attempt.unmet)), tuple(attempt.unmet)
        )
    return attempt.state


def explain(attempt: Attempt, needs: Mapping[str, Need]) -> tuple[Exit, ...]:
    """List every door of the present state for the caller, with all that is missing for each.

    A trigger with several arcs shows the caller's own; where none is, the first. What `explain`
    allows, `fire` lets pass, and the other way round, for well-formed data.
    """
    quiet = replace(attempt, data=None, unmet=[])
    triggers = quiet.workflow.triggers(quiet.state)
    return tuple(_explain(quiet, trigger, needs) for trigger in triggers)


def explain_one(attempt: Attempt, trigger: str, needs: Mapping[str, Need]) -> Exit | None:
    """Explain one door of the present state as `explain` does; None where it has no such door."""
    quiet = replace(attempt, data=None, unmet=[])
    return _explain(quiet, trigger, needs) if quiet.workflow.arcs(quiet.state, trigger) else None


def _explain(attempt: Attempt, trigger: str, needs: Mapping[str, Need]) -> Exit:
    arcs = attempt.workflow.arcs(attempt.state, trigger)
    mine = tuple(arc for arc in arcs if is_party(arc, attempt)) if attempt.who.may_write else ()
    shown, unmet = _nearest(mine or arcs[:1], attempt, needs)
    if mine:
        return Exit(shown, mine=True, unmet=unmet)
    party = Unmet("party", whose(arcs, attempt), _supplies(shown, attempt))
    return Exit(shown, mine=False, unmet=(party, *unmet))


def _nearest(
    arcs: tuple[Arc, ...], attempt: Attempt, needs: Mapping[str, Need]
) -> tuple[Arc, tuple[Unmet, ...]]:
    """Find the first arc whose needs are met, else the first, with what it lacks."""
    first = missing_for(arcs[0], attempt, needs)
    others = arcs[1:] if first else ()
    met = next((arc for arc in others if not missing_for(arc, attempt, needs)), None)
    return (arcs[0], first) if met is None else (met, ())
