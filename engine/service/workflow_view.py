"""A workflow as people look it up: picture, steps, clocks and ladder, and how many stand where.

How many cases stand where is told to whoever reads cases, and of those alone; administrators see
none, duty officers only a part, so that neither is given a figure.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from typing_extensions import TypedDict

from engine.domain.access import READS_ALL, Principal, does, require
from engine.domain.workflow import ClockDef, State, Workflow
from engine.output.diagram import svg
from engine.output.flow_svg import Marks
from engine.service.counting import once
from engine.service.dashboard import has_figures
from engine.service.desk import Desk
from engine.service.listing import flows
from engine.service.trends import age
from engine.service.workflows import workflow_of
from engine.store import definitions, standing
from engine.store.sight import sight
from engine.store.standing import Standings
from engine.store.visible import reader_of
from engine.words import message, say


class StandingAnswer(TypedDict):
    """The cases of a state, and for how many seconds the open ones have been in it.

    Half have been there no longer than `median_seconds`, nine of ten no longer than
    `ninth_seconds`; `longest` is the case that has been there longest.
    """

    state: str
    title: str
    closed: bool
    count: int
    median_seconds: float | None
    ninth_seconds: float | None
    longest: str | None
    longest_seconds: float | None


class StepWords(TypedDict):
    """A step of a workflow, from the states in which it stands; `to` is None where they stay."""

    trigger: str
    title: str
    sources: list[str]
    to: str | None
    by: list[str]
    needs: list[str]
    reason: bool


class ClockWords(TypedDict):
    """A clock: what starts and stops it, how it counts, and who must act before it ends."""

    kind: str
    title: str
    starts: list[str]
    stops: list[str]
    pauses_on: list[str]
    unit: str
    days: int | None
    date_from: str | None
    at: str | None
    is_limit: bool
    carries_over: bool
    extension_cap_days: int | None
    by: list[str]
    source: str | None


class RungWords(TypedDict):
    """A rung of the ladder: so many working days after a limit, negative before it."""

    name: str
    title: str
    after: int
    tells: list[str]
    does: str | None


class WorkflowView(TypedDict):
    """A workflow in one version; `standing` is None for whoever is given no figures."""

    name: str
    version: int
    newest: int
    versions: list[int]
    title: str
    source: str
    digest: str
    published_at: datetime
    picture: str
    standing: list[StandingAnswer] | None
    steps: list[StepWords]
    clocks: list[ClockWords]
    rungs: list[RungWords]
    settings: dict[str, int]


def view_workflow(
    desk: Desk, who: Principal, name: str, version: int | None = None, *, figures: bool = True
) -> WorkflowView:
    """Show a workflow, the newest version where none is asked for. Raises NotFoundError."""
    require(who, "workflow.read")
    flow = workflow_of(desk.conn, name, version)
    row = definitions.published(desk.conn, flow.name, flow.version)
    versions = [number for label, number in definitions.versions(desk.conn) if label == name]
    numbers = _numbers(desk, who, flow) if figures else None
    told = None if numbers is None else _told(desk, flow, numbers)
    return {
        "name": flow.name,
        "version": flow.version,
        "newest": max(versions),
        "versions": versions[::-1],
        "title": flow.title.in_(desk.locale),
        "source": flow.source,
        "digest": flow.digest,
        "published_at": row.published_at if row else desk.now,
        "picture": svg(flow, desk.locale, Marks(_notes(desk, told or ()), within=True)),
        "standing": told,
        "steps": _steps(desk, flow),
        "clocks": [_clock(desk, clock) for clock in flow.clocks.values()],
        "rungs": [
            {"name": rung.name, "title": rung.title.in_(desk.locale), "tells": list(rung.tells),
             "after": rung.after_working_days, "does": rung.does}
            for rung in flow.ladder
        ],
        "settings": dict(flow.settings),
    }  # fmt: skip


def picture_of(desk: Desk, name: str, version: int, state: str) -> str:
    """Draw a workflow for a page, with the place of one case in it."""
    return svg(workflow_of(desk.conn, name, version), desk.locale, Marks(here=state, within=True))


def _numbers(desk: Desk, who: Principal, flow: Workflow) -> Standings | None:
    if not does(who, "case.read") or not has_figures(who):
        return None
    versions = tuple(one.version for one in flows(desk) if one.name == flow.name)
    return once(
        desk, ("standing", reader_of(who), flow.name, versions),
        lambda: _standings(desk, who, flow.name),
        frozenset({"stage"}) if who.has(*READS_ALL) else None,
    )  # fmt: skip


def _standings(desk: Desk, who: Principal, name: str) -> Standings:
    versions = [flow for flow in flows(desk) if flow.name == name]
    states = [state for flow in versions for state in flow.states.values()]
    rest = {state.name for state in states if state.is_closed}
    moving = {state.name for state in states if not state.is_closed}
    seen = sight(desk.conn, who, desk.now)
    return standing.standings(desk.conn, name, seen, moving, rest)


def _told(desk: Desk, flow: Workflow, numbers: Standings) -> list[StandingAnswer]:
    """Tell of the states in their order."""
    return [
        _standing(desk, state, numbers)
        for state in sorted(flow.states.values(), key=lambda state: state.order)
    ]


def _standing(desk: Desk, state: State, numbers: Standings) -> StandingAnswer:
    lasts = numbers.open.get(state.name)
    return {
        "state": state.name,
        "title": state.title.in_(desk.locale),
        "closed": state.is_closed,
        "count": lasts.count if lasts else numbers.closed.get(state.name, 0),
        "median_seconds": age(desk, *lasts.middle) if lasts else None,
        "ninth_seconds": age(desk, lasts.ninth) if lasts else None,
        "longest": lasts.oldest[0] if lasts else None,
        "longest_seconds": age(desk, lasts.since) if lasts else None,
    }


def _notes(desk: Desk, told: Iterable[StandingAnswer]) -> dict[str, Sequence[str]]:
    """Write into each state how many cases stand in it, and how long half and nine of ten do."""
    found: dict[str, Sequence[str]] = {}
    for state in told:
        middle, ninth = state["median_seconds"], state["ninth_seconds"]
        lines = [say(message("diagram-count", count=state["count"]), desk.locale)]
        if middle is not None and ninth is not None:
            days = {"half": _days(middle), "most": _days(ninth)}
            lines.append(say(message("diagram-days", **days), desk.locale))
        found[state["state"]] = lines
    return found


def _days(seconds: float) -> str:
    return f"{seconds / 86400:.1f}"


def _steps(desk: Desk, flow: Workflow) -> list[StepWords]:
    """List the steps in the order of the definition; one for all states in which it is the same."""
    found: list[StepWords] = []
    for arc in flow.transitions:
        step: StepWords = {
            "trigger": arc.trigger,
            "title": arc.title.in_(desk.locale),
            "sources": [arc.source] if arc.source else [],
            "to": arc.target if arc.target != arc.source else None,
            "by": list(arc.by),
            "needs": list(arc.needs),
            "reason": arc.reason_required,
        }
        if found and {**found[-1], "sources": []} == {**step, "sources": []}:
            found[-1]["sources"] += step["sources"]
        else:
            found.append(step)
    return found


def _clock(desk: Desk, clock: ClockDef) -> ClockWords:
    return {
        "kind": clock.kind,
        "title": clock.title.in_(desk.locale),
        "starts": list(clock.starts),
        "stops": list(clock.stops),
        "pauses_on": list(clock.pauses_on),
        "unit": clock.unit,
        "days": clock.days,
        "date_from": clock.date_from,
        "at": clock.at,
        "is_limit": clock.is_limit,
        "carries_over": clock.carries_over,
        "extension_cap_days": clock.extension_cap_days,
        "by": list(clock.by),
        "source": clock.source,
    }
