"""How far a long piece of work has come, told to whoever listens; where nobody does it is free.

Work that may be long says `counted("read", rows)` where it goes through its rows. Who waits for it,
a page or a terminal, runs it inside `listening`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, TypeVar

Phase = Literal["begin", "read", "check", "write"]
PHASES: tuple[Phase, ...] = ("begin", "read", "check", "write")
Tell = Callable[[Phase, int, int], None]
"""Takes the phase, how many rows are done and of how many; 0 where nobody knows that yet."""
Item = TypeVar("Item")
EVERY = 250
"""Rows between two words."""

_LISTENS: ContextVar[Tell | None] = ContextVar("listens", default=None)


@contextmanager
def listening(tell: Tell) -> Iterator[None]:
    """Have the work inside told of as it goes."""
    token = _LISTENS.set(tell)
    try:
        yield
    finally:
        _LISTENS.reset(token)


def came(phase: Phase, done: int, total: int = 0) -> None:
    """Say how far a phase has come."""
    tell = _LISTENS.get()
    if tell is not None:
        tell(phase, done, total)


def counted(phase: Phase, items: Iterable[Item], total: int = 0) -> Iterable[Item]:
    """Give items as they come, and say now and then how many there were."""
    tell = _LISTENS.get()
    return items if tell is None else _told(tell, phase, items, total)


def _told(tell: Tell, phase: Phase, items: Iterable[Item], total: int) -> Iterator[Item]:
    done = 0
    tell(phase, done, total)
    for done, item in enumerate(items, 1):
        yield item
        if done % EVERY == 0:
            tell(phase, done, total)
    tell(phase, done, total)
