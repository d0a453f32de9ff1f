"""`duban case …`: what is written between steps: task force, plan, progress, notes, files, money.

Each command does what the call of the same name over HTTP does.
"""

# ruff: noqa: PLR0913  # a command has as many options as its call has fields

from datetime import date
from pathlib import Path
from types import NoneType
from typing import Annotated, Any

from engine.cli import face, show
from engine.cli.params import (
    Doer,
    Format,
    Version,
    a_day,
    a_number,
    number_argument,
    one_of,
    option,
)
from engine.cli.tree import Command, group
from engine.cli.values import day, json_list, pair, read_bytes, read_text, too_large
from engine.errors import InvalidError
from engine.service import case_files, parts, plans, task_forces
from engine.service.office import UNSET
from engine.settings import load_settings

MEASURES = ("id", "title", "owner", "unit", "start", "due", "status", "proved")
CLAIM = ("id", "kind", "people", "owed_fen", "paid_fen", "difference_reason")
DAYS = ("start", "due")
KINDS: dict[str, tuple[type, ...]] = {
    "id": (int, NoneType),
    "title": (str,),
    **dict.fromkeys(("owner", "unit", *DAYS, "evidence"), (str, NoneType)),
}
"""The keys of a measure, with what each may hold."""
app = group()


@app.command("task-force", cls=Command)
def task_force(
    code: str,
    *,
    liaison: Annotated[str, option("--liaison", "LOGIN")],
    members: Annotated[list[str], option("--member", "LOGIN=UNIT")],
    actor: Doer,
    version: Version = None,
    shape: Format = None,
) -> None:
    """Name the task force."""
    named = [pair("--member", member, "LOGIN=UNIT") for member in members]
    with face.writing() as desk:
        who = face.acting(desk, actor)
        seen = version or face.version_of(desk, who, code)
        order = task_forces.TaskForceOrder(seen, liaison, named)
        answer = task_forces.set_task_force(desk, who, code, order)
    show.listing(answer["task_force"]["members"], ("account", "unit"), shape, whole=answer)


@app.command("plan", cls=Command)
def plan(
    code: str,
    *,
    measures: Annotated[str, option("--measures", "FILE")],
    actor: Doer,
    reason: Annotated[str | None, option("--reason", "REASON")] = None,
    version: Version = None,
    shape: Format = None,
) -> None:
    """Write the next version of the plan."""
    wanted = [_measure(item) for item in json_list("--measures", read_text(measures))]
    with face.writing() as desk:
        who = face.acting(desk, actor)
        seen = version or face.version_of(desk, who, code)
        answer = plans.write_plan(desk, who, code, plans.PlanOrder(seen, wanted, reason))
    _say_plan(dict(answer), shape)


@app.command("adopt", cls=Command)
def adopt(code: str, *, actor: Doer, version: Version = None, shape: Format = None) -> None:
    """Adopt the newest version of the plan."""
    with face.writing() as desk:
        who = face.acting(desk, actor)
        seen = version or face.version_of(desk, who, code)
        answer = plans.adopt_plan(desk, who, code, seen)
    _say_plan(dict(answer), shape)


@app.command("progress", cls=Command)
def progress(  # a report has so many parts
    code: str,
    measure: Annotated[int, number_argument("MEASURE", 1)],
    *,
    status: Annotated[str, one_of("--status", plans.STATUSES)],
    note: Annotated[str, option("--note", "TEXT")],
    on: Annotated[date, a_day("--date")],
    actor: Doer,
    files: Annotated[list[int] | None, a_number("--file", 1)] = None,
    version: Version = None,
    shape: Format = None,
) -> None:
    """Report on a measure."""
    with face.writing() as desk:
        who = face.acting(desk, actor)
        order = plans.ProgressOrder(status, note, on, files or (), version)
        answer = plans.record_progress(desk, who, code, measure, order)
    show.record(answer, MEASURES, shape)


@app.command("note", cls=Command)
def note(code: str, text: str, *, actor: Doer, shape: Format = None) -> None:
    """Add a note."""
    with face.writing() as desk:
        answer = parts.add_note(desk, face.acting(desk, actor), code, text)
    show.record(answer, ("id", "text", "by", "at"), shape)


@app.command("file", cls=Command)
def file(code: str, file: str, *, actor: Doer, shape: Format = None) -> None:
    """Add a file."""
    content = read_bytes(file)
    limit = load_settings().max_upload
    if len(content) > limit:
        raise too_large(limit)
    with face.writing() as desk:
        who = face.acting(desk, actor)
        answer = case_files.add_file(desk, who, code, Path(file).name, content)
    show.record(answer, ("id", "name", "sha256", "size", "media"), shape)


@app.command("claim", cls=Command)
def claim(
    code: str,
    *,
    kind: Annotated[str, one_of("--kind", parts.CLAIM_KINDS)],
    people: Annotated[int, a_number("--people", 1)],
    owed: Annotated[int, a_number("--owed-fen")],
    actor: Doer,
    paid: Annotated[int | None, a_number("--paid-fen")] = None,
    shape: Format = None,
) -> None:
    """Record what is owed."""
    order = parts.ClaimOrder(kind, people, owed, paid)
    with face.writing() as desk:
        answer = parts.record_claim(desk, face.acting(desk, actor), code, order)
    show.record(answer, CLAIM, shape)


@app.command("pay", cls=Command)
def pay(
    code: str,
    number: Annotated[int, number_argument("CLAIM", 1)],
    *,
    actor: Doer,
    paid: Annotated[int | None, a_number("--paid-fen")] = None,
    difference: Annotated[str | None, option("--difference-reason", "REASON")] = None,
    shape: Format = None,
) -> None:
    """Record what was paid of a claim, or why the sums differ."""
    order = parts.ClaimChange(
        UNSET if paid is None else paid, UNSET if difference is None else difference
    )
    with face.writing() as desk:
        answer = parts.change_claim(desk, face.acting(desk, actor), code, number, order)
    show.record(answer, CLAIM, shape)


@app.command("reply", cls=Command)
def reply(
    code: str,
    *,
    kind: Annotated[str, one_of("--kind", parts.REPLY_KINDS)],
    text: Annotated[str, option("--text", "TEXT")],
    on: Annotated[date, a_day("--delivered-on")],
    means: Annotated[str, one_of("--means", parts.MEANS)],
    actor: Doer,
    shape: Format = None,
) -> None:
    """Record a reply to those affected."""
    order = parts.ReplyOrder(kind, text, on, means)
    with face.writing() as desk:
        answer = parts.record_reply(desk, face.acting(desk, actor), code, order)
    show.record(answer, ("id", "kind", "delivered_on", "means", "by"), shape)


def _measure(item: dict[str, Any]) -> plans.MeasureOrder:
    """Read a measure as the API has it. Raises InvalidError for a key or a kind that it has not."""
    fit = all(isinstance(value, KINDS.get(name, ())) for name, value in item.items())
    if not fit or isinstance(item.get("id"), bool) or not isinstance(item.get("title"), str):
        raise InvalidError("cli-measure", given=str(item)[:120], known=", ".join(KINDS))
    days = {name: day(name, item[name]) for name in DAYS if item.get(name) is not None}
    return plans.MeasureOrder(**{**item, **days})


def _say_plan(answer: dict[str, Any], shape: Any) -> None:  # noqa: ANN401  # the format, if any
    show.listing(answer["plan"]["measures"], MEASURES, shape, whole=answer)
