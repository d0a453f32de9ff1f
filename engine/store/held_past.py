"""How many cases were overdue at an instant not long ago, from memory: what a figure is set beside.

What was overdue all through a few hours is counted as a whole, and of the few others it is known
from when to when. After an event only the cases of which it tells are read anew: they may tell of
the past as well.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from engine.store.among import among, gathered
from engine.store.counted import opened
from engine.store.moment import CLOCK
from engine.store.scope import Scope
from engine.store.sight import listed
from engine.store.visible import since

_HOURS = 6
_LENGTH = timedelta(hours=_HOURS)
_TICK = timedelta(microseconds=1)
Span = tuple[datetime, datetime | None]
"""After which instant a case is overdue, and when it ceases to be."""


@dataclass(slots=True)
class _Stretch:
    """A few hours: the cases that are overdue throughout, and when others are."""

    begins: datetime
    always: set[int] = field(default_factory=set)
    spans: dict[int, list[Span]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.always) + len(self.spans)

    def read(self, connection: Connection, changed: Collection[int] | None) -> "_Stretch":
        """Read some cases anew, or all."""
        if changed is not None:
            self.always.difference_update(changed)
            self.spans = {i: some for i, some in self.spans.items() if i not in changed}
        only = () if changed is None else (among(connection, CLOCK.c.case_id, changed),)
        whole = select(CLOCK.c.case_id).where(*self._passed(self.begins, self.ends), *only)
        self.always.update(gathered(connection, whole))
        clock = CLOCK.c
        part = select(clock.case_id, clock.valid_from, clock.due_at, clock.ended_at).where(
            *self._passed(self.ends, self.begins), or_(*self._in_part()), *only
        )
        for case_id, valid_from, due_at, ended_at in connection.execute(part):
            if case_id not in self.always:
                span = (max(due_at, valid_from - _TICK), ended_at)
                self.spans.setdefault(case_id, []).append(span)
        return self

    @property
    def ends(self) -> datetime:
        """The instant at which the hours have passed."""
        return self.begins + _LENGTH

    def count(self, at: datetime, ids: frozenset[int] | None) -> int:
        """Count the cases that were overdue at an instant, all or those among some."""
        part = (i for i, some in self.spans.items() if any(_holds(one, at) for one in some))
        if ids is None:
            return len(self.always) + sum(1 for _ in part)
        return len(self.always & ids) + sum(i in ids for i in part)

    @staticmethod
    def _passed(begun: datetime, ended: datetime) -> tuple[ColumnElement[bool], ...]:
        """Say that a limit had passed by one instant, and had not ended at another."""
        clock = CLOCK.c
        before_pause = or_(clock.paused_at.is_(None), clock.due_at < clock.paused_at)
        runs = or_(clock.ended_at.is_(None), clock.ended_at > ended)
        return clock.is_limit, clock.valid_from <= begun, clock.due_at < begun, before_pause, runs

    def _in_part(self) -> tuple[ColumnElement[bool], ...]:
        """Say of a limit that it did not hold throughout."""
        clock = CLOCK.c
        return (
            clock.valid_from > self.begins,
            clock.due_at >= self.begins,
            and_(clock.ended_at.is_not(None), clock.ended_at <= self.ends),
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

        def make() -> _Stretch:
            return _Stretch(begins).read(connection, None)

        def change(found: _Stretch, changed: Any) -> _Stretch:  # noqa: ANN401
            return found.read(connection, changed)

        found = book.followers.follow("late then", make, change, passed=begins, of_office=False)
        return found.count(at, ids)
