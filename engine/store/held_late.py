"""The overdue cases of a report as of now, from memory where the open cases are held there."""

from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from engine.domain.access import SEES
from engine.store.counted import once, opened
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
    ids = None if who.has(*SEES["all"]) else listed(connection, who, scope.at)
    if ids is None and not who.has(*SEES["all"]):
        return None
    with opened(connection, (scope.at, since(scope.at))) as book:
        if book is None:
            return None
        all_ = held(connection, book).cases
        found = list(all_.values()) if ids is None else [all_[i] for i in ids if i in all_]
    return list(_narrowed(found, scope))


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
