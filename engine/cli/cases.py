"""`duban case`: show a case, tell its history, take a step."""

from typing import Annotated, Any

from engine.cli import face, show
from engine.cli.params import As, Doer, Format, Version, option
from engine.cli.tree import Command, group
from engine.cli.values import json_object
from engine.cli.voice import locale, told
from engine.service import cases
from engine.service.operator import READER
from engine.service.workflows import workflow_of
from engine.words import wording

FACTS = (
    "code", "title", "state", "outcome", "version", "issue", "lead_leader", "deputy", "lead_unit",
    "supporting_units", "due", "days_overdue.calendar", "days_overdue.working", "suspended",
    "declines", "relapses", "reopenings",
)  # fmt: skip
STEPS = ("trigger", "title", "allowed", "who", "missing")
CLOCKS = ("kind", "started_at", "due_at", "stopped_at", "accountable", "derivation")
EVENTS = ("seq", "at", "kind", "trigger", "from", "to", "actor", "on_behalf_of", "reason")
TOLD = ("seq", "at", "what", "from", "to", "actor", "on_behalf_of", "reason")
app = group()


@app.command("show", cls=Command)
def shown(code: str, actor: As = None, shape: Format = None) -> None:
    """Show a case with everything in it."""
    with face.reading() as desk:
        answer: dict[str, Any] = dict(cases.show_case(desk, face.acting(desk, actor, READER), code))
        titled = _titled(desk, answer)
    if show.shape_of(shape) == "table":
        _say(titled)
    else:
        show.record(answer, FACTS, shape)


@app.command("history", cls=Command)
def history(code: str, actor: As = None, shape: Format = None) -> None:
    """Tell what happened to a case, oldest first."""
    with face.reading() as desk:
        answer = cases.history(desk, face.acting(desk, actor, READER), code)
        titles = face.titles(desk)
    if show.shape_of(shape) == "table":
        show.listing([_told(event, titles) for event in answer], TOLD, shape)
    else:
        show.listing(answer, EVENTS, shape)


@app.command("step", cls=Command)
def step(  # noqa: PLR0913  # a step has so many parts
    code: str,
    trigger: str,
    *,
    actor: Doer,
    reason: Annotated[str | None, option("--reason", "REASON")] = None,
    data: Annotated[str | None, option("--data", "JSON")] = None,
    version: Version = None,
    shape: Format = None,
) -> None:
    """Take a step on a case."""
    given = json_object("--data", data)
    with face.writing() as desk:
        who = face.acting(desk, actor)
        seen = face.version_of(desk, who, code) if version is None else version
        order = cases.StepOrder(trigger, seen, reason, given)
        answer: dict[str, Any] = dict(cases.take_step(desk, who, code, order))
        titled = _titled(desk, answer)
    if show.shape_of(shape) == "table":
        show.line(told("cli-case-stepped", code=answer["code"], state=titled["state"]))
    else:
        show.record(answer, FACTS, shape)


def _titled(desk: Any, answer: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401  # the desk
    """Put the words of the workflow in the place of its names, for people."""
    named = answer.get("workflow")
    if named is None:
        return answer
    workflow = workflow_of(desk.conn, named["name"], named["version"])
    known = face.titles(desk).clocks | {
        kind: clock.title.in_(locale()) for kind, clock in workflow.clocks.items()
    }
    clocks = [
        {**clock, "kind": known.get(clock["kind"], clock["kind"])} for clock in answer["clocks"]
    ]
    steps = [{**step, "missing": _missing(step)} for step in answer["steps"]]
    state = workflow.states[answer["state"]].title.in_(locale())
    return {**answer, "state": state, "clocks": clocks, "steps": steps}


def _missing(step: dict[str, Any]) -> str | None:
    """Say what a step lacks; whose it is stands beside it already."""
    lacks = [need["message"] for need in step["unmet"] if need["need"] != "party"]
    return told("cli-semicolon").join(lacks) or None


def _told(event: Any, titles: face.Titles) -> dict[str, Any]:  # noqa: ANN401  # an event
    """Say what happened in words: by the title of its step, else by what it was."""
    start, end, trigger = event.get("from"), event.get("to"), event.get("trigger")
    words = wording("event-" + event["kind"].replace(".", "-")).in_(locale())
    by_itself = {"actor": told("cli-system")} if event["kind"].startswith("escalation.") else {}
    return {
        **event, **by_itself,
        "what": titles.step(trigger, start, end) or words,
        "from": titles.states.get(start, start),
        "to": titles.states.get(end, end),
    }  # fmt: skip


def _say(answer: dict[str, Any]) -> None:
    show.record(answer, [name for name in FACTS if name.split(".")[0] in answer], "table")
    if answer.get("steps"):
        show.line("")
        show.listing(answer["steps"], STEPS, "table")
    if answer.get("clocks"):
        show.line("")
        show.listing(answer["clocks"], CLOCKS, "table")
