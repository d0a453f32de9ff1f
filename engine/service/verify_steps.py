"""What an event of a case says of its workflow: that its step exists, and whose version it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.domain.replay import Event, Replay
from engine.service.verify_parts import Arcs, Definitions

_STEPS = frozenset({"case.registered", "case.stepped"})
_MIGRATED = "case.migrated"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands by its events so far: its state, and the definition that it follows."""

    state: Any
    workflow: Any
    version: Any

    @property
    def label(self) -> str:
        """Name and version of the definition."""
        return f"{self.workflow}@{self.version}"


def place_of(replay: Replay, case_id: int) -> Place | None:
    """Give the place of a case; None where no event has told of it yet."""
    key = (case_id,)
    if not replay.has("case", key):
        return None
    return Place(*(replay.value("case", key, n) for n in ("state", "workflow", "workflow_version")))


def wrong(
    known: Definitions, event: Event, before: Place | None, after: Place | None
) -> Iterator[str]:
    """Name the findings about an event of a case: its step, and the version that it goes by."""
    kind = event.get("kind")
    if kind in _STEPS and not event.get("imported"):
        yield from _wrong_step(known, event, before, after)
    if kind == _MIGRATED:
        yield from _wrong_migration(known, event, before, after)
    elif before is not None and after is not None and before.label != after.label:
        yield "version-astray"


def _wrong_step(
    known: Definitions, event: Event, before: Place | None, after: Place | None
) -> Iterator[str]:
    """Say what of a step does not fit its definition or the case's state."""
    start, trigger, end = event.get("from"), event.get("trigger"), event.get("to")
    if fault := _wrong_version(known, event, after):
        yield fault
    elif not {(start, trigger, end), (start, trigger, end or start)} & _arcs(known, event):
        yield "step-unknown"
    if (start, end or start) != (before and before.state, after and after.state):
        yield "step-state"


def _wrong_migration(
    known: Definitions, event: Event, before: Place | None, after: Place | None
) -> Iterator[str]:
    """Say what of a migration does not fit: its definition, the workflow, the case's state."""
    if fault := _wrong_version(known, event, after):
        yield fault
    elif before and after:
        if before.workflow != after.workflow:
            yield "version-astray"
        states = {end for _, _, end in _arcs(known, event)}
        if before.state != after.state or after.state not in states:
            yield "step-state"


def _wrong_version(known: Definitions, event: Event, after: Place | None) -> str | None:
    """Name the fault where the definition is not a published one, or is not the case's."""
    label = event.get("wf")
    digest, _ = known.get(label or "", (None, None))
    if digest is None or digest != event.get("wf_hash"):
        return "step-definition"
    return "step-version" if after is not None and after.label != label else None


def _arcs(known: Definitions, event: Event) -> Arcs:
    return known[event.get("wf")][1]
