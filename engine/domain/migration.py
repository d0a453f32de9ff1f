"""A running case goes over to another version of its workflow, or it is said why it cannot.

Nothing but the version changes: the state, the running clocks with their dates, and what waits for
a decision stay as they stand, and a version that is looser anywhere takes over no running case at
all (`engine/domain/loosening.py`); so nobody wins time by it. Whatever the other version could not
go on with is an obstacle; there is no map from old names to new ones: a map could lose a promise.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.domain.events import Delta
from engine.domain.loosening import Difference
from engine.domain.records import Case, Clock, Request
from engine.domain.soundness_clocks import beats
from engine.domain.soundness_rules import DECIDERS
from engine.domain.soundness_view import reach, steps
from engine.domain.workflow import Workflow
from engine.words import Message, Text, message


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands, as far as a migration looks: its row, its clocks and its requests."""

    case: Case
    clocks: Sequence[Clock]
    requests: Sequence[Request]

    @property
    def running(self) -> tuple[Clock, ...]:
        """Clocks that run or stand paused."""
        return tuple(clock for clock in self.clocks if clock.ended_at is None)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case cannot go over: a stable name, and the sentence."""

    name: str
    message: Message


def obstacles(it: Standing, before: Workflow, after: Workflow) -> tuple[Obstacle, ...]:
    """List all that keeps an open case from going over; empty where it can."""
    state = after.states.get(it.case.state)
    if state is None:
        return (_obstacle("state-gone", state=before.states[it.case.state].title),)
    if state.is_closed:
        return (_obstacle("state-closed", state=state.title),)
    checks = (_clocks_gone, _clocks_unheard, _clocks_forgotten, _requests_undecided)
    return tuple(found for check in checks for found in check(it, before, after))


def time_won(found: Iterable[Difference]) -> tuple[Obstacle, ...]:
    """Keep every running case where another version is looser anywhere: nothing wins time.

    Its running clocks would stay as they are, but whatever starts later would be longer, or gone.
    """
    return (_obstacle("time-won"),) if any(one.wins for one in found) else ()


def migration(case: Case, after: Workflow) -> Delta:
    """Tell of the one row that changes."""
    new = {"workflow_version": after.version, "version": case.version + 1}
    old = {name: getattr(case, name) for name in new}
    return Delta("case", (case.id,), new, old)


def doors(workflow: Workflow, state: str) -> dict[str, Text]:
    """Give the steps that leave, or stay in, a state, with their titles."""
    return {arc.trigger: arc.title for arc in workflow.exits(state)}


def _obstacle(name: str, **params: Text | Message) -> Obstacle:
    return Obstacle(name, message(f"migrate-{name}", **params))


def _clocks_gone(it: Standing, before: Workflow, after: Workflow) -> Iterator[Obstacle]:
    """A running clock that is no longer defined could neither end nor be told of."""
    for kind in _kinds(it.running):
        if kind not in after.clocks:
            yield _obstacle("clock-gone", clock=before.clocks[kind].title)


def _clocks_unheard(it: Standing, _before: Workflow, after: Workflow) -> Iterator[Obstacle]:
    """A running clock must be able to end by a step ahead; a paused one to go on."""
    for kind in _kinds(it.running):
        clock = after.clocks.get(kind)
        if clock is not None and not _is_heard(after, it.case.state, clock.stops):
            yield _obstacle("clock-endless", clock=clock.title)
    for kind in _kinds(c for c in it.running if c.paused_at is not None):
        clock = after.clocks.get(kind)
        if clock is not None and not _is_heard(after, it.case.state, clock.resumes_on):
            yield _obstacle("clock-stuck", clock=clock.title)


def _clocks_forgotten(it: Standing, before: Workflow, after: Workflow) -> Iterator[Obstacle]:
    """A clock that would go on with its old date when it starts again must still do so."""
    for kind in _kinds(it.clocks):
        clock, later = before.clocks.get(kind), after.clocks.get(kind)
        if clock is None or not clock.carries_over or (later is not None and later.carries_over):
            continue
        if later is not None or all(c.ended_at is not None for c in it.clocks if c.kind == kind):
            yield _obstacle("clock-forgotten", clock=clock.title)


def _requests_undecided(it: Standing, _before: Workflow, after: Workflow) -> Iterator[Obstacle]:
    """What waits for a decision must find a step that grants it, and one that refuses it."""
    effects = {effect for arc in after.exits(it.case.state) for effect in arc.effects}
    for request in it.requests:
        if request.state == "pending" and not set(_deciders(request)) <= effects:
            yield _obstacle("request-undecided", request=message(f"waiting-{request.kind}"))


def _deciders(request: Request) -> tuple[str, ...]:
    asked = "propose-closure" if request.kind == "closure" else f"ask-{request.kind}"
    return DECIDERS[asked]


def _is_heard(workflow: Workflow, state: str, events: Iterable[str]) -> bool:
    """Tell whether one of some clock events can still come about, from a state on."""
    wanted = set(events)
    ahead = reach([state], steps(workflow.transitions))
    if any(arc.source in ahead and beats(arc) & wanted for arc in workflow.transitions):
        return True
    by_steps = {beat for arc in workflow.transitions for beat in beats(arc)}
    return bool(wanted - by_steps)


def _kinds(clocks: Iterable[Clock]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clock.kind for clock in clocks))
