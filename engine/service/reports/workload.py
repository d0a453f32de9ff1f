"""Workload: of each unit, leader, stage or issue, how many cases came, went and wait, and how long.

A closed case counts for whoever answered for it when it was closed. Cycle time is from registration
to closure of the cases that were closed by the instant; quantiles interpolate linearly between
order statistics, at q(n−1).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
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
_MICROSECOND = timedelta(microseconds=1)
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
    whole, items = _figures(desk, asked)
    begin = asked.after[0] if asked.after else 0
    first = begin if isinstance(begin, int) else 0
    after = first + limit
    more = cursor_of(asked.listing, (asked.scope.at, after)) if after < len(items) else None
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": items[first:after],
        "next": more,
        "total": len(items),
        "groups": [],
        "whole": whole,
    }


def every(desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
    """Report all groups, for a file. Raises as `workload` does."""
    asked = ask(desk, who, _LISTING, query)
    whole, items = _figures(desk, asked)
    told = {"as_of": spelt(desk, asked.scope.at), "items": iter(items), "next": None}
    return {**told, "total": len(items), "groups": [], "whole": whole}


def quantile(ordered: Sequence[int], q: tuple[int, int]) -> float:
    """Give the q-quantile of microseconds in order, in seconds, interpolated linearly.

    `q` is a fraction, so that no rounding moves the place between two order statistics.
    """
    place, rest = divmod(q[0] * (len(ordered) - 1), q[1])
    low = ordered[place]
    high = ordered[min(place + 1, len(ordered) - 1)]
    return (low * (q[1] - rest) + high * rest) / (q[1] * 1_000_000)


def _figures(desk: Desk, asked: Asked) -> tuple[WorkAnswer, list[WorkloadItem]]:
    by = asked.by or USUAL_BY
    still = turnover.still_open(desk.conn, asked.scope, by)
    late = turnover.overdue(desk.conn, asked.scope, by)
    took: defaultdict[Key, list[int]] = defaultdict(list)
    for key, begun, ended in turnover.closings(desk.conn, asked.scope, by):
        took[key].append((ended - begun) // _MICROSECOND)
    keys = {**still, **late, **dict.fromkeys(took)}
    names = names_of(desk, by, keys)
    items = [
        _item(desk, names.get(key), _work(still.get(key, 0), late.get(key, 0), took[key]))
        for key in keys
    ]
    everything = [length for lengths in took.values() for length in lengths]
    whole = _work(sum(still.values()), sum(late.values()), everything)
    return whole, sorted(items, key=lambda i: (-i["open"], -i["opened"], i["key"] or ""))


def _item(desk: Desk, name: tuple[str, str] | None, work: WorkAnswer) -> WorkloadItem:
    key, label = label_of(desk, name)
    return {"key": key, "label": label, **work}


def _work(still: int, late: int, took: list[int]) -> WorkAnswer:
    took.sort()
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
