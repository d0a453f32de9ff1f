"""Overdue cases counted by unit, leader, stage or issue, with the days that add up in each."""

from collections.abc import Iterable
from datetime import datetime

from typing_extensions import TypedDict

from engine.domain.clocks import NO_DAYS, Days
from engine.service.case_answers import DaysAnswer
from engine.service.desk import Desk
from engine.service.listing import flows
from engine.store import late, rows
from engine.store.late import Share
from engine.store.scope import Scope
from engine.words import message, say

Key = int | str | None


class GroupAnswer(TypedDict):
    """So many overdue cases of one group; the days are those of all of them together.

    `key` is the unit's name, the leader's login, the name of the stage or the issue's code; None
    for cases that were nobody's yet.
    """

    key: str | None
    label: str
    count: int
    days: DaysAnswer


def tell_groups(desk: Desk, query: Scope, by: str) -> list[GroupAnswer]:
    """Group all overdue cases, the largest group first."""
    counts: dict[Key, int] = {}
    days: dict[Key, Days] = {}
    counter = _Counter(desk, query.at)
    for share in late.shares(desk.conn, query, by):
        counts[share.key] = counts.get(share.key, 0) + share.count
        days[share.key] = counter.add(days.get(share.key, NO_DAYS), share)
    names = _NAMES[by](desk, counts)
    told = [_group(desk, names.get(key), counts[key], days[key]) for key in counts]
    return sorted(told, key=lambda group: (-group["count"], group["key"] or ""))


class _Counter:
    """Adds up the days of many cases; each due date is counted once only."""

    def __init__(self, desk: Desk, at: datetime) -> None:
        self._desk = desk
        self._at = at
        self._today = at.astimezone(desk.zone).date()
        self._calendar = desk.calendar_at(at)
        self._known: dict[tuple[object, ...], Days] = {}

    def add(self, so_far: Days, share: Share) -> Days:
        """Add the days of a share: for a limit that stood still, those until it was paused."""
        key = (share.due_on, share.paused_at)
        if key not in self._known:
            self._known[key] = self._days(share)
        each = self._known[key]
        return Days(
            so_far.calendar + share.count * each.calendar,
            so_far.working + share.count * each.working,
        )

    def _days(self, share: Share) -> Days:
        until = self._today
        if share.paused_at is not None:
            until = min(share.paused_at, self._at).astimezone(self._desk.zone).date()
        working = self._calendar.working_days_between(share.due_on, until)
        return Days((until - share.due_on).days, working)


def _group(desk: Desk, name: tuple[str, str] | None, count: int, days: Days) -> GroupAnswer:
    key, label = name or (None, say(message("group-nobody"), desk.locale))
    told: DaysAnswer = {"calendar": days.calendar, "working": days.working}
    return {"key": key, "label": label, "count": count, "days": told}


def _units(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    found = rows.fetch(desk.conn, "unit", id=set(keys) - {None})
    return {row.id: (row.name, row.name) for row in found}


def _leaders(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    found = rows.fetch(desk.conn, "account", id=set(keys) - {None})
    return {row.id: (row.login, row.name) for row in found}


def _issues(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    found = rows.fetch(desk.conn, "issue", id=set(keys) - {None})
    return {row.id: (row.code, row.title) for row in found}


def _stages(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    """Name stages as the newest workflow that has them does."""
    titles = {name: state.title for flow in flows(desk) for name, state in flow.states.items()}
    return {
        key: (key, titles[key].in_(desk.locale) if key in titles else key)
        for key in keys
        if isinstance(key, str)
    }


_NAMES = {"unit": _units, "leader": _leaders, "stage": _stages, "issue": _issues}
