"""How late an office is at an instant, and whose the overdue cases are: what stands above a list.

The figures count what the overdue report lists for the same question; shares of open cases are
those of the workload report.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.service.counting import once_of
from engine.service.desk import Desk
from engine.service.lateness import AGES, bucket_of
from engine.service.reports import late_sums
from engine.service.reports.asking import Listing, ReportQuery, ask
from engine.service.reports.day_counter import DayCounter
from engine.service.reports.groups import Key, label_of, names_of
from engine.service.reports.late_sums import LateSums
from engine.store import late, turnover
from engine.store.late import Share
from engine.store.scope import Scope

_LISTING = Listing("overdue", ())
_WEEK = timedelta(days=7)
HOLDERS = ("unit", "leader")
Aged = Mapping[Key, tuple[int, int, tuple[int, ...]]]
"""How many cases of each holder are overdue, the most working days of one, and all by age."""


class HolderAnswer(TypedDict):
    """The overdue cases of a unit or a leader: by age, the oldest in working days, and of how many.

    `key` is the unit's name or the leader's login, None for cases that were nobody's yet.
    """

    key: str | None
    label: str
    count: int
    open: int
    longest: int
    buckets: list[int]


class LatenessAnswer(TypedDict):
    """How many cases were overdue, and a week before, of how many open ones, and whose they were.

    `longest` and `median` are in working days; units and leaders with most overdue cases are first.
    """

    overdue: int
    open: int
    week_before: int
    longest: int
    median: float
    units: list[HolderAnswer]
    leaders: list[HolderAnswer]


def lateness(desk: Desk, who: Principal, query: ReportQuery) -> LatenessAnswer:
    """Tell how late cases are or were. Raises ForbiddenError, InvalidError."""
    scope = ask(desk, who, _LISTING, replace(query, cursor=None, bucket=None)).scope
    days, by_unit, by_leader, still = once_of(desk, scope, "holders", lambda: _counted(desk, scope))
    before = replace(scope, at=scope.at - _WEEK, past=True)
    return {
        "overdue": days.total(),
        "open": sum(still["unit"].values()),
        "week_before": late.count(desk.conn, before, desk.now),
        "longest": max(days, default=0),
        "median": _median(days),
        "units": _holders(desk, "unit", by_unit, still["unit"]),
        "leaders": _holders(desk, "leader", by_leader, still["leader"]),
    }


def _counted(
    desk: Desk, scope: Scope
) -> tuple[Counter[int], Aged, Aged, Mapping[str, Mapping[Key, int]]]:
    """Count the overdue cases by age, of units and of leaders too, and all open ones of theirs."""
    found = late_sums.summed(desk, scope, _told)
    if found is not None:
        return found
    by_unit, by_leader = late.shares_of_holders(desk.conn, scope)
    still = {by: turnover.still_open(desk.conn, scope, by) for by in HOLDERS}
    counter, days = DayCounter(desk, scope.at), Counter[int]()
    for share in by_unit:
        days[counter.days(share).working] += share.number
    return days, _aged(counter, by_unit), _aged(counter, by_leader), still


def _told(
    sums: LateSums,
) -> tuple[Counter[int], Aged, Aged, Mapping[str, Mapping[Key, int]]]:
    """Tell the same from what is added up already."""
    unit, leader = (
        {key: (one.count, max(one.working), tuple(one.buckets)) for key, one in sums.of(by).items()}
        for by in HOLDERS
    )
    return Counter(sums.all.working), unit, leader, {by: dict(sums.open[by]) for by in HOLDERS}


def _aged(counter: DayCounter, shares: Iterable[Share]) -> Aged:
    """Tell of each holder how many cases are overdue, the oldest of them, and all by age."""
    found: defaultdict[Key, Counter[int]] = defaultdict(Counter)
    for share in shares:
        found[share.key][counter.days(share).working] += share.number
    return {key: (days.total(), max(days), _by_age(days)) for key, days in found.items()}


def _by_age(days: Counter[int]) -> tuple[int, ...]:
    buckets = [0] * len(AGES)
    for working, count in days.items():
        buckets[bucket_of(working)] += count
    return tuple(buckets)


def _holders(desk: Desk, by: str, found: Aged, still: Mapping[Key, int]) -> list[HolderAnswer]:
    names = names_of(desk, by, found)
    told = [_holder(desk, names.get(k), still.get(k, 0), aged) for k, aged in found.items()]
    return sorted(told, key=lambda holder: (-holder["count"], holder["key"] or ""))


def _holder(
    desk: Desk, name: tuple[str, str] | None, still: int, aged: tuple[int, int, tuple[int, ...]]
) -> HolderAnswer:
    key, label = label_of(desk, name)
    count, longest, buckets = aged
    return {
        "key": key, "label": label, "count": count, "open": still, "longest": longest,
        "buckets": list(buckets),
    }  # fmt: skip


def _median(days: Counter[int]) -> float:
    """Give the middle of all days, or the mean of the two in the middle."""
    total, middle, before = days.total(), list[int](), 0
    wanted = {(total - 1) // 2, total // 2} if total else set()
    for working in sorted(days):
        after = before + days[working]
        middle += [working for place in sorted(wanted) if before <= place < after]
        before = after
    return sum(middle) / len(middle) if middle else 0.0
