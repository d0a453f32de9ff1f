"""A workflow as data: states, transitions, needs, parties, clocks and the ladder, all frozen.

Nothing here decides anything. Names of needs, parties, fields, effects and clock events come from
closed vocabularies; `engine/domain/loader.py` refuses any other word and `soundness.py` refuses a
definition that is well spelt but wrong.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.words import Text


@dataclass(frozen=True, slots=True)
class State:
    """A state of a case. `order` is its pip in the five-step picture, from 1.

    `is_closed` marks the states in which a case rests; a case in any other is open.
    """

    name: str
    title: Text
    order: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field that a trigger's `data` takes; its kind stands in the vocabulary of fields."""

    name: str
    required: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """One arc: from a state (None: from nothing) by a trigger to a state (None: unchanged).

    `by` names the parties who may fire it, `needs` what must be true, `effects` what it changes
    besides the state. `reason_required` says whether a reason in writing must come with it.
    """

    trigger: str
    title: Text
    source: str | None
    target: str | None
    by: tuple[str, ...]
    fields: tuple[FieldUse, ...]
    reason_required: bool
    needs: tuple[str, ...]
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClockDef:
    """How a clock starts, ends and counts.

    `starts` and `stops` are clock events (triggers, or happenings such as `measure-finished`).
    Exactly one of `days` (a number of `unit`s) and `date_from` (a date that something already has:
    `case-due`, `measure-due`, `letter-answer-by`) gives the due date; `at` is the time of day at
    which it ends, None for the end of the day. `is_limit` tells a limit from a minimum.
    `carries_over` keeps a due date when the clock starts again: nothing wins time. `by` names the
    parties who must act before it ends; `source` is the rule that prescribes it, if any.
    """

    kind: str
    title: Text
    starts: tuple[str, ...]
    stops: tuple[str, ...]
    unit: str
    days: int | None
    date_from: str | None
    at: str | None
    is_limit: bool
    first_day_counts: bool
    rolls_forward: bool
    pauses_on: tuple[str, ...]
    resumes_on: tuple[str, ...]
    extension_cap_days: int | None
    extended_by: str | None
    carries_over: bool
    by: tuple[str, ...]
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the escalation ladder: so many working days after a limit (negative: before).

    `tells` names the parties who get the notice, `does` the duty that comes with it (or None).
    """

    name: str
    title: Text
    after_working_days: int
    tells: tuple[str, ...]
    does: str | None


@dataclass(frozen=True, slots=True)
class Workflow:
    """A definition in one version. `digest` is the SHA-256 (hex) of its source bytes."""

    name: str
    version: int
    title: Text
    source: str
    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    clocks: Mapping[str, ClockDef]
    ladder: tuple[Rung, ...]
    settings: Mapping[str, int]
    digest: str
    _doors: Mapping[str | None, Mapping[str, tuple[Transition, ...]]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Sort the arcs once: every door of a state is asked for at every step."""
        doors: dict[str | None, dict[str, tuple[Transition, ...]]] = {}
        for arc in self.transitions:
            found = doors.setdefault(arc.source, {})
            found[arc.trigger] = (*found.get(arc.trigger, ()), arc)
        object.__setattr__(self, "_doors", doors)

    @property
    def label(self) -> str:
        """Name and version, as events and answers show them."""
        return f"{self.name}@{self.version}"

    def exits(self, state: str) -> tuple[Transition, ...]:
        """List the arcs that leave, or stay in, a state, in the order of the definition."""
        return tuple(t for t in self.transitions if t.source == state)

    def arcs(self, state: str | None, trigger: str) -> tuple[Transition, ...]:
        """List the arcs of one trigger from one state; more than one differ in who fires them."""
        return self._doors.get(state, {}).get(trigger, ())

    def triggers(self, state: str) -> tuple[str, ...]:
        """List the triggers that leave, or stay in, a state, in the order of the definition."""
        return tuple(self._doors.get(state, ()))
