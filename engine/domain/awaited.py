"""Whom a running clock waits for: what must happen next in a case, as the workflow's data has it.

A clock waits for the first of the events that stop it; the others end it on the way to something
else. A minimum waits for nobody until it has passed, then for whoever may do what it held back.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.access import WRITERS
from engine.domain.needs import Need
from engine.domain.workflow import ClockDef, Transition, Workflow
from engine.words import Text

PARTS = {
    "measure-finished": "progress",
    "letter-signed": "letter.answer",
    "letter-answered": "letter.answer",
}
"""The parts whose writing brings about what is no step of its own."""
TIME = "time"
_DECIDES = {"propose-disposal": "grant-disposal"}
"""What is decided by effects of steps that have another name than the clock's own stops."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """What a kind of clock waits for, by whom; `states` are those in which it can be done.

    `steps` do it, none where it is a part that is written, `part`; `passed` says that the clock is
    a minimum, which must have passed first.
    """

    kind: str
    title: Text
    parties: tuple[str, ...]
    states: frozenset[str]
    passed: bool
    part: str | None = None
    steps: tuple[Transition, ...] = ()

    def step_in(self, state: str) -> Transition | None:
        """Give the step that does it from a state; None where several could.

        A pending referral, merger or voiding has a step of its own each: which, the case says.
        """
        found = [step for step in self.steps if step.source == state]
        return found[0] if len({step.trigger for step in found}) == 1 else None

    def title_in(self, state: str) -> Text:
        """Say what is done in a state, as its step does or, where there is none, as the clock."""
        step = self.step_in(state)
        return self.title if step is None else step.title


def awaited(workflow: Workflow, needs: Mapping[str, Need]) -> tuple[Awaited, ...]:
    """Tell for each clock of a workflow whom it waits for; some wait for nobody in a case."""
    found = (_of(workflow, clock, needs) for clock in workflow.clocks.values())
    return tuple(one for one in found if one is not None)


def _of(workflow: Workflow, clock: ClockDef, needs: Mapping[str, Need]) -> Awaited | None:
    if not clock.is_limit:
        return _step(clock, [a for a in workflow.transitions if _held_back(a, needs)], passed=True)
    first = clock.stops[0]
    if first in PARTS:
        still = frozenset(name for name, state in workflow.states.items() if not state.is_closed)
        part = PARTS[first]
        return Awaited(clock.kind, clock.title, WRITERS[part], still, passed=False, part=part)
    return _step(clock, [a for a in workflow.transitions if _answers(a, clock)], passed=False)


def _answers(arc: Transition, clock: ClockDef) -> bool:
    """Tell whether an arc is what a clock waits for, or decides what started it."""
    decides = {_DECIDES[name] for name in clock.starts if name in _DECIDES}
    return arc.trigger == clock.stops[0] or not decides.isdisjoint(arc.effects)


def _held_back(arc: Transition, needs: Mapping[str, Need]) -> bool:
    """Tell whether an arc waits for time alone to supply one of its needs."""
    return any(needs[name].suppliers == (TIME,) for name in arc.needs)


def _step(clock: ClockDef, arcs: list[Transition], *, passed: bool) -> Awaited | None:
    if not arcs:
        return None
    arcs = sorted(arcs, key=lambda arc: arc.trigger not in clock.stops)
    parties = tuple(dict.fromkeys(party for arc in arcs for party in arc.by))
    states = frozenset(arc.source for arc in arcs if arc.source is not None)
    return Awaited(clock.kind, clock.title, parties, states, passed, steps=tuple(arcs))
