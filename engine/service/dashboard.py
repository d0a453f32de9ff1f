"""The figures of the dashboard: cases by state, what is overdue and what soon will be, and whose.

Every figure counts what the list of the same name lists (`case_lists`): `closed=False`,
`overdue=True`, `soon=True`, `acknowledged=False`.
"""

from collections.abc import Callable, Iterable, Mapping

from typing_extensions import TypedDict

from engine.domain.access import KNOWS_ALL, Principal, require
from engine.service.counting import once
from engine.service.desk import Desk
from engine.service.lateness import BucketAnswer, Lateness, Sums, Tally, tell_buckets
from engine.service.listing import flows, spelt
from engine.store import figures, rows
from engine.store.sight import knowledge
from engine.store.visible import only_in_summary, reader_of
from engine.words import message, say

TOP = 10
"""How many units and leaders are shown."""
_NONE = Lateness()
_STAGES = frozenset({"stage"})
"""No case comes into another state without the beginning of a stage."""
Naming = Callable[[Desk, Iterable[int | None]], dict[int | None, tuple[str, str]]]
"""Gives the key and the label of some ids."""


class StateFigure(TypedDict):
    """The cases of one state."""

    state: str
    title: str
    closed: bool
    count: int
    overdue: int
    soon: int


class HolderFigure(TypedDict):
    """The open cases of a unit or a leader; `buckets` are the overdue ones by age.

    `key` is the unit's name or the leader's login, None for cases that are nobody's yet; `longest`
    the most working days by which one of them is overdue.
    """

    key: str | None
    label: str
    open: int
    overdue: int
    soon: int
    longest: int
    buckets: list[int]


class DashboardAnswer(TypedDict):
    """All figures as of now; units and leaders with most overdue cases first."""

    as_of: str
    open: int
    overdue: int
    soon: int
    unacknowledged: int
    states: list[StateFigure]
    ageing: list[BucketAnswer]
    units: list[HolderFigure]
    leaders: list[HolderFigure]


def has_figures(who: Principal) -> bool:
    """Tell whether figures would be whole: of what one sees in summary lateness is not told."""
    return not only_in_summary(who)


def dashboard(desk: Desk, who: Principal, top: int = TOP) -> DashboardAnswer:
    """Give the figures of what the caller may see. Raises ForbiddenError."""
    require(who, "case.read")
    sums, counts = once(desk, ("dashboard", reader_of(who)), lambda: _counted(desk, who))
    states = _states(desk, counts, sums)
    return {
        "as_of": spelt(desk, desk.now),
        "open": sum(state["count"] for state in states if not state["closed"]),
        "overdue": sums.all.overdue,
        "soon": sums.all.soon,
        "unacknowledged": sums.all.unacknowledged,
        "states": states,
        "ageing": _ageing(desk, sums.all),
        "units": _holders(desk, sums.units, _units, top),
        "leaders": _holders(desk, sums.leaders, _leaders, top),
    }


def _counted(desk: Desk, who: Principal) -> tuple[Sums, Mapping[str, int]]:
    """Count how late the open cases are that the caller reads, and all cases by their state."""
    tally = Tally(desk)
    tally.count(figures.figures(desk.conn, who, desk.now, tally.edges))
    return tally.sums, _counts(desk, who, tally.sums)


def _counts(desk: Desk, who: Principal, sums: Sums) -> Mapping[str, int]:
    """Count the cases of each state; those that are seen in summary only count here as well."""
    if who.has(*KNOWS_ALL):
        seen = knowledge(desk.conn, who, desk.now)
        return once(desk, "by state", lambda: figures.by_state(desk.conn, seen), _STAGES)
    counted = {state: of_it.open for state, of_it in sums.states.items()}
    return figures.closed_of(desk.conn, who, desk.now) | counted


def _states(desk: Desk, counts: Mapping[str, int], sums: Sums) -> list[StateFigure]:
    """Give the states of all workflows in order, each name once.

    Of a state that only older versions have nothing is said once no case stands in it.
    """
    known = flows(desk)
    newest = {flow.name: flow for flow in known}.values()
    states = {state.name: state for flow in newest for state in flow.states.values()}
    for state in [one for flow in known for one in flow.states.values()]:
        if counts.get(state.name):
            states.setdefault(state.name, state)
    return [
        {
            "state": state.name,
            "title": state.title.in_(desk.locale),
            "closed": state.is_closed,
            "count": counts.get(state.name, 0),
            "overdue": sums.states.get(state.name, _NONE).overdue,
            "soon": sums.states.get(state.name, _NONE).soon,
        }
        for state in states.values()
    ]


def _ageing(desk: Desk, lateness: Lateness) -> list[BucketAnswer]:
    return tell_buckets(desk, lateness.buckets)


def _holders(
    desk: Desk, sums: Mapping[int | None, Lateness], names: Naming, top: int
) -> list[HolderFigure]:
    """Give those with most overdue cases, then with most open ones."""
    order = sorted(sums, key=lambda key: (-sums[key].overdue, -sums[key].open, key or 0))[:top]
    nobody = (None, say(message("group-nobody"), desk.locale))
    known = names(desk, order)
    return [_holder(known.get(key, nobody), sums[key]) for key in order]


def _holder(name: tuple[str | None, str], sums: Lateness) -> HolderFigure:
    key, label = name
    return {
        "key": key,
        "label": label,
        "open": sums.open,
        "overdue": sums.overdue,
        "soon": sums.soon,
        "longest": sums.longest,
        "buckets": list(sums.buckets),
    }


def _units(desk: Desk, ids: Iterable[int | None]) -> dict[int | None, tuple[str, str]]:
    found = rows.fetch(desk.conn, "unit", id=set(ids) - {None})
    return {row.id: (row.name, row.name) for row in found}


def _leaders(desk: Desk, ids: Iterable[int | None]) -> dict[int | None, tuple[str, str]]:
    found = rows.fetch(desk.conn, "account", id=set(ids) - {None})
    return {row.id: (row.login, row.name) for row in found}
