"""The list of cases: views and filters in the address, page by page, and all of it as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from engine.domain.access import FIT, READS_ALL, Principal
from engine.errors import FieldFault, InvalidError
from engine.output.paper import ENDINGS, MEDIA, paper_bytes
from engine.service import long_runs, quotas
from engine.service.bulk import chosen_codes
from engine.service.case_lists import CaseQuery, CasesAnswer, count_cases, list_cases
from engine.service.case_marks import tell_marks
from engine.service.case_paper import case_paper
from engine.service.dashboard import has_figures
from engine.service.desk import Desk
from engine.service.issues import ORIGINS
from engine.service.long_runs import ExportOrder
from engine.service.office import wrong
from engine.service.views import SavedView, list_views
from engine.service.workflows import list_workflows
from engine.words import listed as in_a_row
from engine.words import say
from web.files import Download, hand_out
from web.forms import Option, as_offered, options, worded
from web.locations import shown_at
from web.pages import proof
from web.pages.bulk import OFFERED, ticked_in
from web.pages.case_filters import ALWAYS, COUNTED, DUE, VIEWS, Asked, address_of, asked_of, kept_of
from web.pages.choices import people, units
from web.pages.left import with_days_left
from web.parameters import called
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.wording import Words, labelled_in, say_in
from web.words_of import states_of, words_of

ROUTES = Routes("page")
EXPORT = "/cases/export"
Offers = Mapping[str, list[Option]]
NOTHING: CasesAnswer = {"items": [], "next": None, "total": 0}


@ROUTES.get("/cases", permission="case.read", object="case")
def show(visit: Visiting, request: Request) -> Response:
    """List the cases of a view, narrowed by what the address asks for; a wrong filter is told."""
    asked, wrongs = asked_of(request.query_params), list[FieldFault]()
    with visit.reading() as (desk, who):
        own = list_views(desk, who)
        if first := _opens_with(own, request):
            return RedirectResponse(first, 303)
        try:
            listed = list_cases(desk, who, asked.query(desk.today, desk.zone))
        except InvalidError as error:
            listed, wrongs = NOTHING, list(error.faults)
        items = [with_days_left(desk, item) for item in listed["items"]]
        marks = tell_marks(desk, listed["items"])
        counts = _counts(desk, who)
        words = words_of(list_workflows(desk, who), visit.locale)
        offered = offers(desk, who, words, visit)
    labels = [_said(visit, asked, offered, fault) for fault in wrongs]
    return page(
        visit, "pages/cases.html", 422 if wrongs else 200, words=words, offers=offered, asked=asked,
        listed=listed, items=items, marks=marks, counts=counts, views=list(VIEWS), wrongs=labels,
        more="more" in request.query_params, own=own, at=address_of, kept=kept_of(asked),
        acts=_acts(who),
        chips=_chips(asked, offered), codes=",".join(item["code"] for item in items),
    )  # fmt: skip


def _acts(who: Principal) -> list[str]:
    """Name what the reader may do to many cases at once."""
    return [name for name, roles in OFFERED.items() if who.has(*roles)]


def _opens_with(own: Sequence[SavedView], request: Request) -> str | None:
    """Give the address of the view that an address that asks for nothing opens with."""
    usual = (address_of(view.filters) for view in own if view.usual)
    return None if request.query_params else next(usual, None)


def _counts(desk: Desk, who: Principal) -> dict[str, int]:
    """Count what the views hold; nothing for who sees too little of the cases to count."""
    if not has_figures(who):
        return {}
    names = COUNTED if who.has(*READS_ALL) else ALWAYS
    return {name: count_cases(desk, who, CaseQuery(**VIEWS[name])) for name in names}


def offers(desk: Desk, who: Principal, words: Words, visit: Visit) -> Offers:
    """Give what each filter can be set to."""
    return {
        "state": options((n, str(s["title"])) for n, s in states_of(words)),
        "unit": units(desk, who),
        "leader": people(desk, who, FIT["lead-leader"]),
        "due": worded(visit.locale, "due", DUE),
        "origin": worded(visit.locale, "origin", ORIGINS),
    }


def _chips(asked: Asked, offers: Offers) -> list[dict[str, Any]]:
    """Give each filter with its words and the same list without it."""
    found = []
    for name, text in asked.given.items():
        known = {option["value"]: option["label"].strip("　") for option in offers.get(name, ())}
        if name != "sort":
            chip = {
                "name": name,
                "text": known.get(text, text),
                "without": asked.without(name),
            }
            found.append(chip)
    return found


def _said(visit: Visit, asked: Asked, offered: Offers, fault: FieldFault) -> str:
    label = called("/cases", fault.field, visit.locale) or ""
    given = asked.given.get(fault.field)
    name = label if given is None else say_in(visit.locale, "filter-given", name=label, text=given)
    words = as_offered(offered.get(fault.field, ()), fault.message)
    return labelled_in(visit.locale, name, say(words, visit.locale))


@ROUTES.get(EXPORT, permission="case.read", object="case")
def export(visit: Visiting, request: Request) -> Response:
    """Hand out the ticked cases as a file, or without ticks all that match the filters.

    A long list asks for a proof of late, and a very long one is offered to be written behind the
    page.
    """
    with visit.reading() as (desk, who):
        order = export_order(visit, desk, who, request.query_params)
        query = cast("CaseQuery", order.query)
        count = count_cases(desk, who, query)
        if count > proof.MOST_ROWS and proof.is_old(visit):
            return RedirectResponse(proof.export_at(shown_at(request)), 303)
        if count > long_runs.LONG_ROWS:
            return offer(visit, request, count)
        quotas.count_export(visit.application, who, visit.via)
        content = paper_bytes(case_paper(desk, who, query, order.facts), order.ending)
    return hand_out(Download(f"{order.name}{order.ending}", MEDIA[order.ending], content))


def offer(visit: Visit, request: Request, count: int) -> Response:
    """Offer to write a long list behind the page: looking at an address begins nothing."""
    ask = f"{request.url.path}?{request.url.query}"
    return page(visit, "pages/run_new.html", ask=ask, count=count)


def export_order(visit: Visit, desk: Desk, who: Principal, params: QueryParams) -> ExportOrder:
    """Give the order that an address of an export stands for. Raises InvalidError."""
    ending = f".{params.get('format', 'xlsx')}"
    if ending not in ENDINGS:
        raise wrong("format", "field-choice", known=in_a_row(e[1:] for e in ENDINGS))
    asked, ticked = asked_of(params), ticked_in(params)
    query = replace(asked.query(desk.today, desk.zone), cursor=None)
    if ticked:
        query = CaseQuery(codes=tuple(chosen_codes(ticked)), sort=query.sort)
    words = words_of(list_workflows(desk, who), visit.locale)
    facts = [] if ticked else _facts(asked, offers(desk, who, words, visit), visit)
    name = f"{say_in(visit.locale, 'nav-cases')}-{visit.today.isoformat()}"
    return ExportOrder("cases", query, ending, name, facts)


def _facts(asked: Asked, offers: Offers, visit: Visit) -> list[tuple[str, str]]:
    """Say what was asked for."""
    locale = visit.locale
    view = (say_in(locale, "filter-view"), say_in(locale, f"view-{asked.view}"))
    chips = _chips(asked, offers)
    return [view, *((say_in(locale, f"filter-{c['name']}"), c["text"]) for c in chips)]
