"""`duban report`: what is overdue, on the screen or in a file."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from engine.cli import face, show
from engine.cli.params import As, AsOf, Format, Limit, Out, Shape, one_of, option
from engine.cli.tree import Command, group
from engine.cli.values import moment
from engine.cli.voice import told
from engine.domain.access import Principal
from engine.errors import InvalidError
from engine.output.sheet import Sheet, csv_text, workbook
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.service.reports import overdue as report

COLUMNS = (
    "code", "title", "issue.title", "clock", "due_at", "days.calendar", "days.working", "leader",
    "unit", "state",
)  # fmt: skip
GROUPS = ("label", "count", "days.calendar", "days.working")
ENDINGS, LATER = (".csv", ".json", ".xlsx"), (".docx",)
app = group()


@app.callback()
def reports() -> None:
    """Keep the name of the report in the command: others follow."""


@app.command("overdue", cls=Command)
def overdue(  # noqa: PLR0913  # each is a filter
    *,
    as_of: AsOf = None,
    by: Annotated[str | None, one_of("--by", report.GROUPINGS)] = None,
    unit: Annotated[str | None, option("--unit", "UNIT")] = None,
    leader: Annotated[str | None, option("--leader", "LOGIN")] = None,
    issue: Annotated[str | None, option("--issue", "CODE")] = None,
    stage: Annotated[str | None, option("--stage", "STATE")] = None,
    out: Out = None,
    limit: Limit = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Report what is or was overdue."""
    ending = None if out is None else _ending(out)
    with face.reading() as desk:
        who = face.acting(desk, actor, READER)
        query = report.OverdueQuery(
            as_of=moment("--as-of", as_of, desk.zone), by=by, unit=unit, leader=leader,
            issue=issue, stage=stage,
        )  # fmt: skip
        answer = _asked(desk, who, query, limit)
        titles = face.titles(desk)
    shown = {**answer, "items": [titles.put_in(item) for item in answer["items"]]}
    if out is None:
        _print(answer, shown, shape)
    else:
        _write(Path(out), str(ending), answer, shown)
        show.line(told("cli-report-written", file=out, count=len(answer["items"])))


def _asked(
    desk: Desk, who: Principal, query: report.OverdueQuery, limit: int | None
) -> dict[str, Any]:
    if limit is None:
        return dict(report.every(desk, who, query))
    return face.every(
        lambda size, cursor: report.overdue(desk, who, replace(query, limit=size, cursor=cursor)),
        limit,
    )


def _print(answer: dict[str, Any], shown: dict[str, Any], shape: Shape | None) -> None:
    if show.shape_of(shape) != "table":
        show.listing(answer["items"], COLUMNS, shape, whole=answer)
        return
    show.line(told("cli-report-as-of", at=answer["as_of"], total=answer["total"]))
    show.listing(shown["items"], COLUMNS, "table")
    if answer["groups"]:
        show.line("")
        show.listing(answer["groups"], GROUPS, "table")


def _ending(out: str) -> str:
    ending = Path(out).suffix.lower()
    known = ", ".join(ENDINGS)
    if ending in LATER:
        raise InvalidError("cli-ending-later", ending=ending, known=known)
    if ending not in ENDINGS:
        raise InvalidError("cli-ending", file=out, known=known)
    return ending


def _write(file: Path, ending: str, answer: dict[str, Any], shown: dict[str, Any]) -> None:
    if ending == ".json":
        file.write_text(show.json_text(answer) + "\n", encoding="utf-8")
        return
    heads = [show.heading(column) for column in COLUMNS]
    rows = [[show.value(item, column) for column in COLUMNS] for item in shown["items"]]
    sheet = Sheet(told("cli-report-overdue-title"), heads, rows)
    if ending == ".csv":
        file.write_text(csv_text(sheet, marked=True), encoding="utf-8", newline="")
    else:
        file.write_bytes(workbook(sheet))
