"""The search in the head of every page: what was found, with the place marked."""

import re
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import Principal
from engine.errors import InvalidError, NotFoundError
from engine.service import cases, issues
from engine.service.desk import Desk
from engine.service.search import SearchAnswer, look_for
from engine.service.workflows import list_workflows
from web.pages.left import with_days_left
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")
NOTHING: SearchAnswer = {"issues": [], "cases": [], "total": 0, "next": None}
_CODE = re.compile(r"(DB|ZD)-\d{4}-\d{1,6}", re.IGNORECASE)


@ROUTES.get("/search", permission="case.read", object="case")
def show(visit: Visiting, request: Request) -> Response:
    """Show what was found for some words; a whole code leads straight to what it names."""
    q = request.query_params.get("q", "").strip()
    cursor = request.query_params.get("cursor") or None
    found, wrong = NOTHING, ""
    with visit.reading() as (desk, who):
        straight = _named(desk, who, q)
        if straight:
            return RedirectResponse(straight, 303)
        try:
            found = look_for(desk, who, q, cursor)
        except InvalidError as error:
            wrong = error.say(visit.locale)
        items = [with_days_left(desk, one["case"]) for one in found["cases"]]
        words = words_of(list_workflows(desk, who), visit.locale)
    following = found["next"]
    more = urlencode({"q": q, "cursor": following}) if following else ""
    return page(
        visit, "pages/search.html", 422 if wrong else 200, words=words, q=q, found=found,
        hits=list(zip(found["cases"], items, strict=True)), wrong=wrong, cursor=cursor, more=more,
    )  # fmt: skip


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
