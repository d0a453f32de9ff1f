"""`duban report`: every report of the catalogue, on the screen or in a file."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from engine.cli import face, show
from engine.cli.params import As, AsOf, Format, Limit, Out, Shape, one_of, option
from engine.cli.tree import Command, group
from engine.cli.values import moment
from engine.cli.voice import locale, told
from engine.domain.access import Principal
from engine.errors import InvalidError
from engine.output.paper import ENDINGS, TEMPLATES, Column, Paper, paper_bytes
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.service.reports.asking import BUCKETS, GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS, Report, head, title
from engine.service.reports.cells import Cells
from engine.service.reports.papers import paper_of
from engine.settings import load_settings

app = group()
BUCKETED = (Column("label", "text"), Column("count", "number"))


@app.callback()
def reports() -> None:
    """Keep the name of the report in the command."""


def _declare(report: Report) -> None:
    """Make the command of one report; only one with buckets may be asked for one."""

    def command(  # noqa: PLR0913  # each is a filter
        *,
        as_of: AsOf = None,
        by: Annotated[str | None, one_of("--by", GROUPINGS)] = None,
        unit: Annotated[str | None, option("--unit", "UNIT")] = None,
        leader: Annotated[str | None, option("--leader", "LOGIN")] = None,
        issue: Annotated[str | None, option("--issue", "CODE")] = None,
        stage: Annotated[str | None, option("--stage", "STATE")] = None,
        bucket: Annotated[str | None, one_of("--bucket", BUCKETS)] = None,
        out: Out = None,
        limit: Limit = None,
        actor: As = None,
        shape: Format = None,
    ) -> None:
        ending = None if out is None else _ending(out)
        with face.reading() as desk:
            who = face.acting(desk, actor, READER)
            query = ReportQuery(
                as_of=_instant(desk, as_of), by=by, unit=unit, leader=leader,
                issue=issue, stage=stage, bucket=bucket,
            )  # fmt: skip
            answer = _asked(desk, who, report, query, limit)
            if out is None:
                _print(report, _whole(answer), Cells(desk), shape)
                return
            content = _content(answer, paper_of(desk, who, report, query, answer), str(ending))
        Path(out).write_bytes(content)
        shown = answer["total"] if limit is None else len(answer["items"])
        show.line(told("cli-report-written", file=out, count=shown))

    if not report.has_buckets:
        command = _without(command, "bucket")
    app.command(report.name, cls=Command)(command)


def _instant(desk: Desk, text: str | None) -> datetime | None:
    """Read an instant; today is now, for its end lies ahead."""
    if text == desk.today.isoformat():
        return None
    return moment("--as-of", text, desk.zone)


def _without(command: Callable[..., None], name: str) -> Callable[..., None]:
    """Take a parameter away from a command."""
    signature = inspect.signature(command)
    kept = [p for p in signature.parameters.values() if p.name != name]
    command.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]  # PEP 362
    return command


def _asked(
    desk: Desk, who: Principal, report: Report, query: ReportQuery, limit: int | None
) -> dict[str, Any]:
    if limit is None:
        return report.every(desk, who, query)
    return face.every(
        lambda size, cursor: report.page(desk, who, replace(query, limit=size, cursor=cursor)),
        limit,
    )


def _whole(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Read all items, where they are wanted at once."""
    return {**answer, "items": list(answer["items"])}


def _print(report: Report, answer: Mapping[str, Any], cells: Cells, shape: Shape | None) -> None:
    if show.shape_of(shape) != "table":
        keys = [column.key for column in report.columns]
        show.listing(answer["items"], keys, shape, whole=answer)
        return
    show.line(
        told(
            "cli-report-as-of",
            title=title(report, locale()),
            at=show.spoken(datetime.fromisoformat(answer["as_of"])),
            total=answer["whole"]["opened"] if "whole" in answer else answer["total"],
        )
    )
    _table(report, report.columns, answer["items"], cells)
    whole = [answer["whole"]] if "whole" in answer else []
    for columns, items in (
        (report.groups, answer["groups"]), (BUCKETED, answer.get("buckets", [])),
        (report.columns[1:], whole),
    ):  # fmt: skip
        if items:
            show.line("")
            _table(report, columns, items, cells)


def _table(
    report: Report, columns: Sequence[Column], items: Sequence[Mapping[str, Any]], cells: Cells
) -> None:
    heads = [head(report, column, locale()) for column in columns]
    show.table(heads, [cells.row(columns, item) for item in items])


def _ending(out: str) -> str:
    ending = Path(out).suffix.lower()
    if ending not in ENDINGS:
        raise InvalidError("cli-ending", file=out or "--out", known=", ".join(ENDINGS))
    return ending


def _content(answer: Mapping[str, Any], paper: Paper, ending: str) -> bytes:
    """Write an answer as a file: as JSON it is the answer itself."""
    if ending == ".json":
        return (show.json_text(_whole(answer)) + "\n").encode()
    return paper_bytes(paper, ending, load_settings().home / TEMPLATES)


for _report in REPORTS.values():
    _declare(_report)
