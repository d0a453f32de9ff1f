"""`duban case`: list and show cases, tell their history, take steps."""

from typing import Annotated, Any

import typer

from engine.cli import case_parts, face, show
from engine.cli.params import As, AsOf, Doer, Format, Limit, Version, option
from engine.cli.tree import Command, group
from engine.cli.values import json_object, moment
from engine.cli.voice import locale, told
from engine.service import case_lists, cases
from engine.service.operator import READER
from engine.service.workflows import workflow_of

COLUMNS = (
    "code", "title", "state", "lead_leader", "lead_unit", "due", "days_overdue.calendar", "pending",
)  # fmt: skip
FACTS = (
    "code", "title", "state", "outcome", "version", "issue", "lead_leader", "deputy", "lead_unit",
    "supporting_units", "due", "days_overdue.calendar", "days_overdue.working", "suspended",
    "declines", "relapses", "reopenings",
)  # fmt: skip
STEPS = ("trigger", "title", "allowed", "who", "missing")
CLOCKS = ("kind", "started_at", "due_at", "stopped_at", "accountable", "derivation")
EVENTS = ("seq", "at", "kind", "trigger", "from", "to", "actor", "on_behalf_of", "reason")
app = group()
app.add_typer(case_parts.app)


@app.command("list", cls=Command)
def listed(  # noqa: PLR0913  # each is a filter
    *,
    state: Annotated[str | None, option("--state", "STATE")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--no-overdue")] = None,
    unit: Annotated[str | None, option("--unit", "UNIT")] = None,
    leader: Annotated[str | None, option("--leader", "LOGIN")] = None,
    issue: Annotated[str | None, option("--issue", "CODE")] = None,
    text: Annotated[str | None, option("--q", "TEXT")] = None,
    as_of: AsOf = None,
    sort: Annotated[str | None, option("--sort", "ORDER")] = None,
    limit: Limit = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """List cases."""
    with face.reading() as desk:
        who = face.acting(desk, actor, READER)
        at = moment("--as-of", as_of, desk.zone)
        answer = face.every(
            lambda size, cursor: case_lists.list_cases(
                desk,
                who,
                case_lists.CaseQuery(
                    state=state, overdue=overdue, unit=unit, leader=leader, issue=issue, q=text,
                    as_of=at, sort=sort, limit=size, cursor=cursor,
                ),
            ),
            limit,
        )  # fmt: skip
        titles = face.titles(desk)
    items = answer["items"]
    if show.shape_of(shape) == "table":
        items = [titles.put_in(item) for item in items]
    show.listing(items, COLUMNS, shape, whole=answer)


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
    clocks = [
        {**clock, "kind": workflow.clocks[clock["kind"]].title.in_(locale())}
        for clock in answer["clocks"]
    ]
    steps = [
        {**step, "missing": [need["message"] for need in step["unmet"]]} for step in answer["steps"]
    ]
    state = workflow.states[answer["state"]].title.in_(locale())
    return {**answer, "state": state, "clocks": clocks, "steps": steps}


def _say(answer: dict[str, Any]) -> None:
    show.record(answer, [name for name in FACTS if name.split(".")[0] in answer], "table")
    if answer.get("steps"):
        show.line("")
        show.listing(answer["steps"], STEPS, "table")
    if answer.get("clocks"):
        show.line("")
        show.listing(answer["clocks"], CLOCKS, "table")
