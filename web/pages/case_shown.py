"""What the page of a case shows, put in order from the answer; nothing is decided here."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from engine.service.case_answers import (
    CaseAnswer,
    StepAnswer,
    SummaryAnswer,
    UnmetAnswer,
)
from engine.service.case_history import HistoryAnswer
from engine.service.case_waits import WaitAnswer
from engine.service.workflows import WorkflowAnswer
from web.pages.case_told import told

FIXES: Mapping[str, tuple[str, str, str]] = {
    "liaison-named": ("task-force", "/task-force", "fix-task-force"),
    "officer-of-every-unit": ("task-force", "/task-force", "fix-task-force"),
    "plan-adopted": ("plan.adopt", "/plan/adopt", "fix-adopt"),
    "no-draft-plan": ("plan.adopt", "/plan/adopt", "fix-adopt"),
    "measures-complete": ("plan", "/plan", "fix-plan"),
    "measures-finished": ("progress", "#plan", "fix-progress"),
    "measures-proved": ("progress", "#plan", "fix-progress"),
    "interim-reply": ("reply", "/replies", "fix-reply"),
    "final-reply": ("reply", "/replies", "fix-reply"),
    "no-unanswered-letter": ("letter.answer", "#urges", "fix-letter"),
    "amounts-recorded": ("claim", "#people", "fix-amounts"),
    "amounts-agree": ("claim", "#people", "fix-amounts"),
}
"""Where each need is met: the part that one must be able to write, the place, and its word."""


def in_full(case: CaseAnswer | SummaryAnswer) -> CaseAnswer | None:
    """Give a case that the reader sees in full, None for a summary.

    A closed case is shown with whoever answered for it to the end.
    """
    if "workflow" not in case:
        return None
    whole = cast("CaseAnswer", case)
    return cast("CaseAnswer", {**whole, **(whole["held_at_closure"] or {})})


def shown(
    case: CaseAnswer,
    events: Sequence[HistoryAnswer],
    workflow: WorkflowAnswer,
    waits: Mapping[int, WaitAnswer],
    asked: str,
) -> dict[str, Any]:
    """Give everything that the template of a case reads; `asked` is the part of its history."""
    steps = case["steps"]
    ahead = _ahead(case, workflow)
    return {
        "case": case,
        "way": _way(case, workflow, events),
        "owed": owed(case, waits),
        "pending": [r for r in case["requests"] if r["state"] == "pending"],
        "open_doors": [step for step in steps if step["allowed"]],
        "closed_doors": [_door(case, step) for step in steps if not step["allowed"]],
        "ahead": ahead,
        "ones": _ones(case),
        "money": _money(case),
        "history": told(case, events, asked),
    }


def owed(case: CaseAnswer, waits: Mapping[int, WaitAnswer]) -> list[dict[str, Any]]:
    """List the clocks that run with whom each waits for, the nearest first."""
    running = [c for c in case["clocks"] if c["stopped_at"] is None and c["paused_at"] is None]
    nearest = sorted(running, key=lambda clock: clock["due_at"])
    return [{**clock, "wait": waits.get(clock["id"])} for clock in nearest]


def unmet(case: CaseAnswer, needs: Sequence[UnmetAnswer]) -> list[dict[str, Any]]:
    """List unmet needs, each with the place where this reader can meet it.

    That a step is somebody else's is said beside them, not among them.
    """
    others = [need for need in needs if need["need"] != "party"]
    return [{**need, "fix": _fix(case, need["need"])} for need in others]


def _fix(case: CaseAnswer, need: str) -> tuple[str, str] | None:
    return fix_of(need, case["writes"], planned=case["plan"] is not None)


def fix_of(need: str, writes: Sequence[str], *, planned: bool) -> tuple[str, str] | None:
    """Give the place and the word by which a reader who may write some parts meets a need."""
    part, place, word = FIXES.get(need, ("", "", ""))
    if need == "plan-adopted" and not planned:
        part, place, word = FIXES["measures-complete"]
    return (place, word) if part in writes else None


def _door(case: CaseAnswer, step: StepAnswer) -> dict[str, Any]:
    return {**step, "needs": unmet(case, step["unmet"])}


def _way(
    case: CaseAnswer, workflow: WorkflowAnswer, events: Sequence[HistoryAnswer]
) -> list[dict[str, Any]]:
    """Give the states in their order, with how far the case has come and since when."""
    now = next((s["order"] for s in workflow["states"] if s["name"] == case["state"]), 1)
    moves = (event for event in events if event.get("from") != event.get("to"))
    since = {event["to"]: event.get("effective_at", event["at"]) for event in moves}
    return [
        {"name": state["name"], "order": state["order"], "done": state["order"] < now
         or (state["closed"] and state["order"] == now), "now": state["order"] == now,
         "since": since.get(state["name"]) if state["order"] <= now else None}
        for state in workflow["states"]
    ]  # fmt: skip


def _ahead(case: CaseAnswer, workflow: WorkflowAnswer) -> dict[str, Any] | None:
    """Give the door to the next state with all its conditions, met and unmet.

    Where several doors lead there, the one that lacks something is shown.
    """
    orders = {state["name"]: state["order"] for state in workflow["states"]}
    here = orders.get(case["state"], 0)
    onward = [_door(case, s) for s in case["steps"] if orders.get(s["to"], 0) == here + 1]
    shown_first = sorted(onward, key=lambda door: not door["needs"])
    if not shown_first:
        return None
    door, asked = shown_first[0], conditions(case, workflow, shown_first[0])
    return {**door, "conditions": asked, "met": len(asked) - len(door["needs"])}


def conditions(
    case: CaseAnswer, workflow: WorkflowAnswer, step: Mapping[str, Any]
) -> list[tuple[str, dict[str, Any] | None]]:
    """Give the conditions of a step by name, each with what is missing, None where it is met."""
    lacking = {need["need"]: need for need in unmet(case, step["unmet"])}
    return [(name, lacking.get(name)) for name in _asked(case, workflow, step) or lacking]


def _asked(case: CaseAnswer, workflow: WorkflowAnswer, door: Mapping[str, Any]) -> list[str]:
    """List what a step asks for; nothing where it cannot be told which of several arcs is meant."""
    here = (door["trigger"], case["state"], door["to"])
    arcs = [
        arc["needs"]
        for arc in workflow["transitions"]
        if (arc["trigger"], arc["source"], arc["target"] or arc["source"]) == here
    ]
    return arcs[0] if len(arcs) == 1 else []


def _ones(case: CaseAnswer) -> list[dict[str, Any]]:
    """Give the five ones, each with where this reader completes it."""
    force, plan = case["task_force"], case["plan"]
    step = next((s for s in case["steps"] if s["allowed"] and _appoints(s)), None)
    named = None if step is None else (f"/do/{step['trigger']}", step["title"])
    adopted = plan is not None and plan["adopted_at"] is not None
    need = "plan-adopted" if plan is not None else "measures-complete"
    return [
        {"name": "issue", "met": True, "fix": None},
        {"name": "leader", "met": case["lead_leader"] is not None, "fix": named},
        {"name": "force", "met": force["liaison"] is not None and bool(force["members"]),
         "fix": _fix(case, "liaison-named")},
        {"name": "plan", "met": adopted, "fix": None if adopted else _fix(case, need)},
        {"name": "end", "met": case["lead_leader"] is not None, "fix": None},
    ]  # fmt: skip


def _appoints(step: StepAnswer) -> bool:
    """Tell whether a step names the lead leader."""
    return any(field["name"] == "lead_leader" for field in step["fields"])


def _money(case: CaseAnswer) -> dict[str, Any]:
    claims = case["claims"]
    return {
        "people": sum(claim["people"] for claim in claims),
        "owed": sum(claim["owed_fen"] for claim in claims),
        "paid": sum(claim["paid_fen"] or 0 for claim in claims),
    }
