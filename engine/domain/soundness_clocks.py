"""Checks of soundness that concern clocks: each has a start, a stop, and who may extend it."""

from collections.abc import Callable, Iterator

from engine.domain.soundness_rules import ASKERS
from engine.domain.soundness_view import Definition, Finding, reach, steps
from engine.domain.workflow import ClockDef, Transition
from engine.words import message


def _beats(arc: Transition) -> set[str]:
    """The clock events of an arc: its trigger, and what its effects make happen."""
    return {arc.trigger, *(ASKERS[effect] for effect in arc.effects if effect in ASKERS)}


def clocks_nothing_starts(it: Definition) -> Iterator[Finding]:
    """Every clock has a start; one that only a closing step starts would stop at once."""
    triggers = {arc.trigger for arc in it.workflow.transitions}
    for kind, clock in it.workflow.clocks.items():
        heard = [a for a in it.workflow.transitions if _beats(a) & set(clock.starts)]
        begins = any(not it.closes(arc) for arc in heard)
        outside = set(clock.starts) - triggers - set(ASKERS.values())
        if not begins and not outside:
            yield f"clock.{kind}.starts", message("unsound-clock-start", clock=kind)


def running_in(it: Definition, clock: ClockDef) -> set[str]:
    """Give the open states in which a clock may run, judged by its starts and stops."""
    states = it.workflow.states
    heard = [a for a in it.workflow.transitions if _beats(a) & set(clock.starts)]
    begun = {arc.target or arc.source for arc in heard}
    outside = set(clock.starts) - {arc.trigger for arc in heard} - set(ASKERS.values())
    begun |= set(states) if outside else set()
    onward = [a for a in it.workflow.transitions if not _beats(a) & set(clock.stops)]
    found = reach((s for s in begun if s), steps(onward))
    return {name for name in found if not states[name].is_closed}


def clocks_nothing_stops(it: Definition) -> Iterator[Finding]:
    """Wherever a clock may run, one of its stops can still be heard, or the case be closed."""
    states = it.workflow.states
    triggers = {arc.trigger for arc in it.workflow.transitions} | set(ASKERS.values())
    for kind, clock in it.workflow.clocks.items():
        stops, running = set(clock.stops), running_in(it, clock)
        heard = {a.source for a in it.workflow.transitions if _beats(a) & stops and a.source}
        if not (stops - triggers or heard & running):
            yield f"clock.{kind}.stops", message("unsound-clock-stop", clock=kind)
            continue
        ends = heard | {name for name, state in states.items() if state.is_closed}
        ends |= set(states) if stops - triggers else set()
        back = [(to, source) for source, to in steps(it.workflow.transitions)]
        for name in sorted(running - reach(ends, back)):
            place = f"clock.{kind}.stops"
            yield place, message("unsound-clock-stop-in", clock=kind, state=name)


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
