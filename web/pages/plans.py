"""Forms about the task force, the resolution plan, and progress on its measures."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from engine.domain.access import FIT, Principal
from engine.domain.events import Kind
from engine.domain.facts import FINISHED
from engine.errors import FieldFault, InvalidError, NotFoundError
from engine.service import plans
from engine.service.case_answers import CaseAnswer, MeasureAnswer
from engine.service.desk import Desk
from engine.service.plans import MeasureOrder, PlanOrder, ProgressOrder
from engine.service.task_forces import TaskForceOrder, set_task_force
from web.forms import Field, Row, field, number, or_none, whole, worded
from web.pages.choices import files_of, people, units_of
from web.pages.part import Part, again, ask, keep_files, send
from web.routing import Routes
from web.visit import Number, Visit, Visiting
from web.wording import say_in

ROUTES = Routes("page")
MOST_ROWS = 100
_PLACE = re.compile(r"(?:measures|members)\.([0-9]{1,3})\.")


def _rows(visit: Visit, group: str, kept: int) -> int:
    """Count the rows of a form: as many as were sent, one more where that was asked for."""
    places = [found[1] for name in visit.form if (found := _PLACE.match(name))]
    sent = 1 + max((int(place) for place in places), default=-1)
    more = 1 if visit.text("_add") == group else 0
    return min(MOST_ROWS, max(sent + more, kept, 1))


def _kept(visit: Visit, group: str, cells: Sequence[str]) -> list[int]:
    """Give the rows in which something was typed: an empty one is none."""
    count = _rows(visit, group, 0)
    return [n for n in range(count) if any(visit.text(f"{group}.{n}.{c}").strip() for c in cells)]


def _replaced(error: InvalidError, group: str, kept: Sequence[int]) -> InvalidError:
    """Name rows by their place on the form again, empty ones counted."""
    return InvalidError(error.message, [
        FieldFault(_place(fault.field, group, kept), fault.message) for fault in error.faults
    ])  # fmt: skip


def _place(path: str, group: str, kept: Sequence[int]) -> str:
    parts = path.split(".")
    if parts[0] == group and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(kept):
        parts[1] = str(kept[int(parts[1])])
    return ".".join(parts)


# --- task force ---------------------------------------------------------------------------------


def _force_fields(desk: Desk, who: Principal, case: CaseAnswer, visit: Visit) -> list[Field]:
    locale, offered, units = visit.locale, people(desk, who, FIT["member"]), units_of(case)
    force = case["task_force"]
    liaison = force["liaison"]["login"] if force["liaison"] else ""
    now = [(m["account"]["login"], m["unit"]["name"]) for m in force["members"]]
    given = {unit for _, unit in now}
    now += [("", unit["value"]) for unit in units if unit["value"] not in given]
    rows: list[Row] = []
    for n in range(_rows(visit, "members", 0 if visit.form else len(now))):
        login, unit = now[n] if n < len(now) and not visit.form else ("", "")
        at = f"members.{n}"
        rows.append({"label": say_in(locale, "force-member", n=n + 1), "cells": [
            field(locale, f"{at}.account", "account", options=offered, value=login),
            field(locale, f"{at}.unit", "unit", options=units, value=unit),
        ]})  # fmt: skip
    return [
        field(locale, "liaison", "account", options=offered, value=liaison, required=True),
        field(locale, "members", "rows", hint="hint-members", rows=rows,
              add=say_in(locale, "force-add")),
    ]  # fmt: skip


def _set_force(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    kept = _kept(visit, "members", ("account",))
    members = [(visit.text(f"members.{n}.account"), visit.text(f"members.{n}.unit")) for n in kept]
    order = TaskForceOrder(number(visit.text("version")), visit.text("liaison"), members)
    try:
        set_task_force(desk, who, code, order)
    except InvalidError as error:
        raise _replaced(error, "members", kept) from error


FORCE = Part("task-force", "force", "#ones", "task-force", _force_fields, _set_force, replaces=True)


@ROUTES.get("/cases/{code}/task-force", permission="case.task-force", object="case")
def ask_force(code: str, visit: Visiting) -> Response:
    """Show the form for the task force."""
    return ask(FORCE, code, visit)


@ROUTES.post(
    "/cases/{code}/task-force",
    permission="case.task-force",
    object="case",
    events=(Kind.TASK_FORCE_SET,),
)
def set_force(code: str, visit: Visiting) -> Response:
    """Name the task force, or show one more row for it."""
    return again(FORCE, code, visit, None) if visit.text("_add") else send(FORCE, code, visit)


# --- plan ---------------------------------------------------------------------------------------

CELLS = ("title", "owner", "unit", "start", "due", "evidence")


def _plan_fields(desk: Desk, who: Principal, case: CaseAnswer, visit: Visit) -> list[Field]:
    locale, plan = visit.locale, case["plan"]
    now = _shown_first(visit, plan["measures"] if plan else [])
    offered, units = people(desk, who, FIT["owner"]), units_of(case)
    rows: list[Row] = []
    for n in range(_rows(visit, "measures", len(now))):
        cells = _measure_cells(visit, f"measures.{n}", now[n] if n < len(now) else None)
        cells[1]["options"], cells[2]["options"] = offered, units
        rows.append({"label": say_in(locale, "plan-row", n=n + 1), "cells": cells})
    fields = [field(locale, "measures", "rows", hint="hint-measures", rows=rows,
                    add=say_in(locale, "plan-add"))]  # fmt: skip
    if plan:
        fields.append(field(locale, "reason", "text", hint="hint-plan-reason"))
    return fields


def _shown_first(visit: Visit, measures: Sequence[MeasureAnswer]) -> Sequence[MeasureAnswer | None]:
    """Give what stands in the rows at first: what others added meanwhile after those of the form.

    A row of the form is filled with what was typed, whatever measure it is about.
    """
    sent = _rows(visit, "measures", 0) if visit.form else 0
    known = {visit.text(f"measures.{n}.id") for n in range(sent)}
    return [*([None] * sent), *(m for m in measures if str(m["id"]) not in known)]


def _measure_cells(visit: Visit, at: str, measure: MeasureAnswer | None) -> list[Field]:
    locale = visit.locale
    values: dict[str, Any] = {} if measure is None else {
        **measure,
        "owner": measure["owner"]["login"] if measure["owner"] else "",
        "unit": measure["unit"]["name"] if measure["unit"] else "",
    }  # fmt: skip
    kinds = {"owner": "account", "unit": "unit", "start": "date", "due": "date"}
    cells = [
        field(locale, f"{at}.{cell}", kinds.get(cell, "line"), label=f"label-measure-{cell}",
              value=values.get(cell), required=cell == "title", wide=cell in {"title", "evidence"})
        for cell in CELLS
    ]  # fmt: skip
    identity = field(locale, f"{at}.id", "hidden", label="plan-measure", value=values.get("id", ""))
    return [*cells, identity]


def _write_plan(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    kept = _kept(visit, "measures", CELLS)
    measures = [_measure_of(visit, f"measures.{n}") for n in kept]
    order = PlanOrder(number(visit.text("version")), measures, or_none(visit.text("reason")))
    try:
        _write(desk, who, code, order)
    except InvalidError as error:
        raise _replaced(error, "measures", kept) from error


def _write(desk: Desk, who: Principal, code: str, order: PlanOrder) -> None:
    """Write a plan; a measure that others dropped for good meanwhile is a new one in it."""
    try:
        plans.write_plan(desk, who, code, order)
    except InvalidError as error:
        lost = {f.field for f in error.faults if f.message.code == "measure-unknown"}
        if not lost:
            raise
        measures = [
            replace(one, id=None) if f"measures.{n}.id" in lost else one
            for n, one in enumerate(order.measures)
        ]
        plans.write_plan(desk, who, code, replace(order, measures=measures))


def _measure_of(visit: Visit, at: str) -> MeasureOrder:
    given: dict[str, Any] = {cell: or_none(visit.text(f"{at}.{cell}")) for cell in CELLS}
    identity = or_none(visit.text(f"{at}.id"))
    return MeasureOrder(
        given["title"] or "",
        given["owner"],
        given["unit"],
        given["start"],
        given["due"],
        given["evidence"],
        None if identity is None else whole(identity),
    )


PLAN = Part("plan", "plan", "#plan", "plan", _plan_fields, _write_plan, replaces=True)


@ROUTES.get("/cases/{code}/plan", permission="case.plan", object="case")
def ask_plan(code: str, visit: Visiting) -> Response:
    """Show the form for the plan."""
    return ask(PLAN, code, visit)


@ROUTES.post(
    "/cases/{code}/plan", permission="case.plan", object="case", events=(Kind.PLAN_WRITTEN,)
)
def write_plan(code: str, visit: Visiting) -> Response:
    """Write the next version of the plan, or show one more row for it."""
    return again(PLAN, code, visit, None) if visit.text("_add") else send(PLAN, code, visit)


def _adopt(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    plans.adopt_plan(desk, who, code, number(visit.text("version")))


ADOPT = Part("plan.adopt", "adopt", "#plan", "adopted", lambda *_: [], _adopt)


@ROUTES.get("/cases/{code}/plan/adopt", permission="case.plan.adopt", object="case")
def ask_adoption(code: str, visit: Visiting) -> Response:
    """Show the plan that is to be adopted."""
    return ask(ADOPT, code, visit)


@ROUTES.post(
    "/cases/{code}/plan/adopt",
    permission="case.plan.adopt",
    object="case",
    events=(Kind.PLAN_ADOPTED,),
)
def adopt_plan(code: str, visit: Visiting) -> Response:
    """Adopt the newest version of the plan."""
    return send(ADOPT, code, visit)


# --- progress -----------------------------------------------------------------------------------


def _progress(measure: int) -> Part:
    def fields(_desk: Desk, _who: Principal, case: CaseAnswer, visit: Visit) -> list[Field]:
        locale, today = visit.locale, visit.today.isoformat()
        return [
            field(locale, "status", "choice", label="plan-status", required=True,
                  options=worded(locale, "status", plans.STATUSES)),
            field(locale, "note", "text", hint="hint-no-person", required=True),
            field(locale, "date", "date", label="label-done-on", required=True, value=today,
                  max=today),
            field(locale, "files", "units", label="label-evidence-files",
                  hint="hint-evidence-files", options=files_of(case)),
            field(locale, "upload", "file", label="label-evidence-upload", hint="hint-file",
                  path="file", many=True),
        ]  # fmt: skip

    def requires(case: CaseAnswer) -> None:
        plan = case["plan"]
        if plan is None or measure not in {one["id"] for one in plan["measures"]}:
            raise NotFoundError("measure-unknown", id=measure)

    def record(desk: Desk, who: Principal, code: str, visit: Visit) -> str | None:
        fresh = keep_files(desk, who, code, visit, "upload")
        on: Any = visit.text("date")
        order = ProgressOrder(
            visit.text("status"),
            visit.text("note"),
            on,
            [*(whole(one) for one in visit.texts("files")), *fresh],
            number(visit.text("version")) + len(fresh),  # each file was a change of the case
        )
        after = plans.record_progress(desk, who, code, measure, order)
        return "unproved" if after["status"] in FINISHED and not after["proved"] else None

    return Part(
        "progress", "progress", "#plan", "progress", fields, record, uploads=True, measure=measure,
        requires=requires,
    )  # fmt: skip


@ROUTES.get("/cases/{code}/measures/{measure}/progress", permission="case.progress", object="case")
def ask_progress(code: str, measure: Number, visit: Visiting) -> Response:
    """Show the form for progress on a measure."""
    return ask(_progress(measure), code, visit)


@ROUTES.post(
    "/cases/{code}/measures/{measure}/progress",
    permission="case.progress",
    object="case",
    events=(Kind.FILE_ADDED, Kind.MEASURE_PROGRESSED),
    uploads=True,
)
def record_progress(code: str, measure: Number, visit: Visiting) -> Response:
    """Record progress on a measure, with its evidence."""
    return send(_progress(measure), code, visit)
