"""The nearest limit of cases that a stencil carries in: which clock gives it after each step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.carrying import Carried
from engine.domain.events import Delta
from engine.domain.mould import mark

LIMIT = ("limit_due_at", "limit_kind")
"""The columns of a case that repeat its nearest limit."""
DUE = ("due_on", "due_at", "provisional", "derivation")
"""The columns of a clock that say when it ends."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit clock that runs: its number and kind, and the place of its end."""

    no: int
    kind: str
    place: int


def running_limits(steps: Sequence[Carried], places: dict[int, int]) -> Iterator[tuple[Limit, ...]]:
    """List, for each step, the limit clocks that run after it."""
    running: dict[int, Limit] = {}
    for delta_s in (step.deltas for step in steps):
        for delta in delta_s:
            if delta.record != "clock":
                continue
            no = delta.key[1]
            if delta.new.get("ended_at") is not None:
                running.pop(no, None)
            elif delta.old is None and delta.new["is_limit"]:
                running[no] = Limit(no, delta.new["kind"], places[no] + DUE.index("due_at"))
        yield tuple(running.values())


def nearest(limits: Sequence[Limit], values: Sequence[Any]) -> Limit | None:
    """Say which of the limit clocks ends first, as `clocks.nearest_limit` does."""
    return min(limits, key=lambda limit: (values[limit.place], limit.no), default=None)


def tell_limit(delta: Delta, former: Limit | None, limit: Limit | None, *, same: bool) -> None:
    """Say in the case's delta what of its nearest limit changed; a new row tells it in any case.

    `same` tells that both, or none, end at the same instant.
    """
    was, now = ((mark(x.place), x.kind) if x is not None else (None, None) for x in (former, limit))
    new, old = delta.new, delta.old
    assert isinstance(new, dict)  # noqa: S101  # made here
    for name, before, after in zip(LIMIT, was, now, strict=True):
        new.pop(name, None)
        if not isinstance(old, dict):
            new[name] = after
            continue
        old.pop(name, None)
        if not (same if name == "limit_due_at" else before == after):
            new[name], old[name] = after, before
