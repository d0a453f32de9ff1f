"""Overdue days charged: each to whoever was accountable at its end, none to two, none lost.

A day is judged at its end, the as-of day at the as-of instant. All stretches of days are told as
the day before the first and the last day, as lengths of time after a due date are.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.domain.calendar import Calendar
from engine.domain.clocks import Days, effective, limit_passed
from engine.domain.records import Clock

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days after `after`, up to and including `until`; none where that is not later."""

    after: date
    until: date

    def within(self, other: "Span") -> "Span":
        """Give the days that are in both."""
        return Span(max(self.after, other.after), min(self.until, other.until))

    def days(self, calendar: Calendar) -> Days:
        """Count the days, and those that work."""
        if self.until <= self.after:
            return Days(0, 0)
        working = calendar.working_days_between(self.after, self.until)
        return Days((self.until - self.after).days, working)


@dataclass(frozen=True, slots=True)
class Turn:
    """A stretch of time in which one account answered for a case, or nobody; None is open."""

    account_id: int | None
    from_at: datetime
    to_at: datetime | None


def late_span(limit: Clock, at: datetime, zone: ZoneInfo) -> Span:
    """Give the days by which a limit is overdue at an instant; while it is paused, no more."""
    return Span(limit.due_on, effective(limit, at).astimezone(zone).date())


def answered_span(turn: Turn, at: datetime, zone: ZoneInfo) -> Span:
    """Give the days at whose end a turn ran; the as-of day, where it runs at the instant."""
    first = turn.from_at.astimezone(zone).date()
    end = at if turn.to_at is None or turn.to_at > at else turn.to_at
    runs = end is at and turn.from_at <= at
    last = end.astimezone(zone).date()
    return Span(first - _DAY, last if runs else last - _DAY)


def turns_of(leads: Sequence[Turn], since: datetime) -> list[Turn]:
    """Fill the time between the turns of lead leaders, oldest first, with turns of nobody."""
    found: list[Turn] = []
    for lead in leads:
        found += [] if lead.from_at <= since else [Turn(None, since, lead.from_at)]
        found.append(lead)
        since = lead.to_at or lead.from_at
    ended = not leads or leads[-1].to_at is not None
    return [*found, Turn(None, since, None)] if ended else found


def met_late(
    clocks: Iterable[Clock], at: datetime, zone: ZoneInfo, besides: Span | None
) -> list[Span]:
    """Give the days on which limits were overdue that had been met by an instant, each day once.

    Days that a limit is charged for that is overdue still (`besides`) are left out.
    """
    spans = sorted(
        (_until_met(clock, zone) for clock in clocks if _was_met_late(clock, at)),
        key=lambda span: span.after,
    )
    found: list[Span] = []
    for span in spans:
        after = max(span.after, found[-1].until) if found else span.after
        if span.until > after:
            found.append(Span(after, span.until))
    return found if besides is None else [p for s in found for p in _without(s, besides)]


def _was_met_late(clock: Clock, at: datetime) -> bool:
    """Tell whether a limit had ended by an instant because it was met, and too late."""
    end = clock.ended_at
    if end is None or end > at or clock.ended_by != "stopped":
        return False
    return limit_passed(clock, end)


def _until_met(clock: Clock, zone: ZoneInfo) -> Span:
    """Give the days at whose end a limit that was met late was overdue."""
    end = clock.ended_at or clock.due_at
    last = end.astimezone(zone).date() - _DAY
    return Span(clock.due_on, min(last, effective(clock, end).astimezone(zone).date()))


def _without(span: Span, other: Span) -> list[Span]:
    """Give the days of a span that are not in another."""
    parts = (
        Span(span.after, min(span.until, other.after)),
        Span(max(span.after, other.until), span.until),
    )
    return (
        [part for part in parts if part.until > part.after] if other.until > other.after else [span]
    )
