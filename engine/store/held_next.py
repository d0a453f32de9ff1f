"""What waits for somebody and what they have a part in, kept up with the log case by case."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from engine.domain.access import SEES, Principal
from engine.store import rows
from engine.store.among import gathered
from engine.store.counted import opened
from engine.store.held_cases import OpenCase, held
from engine.store.next_things import Caller, Clocked, Rule, clocks
from engine.store.tables import table
from engine.store.visible import since

Parts = tuple[frozenset[int], frozenset[int]]
"""Accounts and units whose parts are somebody's own business."""


def clocks_by_case(
    connection: Connection, rules: Sequence[Rule], caller: Caller, at: datetime
) -> Mapping[int, Sequence[Clocked]]:
    """Read the clocks that wait for a caller, by case; nobody changes what is given."""

    def read(only: Collection[int] | None) -> dict[int, list[Clocked]]:
        found: dict[int, list[Clocked]] = {}
        for one in clocks(connection, rules, caller, at, only):
            found.setdefault(one.case_id, []).append(one)
        return found

    def change(
        former: dict[int, list[Clocked]], changed: Collection[int]
    ) -> dict[int, list[Clocked]]:
        return {i: some for i, some in former.items() if i not in changed} | read(changed)

    with opened(connection, (at, since(at))) as book:
        if book is None:
            return read(None)
        return book.followers.follow(
            ("clocks", tuple(rules), caller), lambda: read(None), change,
            passed=book.passed, of_office=False,
        )  # fmt: skip


def own_cases(
    connection: Connection, parts: Parts, at: datetime
) -> tuple[frozenset[int], Mapping[int, OpenCase]] | None:
    """Give the open cases in which one of some accounts or units has a part, and all open ones.

    None where these are not held.
    """

    def whole() -> frozenset[int]:
        tenure = table("tenure").c
        asked = select(tenure.case_id).where(tenure.from_at <= at, tenure.to_at.is_(None))
        both = (
            gathered(connection, asked.where(holder.in_(sorted(ids))))
            for holder, ids in ((tenure.account_id, parts[0]), (tenure.unit_id, parts[1]))
            if ids
        )
        return frozenset[int]().union(*both)

    def some(changed: Collection[int]) -> set[int]:
        found = rows.fetch(connection, "tenure", case_id=list(changed), to_at=None)
        own = (one for one in found if one.account_id in parts[0] or one.unit_id in parts[1])
        return {one.case_id for one in own if one.from_at <= at}

    with opened(connection, (at, since(at))) as book:
        if book is None:
            return None
        every = held(connection, book).cases
        own = book.followers.follow(
            ("own parts", parts),
            lambda: whole().intersection(every),
            lambda former, changed: former.difference(changed) | some(changed).intersection(every),
            of_office=False,
        )
        return own, every


def late_besides(
    connection: Connection, who: Principal, besides: Collection[int], at: datetime
) -> int | None:
    """Count all overdue cases but for some; None where they are not held, or not all are seen."""
    if not who.has(*SEES["all"]):
        return None
    with opened(connection, (at, since(at))) as book:
        if book is None:
            return None
        found = held(connection, book)
        left_out = (found.cases[i] for i in besides if i in found.cases)
        return found.piles.late(at) - sum(o.due_at is not None and o.due_at < at for o in left_out)
