"""What was counted before and cannot have changed since: neither the log nor time moved it.

Every change of a case or of the office is told in the log, so while the log holds the same events
the rows are the same. Time moves four things without an event: limits and minimums pass, cases that
were closed go out of sight, a legal day begins. So what was counted is kept with the number of all
events, the last limit that passed and the last closure that went out of sight; whoever asks names
the day. Only readers keep and are given anything: what a writer has not committed may never be.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, func, select

from engine.store import kept
from engine.store.driver import Prepared
from engine.store.moment import CASE, CLOCK
from engine.store.tables import table

Found = TypeVar("Found")
Moment = tuple[Any, ...]
_MOST = 4096
_EVENT, _PENDING = table("event"), table("log_pending")
_NOW, _SINCE = (bindparam(name, type_=CASE.c.closed_at.type) for name in ("now", "since"))
_PASSED = (
    select(func.max(CLOCK.c.due_at))
    .where(CLOCK.c.ended_at.is_(None), CLOCK.c.due_at < _NOW)
    .scalar_subquery()
)
_LATE = select(func.max(CASE.c.limit_due_at)).where(CASE.c.limit_due_at < _NOW).scalar_subquery()
_GONE = select(func.max(CASE.c.closed_at)).where(CASE.c.closed_at <= _SINCE).scalar_subquery()
_TOLD = select(func.max(_EVENT.c.log_index)).where(_EVENT.c.log_index.is_not(None))
_WAITING = select(func.count()).select_from(_PENDING)
_ASKED = Prepared(
    select(_TOLD.scalar_subquery(), _WAITING.scalar_subquery(), _PASSED, _LATE, _GONE)
)


@dataclass(slots=True)
class _Book:
    """What was counted in one database as of one moment of it; what came before is forgotten."""

    moment: Moment = ()
    values: dict[Hashable, Any] = field(default_factory=dict)


_BOOKS: WeakKeyDictionary[Engine, _Book] = WeakKeyDictionary()
_TURN = Lock()


def once(
    connection: Connection,
    at: tuple[datetime, datetime],
    key: Hashable,
    read: Callable[[], Found],
) -> Found:
    """Give what was read under a key, reading it where anything may have changed it since.

    `at` are the present instant, and the one since when a closed case is in sight. `key` must say
    all else that the answer depends on; what is read must not depend on the instants otherwise
    than by what has passed. Nobody changes what is given.
    """
    moment = _moment(connection, at)
    if moment is None:
        return read()
    book = _book(connection.engine, moment)
    found: Found | None = book.values.get(key)
    if found is None:
        found = read()
        if len(book.values) < _MOST:
            book.values[key] = found
    return found


def _moment(connection: Connection, at: tuple[datetime, datetime]) -> Moment | None:
    """Say how many events there are, and what has passed; None where nothing may be kept."""
    if not kept.only_reads(connection):
        return None
    known: tuple[tuple[datetime, datetime], Moment] | None = connection.info.get(kept.MOMENT)
    if known is not None and known[0] == at:
        return known[1]
    found = _ASKED.rows(connection, {"now": at[0], "since": at[1]})[0]
    last, waiting, *passed = found
    if last is None and not waiting:
        return None
    moment = ((-1 if last is None else last) + waiting, *passed)
    connection.info[kept.MOMENT] = (at, moment)
    return moment


def _book(engine: Engine, moment: Moment) -> _Book:
    """Open the book of a moment; a reader that still looks at an older one begins anew."""
    with _TURN:
        book = _BOOKS.get(engine)
        if book is None or book.moment != moment:
            book = _BOOKS[engine] = _Book(moment)
        return book
