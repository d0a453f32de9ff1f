"""Cases counted by unit, leader, stage or issue, with the days overdue that add up in each."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from typing_extensions import TypedDict

from engine.domain.clocks import NO_DAYS, Days
from engine.service.case_answers import DaysAnswer
from engine.service.counting import once_of
from engine.service.desk import Desk
from engine.service.listing import flows
from engine.service.reports import late_sums
from engine.service.reports.asking import Asked
from engine.service.reports.day_counter import DayCounter
from engine.store import issues, late, rows
from engine.store.late import CaseIds
from engine.store.scope import Scope
from engine.words import message, say

Key = int | str | None
_NO_DAYS: DaysAnswer = {"calendar": 0, "working": 0}
"""What most of many groups have; nobody changes an answer."""


class GroupAnswer(TypedDict):
    """So many cases of one group; the days are those of all overdue ones among them together.

    `key` is the unit's name, the leader's login, the name of the stage or the issue's code; None
    for cases that were nobody's yet.
    """

    key: str | None
    label: str
    count: int
    days: DaysAnswer


def tell_groups(desk: Desk, scope: Scope, by: str) -> list[GroupAnswer]:
    """Group all overdue cases, the largest group first."""
    counts, days = once_of(desk, scope, ("groups", by), lambda: _all_overdue(desk, scope, by))
    return tell(desk, by, counts, days, _largest_first)


def _all_overdue(desk: Desk, scope: Scope, by: str) -> tuple[dict[Key, int], dict[Key, Days]]:
    """Count and add up all of them, from what is added up already where it is."""
    found = late_sums.summed(desk, scope, lambda sums: sums.groups(by))
    return _overdue(desk, scope, by, None) if found is None else found


def tell_counts(
    desk: Desk, asked: Asked, counts: Mapping[Key, int], only: CaseIds | None = None
) -> list[GroupAnswer]:
    """Tell of groups that were counted; the days are those of the overdue cases in them.

    `only` narrows them to the cases that were counted.
    """
    by = asked.by or ""
    return tell(desk, by, counts, _overdue(desk, asked.scope, by, only)[1], _largest_first)


def _overdue(
    desk: Desk, scope: Scope, by: str, only: CaseIds | None
) -> tuple[dict[Key, int], dict[Key, Days]]:
    """Count the overdue cases of each group, and add up their days."""
    counts: dict[Key, int] = {}
    days: dict[Key, Days] = {}
    counter = DayCounter(desk, scope.at)
    for share in late.shares(desk.conn, scope, by, only):
        counts[share.key] = counts.get(share.key, 0) + share.number
        days[share.key] = counter.add(days.get(share.key, NO_DAYS), share)
    return counts, days


def tell(
    desk: Desk,
    by: str,
    counts: Mapping[Key, int],
    days: Mapping[Key, Days],
    order: Callable[[GroupAnswer], tuple[Any, ...]],
) -> list[GroupAnswer]:
    """Tell of groups by name, in an order."""
    names, nobody = names_of(desk, by, counts), label_of(desk, None)
    told: list[GroupAnswer] = []
    for wanted, count in counts.items():
        key, label = names.get(wanted, nobody)
        late = _NO_DAYS if wanted not in days else told_days(days[wanted])
        told.append({"key": key, "label": label, "count": count, "days": late})
    told.sort(key=order)
    return told


def _largest_first(group: GroupAnswer) -> tuple[int, str]:
    return -group["count"], group["key"] or ""


def names_of(desk: Desk, by: str, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    """Give the key and the label of groups by what the database calls them."""
    return _NAMES[by](desk, keys)


def label_of(desk: Desk, name: tuple[str, str] | None) -> tuple[str | None, str]:
    """Give the key and the label of a group; one without a name is nobody's."""
    return name or (None, say(message("group-nobody"), desk.locale))


def told_days(days: Days) -> DaysAnswer:
    """Tell days as answers do."""
    return {"calendar": days.calendar, "working": days.working}


def _units(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    found = rows.fetch(desk.conn, "unit", id=set(keys) - {None})
    return {row.id: (row.name, row.name) for row in found}


def _leaders(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    found = rows.fetch(desk.conn, "account", id=set(keys) - {None})
    return {row.id: (row.login, row.name) for row in found}


def _issues(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    ids = {key for key in keys if isinstance(key, int)}
    return dict(issues.names(desk.conn, ids).items())


def _stages(desk: Desk, keys: Iterable[Key]) -> dict[Key, tuple[str, str]]:
    """Name stages as the newest workflow that has them does."""
    titles = {name: state.title for flow in flows(desk) for name, state in flow.states.items()}
    return {
        key: (key, titles[key].in_(desk.locale) if key in titles else key)
        for key in keys
        if isinstance(key, str)
    }


_NAMES = {"unit": _units, "leader": _leaders, "stage": _stages, "issue": _issues}
