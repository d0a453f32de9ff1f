"""The flow of cases over the last weeks, and how long they have been in their states.

Every count is that of a list: `opened` and `rested` of a week, what is left as of its end, and the
cases of a state.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.service.desk import Desk
from engine.service.listing import closed_states, flows, spelt
from engine.service.near import WEEK, week_of
from engine.store import trends as stored
from engine.store.trends import Span, Stay
from engine.store.visible import visible_in_full

WEEKS = 12


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
    seen = visible_in_full(who, desk.now)
    firsts = _firsts(desk.today)
    spans = [_span(desk, first) for first in firsts]
    rest = closed_states(desk)
    counted, stays = stored.flow_and_stays(desk.conn, seen, spans, rest, desk.now)
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
            for first, flow in zip(firsts, counted, strict=True)
        ],
        "stays": _stays(desk, stays),
    }


def _firsts(today: date) -> list[date]:
    this = today - timedelta(days=today.weekday())
    return [this - n * WEEK for n in reversed(range(WEEKS))]


def _last(first: date) -> date:
    return first + WEEK - timedelta(days=1)


def _span(desk: Desk, first: date) -> Span:
    """Give a week; what is left of one that is over is counted in its last second."""
    since, before = week_of(first, desk.zone)
    return Span(since, before, min(before - timedelta(seconds=1), desk.now))


def _stays(desk: Desk, found: Iterable[Stay]) -> list[StayAnswer]:
    running: defaultdict[str, list[Stay]] = defaultdict(list)
    ended: defaultdict[str, list[float]] = defaultdict(list)
    for stay in found:
        if stay.has_ended:
            ended[stay.state].append(stay.seconds)
        else:
            running[stay.state].append(stay)
    states = {s.name: s for flow in flows(desk) for s in flow.states.values() if not s.is_closed}
    return [_stay(desk, name, running[name], ended[name]) for name in states]


def _stay(desk: Desk, state: str, running: list[Stay], ended: list[float]) -> StayAnswer:
    seconds = [stay.seconds for stay in running]
    longest = max(seconds, default=None)
    first = [stay.case_id for stay in running if stay.seconds == longest]
    return {
        "state": state,
        "count": len(running),
        "median_seconds": median(seconds) if seconds else None,
        "longest": max(stored.codes(desk.conn, first)) if first else None,
        "longest_seconds": longest,
        "ended": len(ended),
        "ended_median_seconds": median(ended) if ended else None,
    }
