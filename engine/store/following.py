"""What is held of cases between requests and kept up with the log, case by case.

Read whole once, and afterwards only of the cases of which a new event tells. Whatever an event of
the office may change in it (accounts, units, the calendar), or the passing of a limit where it goes
by that, has it read whole again.
"""

from collections.abc import Callable, Collection, Hashable, Sized
from dataclasses import dataclass
from typing import Any, TypeVar

Value = TypeVar("Value")
Change = Callable[[Value, Collection[int]], Value]
"""Gives a value as it is after some cases have changed; it may change the value itself."""
_MOST_CHANGES, _MOST_HELD, _MOST_VALUES = 5000, 400_000, 1000


@dataclass(slots=True)
class _Held:
    """A value as of a place in the changes, a state of the office, and what had passed."""

    value: Any
    place: int
    office: int
    passed: Hashable


class Followers:
    """All values that follow one database, the one asked for last at the end."""

    def __init__(self) -> None:
        self._held: dict[Hashable, _Held] = {}
        self._changes: list[int] = []
        self._first = 0
        self._office = 0
        self._weight = 0

    def forget(self) -> None:
        """Have everything read whole again: too much happened to be followed."""
        self._held.clear()
        self._changes.clear()
        self._weight = 0

    def note_case(self, case_id: int) -> None:
        """Note that a case has changed."""
        self._changes.append(case_id)

    def note_office(self) -> None:
        """Note that the office itself has changed."""
        self._office += 1

    def follow(
        self,
        key: Hashable,
        make: Callable[[], Value],
        change: Change[Value],
        *,
        passed: Hashable = None,
        of_office: bool = True,
    ) -> Value:
        """Give a value as of now. Where reading it fails, it is read whole the next time.

        What is not `of_office` outlives whatever happens to that.
        """
        office = self._office if of_office else 0
        held = self._taken(key)
        known = held is not None and (held.office, held.passed) == (office, passed)
        changed = self._since(held.place) if held is not None and known else None
        if held is None or changed is None:
            value = make()
        else:
            value = change(held.value, changed) if changed else held.value
        self._held[key] = _Held(value, self._first + len(self._changes), office, passed)
        self._weight += _weight(value)
        self._make_room()
        return value

    def _taken(self, key: Hashable) -> _Held | None:
        held = self._held.pop(key, None)
        if held is not None:
            self._weight -= _weight(held.value)
        return held

    def _since(self, place: int) -> set[int] | None:
        """Give the cases that changed since a place; None where that is not known any more."""
        return None if place < self._first else set(self._changes[place - self._first :])

    def _make_room(self) -> None:
        """Forget old changes and, of values, those that were asked for longest ago."""
        if len(self._changes) > _MOST_CHANGES:
            gone = len(self._changes) // 2
            del self._changes[:gone]
            self._first += gone
        while len(self._held) > 1 and (self._weight > _MOST_HELD or len(self._held) > _MOST_VALUES):
            self._taken(next(iter(self._held)))


def _weight(value: object) -> int:
    return len(value) if isinstance(value, Sized) else 1
