"""What was counted before and cannot have changed since: neither the log nor time moved it.

Every change of a case or of the office is told in the log, so while the log holds the same events
the rows are the same. Time moves four things without an event: limits and minimums pass, cases that
were closed go out of sight, a legal day begins. So what was counted is kept with the number of all
events, the last limit that passed and the last closure that went out of sight; whoever asks names
the day. Only readers keep and are given anything: what a writer has not committed may never be.

What depends on some records alone is kept until an event tells of one of these.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, bindparam, func, select

from engine.domain.events import OFFICE_STREAM
from engine.store import kept
from engine.store.driver import Prepared
from engine.store.following import Followers
from engine.store.moment import CASE, CLOCK
from engine.store.tables import table

Found = TypeVar("Found")
Instants = tuple[datetime, datetime]
"""The present instant, and the one since when a closed case is in sight."""
_MOST, _MANY = 2048, 200
_ALL = ""
_NO_OFFICE = frozenset({"issue"})
"""Records of the office's stream of which nothing depends that is held of cases."""
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
_NEWS = Prepared(
    select(_EVENT.c.stream, _EVENT.c.seq, _EVENT.c.body)
    .where(_EVENT.c.log_index.is_not(None), _EVENT.c.log_index > bindparam("last", 0))
    .order_by(_EVENT.c.log_index)
    .limit(_MANY + 1)
)
_PLACES = Prepared(select(_PENDING.c.stream, _PENDING.c.seq).limit(_MANY + 1))
_ONE = Prepared(
    select(_EVENT.c.stream, _EVENT.c.seq, _EVENT.c.body).where(
        _EVENT.c.stream == bindparam("stream", 0), _EVENT.c.seq == bindparam("seq", 0)
    )
)
"""One by one: joined, a table that is mostly empty leads the other to be read whole."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A state of a database: how many events it has, the place of the last, and what has passed."""

    told: int
    last: int
    passed: tuple[Any, ...]


@dataclass(slots=True)
class Book:
    """What is known of one database as of its newest moment that somebody has seen.

    `touched` says of each record how many events there were when one last told of it. `followers`
    are told which cases changed. `heard` are events that were heard before they had a place in the
    log.
    """

    told: int = -1
    last: int = -1
    passed: tuple[Any, ...] = ()
    values: dict[Hashable, Any] = field(default_factory=dict)
    lasting: dict[Hashable, tuple[int, Any]] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    followers: Followers = field(default_factory=Followers)
    heard: set[tuple[int, int]] = field(default_factory=set)

    @property
    def gone(self) -> Hashable:
        """The last closure that went out of sight."""
        gone: Hashable = self.passed[-1] if self.passed else None
        return gone

    def hear(self, connection: Connection, moment: _Moment) -> None:
        """Learn what has happened since."""
        if moment.told != self.told:
            self._hear(connection, moment)
        if (moment.told, moment.passed) != (self.told, self.passed):
            self.values = {}
        self.told, self.last, self.passed = moment.told, moment.last, moment.passed

    def _hear(self, connection: Connection, moment: _Moment) -> None:
        news = self._news(connection, moment) if self.told >= 0 else None
        if news is None:
            self.touched, self.lasting = {_ALL: moment.told}, {}
            self.followers.forget()
            self.heard = set()
            return
        for stream, _, body in news:
            records = {row["t"] for row in orjson.loads(bytes(body))["rows"]}
            self.touched.update(dict.fromkeys(records, moment.told))
            if stream != OFFICE_STREAM:
                self.followers.note_case(stream)
            elif records - _NO_OFFICE:
                self.followers.note_office()

    def _news(self, connection: Connection, moment: _Moment) -> list[tuple[Any, ...]] | None:
        """Read what was not heard yet, events without a place among it; None where it is much."""
        found = _NEWS.rows(connection, {"last": self.last})
        waiting = _PLACES.rows(connection, {}) if moment.told > moment.last else []
        if len(found) + len(waiting) > _MANY:
            return None
        news = [row for row in found if (row[0], row[1]) not in self.heard]
        for stream, seq in set(waiting) - self.heard:
            news += _ONE.rows(connection, {"stream": stream, "seq": seq})
        self.heard = set(waiting)
        return news

    def is_as_of(self, told: int, records: frozenset[str]) -> bool:
        """Tell whether no event told of these records since there were so many."""
        return all(self.touched.get(record, -1) <= told for record in (_ALL, *records))


_BOOKS: WeakKeyDictionary[Engine, Book] = WeakKeyDictionary()
_TURN = RLock()


def once(
    connection: Connection,
    at: Instants,
    key: Hashable,
    read: Callable[[], Found],
    of: frozenset[str] | None = None,
) -> Found:
    """Give what was read under a key, reading it where anything may have changed it since.

    `key` must say all else that the answer depends on; what is read must not depend on the instants
    otherwise than by what has passed, and with `of`, not at all: then it depends on these records
    alone. Nobody changes what is given.
    """
    with opened(connection, at) as book:
        known = None if book is None else _known(book, key, of)
        state = None if book is None else (book.told, book.passed)
    if book is None or state is None:
        return read()
    if known is None:
        known = read()
        _keep(book, state, key, known, lasts=of is not None)
    found: Found = known
    return found


@contextmanager
def opened(connection: Connection, at: Instants) -> Iterator[Book | None]:
    """Open the book of a database as of what this transaction sees, for oneself alone.

    None for writers, for a database without events, and for whoever still looks at an older state.
    """
    moment = _moment(connection, at)
    if moment is None:
        yield None
        return
    with _TURN:
        book = _BOOKS.setdefault(connection.engine, Book())
        if moment.told < book.told:
            yield None
            return
        book.hear(connection, moment)
        yield book


def _known(book: Book, key: Hashable, of: frozenset[str] | None) -> Any:  # noqa: ANN401  # whatever was read
    if of is None:
        return book.values.get(key)
    told, value = book.lasting.get(key, (-1, None))
    return value if book.is_as_of(told, of) else None


def _keep(
    book: Book, state: tuple[int, tuple[Any, ...]], key: Hashable, value: object, *, lasts: bool
) -> None:
    """Keep what was read, unless somebody has seen another state meanwhile."""
    with _TURN:
        if (book.told, book.passed) != state or len(book.values) + len(book.lasting) >= _MOST:
            return
        if lasts:
            book.lasting[key] = (book.told, value)
        else:
            book.values[key] = value


def _moment(connection: Connection, at: Instants) -> _Moment | None:
    """Look at the state that this transaction sees; None where nothing may be kept."""
    if not kept.only_reads(connection):
        return None
    known: tuple[Instants, _Moment] | None = connection.info.get(kept.MOMENT)
    if known is not None and known[0] == at:
        return known[1]
    last, waiting, *passed = _ASKED.rows(connection, {"now": at[0], "since": at[1]})[0]
    if last is None and not waiting:
        return None
    place = -1 if last is None else last
    moment = _Moment(place + waiting, place, tuple(passed))
    connection.info[kept.MOMENT] = (at, moment)
    return moment
