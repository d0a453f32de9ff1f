"""Workload: of each unit, leader, stage or issue, how many cases came, went and wait, and how long.

A closed case counts for whoever answered for it when it was closed. Cycle time is from registration
to closure of the cases that were closed by the instant; quantiles interpolate linearly between
order statistics, at q(n−1).
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.service.desk import Desk
from engine.service.listing import spelt
from engine.service.paging import checked_limit, cursor_of
from engine.service.reports.asking import Asked, Listing, ReportQuery, ask
from engine.service.reports.groups import GroupAnswer, Key, label_of, names_of
from engine.store import turnover

NAME = "workload"
USUAL_BY = "unit"
_LISTING = Listing(NAME, (int,), lists_groups=True)
"""A place, after its instant: how many groups come before it."""
_MEDIAN, _NINTH_DECILE = (1, 2), (9, 10)


class CycleAnswer(TypedDict):
    """How long `n` cases took, in seconds; nothing is told of none."""

    median_seconds: float | None
    p90_seconds: float | None
    n: int


class WorkAnswer(TypedDict):
    """How many cases were opened, of them closed, still open, and of those overdue."""

    opened: int
    closed: int
    open: int
    overdue: int
    cycle_time: CycleAnswer


class WorkloadItem(WorkAnswer):
    """The work of one group; `key` is None for cases that were nobody's yet."""

    key: str | None
    label: str


class WorkloadAnswer(TypedDict):
    """A page of groups, those with most open cases first; `whole` covers all cases together."""

    as_of: str
    items: list[WorkloadItem]
    next: str | None
    total: int
    groups: list[GroupAnswer]
    whole: WorkAnswer


def workload(desk: Desk, who: Principal, query: ReportQuery) -> WorkloadAnswer:
    """Report the workload by unit, or as asked. Raises ForbiddenError, InvalidError."""
    asked, limit = ask(desk, who, _LISTING, query), checked_limit(query.limit)
    work = _Work(desk, asked)
    begin = asked.after[0] if asked.after else 0
    first = begin if isinstance(begin, int) else 0
    after = first + limit
    more = cursor_of(asked.listing, (asked.scope.at, after)) if after < len(work.order) else None
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": [work.item(key) for key in work.order[first:after]],
        "next": more,
        "total": len(work.order),
        "groups": [],
        "whole": work.whole(),
    }


def every(desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
    """Report all groups, for a file. Raises as `workload` does."""
    asked = ask(desk, who, _LISTING, query)
    work = _Work(desk, asked)
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": map(work.item, work.order),
        "next": None,
        "total": len(work.order),
        "groups": [],
        "whole": work.whole(),
    }


def quantile(ordered: Sequence[int], q: tuple[int, int]) -> float:
    """Give the q-quantile of microseconds in order, in seconds, interpolated linearly.

    `q` is a fraction, so that no rounding moves the place between two order statistics.
    """
    place, rest = divmod(q[0] * (len(ordered) - 1), q[1])
    low = ordered[place]
    high = ordered[min(place + 1, len(ordered) - 1)]
    return (low * (q[1] - rest) + high * rest) / (q[1] * 1_000_000)


class _Work:
    """The work of all groups, counted at once; `order` names them, and one is told when asked for.

    Of many groups a page tells few.
    """

    def __init__(self, desk: Desk, asked: Asked) -> None:
        by = asked.by or USUAL_BY
        self._still = turnover.still_open(desk.conn, asked.scope, by)
        self._late = turnover.overdue(desk.conn, asked.scope, by)
        self._took: defaultdict[Key, list[int]] = defaultdict(list)
        for key, took in turnover.closings(desk.conn, asked.scope, by):
            self._took[key].append(took)
        keys = {**self._still, **self._late, **dict.fromkeys(self._took)}
        names, nobody = names_of(desk, by, keys), label_of(desk, None)
        self._names = {key: names.get(key, nobody) for key in keys}
        self.order = sorted(keys, key=self._place)

    def item(self, key: Key) -> WorkloadItem:
        """Tell the work of one group."""
        name, label = self._names[key]
        took = sorted(self._took.get(key, ()))
        work = _work(self._still.get(key, 0), self._late.get(key, 0), took)
        return {"key": name, "label": label, **work}

    def whole(self) -> WorkAnswer:
        """Tell the work of all groups together."""
        took = sorted(chain.from_iterable(self._took.values()))
        return _work(sum(self._still.values()), sum(self._late.values()), took)

    def _place(self, key: Key) -> tuple[int, int, str]:
        """Put those with most open cases first, then those with most cases."""
        still, took = self._still.get(key, 0), self._took.get(key)
        return -still, -(still + len(took) if took else still), self._names[key][0] or ""


def _work(still: int, late: int, took: Sequence[int]) -> WorkAnswer:
    """Tell figures; how long cases took is in order."""
    return {
        "opened": still + len(took),
        "closed": len(took),
        "open": still,
        "overdue": late,
        "cycle_time": {
            "median_seconds": quantile(took, _MEDIAN) if took else None,
            "p90_seconds": quantile(took, _NINTH_DECILE) if took else None,
            "n": len(took),
        },
    }
