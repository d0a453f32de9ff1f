"""What the checks of soundness look at, and how they walk along arcs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.domain.needs import Vocabulary
from engine.domain.workflow import Transition, Workflow
from engine.words import Message, Text

Finding = tuple[str, Message]
"""A place in the definition and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What the checks look at: the definition, the vocabulary and the catalogue of sentences."""

    workflow: Workflow
    vocabulary: Vocabulary
    sentences: Mapping[str, Text]

    @property
    def arcs(self) -> Iterator[tuple[str, Transition]]:
        """Every arc with its place."""
        return ((f"arc[{n}]", arc) for n, arc in enumerate(self.workflow.transitions, 1))

    @property
    def effects(self) -> set[str]:
        """Every effect that some arc has."""
        return {effect for arc in self.workflow.transitions for effect in arc.effects}

    @property
    def closed(self) -> set[str]:
        """The names of the closed states."""
        return {name for name, state in self.workflow.states.items() if state.is_closed}

    def closes(self, arc: Transition) -> bool:
        """Tell whether an arc leads from an open state to a closed one."""
        states = self.workflow.states
        source_open = arc.source is None or not states[arc.source].is_closed
        return source_open and arc.target is not None and states[arc.target].is_closed


def reach(starts: Iterable[str], pairs: Iterable[tuple[str, str]]) -> set[str]:
    """Give the states that can be reached from some of them along pairs (from, to)."""
    found, edges = set(starts), list(pairs)
    grown = True
    while grown:
        more = {to for source, to in edges if source in found} - found
        found |= more
        grown = bool(more)
    return found


def steps(arcs: Iterable[Transition]) -> list[tuple[str, str]]:
    """Give the arcs that change the state as pairs (from, to)."""
    return [(arc.source, arc.target) for arc in arcs if arc.source and arc.target]
