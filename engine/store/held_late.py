"""The overdue cases of a report as of now, from memory where the open cases are held there."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from engine.domain.access import SEES, Principal
from engine.store.counted import Book, once, opened
from engine.store.held_cases import OpenCase, held
from engine.store.scope import Scope
from engine.store.sight import listed
from engine.store.visible import reader_of, since

_KEYS = {"unit": "lead_unit_id", "leader": "lead_id", "stage": "state", "issue": "issue_id"}


def open_cases(connection: Connection, scope: Scope) -> list[OpenCase] | None:
    """Give the open cases that a scope asks for; None where only the tables tell them."""
    who = scope.who
    if scope.past or who is None or scope.unit_id is not None:
        return None
    with opened(connection, (scope.at, since(scope.at))) as book:
        found = None if book is None else _read(connection, who, scope.at, book)
    return None if found is None else list(_narrowed(found, scope))


def _read(
    connection: Connection, who: Principal, at: datetime, book: Book
) -> list[OpenCase] | None:
    """Give the open cases that a caller may read; None where only the tables tell which."""
    if who.has(*SEES["all"]):
        return list(held(connection, book).cases.values())
    ids = listed(connection, who, at)
    if ids is None:
        return None
    every = held(connection, book).cases
    return [every[i] for i in ids if i in every]


def late_cases(connection: Connection, scope: Scope) -> list[OpenCase] | None:
    """Give those of them that are overdue, once; None where only the tables tell them."""
    who = scope.who
    if who is None or scope.past:
        return None

    def read() -> tuple[list[OpenCase] | None]:
        found, at = open_cases(connection, scope), scope.at
        if found is None:
            return (None,)
        return ([one for one in found if one.due_at is not None and one.due_at < at],)

    key = ("late cases", reader_of(who), scope.key)
    return once(connection, (scope.at, since(scope.at)), key, read)[0]


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
    found = listed(connection, scope.who, now)
    return None if found is None else frozenset(found)


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


def _narrowed(found: Iterable[OpenCase], scope: Scope) -> Iterable[OpenCase]:
    given = (
        ("lead_id", scope.lead_id), ("issue_id", scope.issue_id), ("state", scope.state),
    )  # fmt: skip
    for name, value in given:
        if value is not None:
            found = [one for one in found if getattr(one, name) == value]
    return found
