"""`duban calendar`: the working days."""

from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.cli import face, show
from engine.cli.params import (
    As,
    Format,
    Shape,
    day_argument,
    number_argument,
    one_of,
    option,
    word_argument,
)
from engine.cli.tree import Command, group
from engine.cli.values import read_bytes
from engine.cli.voice import told
from engine.service import calendar
from engine.service.desk import Desk

YEAR = ("year", "label", "provisional", "working_days", "source")
MOVED = ("code", "kind", "former", "due")
RECOUNTED = ("code", "before", "after")
DUE = ("due", "provisional", "derivation")
app = group()
DryRun = Annotated[bool, typer.Option("--dry-run")]
Digest = Annotated[str | None, option("--digest", "DIGEST")]
"""What a dry run printed: nothing is changed where something else would move by now."""


@app.command("show", cls=Command)
def shown(
    year: Annotated[int, number_argument("YEAR")], actor: As = None, shape: Format = None
) -> None:
    """Show a year. The JSON of it can be imported again."""
    with face.reading() as desk:
        answer = calendar.show_year(desk, face.acting(desk, actor), year)
    chosen = show.shape_of(shape)
    if chosen == "table":
        show.record(answer, YEAR, chosen)
        days = [{"date": d["date"], "works": not d["isOffDay"], "why": d["name"]}
                for d in answer["days"]]  # fmt: skip
        days += [{"date": d["date"], "works": d["works"], "why": d["reason"]}
                 for d in answer["overrides"]]  # fmt: skip
        show.line("")
        show.listing(days, ("date", "works", "why"), chosen)
    else:
        show.listing(answer["days"], ("date", "name", "isOffDay"), chosen, whole=answer)


@app.command("import", cls=Command)
def imported(
    file: str, *, dry_run: DryRun = False, digest: Digest = None, actor: As = None,
    shape: Format = None,
) -> None:  # fmt: skip
    """Load a year; running clocks move at once."""
    data, name = read_bytes(file), Path(file).name
    with _desk(dry=dry_run) as desk:
        who = face.acting(desk, actor)
        if dry_run:
            answer = calendar.preview_import(desk, who, data, name)
        else:
            answer = calendar.import_year(desk, who, data, name, digest)
    _changed(answer, shape, dry=dry_run)


@app.command("override", cls=Command)
def override(  # noqa: PLR0913  # each is an option
    day: Annotated[date, day_argument("DATE")],
    works: Annotated[str, word_argument("work|off", ("work", "off"))],
    *,
    reason: Annotated[str, option("--reason", "REASON")],
    dry_run: DryRun = False,
    digest: Digest = None,
    actor: As = None,
    shape: Format = None,
) -> None:
    """Make a local exception; running clocks move at once."""
    asked: dict[str, Any] = {"works": works == "work", "reason": reason}
    with _desk(dry=dry_run) as desk:
        who = face.acting(desk, actor)
        if dry_run:
            answer = calendar.preview_override(desk, who, day, **asked)
        else:
            answer = calendar.override(desk, who, day, **asked, digest=digest)
    _changed(answer, shape, dry=dry_run)


@app.command("due", cls=Command)
def due(
    start: Annotated[date, day_argument("FROM")],
    days: Annotated[int, number_argument("N")],
    unit: Annotated[str, one_of("--unit", calendar.ASKABLE)] = calendar.ASKABLE[0],
    actor: As = None,
    shape: Format = None,
) -> None:
    """Say when so many days are over, and why."""
    with face.reading() as desk:
        answer = calendar.due(desk, face.acting(desk, actor), start, days, unit)
    show.record(answer, DUE, shape)


def _desk(*, dry: bool) -> AbstractContextManager[Desk]:
    """Open a desk that cannot write where nothing shall be changed."""
    return face.reading() if dry else face.writing()


def _changed(answer: calendar.ChangeAnswer, shape: Shape | None, *, dry: bool) -> None:
    chosen = show.shape_of(shape)
    if chosen == "table":
        count, code = len(answer["moved"]), "foreseen" if dry else "changed"
        digest = answer["digest"]
        show.line(told(f"cli-calendar-{code}", year=answer["year"], count=count, digest=digest))
    if chosen != "table" or answer["moved"]:
        show.listing(answer["moved"], MOVED, chosen, whole=answer)
    if chosen == "table":
        past, late = len(answer["past"]), len(answer["overdue"])
        code = "recounted" if past else "kept"
        show.line(told(f"cli-calendar-{code}", days=past, count=late))
    if chosen == "table" and answer["overdue"]:
        show.listing(answer["overdue"], RECOUNTED, chosen)
