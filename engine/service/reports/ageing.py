"""How old lateness is: what is overdue at an instant, counted in buckets of working days.

The list is that of `overdue`, each item with the bucket in which it counts; with `bucket` it holds
those of one bucket only. The buckets themselves always tell of all.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.service.desk import Desk
from engine.service.lateness import AGES, BucketAnswer, bucket_of, tell_buckets
from engine.service.paging import checked_limit
from engine.service.reports.asking import Asked, Listing, ReportQuery, ask
from engine.service.reports.day_counter import DayCounter
from engine.service.reports.groups import GroupAnswer
from engine.service.reports.overdue import PLACE, OverdueItem, every_of, page_of
from engine.service.reports.week_before import WeekBeforeAnswer, by_age, week_before
from engine.store import late
from engine.store.late import Age, Share

NAME = "ageing"
_LISTING = Listing(NAME, PLACE, has_buckets=True)
_DAY = timedelta(days=1)


class AgeingItem(OverdueItem):
    """An overdue case, and the `from` of the bucket in which it counts."""

    bucket: int


class AgeingAnswer(TypedDict):
    """The overdue cases; `buckets` cover all of them, `total` and `groups` those of the list.

    `week_before` counts in the same buckets what was overdue then, of what is asked for.
    """

    as_of: str
    items: list[AgeingItem]
    next: str | None
    total: int
    groups: list[GroupAnswer]
    buckets: list[BucketAnswer]
    week_before: WeekBeforeAnswer


def ageing(desk: Desk, who: Principal, query: ReportQuery) -> AgeingAnswer:
    """Report how old lateness is or was. Raises ForbiddenError, InvalidError."""
    asked, limit = ask(desk, who, _LISTING, query), checked_limit(query.limit)
    answer = page_of(desk, asked, limit, _age(desk, asked))
    items = list(_aged(answer["items"]))
    before = week_before(desk, asked.scope)
    return {**answer, "items": items, "buckets": _buckets(desk, asked), "week_before": before}


def every(desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
    """Report all of it, item by item, for a file. Raises as `ageing` does."""
    asked = ask(desk, who, _LISTING, query)
    answer = every_of(desk, asked, _age(desk, asked))
    return {**answer, "items": _aged(answer["items"]), "buckets": _buckets(desk, asked)}


def _aged(items: Iterable[OverdueItem]) -> Iterator[AgeingItem]:
    for item in items:
        yield {**item, "bucket": AGES[bucket_of(item["days"]["working"])][0]}


def _buckets(desk: Desk, asked: Asked) -> list[BucketAnswer]:
    """Count the overdue cases of each bucket."""
    return tell_buckets(desk, by_age(desk, asked.scope))


def _age(desk: Desk, asked: Asked) -> Age | None:
    """Give the stretch of due times of the bucket that is asked for."""
    if asked.bucket is None:
        return None
    age = next(age for age in AGES if str(age[0]) == asked.bucket)
    counter, at = DayCounter(desk, asked.scope.at), asked.scope.at
    besides, still = [], []
    for case_id, due_on, paused_at in late.standing_still(desk.conn, asked.scope):
        besides.append(case_id)
        days = counter.days(Share(None, due_on, paused_at, 1)).working
        if AGES[bucket_of(days)] == age:
            still.append(case_id)
    first, last = age
    before = None if first == 0 else _begins(desk, at, first - 1)
    since = None if last is None else _begins(desk, at, last)
    return Age(since, before, besides, still)


def _begins(desk: Desk, at: datetime, days: int) -> datetime:
    """Give the start of the first day on which a limit may lie and be no more days overdue."""
    today = at.astimezone(desk.zone).date()
    day = desk.calendar_at(at).add_working_days(today + _DAY, -(days + 1))
    return datetime.combine(day, time(), desk.zone)
