"""Asks a well-spelt definition whether it is sound: one named check for each way to be wrong.

A check gives the place and the message of each fault. Places are paths of the file, except
`arc[n]`: the n-th arc, from 1, which the loader turns back into its `[[transition]]` block. Only
what can be decided from the definition is asked: a need that is hard to meet is no fault here.
"""

from collections.abc import Callable, Iterator, Mapping

from engine.domain.needs import Vocabulary
from engine.domain.soundness_clocks import CLOCK_CHECKS
from engine.domain.soundness_rules import (
    CLOSERS,
    DECIDERS,
    DISPOSALS,
    EFFECT_FIELDS,
    FIRES_NOTHING,
    NEED_CLOCKS,
    NEED_EFFECTS,
    OPEN_ONLY,
    PARTY_EFFECTS,
    at_odds,
    seats,
)
from engine.domain.soundness_view import Definition, Finding, reach, steps
from engine.domain.workflow import Workflow
from engine.words import Text, catalogue, message


def unsound(
    workflow: Workflow, vocabulary: Vocabulary, sentences: Mapping[str, Text] | None = None
) -> list[Finding]:
    """List every fault of a definition, in the order of the checks.

    Where the beginning is wrong nothing else is asked: the rest would only be its echo.
    """
    it = Definition(workflow, vocabulary, catalogue() if sentences is None else sentences)
    beginning = list(wrong_beginning(it))
    return beginning or [finding for check in CHECKS for finding in check(it)]


# --- states ---------------------------------------------------------------------------------------


def wrong_beginning(it: Definition) -> Iterator[Finding]:
    """The initial state is open, and what begins a case leads to it and to no other."""
    initial = it.workflow.initial
    if it.workflow.states[initial].is_closed:
        yield "initial", message("unsound-initial-closed", state=initial)
    births = [(place, arc) for place, arc in it.arcs if arc.source is None]
    if not births:
        yield "initial", message("unsound-no-beginning", state=initial)
    for place, arc in births:
        if arc.target != initial:
            yield place, message("unsound-beginning", trigger=arc.trigger, state=initial)


def unreachable_states(it: Definition) -> Iterator[Finding]:
    """Every state can be reached from the initial one."""
    found = reach([it.workflow.initial], steps(it.workflow.transitions))
    for name in it.workflow.states:
        if name not in found:
            yield f"states.{name}", message("unsound-unreachable", state=name)


def states_without_closure(it: Definition) -> Iterator[Finding]:
    """From every state a closed state can be reached."""
    closed = [name for name, state in it.workflow.states.items() if state.is_closed]
    back = [(target, source) for source, target in steps(it.workflow.transitions)]
    found = reach(closed, back)
    for name in it.workflow.states:
        if name not in found:
            yield f"states.{name}", message("unsound-no-closure", state=name)


def open_acts_in_closed_states(it: Definition) -> Iterator[Finding]:
    """In a closed state nothing is asked for or granted that only an open case can have."""
    for place, arc in it.arcs:
        resting = arc.source is not None and it.workflow.states[arc.source].is_closed
        for effect in arc.effects:
            if resting and effect in OPEN_ONLY:
                yield (
                    place,
                    message(
                        "unsound-closed-act", trigger=arc.trigger, state=arc.source, effect=effect
                    ),
                )


def closing_without_outcome(it: Definition) -> Iterator[Finding]:
    """What closes a case grants the proposal that carries its outcome."""
    for place, arc in it.arcs:
        if it.closes(arc) and not CLOSERS & set(arc.effects):
            known = ", ".join(sorted(CLOSERS))
            yield place, message("unsound-no-outcome", trigger=arc.trigger, effects=known)


# --- transitions ----------------------------------------------------------------------------------


def triggers_nobody_fires(it: Definition) -> Iterator[Finding]:
    """Every arc has a party who may fire it."""
    for place, arc in it.arcs:
        if not set(arc.by) - FIRES_NOTHING:
            yield place, message("unsound-nobody", trigger=arc.trigger)


def parties_nobody_appoints(it: Definition) -> Iterator[Finding]:
    """A party who comes about by an effect stands in a definition that has this effect."""
    for place, arc in it.arcs:
        for party in arc.by:
            effect = PARTY_EFFECTS.get(party)
            if effect is not None and effect not in it.effects:
                yield (
                    place,
                    message("unsound-party", trigger=arc.trigger, party=party, effect=effect),
                )


def shadowed_arcs(it: Definition) -> Iterator[Finding]:
    """No arc stands behind another of the same trigger that always goes first.

    The machine takes the first arc of the caller whose needs are met. A later one is dead where the
    earlier one serves the same party and needs nothing that the later one does not need.
    """
    arcs = list(it.arcs)
    for index, (place, arc) in enumerate(arcs):
        for _, before in arcs[:index]:
            same = (before.source, before.trigger) == (arc.source, arc.trigger)
            hides = set(before.needs) <= set(arc.needs) and seats(arc.by) <= seats(before.by)
            if same and hides:
                yield (
                    place,
                    message("unsound-shadowed", trigger=arc.trigger, state=arc.source or "–"),
                )
                break


def dead_arcs(it: Definition) -> Iterator[Finding]:
    """No arc has needs that can never be met: two at odds, or one that no effect brings about."""
    for place, arc in it.arcs:
        for one, other in at_odds(arc.needs):
            yield place, message("unsound-at-odds", trigger=arc.trigger, one=one, other=other)
        for need in arc.needs:
            effect = NEED_EFFECTS.get(need)
            if effect is not None and effect not in it.effects:
                yield (
                    place,
                    message("unsound-dead", trigger=arc.trigger, need=need, effect=effect),
                )


def effects_without_fields(it: Definition) -> Iterator[Finding]:
    """An effect that writes a field down has the field asked for."""
    for place, arc in it.arcs:
        asked = {use.name for use in arc.fields if use.required}
        for effect in arc.effects:
            for name in EFFECT_FIELDS.get(effect, ()):
                if name not in asked:
                    yield (
                        place,
                        message("unsound-field", trigger=arc.trigger, effect=effect, field=name),
                    )


def disposals_of_no_kind(it: Definition) -> Iterator[Finding]:
    """A disposal is asked for by a trigger that tells of which kind it is."""
    for place, arc in it.arcs:
        if "ask-disposal" in arc.effects and arc.trigger not in DISPOSALS:
            yield (
                place,
                message(
                    "unsound-disposal", trigger=arc.trigger, known=", ".join(sorted(DISPOSALS))
                ),
            )


def requests_nobody_decides(it: Definition) -> Iterator[Finding]:
    """What is asked for can be granted and refused."""
    for place, arc in it.arcs:
        for effect in arc.effects:
            for decider in DECIDERS.get(effect, ()):
                if decider not in it.effects:
                    yield (
                        place,
                        message(
                            "unsound-undecided", trigger=arc.trigger, effect=effect, decider=decider
                        ),
                    )


# --- needs ----------------------------------------------------------------------------------------


def _uses(it: Definition) -> dict[str, str]:
    """The needs in use, each with the place of its first use."""
    found: dict[str, str] = {}
    for place, arc in it.arcs:
        for need in arc.needs:
            found.setdefault(need, place)
    return found


def needs_without_sentence(it: Definition) -> Iterator[Finding]:
    """Every need can be explained in both languages."""
    for name, place in _uses(it).items():
        words = it.sentences.get(it.vocabulary.needs[name].sentence)
        if words is None or not words.zh.strip() or not words.en.strip():
            code = it.vocabulary.needs[name].sentence
            yield place, message("unsound-no-sentence", need=name, sentence=code)


def needs_without_supplier(it: Definition) -> Iterator[Finding]:
    """Every need names somebody of the vocabulary who could meet it."""
    for name, place in _uses(it).items():
        suppliers = it.vocabulary.needs[name].suppliers
        if not suppliers or not set(suppliers) <= set(it.vocabulary.parties):
            yield place, message("unsound-no-supplier", need=name)


def needs_without_clock(it: Definition) -> Iterator[Finding]:
    """A need that looks at a clock stands in a definition that has it."""
    for name, place in _uses(it).items():
        kind = NEED_CLOCKS.get(name)
        if kind is not None and kind not in it.workflow.clocks:
            yield place, message("unsound-need-clock", need=name, clock=kind)


CHECKS: tuple[Callable[[Definition], Iterator[Finding]], ...] = (
    unreachable_states,
    states_without_closure,
    open_acts_in_closed_states,
    closing_without_outcome,
    triggers_nobody_fires,
    parties_nobody_appoints,
    shadowed_arcs,
    dead_arcs,
    effects_without_fields,
    disposals_of_no_kind,
    requests_nobody_decides,
    needs_without_sentence,
    needs_without_supplier,
    needs_without_clock,
    *CLOCK_CHECKS,
)
"""Every check after that of the beginning, in the order in which faults are listed."""
