"""`duban unit`: the tree of units."""

from typing import Annotated

from engine.cli import face, show
from engine.cli.params import As, Format, option
from engine.cli.tree import Command, group
from engine.service.units import UnitChange, add_unit, change_unit, list_units

COLUMNS = ("name", "kind", "parent")
INDENT = "  "
app = group()


@app.command("add", cls=Command)
def add(
    name: str,
    parent: Annotated[str | None, option("--parent", "UNIT")] = None,
    kind: Annotated[str, option("--kind", "KIND")] = "unit",
    login: As = None,
    shape: Format = None,
) -> None:
    """Add a unit."""
    with face.writing() as desk:
        answer = add_unit(desk, face.acting(desk, login), name, parent, kind)
    show.record(answer, COLUMNS, shape)


@app.command("change", cls=Command)
def change(  # noqa: PLR0913  # a unit has so many parts
    unit: str,
    *,
    name: Annotated[str | None, option("--name", "NAME")] = None,
    parent: Annotated[str | None, option("--parent", "UNIT")] = None,
    kind: Annotated[str | None, option("--kind", "KIND")] = None,
    login: As = None,
    shape: Format = None,
) -> None:
    """Rename or move a unit; an empty parent is the top."""
    given = {"name": name, "parent": parent, "kind": kind}
    order = UnitChange(**{key: text for key, text in given.items() if text is not None})
    with face.writing() as desk:
        answer = change_unit(desk, face.acting(desk, login), unit, order)
    show.record(answer, COLUMNS, shape)


@app.command("list", cls=Command)
def listed(login: As = None, shape: Format = None) -> None:
    """List the units, each below the one above it."""
    with face.reading() as desk:
        units = list_units(desk, face.acting(desk, login))
    if show.shape_of(shape) == "table":
        units = [{**unit, "name": INDENT * unit["depth"] + unit["name"]} for unit in units]
    show.listing(units, COLUMNS, shape)
