"""The overdue cases by age as they were a week before: what those of an instant are compared with.

A day that is over is looked at as of its end, as the reports look at it, and so can be followed to
its list. What was told of it stays as it was told, but for the ledgers that are brought in later.
"""

from dataclasses import replace

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.domain.duedates import end_of_day
from engine.service.counting import once
from engine.service.desk import Desk
from engine.service.lateness import AGES, bucket_of
from engine.service.listing import spelt
from engine.service.near import WEEK
from engine.service.reports.asking import Listing, ReportQuery, ask
from engine.service.reports.day_counter import DayCounter
from engine.store import cases, late
from engine.store.scope import Scope

_LISTING = Listing("ageing", (), has_buckets=True)
_STAYS = frozenset[str]()
"""No record changes it: the instant is past."""


class WeekBeforeAnswer(TypedDict):
    """The end of the same day a week before, and how many cases were overdue then by age."""

    as_of: str
    counts: list[int]


def ageing_week_before(desk: Desk, who: Principal) -> WeekBeforeAnswer | None:
    """Tell how many cases were overdue a week ago, by age. Raises ForbiddenError.

    None for whoever does not read every case: of a part it would say little.
    """
    scope = ask(desk, who, _LISTING, ReportQuery()).scope
    return week_before(desk, scope) if scope.is_of_all else None


def week_before(desk: Desk, scope: Scope) -> WeekBeforeAnswer:
    """Tell of what a report asks for how it was a week before."""
    day = scope.at.astimezone(desk.zone).date() - WEEK
    before = replace(scope, at=end_of_day(day, desk.zone), past=True)
    return {"as_of": spelt(desk, before.at), "counts": list(_kept(desk, before))}


def by_age(desk: Desk, scope: Scope) -> list[int]:
    """Count the overdue cases of each age."""
    counter, counts = DayCounter(desk, scope.at), [0] * len(AGES)
    for share in late.shares(desk.conn, scope, None):
        counts[bucket_of(counter.days(share).working)] += share.number
    return counts


def _kept(desk: Desk, before: Scope) -> list[int]:
    """Count once what somebody asks for: of all cases until tomorrow, else until anything happens.

    A ledger that is brought in later has cases of before, and these are the newest of then.
    """
    if before.who is None:
        return by_age(desk, before)
    stays = before.is_of_all and not before.is_narrowed
    asked = replace(before, at=desk.now, past=False).key if not stays else None
    key = ("ageing a week before", before.at, asked, cases.newest_by(desk.conn, before.at))
    return once(desk, key, lambda: by_age(desk, before), _STAYS if stays else None)
