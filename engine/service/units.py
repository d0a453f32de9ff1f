"""Verbs on the tree of units."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Principal, require
from engine.domain.events import Kind
from engine.domain.records.office import Unit
from engine.errors import ConflictError
from engine.service.gathered import Gathered
from engine.service.office import UNSET, Desk, addition, change, line, tell, unit_by_name
from engine.service.people_answers import UnitAnswer
from engine.store import counters, kept, people, rows

LONGEST_NAME = 100
LONGEST_KIND = 40


def add_unit(
    desk: Desk, who: Principal, name: str, parent: str | None = None, kind: str = "unit"
) -> UnitAnswer:
    """Add a unit below another, or at the top.

    Raises ForbiddenError; InvalidError for an unfit name; NotFoundError for an unknown parent;
    ConflictError where the name is taken, for steps and imports name units by it alone.
    """
    require(who, "unit.add")
    return make_unit(desk, who, name, parent, kind)


def make_unit(
    desk: Desk, who: Principal, name: str, parent: str | None = None, kind: str = "unit"
) -> UnitAnswer:
    """Add a unit for a verb that has asked for its own right (an import that creates names)."""
    number = counters.take(desk.conn, "unit")  # first: whoever adds another waits for us here
    found = Gathered()
    row = Unit(
        id=number,
        name=found.take("name", lambda: _free_name(desk, None, name), ""),
        parent_id=found.take("parent", lambda: _above(desk, parent), None),
        kind=found.take("kind", lambda: line("kind", kind, LONGEST_KIND), ""),
    )
    found.hold()
    tell(desk, who, Kind.UNIT_ADDED, [addition("unit", row)])
    people.link_unit(desk.conn, row.id, row.parent_id)
    return next(unit for unit in _tree(desk) if unit["name"] == row.name)


def _above(desk: Desk, parent: str | None) -> int | None:
    return None if parent is None else unit_by_name(desk, parent, lock=True).id


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What is to be otherwise; what is UNSET stays. A `parent` of None is the top."""

    name: Any = UNSET
    kind: Any = UNSET
    parent: Any = UNSET


def change_unit(desk: Desk, who: Principal, name: str, order: UnitChange) -> UnitAnswer:
    """Rename or move a unit; who sees which case follows at the next request.

    Raises ForbiddenError; NotFoundError for the unit or its new parent; InvalidError for an unfit
    name; ConflictError where the name is taken, or the new parent is the unit or below it.
    """
    require(who, "unit.change")
    row = unit_by_name(desk, name, lock=True)
    new, found = dict[str, Any](), Gathered()
    if order.name is not UNSET:
        new["name"] = found.take("name", lambda: _free_name(desk, row, order.name), "")
    if order.kind is not UNSET:
        new["kind"] = found.take("kind", lambda: line("kind", order.kind, LONGEST_KIND), "")
    if order.parent is not UNSET:
        new["parent_id"] = found.take("parent", lambda: _fit_parent(desk, row, order.parent), None)
    found.hold()
    moved = {column: value for column, value in new.items() if getattr(row, column) != value}
    if moved:
        tell(desk, who, Kind.UNIT_CHANGED, [change("unit", row, **moved)])
    if "parent_id" in moved:
        people.move_unit(desk.conn, row.id, moved["parent_id"])
    return next(unit for unit in _tree(desk) if unit["name"] == moved.get("name", row.name))


def _free_name(desk: Desk, row: Unit | None, name: str) -> str:
    fit = line("name", name, LONGEST_NAME)
    taken = rows.fetch_one(desk.conn, "unit", name=fit)
    if taken is not None and (row is None or taken.id != row.id):
        raise ConflictError("unit-taken", name=fit)
    return fit


def _fit_parent(desk: Desk, row: Unit, parent: str | None) -> int | None:
    if not parent:
        return None
    above = unit_by_name(desk, parent, lock=True)
    if above.id in people.units_below(desk.conn, row.id):
        raise ConflictError("unit-below-itself", name=row.name, parent=above.name)
    return above.id


def list_units(desk: Desk, who: Principal) -> list[UnitAnswer]:
    """List all units as a tree: each below the one above it, siblings in the order they came."""
    require(who, "unit.list")
    return list(kept.of_office(desk.conn, "units", lambda: tuple(_tree(desk))))


def _tree(desk: Desk) -> Iterator[UnitAnswer]:
    units: list[Unit] = rows.fetch(desk.conn, "unit")
    below: dict[int | None, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_id, []).append(unit)
    return _branch(below, None, 0)


def _branch(
    below: dict[int | None, list[Unit]], top: Unit | None, depth: int
) -> Iterator[UnitAnswer]:
    parent = top.name if top else None
    for unit in below.get(top.id if top else None, []):
        yield {"name": unit.name, "kind": unit.kind, "parent": parent, "depth": depth}
        yield from _branch(below, unit, depth + 1)
