"""What a caller may read all of, by a list of cases where that is short; made once and kept.

Asked one by one whether somebody has a part in them, 36,000 open cases take as long as a page may.
An officer has parts in a few thousand: these are listed, and those that are still in sight kept.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, true

from engine.domain.access import SEES, Principal
from engine.store import counted
from engine.store.among import among, gathered
from engine.store.cases import seen_in_full
from engine.store.held_cases import held
from engine.store.moment import CASE
from engine.store.visible import (
    closed_since,
    only_in_summary,
    open_now,
    parts_in_full,
    reader_of,
    since,
    visible_in_full,
)

MOST = 25_000
"""Of how many parts in cases a list is made; of more, each case is asked whether one has a part."""


def sight(connection: Connection, who: Principal, now: datetime) -> ColumnElement[bool]:
    """Give the condition on `case` that a caller may read all of it: `visible_in_full`."""
    ids = listed(connection, who, now)
    return visible_in_full(who, now) if ids is None else among(connection, CASE.c.id, ids)


def knowledge(connection: Connection, who: Principal, now: datetime) -> ColumnElement[bool]:
    """Give the condition on `case` that a caller may know of it, at least in summary: `visible`."""
    return true() if only_in_summary(who) else sight(connection, who, now)


def sight_of_own(connection: Connection, who: Principal, now: datetime) -> ColumnElement[bool]:
    """Give the same condition for open cases in which a caller has a part.

    Whoever takes part in cases may read all of these.
    """
    return true() if takes_part(who) else sight(connection, who, now)


def takes_part(who: Principal) -> bool:
    """Tell whether somebody may take part in cases."""
    return who.has(*SEES["part"]) and not who.has(*SEES["none"])


def listed(connection: Connection, who: Principal, now: datetime) -> frozenset[int] | None:
    """List the cases that a caller may read all of; None where that would be a detour.

    After an event only the cases of which it tells are asked for anew.
    """
    if who.has(*SEES["all"], *SEES["registered"]):
        return None
    with counted.opened(connection, (now, since(now))) as book:
        if book is None:
            return _listed(connection, who, now)
        return book.followers.follow(
            ("sight", reader_of(who)),
            lambda: _listed(connection, who, now),
            lambda ids, changed: _changed(connection, who, now, ids, changed),
            passed=book.gone,
        )


def _listed(connection: Connection, who: Principal, now: datetime) -> frozenset[int] | None:
    parts = parts_in_full(who)
    if parts is None:
        return None
    some = select(func.count()).select_from(parts.limit(MOST + 1).subquery("some"))
    if connection.execute(some).scalar_one() > MOST:
        return None
    open_ones, closed = _there(connection, now)
    return frozenset(i for i in gathered(connection, parts) if i in open_ones or i in closed)


def _changed(
    connection: Connection,
    who: Principal,
    now: datetime,
    ids: frozenset[int] | None,
    changed: Collection[int],
) -> frozenset[int] | None:
    """Give a list after some cases changed: of these alone it is asked who may read them."""
    if ids is None:
        return None
    return ids.difference(changed).union(seen_in_full(connection, changed, who, now))


def _there(connection: Connection, now: datetime) -> tuple[Collection[int], Collection[int]]:
    """Give the cases that are open, and those that were closed not too long ago."""
    moment = (now, since(now))
    closed = counted.once(
        connection, moment, "closed", lambda: frozenset(gathered(connection, closed_since(now)))
    )
    with counted.opened(connection, moment) as book:
        if book is not None:
            return frozenset(held(connection, book).cases), closed
    return frozenset(gathered(connection, open_now())), closed
