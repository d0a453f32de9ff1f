"""How many cases were overdue at an instant not long ago, from memory: what a figure is set beside.

What was overdue all through a few hours is counted as a whole, and of the few others it is known
from when to when. After an event only the cases of which it tells are read anew: they may tell of
the past as well.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, and_, bindparam, or_, select

from engine.store.among import among_given, gathered
from engine.store.counted import opened
from engine.store.driver import Prepared
from engine.store.moment import CLOCK
from engine.store.scope import Scope
from engine.store.sight import listed
from engine.store.visible import since

_HOURS = 6
LENGTH = timedelta(hours=_HOURS)
_TICK = timedelta(microseconds=1)
Span = tuple[datetime, datetime | None]
"""After which instant a case is overdue, and when it ceases to be."""


@dataclass(slots=True)
class Stretch:
    """A few hours: the cases that are overdue throughout, and when others are."""

    begins: datetime
    always: set[int] = field(default_factory=set)
    spans: dict[int, list[Span]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.always) + len(self.spans)

    def whole(self, connection: Connection) -> "Stretch":
        """Read all of it."""
        begins, ends, clock = self.begins, self.ends, CLOCK.c
        always = select(clock.case_id).where(*_passed(begins, ends))
        self.always.update(gathered(connection, always))
        in_part = or_(
            clock.valid_from > begins,
            clock.due_at >= begins,
            and_(clock.ended_at.is_not(None), clock.ended_at <= ends),
        )
        self._add(connection.execute(select(*_SPAN).where(*_passed(ends, begins), in_part)))
        return self

    def some(self, connection: Connection, changed: Collection[int]) -> "Stretch":
        """Read some cases anew."""
        self.always.difference_update(changed)
        self.spans = {i: some for i, some in self.spans.items() if i not in changed}
        given = {"ids": sorted(changed), "begun": self.ends, "ended": self.begins}
        self._add(_SOME.rows(connection, given))
        return self

    def _add(self, found: Iterable[Sequence[Any]]) -> None:
        for case_id, valid_from, due_at, ended_at in found:
            after = max(due_at, valid_from - _TICK)
            if after < self.begins and (ended_at is None or ended_at > self.ends):
                self.always.add(case_id)
            self.spans.setdefault(case_id, []).append((after, ended_at))
        for case_id in self.always.intersection(self.spans):
            del self.spans[case_id]

    @property
    def ends(self) -> datetime:
        """The instant at which the hours have passed."""
        return self.begins + LENGTH

    def count(self, at: datetime, ids: frozenset[int] | None) -> int:
        """Count the cases that were overdue at an instant, all or those among some."""
        part = (i for i, some in self.spans.items() if any(_holds(one, at) for one in some))
        if ids is None:
            return len(self.always) + sum(1 for _ in part)
        return len(self.always & ids) + sum(i in ids for i in part)


def _passed(
    begun: datetime | BindParameter[datetime], ended: datetime | BindParameter[datetime]
) -> tuple[ColumnElement[bool], ...]:
    """Say that a limit had passed by one instant, and had not ended at another."""
    clock = CLOCK.c
    before_pause = or_(clock.paused_at.is_(None), clock.due_at < clock.paused_at)
    runs = or_(clock.ended_at.is_(None), clock.ended_at > ended)
    return clock.is_limit, clock.valid_from <= begun, clock.due_at < begun, before_pause, runs


_SPAN = (CLOCK.c.case_id, CLOCK.c.valid_from, CLOCK.c.due_at, CLOCK.c.ended_at)
_BEGUN, _ENDED = (bindparam(name, type_=CLOCK.c.due_at.type) for name in ("begun", "ended"))
_SOME = Prepared(
    lambda dialect: select(*_SPAN).where(
        among_given(dialect, CLOCK.c.case_id, "ids"), *_passed(_BEGUN, _ENDED)
    ),
    [column.type for column in _SPAN],
)


def _holds(span: Span, at: datetime) -> bool:
    return span[0] < at and (span[1] is None or at < span[1])


def late_then(connection: Connection, scope: Scope, now: datetime) -> int | None:
    """Count the cases that were overdue at a past instant; None where only the tables tell."""
    if scope.who is None or scope.is_narrowed:
        return None
    ids = None if scope.is_of_all else listed(connection, scope.who, now)
    if ids is None and not scope.is_of_all:
        return None
    at = scope.at
    begins = at.replace(hour=at.hour // _HOURS * _HOURS, minute=0, second=0, microsecond=0)
    with opened(connection, (now, since(now))) as book:
        if book is None:
            return None

        found: Stretch = book.followers.follow(
            "late then",
            lambda: Stretch(begins).whole(connection),
            lambda former, changed: former.some(connection, changed),
            passed=begins,
            of_office=False,
        )
        return found.count(at, ids)
