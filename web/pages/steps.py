"""Taking a step: fill in, check what will come of it, done."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from starlette.responses import RedirectResponse, Response

from engine.domain.access import FIT, Principal
from engine.domain.derivation import say_day
from engine.domain.events import Kind
from engine.domain.fields import OUTCOMES
from engine.errors import DubanError, NotFoundError, NotFromHereError
from engine.service import cases
from engine.service.case_answers import CaseAnswer, StepAnswer
from engine.service.case_waits import latest_due, pauses_of
from engine.service.cases import StepOrder
from engine.service.desk import Desk
from engine.service.workflows import WorkflowAnswer, show_workflow
from web.forms import (
    Field,
    blame,
    data_of,
    field,
    fill,
    labels_of,
    lacking,
    number,
    or_none,
    worded,
)
from web.locations import case_at
from web.pages import meanwhile, proof
from web.pages.asked import decided, review_of, survivor
from web.pages.case_shown import conditions, unmet
from web.pages.choices import people, units
from web.pages.part import CORRECTABLE, full
from web.refusals import form_again, status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.wording import say_in
from web.words_of import words_of

ROUTES = Routes("page")
CONTROLS = {
    "text": "text",
    "date": "date",
    "leader": "account",
    "unit": "unit",
    "units": "units",
    "outcome": "choice",
    "case": "line",
}
"""The control for each kind of field that a step takes."""


@ROUTES.get("/cases/{code}/do/{trigger}", permission="case.step", object="case")
def ask(code: str, trigger: str, visit: Visiting) -> Response:
    """Show the form of a step, or why it is closed to the reader."""
    return _fill_in(visit, code, trigger, None)


@ROUTES.post("/cases/{code}/do/{trigger}/edit", permission="case.step", object="case")
def edit(code: str, trigger: str, visit: Visiting) -> Response:
    """Show the form again with what was typed."""
    return _fill_in(visit, code, trigger, None)


@ROUTES.post("/cases/{code}/do/{trigger}/confirm", permission="case.step", object="case")
def check(code: str, trigger: str, visit: Visiting) -> Response:
    """Try the step without keeping it, and show what would come of it."""
    return _check(visit, code, trigger, None)


def _check(visit: Visit, code: str, trigger: str, error: DubanError | None) -> Response:
    """Show what would come of a step; what closes a case asks anew who it is (`proof`)."""
    try:
        with visit.rehearsing() as (desk, who):
            before = full(cases.show_case(desk, who, code))
            step = _step(before, trigger)
            fields = _fields(desk, who, before, step, visit)
            flow, events = _flow(desk, who, before), cases.history(desk, who, code)
            pauses, into = _paused(desk, who, before, trigger), survivor(desk, who, before)
            after = full(cases.take_step(desk, who, code, _order(trigger, fields, visit)))
    except CORRECTABLE as refusal:
        return _fill_in(visit, code, trigger, refusal)
    fill(fields, visit)
    asked = proof.fields(visit) if proof.is_due(visit, before, after) else []
    tick = proof.tick(visit)
    errors = blame([*asked, tick], error, visit.locale) if error else []
    response = page(
        visit, "pages/step_check.html", status_of(error) if error else 200,
        words=words_of([flow], visit.locale), case=before, step=step, fields=fields, after=after,
        begun=_begun(before, after), labels=labels_of, asked=asked, tick=tick, errors=errors,
        decided=decided(before, flow, step, events), pauses=pauses, survivor=into,
        conditions=conditions(before, flow, step), review=_review(visit, before, after),
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response


@ROUTES.post(
    "/cases/{code}/do/{trigger}",
    permission="case.step",
    object="case",
    events=(Kind.CASE_STEPPED, Kind.CASE_RECEIVED_MERGER),
)
def take(code: str, trigger: str, visit: Visiting) -> Response:
    """Take the step, and go back to the case where it is still in sight."""
    try:
        proof.take(visit)
        proof.require_tick(visit)
        with visit.writing() as (desk, who):
            case = full(cases.show_case(desk, who, code))
            fields = _fields(desk, who, case, _step(case, trigger), visit)
            after = cases.take_step(desk, who, code, _order(trigger, fields, visit))
            proof.require(visit, case, after)
            seen = _is_seen(desk, who, code)
    except proof.UnprovenError as error:
        return _check(visit, code, trigger, error.refusal)
    except CORRECTABLE as error:
        return _fill_in(visit, code, trigger, error)
    there = case_at(code, "?done=step") if seen else "/cases?done=step"
    return RedirectResponse(there, 303)


def _fill_in(visit: Visit, code: str, trigger: str, error: DubanError | None) -> Response:
    """Show the form; after a refusal with what was typed, its sentences, and the case as it is."""
    with visit.reading() as (desk, who):
        case = full(cases.show_case(desk, who, code))
        since, flow = meanwhile.look(desk, who, case, visit), _flow(desk, who, case)
        step = next((s for s in _mine_first(case) if s["trigger"] == trigger), None)
        if step is None and since is None:
            raise meanwhile.gone(error)
        shown = step or meanwhile.former(flow, trigger, visit.locale)
        fields = _fields(desk, who, case, shown, visit)
        events, pauses = cases.history(desk, who, code), _paused(desk, who, case, trigger)
        into = survivor(desk, who, case)
    fill(fields, visit)
    found, words = meanwhile.told(since, case, fields, visit), words_of([flow], visit.locale)
    why = _shut(step, error, visit)
    if found and why is not None:
        return meanwhile.overtaken(visit, case, found, fields, shown["title"], why, words=words)
    error = meanwhile.as_stale(error, since)
    errors = meanwhile.sentences(found, fields, error, visit.locale)
    return form_again(
        visit, "pages/step.html", error,
        words=words, case=case, step=step, fields=fields, errors=errors, since=found,
        needs=unmet(case, shown["unmet"]), conditions=conditions(case, flow, shown),
        open=shown["allowed"] or error is not None, decided=decided(case, flow, shown, events),
        pauses=pauses, review=review_of(case, visit.today, ("pending",)), survivor=into,
    )  # fmt: skip


def _shut(step: StepAnswer | None, error: DubanError | None, visit: Visit) -> str | None:
    """Say what closed a step to whoever was at its form; None where it can still be sent.

    A step that waits for a decision, or decides, is over once another request came or was decided.
    """
    if step is None:
        return meanwhile.gone(error).say(visit.locale)
    if not step["mine"]:
        return say_in(visit.locale, "door-who", who=step["who"])
    over = [need for need in step["unmet"] if need["need"].endswith("-pending")]
    said = [lacking(visit.locale, need["message"], need["who"]) for need in over]
    return " ".join(said) or None


def _review(visit: Visit, before: CaseAnswer, after: CaseAnswer) -> dict[str, Any] | None:
    """Give the review of a suspension that is decided, or that the step asks for."""
    waits = ("pending",)
    return review_of(before, visit.today, waits) or review_of(after, visit.today, waits)


def _mine_first(case: CaseAnswer) -> Sequence[StepAnswer]:
    """Give the steps, those of the reader first: one trigger may stand for two of them."""
    return sorted(case["steps"], key=lambda step: not step["mine"])


def _step(case: CaseAnswer, trigger: str) -> StepAnswer:
    for step in _mine_first(case):
        if step["trigger"] == trigger:
            return step
    raise NotFromHereError("not-from-here")


def _order(trigger: str, fields: Sequence[Field], visit: Visit) -> StepOrder:
    data = data_of([one for one in fields if one["name"] != "reason"], visit)
    reason = or_none(visit.text("reason"))
    return StepOrder(trigger, number(visit.text("version")), reason, data)


def _fields(
    desk: Desk, who: Principal, case: CaseAnswer, step: StepAnswer, visit: Visit
) -> list[Field]:
    """Build the form of a step from its definition; a reason can always be given."""
    planned = _planned(case)
    offers = {
        "account": lambda: people(desk, who, FIT["lead-leader"]),
        "unit": lambda: units(desk, who),
        "units": lambda: units(desk, who),
        "choice": lambda: worded(visit.locale, "outcome", OUTCOMES),
    }
    made: list[Field] = []
    for one in step["fields"]:
        kind, name = CONTROLS[one["kind"]], one["name"]
        more: dict[str, Any] = {"required": one["required"], "value": planned.get(name)}
        if kind in offers:
            more["options"] = offers[kind]()
        if one["kind"] == "case":
            more["hint"] = "hint-case-code"
        made.append(field(visit.locale, name, kind, **more))
        if name == "due":
            _bound(desk, who, case, step, made[-1], visit)
        if name == "to":
            _leave_out(made[-1], case, visit)
    made.append(
        field(visit.locale, "reason", "text", required=step["reason_required"], hint="hint-reason")
    )
    return made


def _bound(  # noqa: PLR0913, PLR0917  # a field and where it stands
    desk: Desk, who: Principal, case: CaseAnswer, step: StepAnswer, due: Field, visit: Visit
) -> None:
    """Say on the form of an extension how far the promised date may move at the most."""
    asks = any(
        arc["trigger"] == step["trigger"] and "ask-extension" in arc["effects"]
        for arc in _flow(desk, who, case)["transitions"]
    )
    latest = latest_due(desk, who, case["code"]) if asks else None
    if latest is not None and case["due"] is not None:
        present = date.fromisoformat(case["due"])
        days = {"present": say_day(present, visit.locale), "latest": say_day(latest, visit.locale)}
        due["hint"] = say_in(visit.locale, "hint-extension", **days)
        due["min"] = (present + timedelta(days=1)).isoformat()
        due["max"] = latest.isoformat()


def _leave_out(successor: Field, case: CaseAnswer, visit: Visit) -> None:
    """Offer everybody as successor but whoever leads the case already, and say so."""
    lead = case["lead_leader"]
    if lead is not None:
        offered = successor.get("options", ())
        successor["options"] = [o for o in offered if o["value"] != lead["login"]]
        successor["hint"] = say_in(visit.locale, "hint-successor", name=lead["name"])


def _planned(case: CaseAnswer) -> dict[str, Any]:
    """Offer what the decomposition table planned, as long as nobody was assigned."""
    plan = case["planned"]
    if case["lead_leader"] is not None:
        return {}
    return {
        "lead_leader": plan["lead_leader"]["login"] if plan["lead_leader"] else None,
        "lead_unit": plan["lead_unit"]["name"] if plan["lead_unit"] else None,
        "supporting_units": [unit["name"] for unit in plan["supporting_units"]],
        "due": plan["due"],
    }


def _flow(desk: Desk, who: Principal, case: CaseAnswer) -> WorkflowAnswer:
    reference = case["workflow"]
    return show_workflow(desk, who, reference["name"], reference["version"])


def _paused(desk: Desk, who: Principal, case: CaseAnswer, trigger: str) -> list[str]:
    """Name the clocks that a step stops for a while."""
    flow = case["workflow"]
    return pauses_of(desk, who, flow["name"], flow["version"])["pauses"].get(trigger, [])


def _begun(before: CaseAnswer, after: CaseAnswer) -> list[dict[str, Any]]:
    """List the clocks that the step would start."""
    known = {clock["id"] for clock in before["clocks"]}
    return [
        dict(clock)
        for clock in after["clocks"]
        if clock["id"] not in known and clock["stopped_at"] is None
    ]


def _is_seen(desk: Desk, who: Principal, code: str) -> bool:
    try:
        cases.show_case(desk, who, code)
    except NotFoundError:
        return False
    return True
