"""The flow of cases over the last weeks, and how long they have been in their states.

Every count is that of a list: `opened` and `rested` of a week, what is left as of its end, and the
cases of a state.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from typing_extensions import TypedDict

from engine.domain.access import READS_ALL, Principal, require
from engine.service.counting import once
from engine.service.desk import Desk
from engine.service.listing import closed_states, flows, spelt
from engine.service.near import WEEK, week_of
from engine.store import trends as stored
from engine.store.sight import sight
from engine.store.stays import Lasting
from engine.store.trends import Course, Ended, Span
from engine.store.visible import reader_of

WEEKS = 12
_STAGES = frozenset({"stage"})
"""What the figures of all cases go by; those of some depend on who has a part in which as well."""


class WeekAnswer(TypedDict):
    """A week by its first day: cases registered, come to rest, and left open at its end.

    `as_of` is the last day of a week that is over, None for the present one.
    """

    first: str
    as_of: str | None
    opened: int
    rested: int
    left: int


class StayAnswer(TypedDict):
    """The open cases of a state, and for how many seconds they have been in it.

    `longest` is the case that has been there longest; `ended` are stays that ended in these weeks.
    """

    state: str
    count: int
    median_seconds: float | None
    longest: str | None
    longest_seconds: float | None
    ended: int
    ended_median_seconds: float | None


class TrendsAnswer(TypedDict):
    """The weeks, the oldest first, and the states in their order."""

    as_of: str
    weeks: list[WeekAnswer]
    stays: list[StayAnswer]


def trends(desk: Desk, who: Principal) -> TrendsAnswer:
    """Tell the flow and the stays of what the caller may read. Raises ForbiddenError."""
    require(who, "case.read")
    firsts = _firsts(desk.today)
    found = once(
        desk, ("trends", reader_of(who), tuple(_states(desk)), tuple(closed_states(desk))),
        lambda: _read(desk, who, firsts), _STAGES if who.has(*READS_ALL) else None,
    )  # fmt: skip
    return {
        "as_of": spelt(desk, desk.now),
        "weeks": [
            {
                "first": first.isoformat(),
                "as_of": _last(first).isoformat() if _last(first) < desk.today else None,
                "opened": flow.opened,
                "rested": flow.rested,
                "left": flow.left,
            }
            for first, flow in zip(firsts, found.flows, strict=True)
        ],
        "stays": [_stay(desk, s, found.lasting.get(s), found.ended.get(s)) for s in _states(desk)],
    }


def _read(desk: Desk, who: Principal, firsts: Iterable[date]) -> Course:
    seen, rest = sight(desk.conn, who, desk.now), closed_states(desk)
    spans = [_span(desk, first) for first in firsts]
    states = [state for state in _states(desk) if state not in rest]
    return stored.course(desk.conn, seen, spans, states, rest)


def _states(desk: Desk) -> list[str]:
    """List the states in which a case is open, by name."""
    open_ones = (s for flow in flows(desk) for s in flow.states.values() if not s.is_closed)
    return list(dict.fromkeys(state.name for state in open_ones))


def _firsts(today: date) -> list[date]:
    this = today - timedelta(days=today.weekday())
    return [this - n * WEEK for n in reversed(range(WEEKS))]


def _last(first: date) -> date:
    return first + WEEK - timedelta(days=1)


def _span(desk: Desk, first: date) -> Span:
    """Give a week; what is left of one that is over is counted in its last second."""
    since, before = week_of(first, desk.zone)
    last = before - timedelta(seconds=1)
    return Span(since, before, last if last <= desk.now else None)


def _stay(desk: Desk, state: str, lasts: Lasting | None, ended: Ended | None) -> StayAnswer:
    return {
        "state": state,
        "count": lasts.count if lasts else 0,
        "median_seconds": age(desk, *lasts.middle) if lasts else None,
        "longest": lasts.oldest[-1] if lasts else None,
        "longest_seconds": age(desk, lasts.since) if lasts else None,
        "ended": ended.count if ended else 0,
        "ended_median_seconds": ended.median if ended else None,
    }


def age(desk: Desk, *since: datetime) -> float:
    """Give how many seconds ago instants were on average."""
    return sum((desk.now - at).total_seconds() for at in since) / len(since)
