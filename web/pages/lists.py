"""The list of cases: views and filters in the address, a page at a time."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from engine.domain.access import Principal
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.workflows import list_workflows
from web.forms import Option
from web.pages.choices import people, units
from web.pages.left import with_days_left
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")
PAGE = 20
VIEWS: Mapping[str, Mapping[str, Any]] = {
    "open": {"closed": False},
    "overdue": {"overdue": True},
    "soon": {"soon": True},
    "mine": {"mine": True, "closed": False},
    "unacknowledged": {"state": "assigned", "acknowledged": False},
    "observed": {"state": "stabilized"},
    "closed": {"closed": True, "sort": "-registered_at"},
    "all": {},
}
"""Views that bookmarks name: each a few filters."""
FILTERS = ("q", "state", "unit", "leader", "issue", "sort")


@ROUTES.get("/cases", permission="case.read", object="case")
def show(visit: Visiting, request: Request) -> Response:
    """List the cases of a view, narrowed by what the address asks for."""
    asked = {name: request.query_params.get(name, "").strip() for name in FILTERS}
    view = _view(request.query_params.get("view"), asked)
    query = _query(view, asked, request.query_params.get("cursor"))
    with visit.reading() as (desk, who):
        listed = list_cases(desk, who, query)
        items = [with_days_left(desk, item) for item in listed["items"]]
        offers = _offers(desk, who)
        words = words_of(list_workflows(desk, who), visit.locale)
    kept = {"view": view, **{name: text for name, text in asked.items() if text}}
    shown = {"listed": listed, "items": items, "view": view, "views": list(VIEWS), "asked": asked}
    first = f"/cases?{urlencode(kept)}" if query.cursor else None
    following = _next(kept, listed["next"])
    return page(
        visit, "pages/cases.html", words=words, offers=offers, first=first, following=following,
        **shown,
    )  # fmt: skip


def _view(wanted: str | None, asked: Mapping[str, str]) -> str:
    """Give the view: whoever searches without one looks among all cases."""
    if wanted is not None and wanted in VIEWS:
        return wanted
    return "all" if any(asked.values()) else "open"


def _query(view: str, asked: Mapping[str, str], cursor: str | None) -> CaseQuery:
    given = {name: text for name, text in asked.items() if text}
    return CaseQuery(**{**VIEWS[view], **given, "limit": PAGE, "cursor": cursor or None})


def _next(kept: Mapping[str, str], cursor: str | None) -> str | None:
    return f"/cases?{urlencode({**kept, 'cursor': cursor})}" if cursor else None


def _offers(desk: Desk, who: Principal) -> dict[str, list[Option]]:
    return {"unit": units(desk, who), "leader": people(desk, who, {"leader"})}
