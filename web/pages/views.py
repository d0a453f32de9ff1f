"""One's own views of the case list: kept, renamed, made the usual one, deleted."""

from collections.abc import Callable, Mapping

from fastapi import Request
from starlette.datastructures import QueryParams
from starlette.responses import RedirectResponse, Response

from engine.domain.access import Principal
from engine.errors import ConflictError, InvalidError
from engine.service import views
from engine.service.desk import Desk
from engine.service.views import KEPT, LONGEST_NAME
from engine.service.workflows import list_workflows
from web.forms import Field, blame, field, fill
from web.pages.case_filters import Asked, address_of, asked_of, kept_of
from web.pages.lists import Offers, offers
from web.refusals import status_of
from web.routing import Routes
from web.shell import page
from web.visit import Number, Visit, Visiting
from web.wording import labelled_in, say_in
from web.words_of import words_of

ROUTES = Routes("page")
_PLACE = "/cases/views"


@ROUTES.get(_PLACE, permission="case.read", object="view")
def show(visit: Visiting, request: Request) -> Response:
    """List one's own views; with filters in the address, offer to keep those under a name."""
    return _show(visit, asked_of(request.query_params), _fields(visit))


@ROUTES.post(_PLACE, permission="case.read", object="view")
def save(visit: Visiting) -> Response:
    """Keep filters under a name."""
    asked = asked_of(QueryParams({name: visit.text(name) for name in KEPT}))
    fields = _fields(visit)
    try:
        with visit.writing() as (desk, who):
            query = asked.query(desk.today, desk.zone, 1)
            kept = views.save_view(desk, who, visit.text("name"), kept_of(asked), query)
            if visit.text("usual"):
                views.usual_view(desk, who, kept.no)
    except (InvalidError, ConflictError) as error:
        fill(fields, visit)
        errors = blame(fields, error, visit.locale)
        return _show(visit, asked, fields, status_of(error), errors)
    return RedirectResponse(f"{address_of(kept.filters)}&done=view", 303)


@ROUTES.post(f"{_PLACE}/{{number}}/rename", permission="case.read", object="view")
def rename(number: Number, visit: Visiting) -> Response:
    """Give a view another name."""
    return _change(visit, lambda d, who: views.rename_view(d, who, number, visit.text("name")))


@ROUTES.post(f"{_PLACE}/{{number}}/usual", permission="case.read", object="view")
def make_usual(number: Number, visit: Visiting) -> Response:
    """Let the list open with a view, or no longer."""
    chosen = number if visit.text("usual") else None
    return _change(visit, lambda desk, who: views.usual_view(desk, who, chosen))


@ROUTES.post(f"{_PLACE}/{{number}}/delete", permission="case.read", object="view")
def delete(number: Number, visit: Visiting) -> Response:
    """Delete a view; nothing but its name and its filters is gone."""
    return _change(visit, lambda desk, who: views.delete_view(desk, who, number))


def _change(visit: Visit, act: Callable[[Desk, Principal], None]) -> Response:
    """Do something with a view; a refusal is told over the list of them."""
    try:
        with visit.writing() as (desk, who):
            act(desk, who)
    except InvalidError as error:
        label = say_in(visit.locale, "view-name")
        words = [labelled_in(visit.locale, label, error.say(visit.locale))]
        return _show(visit, asked_of(QueryParams()), _fields(visit), status_of(error), words)
    return RedirectResponse(f"{_PLACE}?done=views", 303)


def _holds(filters: Mapping[str, str], offered: Offers) -> list[tuple[str, str]]:
    """Say what a view holds: each filter with the label of its value."""
    labels = {(name, o["value"]): o["label"].strip("　") for name in offered for o in offered[name]}
    return [(name, labels.get((name, text), text)) for name, text in filters.items()]


def _fields(visit: Visit) -> list[Field]:
    return [
        field(visit.locale, "name", "line", label="view-name", hint="view-name-hint",
              required=True, max=LONGEST_NAME),
        field(visit.locale, "usual", "check", label="view-usual"),
    ]  # fmt: skip


def _show(
    visit: Visit, asked: Asked, fields: list[Field], status: int = 200,
    errors: list[str] | None = None,
) -> Response:  # fmt: skip
    with visit.reading() as (desk, who):
        own = views.list_views(desk, who)
        words = words_of(list_workflows(desk, who), visit.locale)
        offered = offers(desk, who, words, visit)
    kept = kept_of(asked)
    narrow = {name: text for name, text in kept.items() if name not in {"view", "sort"}}
    return page(
        visit, "pages/views.html", status, words=words, fields=fields, errors=errors or [],
        own=[{"view": view, "at": address_of(view.filters), "holds": _holds(view.filters, offered)}
             for view in own],
        kept=kept if narrow or kept["view"] not in {"open", "all"} else {}, asked=asked,
        holds=_holds(kept, offered), left_out=[n for n in asked.given if n not in KEPT],
    )  # fmt: skip
