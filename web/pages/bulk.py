"""One thing done to the cases chosen in the list: fill in, check what would come of it, done."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from engine.domain.access import FIT, WRITERS, Principal, roles_of
from engine.domain.events import Kind
from engine.errors import DubanError, InvalidError
from engine.service.bulk import (
    FateAnswer,
    carry_out,
    chosen_codes,
    outcome_of,
    rehearse,
    ticket_of,
)
from engine.service.bulk_orders import Assignment, Nudging, Order, Urging
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.paging import MOST
from engine.service.workflows import list_workflows
from web.forms import Field, blame, field, fill, labels_of, number, or_none
from web.pages.choices import people, units
from web.pages.letter_acts import order_of, said_fields
from web.refusals import status_of
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.wording import say_in
from web.words_of import words_of

ROUTES = Routes("page")
OFFERED = {
    "assign": roles_of(("assigner",)), "nudge": roles_of(WRITERS["nudge"]),
    "urge": roles_of(WRITERS["letter"]),
}  # fmt: skip
"""To whose holders the list offers an act; what may be done to a case, the case decides."""


@dataclass(frozen=True, slots=True)
class Bulk:
    """An act on many cases; the words are `bulk-<name>` and its kin."""

    name: str
    permission: str
    events: tuple[Kind, ...]
    fields: Callable[[Desk, Principal, Visit], list[Field]]
    order: Callable[[Visit], Order]

    @property
    def at(self) -> str:
        """Its address."""
        return f"/cases/bulk/{self.name}"


def _assign_fields(desk: Desk, who: Principal, visit: Visit) -> list[Field]:
    locale, empty = visit.locale, say_in(visit.locale, "bulk-planned")
    leaders, offered = people(desk, who, FIT["lead-leader"]), units(desk, who)
    return [
        field(locale, "lead_leader", "account", options=leaders, empty=empty),
        field(locale, "lead_unit", "unit", options=offered, empty=empty),
        field(locale, "due", "date", min=visit.today.isoformat(), hint="bulk-as-planned"),
        field(locale, "reason", "text", hint="hint-reason"),
    ]


def _assignment(visit: Visit) -> Order:
    names = ("lead_leader", "lead_unit", "due", "reason")
    leader, unit, due, reason = (or_none(visit.text(name)) for name in names)
    return Assignment(leader, unit, due, reason)


def _nudge_fields(_desk: Desk, _who: Principal, visit: Visit) -> list[Field]:
    return [field(visit.locale, "text", "text", label="label-nudge", hint="hint-nudge", max=500,
                  required=True)]  # fmt: skip


def _urging(visit: Visit) -> Order:
    order = order_of(visit)
    return Urging(order.demands, order.answer_by, order.basis)


ACTS = (
    Bulk("assign", "case.step", (Kind.CASE_STEPPED,), _assign_fields, _assignment),
    Bulk("nudge", "case.nudge", (Kind.CASE_NUDGED,), _nudge_fields,
         lambda visit: Nudging(visit.text("text"))),
    Bulk("urge", "case.letter", (Kind.LETTER_DRAFTED,),
         lambda _desk, _who, visit: said_fields(None, visit), _urging),
)  # fmt: skip

_ORDERS = [kind.__name__ for kind in (Assignment, Nudging, Urging)]
"""The orders of these acts, as what became of one names them."""


def _put_up(bulk: Bulk) -> None:
    """Declare the pages of one act."""

    @ROUTES.get(bulk.at, permission=bulk.permission, object="case")
    def ask(visit: Visiting, request: Request) -> Response:
        """Show the form, for the cases that were ticked in the list."""
        return _fill_in(bulk, visit, ticked_in(request.query_params), None)

    @ROUTES.post(f"{bulk.at}/edit", permission=bulk.permission, object="case")
    def edit(visit: Visiting) -> Response:
        """Show the form again with what was typed."""
        return _fill_in(bulk, visit, list(_chosen(visit)), None)

    @ROUTES.post(f"{bulk.at}/confirm", permission=bulk.permission, object="case")
    def check(visit: Visiting) -> Response:
        """Try it on each case without keeping it, and show what would become of each."""
        chosen = _chosen(visit)
        try:
            chosen_codes(list(chosen))
            fates = rehearse(visit.rehearsing, chosen, bulk.order(visit), visit.locale)
        except InvalidError as error:
            return _fill_in(bulk, visit, list(chosen), error)
        with visit.reading() as (desk, who):
            fields = bulk.fields(desk, who, visit)
        fill(fields, visit)
        return page(
            visit, "pages/bulk_check.html", bulk=bulk, chosen=chosen, fields=fields,
            labels=labels_of, ticket=secrets.token_urlsafe(16), **_sorted(fates),
        )  # fmt: skip

    @ROUTES.post(bulk.at, permission=bulk.permission, object="case", events=bulk.events)
    def do(visit: Visiting) -> Response:
        """Do it to each case, and go to what became of each."""
        chosen, order, key = _chosen(visit), bulk.order(visit), visit.text("ticket")
        try:
            chosen_codes(list(chosen))
            ticket = ticket_of(key, chosen, order)
            carry_out(visit.writing, chosen, order, ticket, visit.locale)
        except InvalidError as error:
            return _fill_in(bulk, visit, list(chosen), error)
        return RedirectResponse(f"/cases/bulk/done/{quote(key, safe='')}", 303)


for _bulk in ACTS:
    _put_up(_bulk)


@ROUTES.get("/cases/bulk/done/{key}", permission="case.read", object="case")
def done(key: str, visit: Visiting) -> Response:
    """Show what became of each case of one's own order, for a day."""
    with visit.reading() as (desk, who):
        outcome = outcome_of(desk, who, key)
    bulk = ACTS[_ORDERS.index(outcome["order"])]
    told = _sorted(outcome["fates"])
    again = urlencode([("id", fate["code"]) for fate in told["refused"]])
    return page(
        visit, "pages/bulk_done.html", bulk=bulk, again=f"{bulk.at}?{again}" if again else None,
        **told,
    )  # fmt: skip


def ticked_in(params: QueryParams) -> list[str]:
    """Give the codes ticked in the list; the box at the head of it ticks all of its page."""
    if params.get("all") == "1":
        return params.get("page", "").split(",")
    return params.getlist("id")


def _fill_in(bulk: Bulk, visit: Visit, ticked: Sequence[str], error: DubanError | None) -> Response:
    """Show the form with the cases that it is for; nothing ticked is said, not refused."""
    try:
        codes = chosen_codes(ticked)
    except InvalidError as none:
        return page(visit, "pages/bulk_none.html", 200 if error is None else 422, bulk=bulk,
                    says=none.say(visit.locale))  # fmt: skip
    with visit.reading() as (desk, who):
        found = list_cases(desk, who, CaseQuery(codes=tuple(codes), limit=MOST))["items"]
        fields = bulk.fields(desk, who, visit)
        words = words_of(list_workflows(desk, who), visit.locale)
    fill(fields, visit)
    there: dict[str, Mapping[str, Any]] = {item["code"]: item for item in found}
    shown = {
        "items": [there[code] for code in codes if code in there],
        "missing": [code for code in codes if code not in there],
    }
    errors = blame(fields, error, visit.locale) if error else []
    status = 200 if error is None else status_of(error)
    return page(
        visit, "pages/bulk_form.html", status, words=words, bulk=bulk, fields=fields,
        errors=errors, **shown,
    )  # fmt: skip


def _chosen(visit: Visit) -> dict[str, int]:
    """Read the chosen cases, each with the version that was looked at: `DB-2026-0001@3`."""
    split = (text.partition("@") for text in visit.texts("id"))
    return {code: number(version) for code, _, version in split if code.strip()}


def _sorted(fates: Sequence[FateAnswer]) -> dict[str, list[FateAnswer]]:
    return {
        "refused": [fate for fate in fates if not fate["done"]],
        "good": [fate for fate in fates if fate["done"]],
    }
