"""How many cases are on a list of open ones, from memory where these are held there."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from heapq import nsmallest
from typing import Any

from sqlalchemy import Connection

from engine.domain.access import SEES, Principal
from engine.store.counted import opened
from engine.store.held_cases import OpenCase, Pile, Piles, by_limit, held, place_by_limit
from engine.store.held_late import open_cases
from engine.store.list_query import ListQuery
from engine.store.scope import Scope
from engine.store.visible import since

_OTHERS = (
    "unit_id", "parts", "only", "codes", "origin", "until", "age", "opened", "rested", "besides",
)  # fmt: skip
"""What the held cases do not tell."""


def _is_late(query: ListQuery, due_at: datetime | None) -> bool:
    return due_at is not None and due_at < query.at


def _is_near(query: ListQuery, due_at: datetime | None) -> bool:
    return due_at is not None and query.soon is not None and query.at <= due_at <= query.soon


_KEPT: dict[str, Callable[[ListQuery, Sequence[OpenCase]], Sequence[OpenCase]]] = {
    "closed": lambda _query, found: found,
    "overdue": lambda query, found: [
        one for one in found if one.due_at is not None and one.due_at < query.at
    ],
    "soon": lambda query, found: [one for one in found if _is_near(query, one.due_at)],
    "acknowledged": lambda query, found: [
        one
        for one in found
        if one.lead_id is not None and bool(one.silent) is not query.acknowledged
    ],
}
"""What asks for open cases alone, and which of them it keeps."""


def total(connection: Connection, who: Principal, query: ListQuery) -> int | None:
    """Count a list of open cases; None where only the tables tell, or tell it sooner."""
    if not _is_told(query):
        return None
    if who.has(*SEES["all"]):
        return _total_of_all(connection, query) if _is_piled(query) else None
    found = _chosen(connection, who, query)
    return None if found is None else len(found)


def total_among(connection: Connection, query: ListQuery, ids: Iterable[int]) -> int | None:
    """Count those of some cases that are on a list of open ones; None where only the tables tell.

    For whoever sees all cases.
    """
    with opened(connection, (query.at, since(query.at))) as book:
        given = query.lead_id, query.issue_id, query.state
        if book is None or not _is_told(query) or any(one is not None for one in given):
            return None
        every = held(connection, book).cases
    return len(_kept(query, [every[i] for i in set(ids) if i in every]))


def first(
    connection: Connection,
    who: Principal,
    query: ListQuery,
    place: Sequence[Any] | None,
    count: int,
) -> dict[int, tuple[Any, ...]] | None:
    """Choose the open cases after a place in a list by limits, of whoever sees only some.

    Each with its own place. None where only the tables tell, or tell it sooner: those of all cases
    stand in an index.
    """
    if who.has(*SEES["all"]) or query.sort != "limit" or query.down or not _is_told(query):
        return None
    found = _chosen(connection, who, query)
    if found is None:
        return None
    if place is not None:
        after = place_by_limit(*place)
        found = [one for one in found if by_limit(one) > after]
    return {one.id: (one.due_at, one.id) for one in nsmallest(count, found, key=by_limit)}


def _chosen(connection: Connection, who: Principal, query: ListQuery) -> Sequence[OpenCase] | None:
    """Choose the open cases of a list; None where only the tables tell them."""
    if all(getattr(query, name) is None for name in _KEPT):
        return None
    scope = Scope(
        query.at, past=False, seen=query.seen, lead_id=query.lead_id, issue_id=query.issue_id,
        state=query.state, who=who,
    )  # fmt: skip
    cases = open_cases(connection, scope)
    if cases is None:
        return None
    return _kept(query, list(cases.values()))


def _kept(query: ListQuery, found: Sequence[OpenCase]) -> Sequence[OpenCase]:
    """Give those of some open cases that are on a list."""
    for name, keep in _KEPT.items():
        if getattr(query, name) is not None:
            found = keep(query, found)
    return found


def _is_piled(query: ListQuery) -> bool:
    """Tell whether the piles of states tell how many open cases are meant.

    They do not tell whose limits are those of the silent ones; and a list without any condition
    holds closed cases too.
    """
    if query.lead_id is not None or query.issue_id is not None or query.acknowledged:
        return False
    if query.overdue or query.soon is not None:
        return query.acknowledged is None
    return not (query.state is None and query.closed is None and query.acknowledged is None)


def _total_of_all(connection: Connection, query: ListQuery) -> int | None:
    """Count in the piles of states, whose limits stand in order, whatever the number of cases."""
    with opened(connection, (query.at, since(query.at))) as book:
        if book is None:
            return None
        piles = held(connection, book).piles
        states = piles.groups["state"]
        if query.state is None:
            return _in_piles(query, states.values(), piles)
        return _in_piles(query, [states[query.state]], piles) if query.state in states else None


def _in_piles(query: ListQuery, chosen: Iterable[Pile], piles: Piles) -> int:
    """Count what a list asks for; a limit that stands still is in no pile."""
    if query.acknowledged is False:
        return sum(pile.silent for pile in chosen)
    if not query.overdue and query.soon is None:
        return sum(pile.count for pile in chosen)
    still = sum(
        (query.state is None or one.state == query.state) and _is_meant(query, one)
        for one in piles.still.values()
    )
    return still + sum(_meant(query, pile.due) for pile in chosen)


def _is_meant(query: ListQuery, one: OpenCase) -> bool:
    is_soon = query.soon is None or _is_near(query, one.due_at)
    return is_soon and (not query.overdue or _is_late(query, one.due_at))


def _meant(query: ListQuery, due: list[datetime]) -> int:
    """Count the limits that lie before the present, or from it to where what is near ends."""
    now = bisect_left(due, query.at)
    if query.soon is None:
        return now
    return 0 if query.overdue else max(0, bisect_right(due, query.soon) - now)


def _is_told(query: ListQuery) -> bool:
    if query.past or query.said or query.pending or query.closed or query.overdue is False:
        return False
    return all(getattr(query, name) is None for name in _OTHERS)
