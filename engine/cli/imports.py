"""`duban import`: a task decomposition table, or a ledger of what was handled before."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli import face, show
from engine.cli.params import As, Format, Shape, argument, one_of, option
from engine.cli.tree import Command, group
from engine.cli.values import pair, read_bytes
from engine.cli.voice import locale, told
from engine.errors import FieldFault, InvalidError
from engine.intake.columns import KINDS
from engine.service.imports import ImportOrder, preview, run_import
from engine.service.operator import IMPORTER
from engine.words import say

ROWS = ("row", "fate", "code", "cells.issue", "cells.task")
MADE = ("kind", "imported", "there", "issues", "codes", "accounts", "units")
app = group()


@app.command(cls=Command)
def run(  # noqa: PLR0913  # as many options as ways to read a table
    file: Annotated[str, argument("FILE")],
    *,
    kind: Annotated[str | None, one_of("--kind", KINDS)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    actor: As = None,
    sheet: Annotated[str | None, option("--sheet", "SHEET")] = None,
    mapping: Annotated[list[str] | None, option("--map", "HEADER=FIELD")] = None,
    create_missing: Annotated[bool, typer.Option("--create-missing")] = False,
    shape: Format = None,
) -> None:
    """Import a table, or say what would become of its rows."""
    meant = dict(pair("--map", text, "HEADER=FIELD") for text in mapping or ())
    content = read_bytes(file)
    order = ImportOrder(Path(file).name, content, kind, sheet, meant, create_missing)
    if dry_run:
        _preview(order, actor, shape)
    else:
        _import(order, actor, shape)


def _preview(order: ImportOrder, actor: str | None, shape: Shape | None) -> None:
    with face.reading() as desk:
        answer = preview(desk, face.acting(desk, actor, IMPORTER), order)
    rows = [{**row, "fate": told(f"cli-import-{row['fate']}")} for row in answer["rows"]]
    show.listing(rows, ROWS, shape, whole=answer)
    if show.shape_of(shape) == "table":
        for fault in chain(*((*row["errors"], *row["notes"]) for row in answer["rows"])):
            row, column, what = fault["row"], fault["column"], fault["message"]
            show.line(show.printable(told("import-at", row=row, column=column, what=what)))
        counts = {name: answer[name] for name in ("total", "new", "there", "wrong", "new_issues")}
        show.line(told("cli-import-preview", **counts))
        if answer["ignored_columns"]:
            names = told("cli-comma").join(answer["ignored_columns"])
            show.line(show.printable(told("cli-import-ignored", names=names)))
        _say_unmatched(answer["unmatched"])
    if not answer["can_confirm"]:
        raise InvalidError("cli-import-cannot", wrong=answer["wrong"], total=answer["total"])


def _import(order: ImportOrder, actor: str | None, shape: Shape | None) -> None:
    try:
        with face.writing() as desk:
            answer = run_import(desk, face.acting(desk, actor, IMPORTER), order)
    except InvalidError as error:
        if error.faults:
            _say_faults(error.faults, shape)
            raise InvalidError(error.message) from error
        raise
    if show.shape_of(shape) != "table":
        show.record(answer, MADE, shape)
        return
    made = {name: answer[name] for name in ("imported", "there", "issues")}
    show.line(told("cli-import-done", **made))
    if answer["codes"]:
        show.line(told("cli-import-codes", codes=told("cli-comma").join(answer["codes"])))
    for part in ("accounts", "units"):
        if answer[part]:
            names = told("cli-comma").join(answer[part])
            show.line(show.printable(told(f"cli-import-made-{part}", names=names)))


def _say_faults(faults: Sequence[FieldFault], shape: Shape | None) -> None:
    """Print every fault, for one line on standard error has room for the first alone."""
    rows = [{"field": f.field, "message": say(f.message, locale())} for f in faults]
    if show.shape_of(shape) == "table":
        for row in rows:
            show.line(show.printable(row["message"]))
    else:
        show.listing(rows, ("field", "message"), shape, whole={"errors": rows})


def _say_unmatched(unmatched: Any) -> None:  # noqa: ANN401  # a part of the answer
    names = [found["name"] for found in (*unmatched["people"], *unmatched["units"])]
    if names:
        code = "cli-import-creates" if unmatched["created"] else "cli-import-unmatched"
        show.line(show.printable(told(code, names=told("cli-comma").join(names))))
