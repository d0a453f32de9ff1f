"""How many cases are on a list of open ones, from memory where these are held there."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from engine.domain.access import SEES, Principal
from engine.store.case_lists import ListQuery
from engine.store.held_cases import OpenCase
from engine.store.held_late import open_cases
from engine.store.scope import Scope

_OTHERS = (
    "unit_id", "parts", "only", "codes", "origin", "until", "age", "opened", "rested", "besides",
)  # fmt: skip
"""What the held cases do not tell."""


def _is_late(query: ListQuery, due_at: datetime | None) -> bool:
    return due_at is not None and due_at < query.at


def _is_near(query: ListQuery, due_at: datetime | None) -> bool:
    return due_at is not None and query.soon is not None and query.at <= due_at <= query.soon


_TESTS: dict[str, Callable[[ListQuery, OpenCase], bool]] = {
    "closed": lambda _query, _one: True,
    "overdue": lambda query, one: _is_late(query, one.due_at),
    "soon": lambda query, one: _is_near(query, one.due_at),
    "acknowledged": lambda query, one: (
        one.lead_id is not None and bool(one.silent) is not query.acknowledged
    ),
}
"""What asks for open cases alone, and when one is meant."""


def total(connection: Connection, who: Principal, query: ListQuery) -> int | None:
    """Count a list of open cases; None where only the tables tell, or tell it sooner."""
    tests = [test for name, test in _TESTS.items() if getattr(query, name) is not None]
    by_index = who.has(*SEES["all"]) and query.acknowledged is None
    if not tests or by_index or not _is_told(query):
        return None
    scope = Scope(
        query.at, past=False, seen=query.seen, lead_id=query.lead_id, issue_id=query.issue_id,
        state=query.state, who=who,
    )  # fmt: skip
    found = open_cases(connection, scope)
    return None if found is None else sum(all(t(query, one) for t in tests) for one in found)


def _is_told(query: ListQuery) -> bool:
    if query.past or query.said or query.pending or query.closed or query.overdue is False:
        return False
    return all(getattr(query, name) is None for name in _OTHERS)
