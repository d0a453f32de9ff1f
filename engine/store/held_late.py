"""The overdue cases of a report as of now, from memory where the open cases are held there."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, true

from engine.domain.access import SEES, Principal
from engine.store.counted import Book, once, opened
from engine.store.held_cases import HeldCases, OpenCase, Piles, held
from engine.store.scope import Scope
from engine.store.sight import listed
from engine.store.visible import reader_of, since

_KEYS = {"unit": "lead_unit_id", "leader": "lead_id", "stage": "state", "issue": "issue_id"}


def open_cases(connection: Connection, scope: Scope) -> Mapping[int, OpenCase] | None:
    """Give the open cases that a scope asks for, by id; None where only the tables tell them.

    After an event only the cases of which it tells are looked at anew; nobody changes what is
    given.
    """
    who = scope.who
    if scope.past or who is None or scope.unit_id is not None:
        return None
    with opened(connection, (scope.at, since(scope.at))) as book:
        if book is None:
            return None
        every = held(connection, book).cases
        if scope.is_of_all:
            return _asked(scope, every, None, book) if scope.is_narrowed else every
        ids = listed(connection, who, scope.at)
        return None if ids is None else _asked(scope, every, ids, book)


def _asked(
    scope: Scope, every: Mapping[int, OpenCase], ids: frozenset[int] | None, book: Book
) -> Mapping[int, OpenCase]:
    """Give those of the open cases that a scope asks for; of some `ids`, where not all are seen."""

    def some(of: Iterable[int]) -> dict[int, OpenCase]:
        found = (every[i] for i in of if i in every and (ids is None or i in ids))
        return {one.id: one for one in found if _is_asked(one, scope)}

    def change(former: dict[int, OpenCase], changed: Collection[int]) -> dict[int, OpenCase]:
        kept = {**former}
        for case_id in changed:
            kept.pop(case_id, None)
        return kept | some(changed)

    whole = every if ids is None else ids
    key = ("open cases", scope.key)
    return book.followers.follow(key, lambda: some(whole), change, passed=book.gone)


def piles_of(connection: Connection, who: Principal, book: Book, at: datetime) -> Piles | None:
    """Give the piles of the open cases that a caller may read, while the book is open.

    None where only the tables tell which these are.
    """
    if who.has(*SEES["all"]):
        return held(connection, book).piles
    scope = Scope(at, past=False, seen=true(), who=who)
    cases = open_cases(connection, scope)
    if cases is None:
        return None
    found: HeldCases = book.followers.follow(
        ("piles", scope.key),
        lambda: HeldCases.of(cases.values()),
        lambda former, changed: former.replace(changed, (cases[i] for i in changed if i in cases)),
        passed=book.gone,
    )
    return found.piles


def late_cases(connection: Connection, scope: Scope) -> list[OpenCase] | None:
    """Give those of them that are overdue, once; None where only the tables tell them."""
    who = scope.who
    if who is None or scope.past:
        return None

    def read() -> tuple[list[OpenCase] | None]:
        found, at = open_cases(connection, scope), scope.at
        if found is None:
            return (None,)
        return ([o for o in found.values() if o.due_at is not None and o.due_at < at],)

    key = ("late cases", reader_of(who), scope.key)
    return once(connection, (scope.at, since(scope.at)), key, read)[0]


def late_total(connection: Connection, scope: Scope) -> int | None:
    """Count the overdue cases; None where only the tables tell them."""
    if scope.past or not scope.is_of_all or scope.is_narrowed:
        found = late_cases(connection, scope)
        return None if found is None else len(found)
    with opened(connection, (scope.at, since(scope.at))) as book:
        return None if book is None else held(connection, book).piles.late(scope.at)


def first_late(
    connection: Connection, scope: Scope, place: Sequence[Any] | None, count: int | None
) -> list[tuple[int, datetime]] | None:
    """Choose the overdue cases after a place, with their due times, of whoever sees only some.

    None where only the tables tell, or tell it sooner: those of all cases stand in an index.
    """
    found = None if scope.is_of_all else late_cases(connection, scope)
    if found is None:
        return None
    order = sorted((one.due_at, one.id) for one in found if one.due_at is not None)
    start = 0 if place is None else bisect_right(order, (place[0], place[1]))
    end = None if count is None else start + count
    return [(case_id, due_at) for due_at, case_id in order[start:end]]


def seen_ids(connection: Connection, scope: Scope, now: datetime) -> frozenset[int] | None:
    """List what somebody may see who sees only some; None where a filter asks for less."""
    if scope.who is None or scope.is_narrowed or scope.is_of_all:
        return None
    return listed(connection, scope.who, now)


def counted_by(found: Iterable[OpenCase], by: str | None) -> Counter[Any]:
    """Count cases by `unit`, `leader`, `stage` or `issue`; without a grouping by None."""
    if by is None:
        return Counter(None for _ in found)
    return Counter(map(attrgetter(_KEYS[by]), found))


def shares_in(found: Iterable[OpenCase], by: str | None) -> Counter[tuple[Any, ...]]:
    """Count cases by group, day of the limit, and pause."""
    if by is None:
        return Counter((None, one.due_on, one.paused_at) for one in found)
    return Counter(map(attrgetter(_KEYS[by], "due_on", "paused_at"), found))


def _is_asked(one: OpenCase, scope: Scope) -> bool:
    """Tell whether a case is one of those that the filters of a scope leave."""
    given = ((one.lead_id, scope.lead_id), (one.issue_id, scope.issue_id), (one.state, scope.state))
    return all(asked is None or has == asked for has, asked in given)
