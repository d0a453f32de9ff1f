"""The tree of units, for the administrator: add, rename, move."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.errors import DubanError, NotFoundError
from engine.service import units
from engine.service.desk import Desk
from engine.service.people_answers import UnitAnswer
from engine.service.units import UnitChange
from web.forms import Field, Option, blame_at, field, fill, options, or_none, worded
from web.pages import choices
from web.pages.part import CORRECTABLE
from web.refusals import status_of_form, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.wording import say_in

ROUTES = Routes("page")
DEFAULT, TOP = "unit", "root"
AT = {"unit-taken": "name", "unit-unknown": "parent", "unit-below-itself": "parent"}
"""The fields at which refusals stand that name none."""
KINDS = ("town", "office", DEFAULT, "supervision")
"""The kinds of unit that have words; data may hold others, which an office named itself."""


@ROUTES.get("/units", permission="unit.add", object="unit")
def show(visit: Visiting, request: Request) -> Response:
    """Show the tree, the form for a new unit, and the one of the unit that was chosen."""
    return _show(visit, request.query_params.get("unit", ""), "", None)


@ROUTES.post("/units", permission="unit.add", object="unit", events=(Kind.UNIT_ADDED,))
def add(visit: Visiting) -> Response:
    """Add a unit."""
    try:
        with visit.writing() as (desk, who):
            parent, kind = or_none(visit.text("parent")), or_none(visit.text("kind"))
            units.add_unit(desk, who, visit.text("name"), parent, kind or DEFAULT)
    except (*CORRECTABLE, NotFoundError) as error:
        return _show(visit, "", "new", error)
    return RedirectResponse("/units?done=unit", 303)


@ROUTES.post("/units/change", permission="unit.change", object="unit", events=(Kind.UNIT_CHANGED,))
def change(visit: Visiting) -> Response:
    """Rename or move a unit."""
    chosen = visit.text("unit")
    order = UnitChange(visit.text("name"), visit.text("kind"), visit.text("parent"))
    try:
        with visit.writing() as (desk, who):
            units.change_unit(desk, who, chosen, order)
    except (*CORRECTABLE, NotFoundError) as error:
        gone = {"name": chosen} == error.message.params
        if isinstance(error, NotFoundError) and gone:  # the unit itself, not the one above it
            raise
        return _show(visit, chosen, "change", error)
    return RedirectResponse("/units?done=unit-changed", 303)


def _show(visit: Visit, chosen: str, form: str, error: DubanError | None) -> Response:
    with visit.reading() as (desk, who):
        tree = units.list_units(desk, who)
        found = next((unit for unit in tree if unit["name"] == chosen), None)
        new = _fields(desk, who, visit, DEFAULT)
        old = _fields(desk, who, visit, DEFAULT if found is None else found["kind"])
    if found is not None:
        _prefill(old, found)
    sent = old if form == "change" else new
    if error is not None:
        fill(sent, visit)
    errors = blame_at(sent, error, visit.locale, AT) if error else []
    response = page(
        visit, "pages/units.html", status_of_form(error) if error else 200, tree=tree, chosen=found,
        new=new, old=old, sent=sent, errors=errors,
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response


def _prefill(fields: list[Field], unit: UnitAnswer) -> None:
    for one, value in zip(fields, (unit["name"], unit["kind"], unit["parent"]), strict=True):
        one["value"] = value or ""


def _fields(desk: Desk, who: Principal, visit: Visit, kind: str) -> list[Field]:
    return [
        field(visit.locale, "name", "line", label="label-unit-name", required=True),
        field(visit.locale, "kind", "select", label="label-unit-kind", value=kind,
              options=_kinds(visit, kind), required=True),
        field(visit.locale, "parent", "unit", label="label-unit-parent",
              options=choices.units(desk, who), empty=say_in(visit.locale, "unit-top")),
    ]  # fmt: skip


def _kinds(visit: Visit, present: str) -> list[Option]:
    """Offer the kinds by their words; one that an office named itself stays what it is."""
    top = (TOP,) if present == TOP else ()
    own = () if present in {TOP, *KINDS} else ((present, present),)
    return [*worded(visit.locale, "unit-kind", (*top, *KINDS)), *options(own)]
