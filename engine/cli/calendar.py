"""`duban calendar`: the working days."""

from datetime import date
from pathlib import Path
from typing import Annotated

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

YEAR = ("year", "label", "provisional", "working_days", "source")
MOVED = ("code", "kind", "former", "due")
DUE = ("due", "provisional", "derivation")
app = group()


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
def imported(file: str, actor: As = None, shape: Format = None) -> None:
    """Load a year; running clocks move at once."""
    data = read_bytes(file)
    with face.writing() as desk:
        answer = calendar.import_year(desk, face.acting(desk, actor), data, Path(file).name)
    _changed(answer, shape)


@app.command("override", cls=Command)
def override(
    day: Annotated[date, day_argument("DATE")],
    works: Annotated[str, word_argument("work|off", ("work", "off"))],
    *,
    reason: Annotated[str, option("--reason", "REASON")],
    actor: As = None,
    shape: Format = None,
) -> None:
    """Make a local exception; running clocks move at once."""
    with face.writing() as desk:
        who = face.acting(desk, actor)
        answer = calendar.override(desk, who, day, works=works == "work", reason=reason)
    _changed(answer, shape)


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


def _changed(answer: calendar.ChangeAnswer, shape: Shape | None) -> None:
    chosen = show.shape_of(shape)
    if chosen == "table":
        count = len(answer["moved"])
        show.line(told("cli-calendar-changed", year=answer["year"], count=count))
    if chosen != "table" or answer["moved"]:
        show.listing(answer["moved"], MOVED, chosen, whole=answer)
