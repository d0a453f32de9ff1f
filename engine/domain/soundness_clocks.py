"""Checks of soundness that concern clocks: each has a start, a stop, and who may extend it."""

from collections.abc import Callable, Iterator

from engine.domain.soundness_rules import ASKERS
from engine.domain.soundness_view import Definition, Finding, reach, steps
from engine.domain.workflow import ClockDef, Transition
from engine.words import message


def beats(arc: Transition) -> set[str]:
    """The clock events of an arc: its trigger, and what its effects make happen."""
    return {arc.trigger, *(ASKERS[effect] for effect in arc.effects if effect in ASKERS)}


def _hearing(it: Definition, events: tuple[str, ...]) -> list[Transition]:
    """The arcs that bring about one of some clock events."""
    return [arc for arc in it.workflow.transitions if beats(arc) & set(events)]


def _from_outside(it: Definition, events: tuple[str, ...]) -> set[str]:
    """The clock events that no arc could bring about; they may happen in any state."""
    triggers = {arc.trigger for arc in it.workflow.transitions}
    return set(events) - triggers - set(ASKERS.values())


def clocks_nothing_starts(it: Definition) -> Iterator[Finding]:
    """Every clock has a start; one that only a closing step starts would stop at once."""
    for kind, clock in it.workflow.clocks.items():
        begins = any(not it.closes(arc) for arc in _hearing(it, clock.starts))
        if not begins and not _from_outside(it, clock.starts):
            yield f"clock.{kind}.starts", message("unsound-clock-start", clock=kind)


def running_in(it: Definition, clock: ClockDef) -> set[str]:
    """Give the open states in which a clock may run, judged by its starts and stops."""
    begun = {arc.target or arc.source or "" for arc in _hearing(it, clock.starts)}
    if _from_outside(it, clock.starts):
        begun |= set(it.workflow.states)
    stopping = _hearing(it, clock.stops)
    onward = [arc for arc in it.workflow.transitions if arc not in stopping]
    return reach(begun, steps(onward)) - it.closed


def clocks_nothing_stops(it: Definition) -> Iterator[Finding]:
    """Every clock that starts has a stop that can be heard while it runs.

    Closing stops every clock besides, and can be reached from every state: another check asks that.
    So a clock with one stop that can be heard never runs for ever.
    """
    for kind, clock in it.workflow.clocks.items():
        running = running_in(it, clock)
        heard = {arc.source or "" for arc in _hearing(it, clock.stops)}
        if running and not heard & running and not _from_outside(it, clock.stops):
            yield f"clock.{kind}.stops", message("unsound-clock-stop", clock=kind)


def clocks_that_never_resume(it: Definition) -> Iterator[Finding]:
    """A clock that can be paused can go on, and the other way round."""
    for kind, clock in it.workflow.clocks.items():
        if bool(clock.pauses_on) != bool(clock.resumes_on):
            yield f"clock.{kind}", message("unsound-clock-pause", clock=kind)


def extensions_without_granter(it: Definition) -> Iterator[Finding]:
    """A cap on extensions names who grants them, and this party has a step that does."""
    granters = {p for a in it.workflow.transitions if "grant-extension" in a.effects for p in a.by}
    for kind, clock in it.workflow.clocks.items():
        capped = clock.extension_cap_days is not None
        if capped != (clock.extended_by is not None):
            yield f"clock.{kind}", message("unsound-extension-pair", clock=kind)
        elif capped and clock.extended_by not in granters:
            yield (
                f"clock.{kind}.extended_by",
                message("unsound-extension-granter", clock=kind, party=clock.extended_by),
            )
        elif capped and clock.extension_cap_days != it.workflow.settings["extension_cap_days"]:
            yield (
                f"clock.{kind}.extension_cap_days",
                message("unsound-extension-cap", clock=kind, days=clock.extension_cap_days),
            )


CLOCK_CHECKS: tuple[Callable[[Definition], Iterator[Finding]], ...] = (
    clocks_nothing_starts,
    clocks_nothing_stops,
    clocks_that_never_resume,
    extensions_without_granter,
)
"""Every check of clocks, in the order in which faults are listed."""
