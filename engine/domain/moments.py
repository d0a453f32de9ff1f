"""What a ledger tells of a matter in time, and the steps that it must have taken.

A moment that is given implies those before it. Where one of these is not given, it is taken so that
no clock is late for want of a note: assignment and start as early as is known, stability as late.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

MOMENTS = ("registered_at", "assigned_at", "started_at", "stabilized_at", "closed_at")
"""The instants that a ledger may give, in their order."""
REGISTERED, ASSIGNED, STARTED, STABILIZED, CLOSED = MOMENTS
DISPOSED = {"referred": "refer", "merged": "merge", "void": "void"}
"""Outcomes of a matter that nobody had to take up, with the step that ends it so."""
_STEPS = {
    REGISTERED: ("register",),
    ASSIGNED: ("assign",),
    STARTED: ("acknowledge", "start"),
    STABILIZED: ("stabilize",),
    CLOSED: ("close",),
}
"""The steps that a moment stands for; whoever started has acknowledged."""

Given = Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the way of a matter: the triggers fired there, and when."""

    triggers: tuple[str, ...]
    at: datetime


def itinerary(given: Given, outcome: str | None, now: datetime) -> list[Stop]:
    """Give the way that a matter took; one of which nothing is known begins now."""
    disposal = DISPOSED.get(outcome or "")
    if disposal and CLOSED in given and not (STARTED in given or STABILIZED in given):
        return [*_stops(given, now, ASSIGNED in given), Stop((disposal,), given[CLOSED])]
    last = max((place for place, name in enumerate(MOMENTS) if name in given), default=0)
    return list(_stops(given, now, last))


def _stops(given: Given, now: datetime, last: int) -> Iterator[Stop]:
    """Give the stops up to a place in the order of moments."""
    at = min(given.values(), default=now)
    for name in MOMENTS[: last + 1]:
        if name == STABILIZED and last > MOMENTS.index(name):
            at = given.get(name, given[CLOSED])
        at = given.get(name, at)
        yield Stop(_STEPS[name], at)
