"""What both pictures of a workflow show: its states in a row, and the steps between them."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.domain.workflow import State, Workflow
from engine.words import Locale, Message, Text, message, say


@dataclass(frozen=True, slots=True)
class Hop:
    """All steps from one state (None: from nothing) to another, with their titles."""

    source: str | None
    target: str
    titles: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """A workflow as pictures need it: states in order, hops, and what keeps each state."""

    states: tuple[State, ...]
    hops: tuple[Hop, ...]
    staying: dict[str, tuple[Text, ...]]


def flow_of(workflow: Workflow) -> Flow:
    """Put the steps between the same two states together; a title is listed once."""
    states = tuple(sorted(workflow.states.values(), key=lambda state: state.order))
    hops: dict[tuple[str | None, str], list[Text]] = {}
    staying: dict[str, list[Text]] = {state.name: [] for state in states}
    for arc in workflow.transitions:
        if arc.target is not None and arc.target != arc.source:
            hops.setdefault((arc.source, arc.target), []).append(arc.title)
        elif arc.source is not None:
            staying[arc.source].append(arc.title)
    return Flow(
        states,
        tuple(Hop(source, target, _once(titles)) for (source, target), titles in hops.items()),
        {name: _once(titles) for name, titles in staying.items()},
    )


def listed(titles: Iterable[Text], locale: Locale) -> str:
    """Write titles in a row."""
    return say(message("listed-names"), locale).join(title.in_(locale) for title in titles)


def description(workflow: Workflow, locale: Locale) -> str:
    """Tell in a sentence what the picture shows, for those who cannot see it."""
    flow = flow_of(workflow)
    comma = say(message("listed-steps"), locale)
    hops = comma.join(say(_told(hop, workflow, locale), locale) for hop in flow.hops)
    states = listed((state.title for state in flow.states), locale)
    return say(message("diagram-desc", states=states, arcs=hops), locale)


def _told(hop: Hop, workflow: Workflow, locale: Locale) -> Message:
    begins = message("diagram-nothing")
    return message(
        "diagram-arc",
        title=listed(hop.titles, locale),
        source=workflow.states[hop.source].title if hop.source else begins,
        target=workflow.states[hop.target].title,
    )


def _once(titles: list[Text]) -> tuple[Text, ...]:
    return tuple(dict.fromkeys(titles))
