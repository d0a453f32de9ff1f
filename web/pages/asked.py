"""What a step decides: the request that waits for it, by whom and why, and what it will do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine.domain.access import Principal
from engine.errors import NotFoundError
from engine.service import cases
from engine.service.case_answers import CaseAnswer, RequestAnswer, StepAnswer, SummaryAnswer
from engine.service.case_history import HistoryAnswer
from engine.service.desk import Desk
from engine.service.workflows import WorkflowAnswer

DONE = frozenset({"done", "in-force"})
"""Statuses of measures that are finished."""
_WAITS = "-pending"
_DISPOSALS = frozenset({"referral", "merger", "voiding"})
"""Needs that name a disposal by its outcome; the request itself is a disposal."""


def decided(
    case: CaseAnswer, flow: WorkflowAnswer, step: StepAnswer, events: Sequence[HistoryAnswer]
) -> dict[str, Any] | None:
    """Give the request that a step decides: why it was made, what stands, and how to answer it.

    None where the step decides none.
    """
    kinds = _kinds(case, flow, step)
    found = (r for r in case["requests"] if r["state"] == "pending" and r["kind"] in kinds)
    request = next(found, None)
    if request is None:
        return None
    return {
        **request,
        "reason": _reason(request, events),
        "stands": _stands(case),
        "answers": _answers(case, flow, step, kinds),
    }


def _answers(
    case: CaseAnswer, flow: WorkflowAnswer, step: StepAnswer, kinds: set[str]
) -> list[StepAnswer]:
    """Give the steps by which the reader may answer a request; nothing where there is but one."""
    open_to = (s for s in case["steps"] if s["mine"] and kinds & _kinds(case, flow, s))
    found = [s for s in open_to if s["allowed"] or s["trigger"] == step["trigger"]]
    return found if len(found) > 1 else []


def _stands(case: CaseAnswer) -> dict[str, int]:
    """Count what was done so far: measures, what is still owed, extensions."""
    measures = case["plan"]["measures"] if case["plan"] else []
    rest = sum(claim["owed_fen"] - (claim["paid_fen"] or 0) for claim in case["claims"])
    granted = [r for r in case["requests"] if r["state"] == "granted"]
    return {
        "measures": len(measures),
        "done": sum(one["status"] in DONE for one in measures),
        "rest": max(0, rest),
        "extensions": sum(one["kind"] == "extension" for one in granted),
    }


def survivor(desk: Desk, who: Principal, case: CaseAnswer) -> CaseAnswer | SummaryAnswer | None:
    """Give the case that a pending merger would go on in; None where it is out of sight."""
    into = next(
        (r["into"] for r in case["requests"] if r["state"] == "pending" and r["into"]), None
    )
    if into is None:
        return None
    try:
        return cases.show_case(desk, who, into)
    except NotFoundError:
        return None


def _kinds(case: CaseAnswer, flow: WorkflowAnswer, step: StepAnswer) -> set[str]:
    """Name the kinds of requests that a step needs to wait."""
    here = (step["trigger"], case["state"])
    arcs = (arc for arc in flow["transitions"] if (arc["trigger"], arc["source"]) == here)
    needs = {need for arc in arcs for need in arc["needs"] if need.endswith(_WAITS)}
    kinds = {need.removesuffix(_WAITS) for need in needs}
    return kinds | {"disposal"} if kinds & _DISPOSALS else kinds


def review_of(case: CaseAnswer, today: date, states: Sequence[str]) -> dict[str, Any] | None:
    """Give the day on which the newest suspension in one of some states is looked at again."""
    asked = [r for r in case["requests"] if r["kind"] == "suspension" and r["state"] in states]
    if not asked or asked[-1]["review_on"] is None:
        return None
    on = date.fromisoformat(asked[-1]["review_on"])
    return {"on": on.isoformat(), "days": (on - today).days, "passed": on < today}


def suspension(case: CaseAnswer, resumes: Sequence[str], today: date) -> dict[str, Any] | None:
    """Tell of clocks that stand still: which, since when, when it is reviewed, who lets them go.

    None where none stands still.
    """
    still = [c for c in case["clocks"] if c["paused_at"] is not None and c["stopped_at"] is None]
    if not still:
        return None
    doors = (s for s in case["steps"] if s["trigger"] in resumes and s["to"] == case["state"])
    return {
        "clocks": still,
        "since": min(clock["paused_at"] or "" for clock in still),
        "review": review_of(case, today, ("granted",)),
        "door": next(doors, None),
    }


def _reason(request: RequestAnswer, events: Sequence[HistoryAnswer]) -> str | None:
    """Give the reason of the step that made a request."""
    place = f"request/{request['id']}"
    made = (event for event in events if place in event["after"] and _made(event["after"][place]))
    return next((event["reason"] for event in made), None)


def _made(row: Mapping[str, Any]) -> bool:
    return row.get("state") == "pending"
