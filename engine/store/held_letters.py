"""What lists of urging letters hold, read anew only after an event of a case that has a letter."""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from engine.store.among import among, gathered
from engine.store.counted import opened
from engine.store.tables import table
from engine.store.visible import since

Found = TypeVar("Found")
_LETTER = table("letter").c
_MOST = 500


@dataclass(frozen=True, slots=True)
class _Held:
    """The cases that have a letter, and what was read of their letters."""

    cases: frozenset[int]
    found: dict[Hashable, Any] = field(default_factory=dict)


def once_of_letters(
    connection: Connection, at: datetime, key: Hashable, read: Callable[[], Found]
) -> Found:
    """Give what was read of letters and their cases under a key; nobody changes it.

    `key` says whose view it is besides what is asked for; it must not go by the instant.
    """
    with opened(connection, (at, since(at))) as book:
        if book is None:
            return read()
        held: _Held = book.followers.follow(
            "letters",
            lambda: _Held(_cases(connection, None)),
            lambda former, changed: _changed(connection, former, changed),
            passed=book.gone,
        )
        if key not in held.found:
            if len(held.found) >= _MOST:
                held.found.clear()
            held.found[key] = read()
        found: Found = held.found[key]
        return found


def _changed(connection: Connection, former: _Held, changed: Collection[int]) -> _Held:
    fresh = _cases(connection, changed)
    if not fresh and former.cases.isdisjoint(changed):
        return former
    return _Held(former.cases.union(fresh))


def _cases(connection: Connection, only: Collection[int] | None) -> frozenset[int]:
    asked = select(_LETTER.case_id).distinct()
    if only is not None:
        asked = asked.where(among(connection, _LETTER.case_id, only))
    return frozenset(gathered(connection, asked))
