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

SHOWN_AT_FIRST = 12
"""Entries of the history before the rest is asked for."""
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
ICONS = {
    "case.stepped": "arrow",
    "case.registered": "plus",
    "case.imported": "upload",
    "case.nudged": "mail",
    "note.added": "chat",
    "file.added": "file",
    "reply.recorded": "mail",
    "clock.moved": "clock",
    "task-force.set": "user",
}
RUNGS = frozenset({"remind", "overdue", "letter", "head", "meeting"})
"""Rungs of the ladder that have a word of their own; others are told as reminders."""
TOLD = (
    "body", "note", "text", "title", "name", "summary", "difference_reason", "demands", "answer",
    "verdict",
)  # fmt: skip
"""Columns whose new values an entry of the history tells."""


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
    *,
    whole: bool,
) -> dict[str, Any]:
    """Give everything that the template of a case reads."""
    steps = case["steps"]
    entries = [_entry(event) for event in reversed(events)]
    return {
        "case": case,
        "way": _way(case, workflow),
        "owed": owed(case, waits),
        "pending": [r for r in case["requests"] if r["state"] == "pending"],
        "open_doors": [step for step in steps if step["allowed"]],
        "closed_doors": [_door(case, step) for step in steps if not step["allowed"]],
        "ahead": _ahead(case, workflow),
        "ones": _ones(case),
        "money": _money(case),
        "entries": entries if whole else entries[:SHOWN_AT_FIRST],
        "more": 0 if whole else max(0, len(entries) - SHOWN_AT_FIRST),
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
    told = [need for need in needs if need["need"] != "party"]
    return [{**need, "fix": _fix(case, need["need"])} for need in told]


def _fix(case: CaseAnswer, need: str) -> tuple[str, str] | None:
    part, place, word = FIXES.get(need, ("", "", ""))
    if need == "plan-adopted" and case["plan"] is None:
        part, place, word = FIXES["measures-complete"]
    return (place, word) if part in case["writes"] else None


def _door(case: CaseAnswer, step: StepAnswer) -> dict[str, Any]:
    return {**step, "needs": unmet(case, step["unmet"])}


def _way(case: CaseAnswer, workflow: WorkflowAnswer) -> list[dict[str, Any]]:
    """Give the states in their order, with how far the case has come."""
    now = next((s["order"] for s in workflow["states"] if s["name"] == case["state"]), 1)
    return [
        {"name": state["name"], "order": state["order"], "done": state["order"] < now
         or (state["closed"] and state["order"] == now), "now": state["order"] == now}
        for state in workflow["states"]
    ]  # fmt: skip


def _ahead(case: CaseAnswer, workflow: WorkflowAnswer) -> dict[str, Any] | None:
    """Give the closed door to the next state, whose needs are worth a table of their own."""
    orders = {state["name"]: state["order"] for state in workflow["states"]}
    here = orders.get(case["state"], 0)
    onward = (s for s in case["steps"] if orders.get(s["to"], 0) == here + 1)
    doors = [_door(case, step) for step in onward]
    return next((door for door in doors if door["needs"]), None)


def _ones(case: CaseAnswer) -> list[dict[str, Any]]:
    force, plan = case["task_force"], case["plan"]
    return [
        {"name": "issue", "met": True},
        {"name": "leader", "met": case["lead_leader"] is not None},
        {"name": "force", "met": force["liaison"] is not None and bool(force["members"])},
        {"name": "plan", "met": plan is not None and plan["adopted_at"] is not None},
        {"name": "end", "met": case["lead_leader"] is not None},
    ]


def _money(case: CaseAnswer) -> dict[str, Any]:
    claims = case["claims"]
    return {
        "people": sum(claim["people"] for claim in claims),
        "owed": sum(claim["owed_fen"] for claim in claims),
        "paid": sum(claim["paid_fen"] or 0 for claim in claims),
    }


def _entry(event: HistoryAnswer) -> dict[str, Any]:
    """Give one event with the words in it that people wrote."""
    moved = event.get("from") != event.get("to")
    rows = [row for place, row in event["after"].items() if place.partition("/")[0] in _SPEAKING]
    return {
        **event,
        "icon": ICONS.get(event["kind"], "pencil"),
        "word": event_word(event["kind"]),
        "moved": moved and event.get("from") is not None,
        "told": [str(row[name]) for row in rows for name in TOLD if row.get(name)],
    }


def event_word(kind: str) -> str:
    """Name the word for a kind of event; the rungs of a workflow are its own."""
    noun, _, verb = kind.partition(".")
    if noun == "escalation" and verb not in RUNGS:
        return "event-escalation"
    return f"event-{noun}-{verb}"


_SPEAKING = frozenset(
    {"letter", "note", "progress", "reply", "file", "measure", "request", "claim"}
)
