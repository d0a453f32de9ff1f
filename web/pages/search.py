"""The search in the head of every page: what was found, with the place marked."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import Principal
from engine.domain.passages import WITHIN
from engine.errors import InvalidError, NotFoundError
from engine.service import cases, issues
from engine.service.desk import Desk
from engine.service.search import SearchAnswer, look_for
from engine.service.workflows import list_workflows
from engine.words import listed
from web.pages.left import with_days_left
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting
from web.wording import say_in
from web.words_of import words_of

ROUTES = Routes("page")
NOTHING: SearchAnswer = {"issues": [], "cases": [], "total": 0, "next": None}
LONGEST = 40
"""How much of a wrong part of the address is shown."""
_CODE = re.compile(r"(DB|ZD)-\d{4}-\d{1,6}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sought:
    """What an address asks for: words, the kind of text to look in alone, a place to go on from."""

    q: str
    within: str | None
    cursor: str | None


@ROUTES.get("/search", permission="case.read", object="case")
def show(visit: Visiting, request: Request) -> Response:
    """Show what was found for some words; a whole code leads straight to what it names."""
    query, found, wrong = _asked(request), NOTHING, ""
    with visit.reading() as (desk, who):
        straight = _named(desk, who, query.q)
        if straight and query.within is None:
            return RedirectResponse(straight, 303)
        try:
            found = look_for(desk, who, query.q, query.cursor, query.within)
        except InvalidError as error:
            wrong = _said(visit, query, error)
        items = [with_days_left(desk, one["case"]) for one in found["cases"]]
        words = words_of(list_workflows(desk, who), visit.locale)
    return page(
        visit, "pages/search.html", 422 if wrong else 200, words=words, q=query.q, found=found,
        hits=list(zip(found["cases"], items, strict=True)), wrong=wrong, cursor=query.cursor,
        kinds=list(WITHIN), within=query.within, here=_at(query.q, query.within),
        more=_at(query.q, query.within, found["next"]) if found["next"] else None, at=_at,
    )  # fmt: skip


def _asked(request: Request) -> Sought:
    """Read what is asked for; what is left empty asks for nothing."""
    given = request.query_params
    return Sought(given.get("q", "").strip(), given.get("in") or None, given.get("cursor") or None)


def _at(q: str, within: str | None = None, cursor: str | None = None) -> str:
    """Give the address of a search."""
    asked = {"q": q, "in": within, "cursor": cursor}
    return f"/search?{urlencode({name: text for name, text in asked.items() if text})}"


def _said(visit: Visit, query: Sought, error: InvalidError) -> str:
    """Say what is wrong with what is asked for; kinds by the words that the page has for them."""
    if query.within is None or query.within in WITHIN:
        return error.say(visit.locale)
    known = listed(say_in(visit.locale, f"search-within-{kind}") for kind in WITHIN)
    given = {"value": query.within[:LONGEST], "known": known.in_(visit.locale)}
    return say_in(visit.locale, "search-within-wrong", **given)


def _named(desk: Desk, who: Principal, q: str) -> str | None:
    """Give the address of the case or the issue that a whole code names, where it may be seen."""
    code = q.upper()
    if not _CODE.fullmatch(code):
        return None
    try:
        if code.startswith("DB"):
            cases.show_case(desk, who, code)
            return f"/cases/{code}"
        issues.show_issue(desk, who, code)
    except NotFoundError:
        return None
    return f"/issues/{code}"
