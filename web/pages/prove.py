"""Proving once more who one is, as a page of its own: by password, or at the identity provider."""

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.errors import DubanError
from engine.service.office import wrong
from web.forms import blame, field
from web.locations import own_path
from web.pages import proof
from web.refusals import status_of, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")


@ROUTES.get("/account/prove", permission="self.read", object="session")
def ask(visit: Visiting, request: Request) -> Response:
    """Show the ways in which one can prove it; where a file follows, hand that out afterwards."""
    wanted = own_path(request.query_params.get("next", ""))
    why = request.query_params.get("why", "")
    if why != proof.EXPORT:
        return show(visit, wanted)
    if proof.is_old(visit):
        return show(visit, proof.export_at(wanted), why=why)
    response = page(visit, "pages/prove_done.html", there=wanted)
    response.headers["Refresh"] = f"0; url={wanted}"
    return response


@ROUTES.post("/account/prove", permission="self.read", object="session")
def by_password(visit: Visiting) -> Response:
    """Take the password, and the code where there is a second factor."""
    wanted = own_path(visit.text("next"))
    if not visit.text("again"):
        return show(visit, wanted, wrong("again", "password-current"), visit.text("why"))
    try:
        proof.take(visit)
    except proof.UnprovenError as error:
        return show(visit, wanted, error.refusal, visit.text("why"))
    return RedirectResponse(wanted, 303)


def first() -> Response:
    """Send somebody whose last proof is old to give another, and back to their account."""
    return RedirectResponse("/account/prove?next=/account", 303)


def show(visit: Visit, wanted: str, error: DubanError | None = None, why: str = "") -> Response:
    """Show the page, with what was wrong and why it asks."""
    ways = proof.ways(visit)
    asked = proof.fields(visit)
    code = [field(visit.locale, "code", "line", required=True, autocomplete="one-time-code")]
    there = code if ways.linked and ways.code else []
    errors = blame([*asked, *there], error, visit.locale) if error else []
    shown = {"asked": asked, "code": there, "linked": ways.linked, "wanted": wanted}
    shown["why"] = why if why == proof.EXPORT else ""
    response = page(
        visit, "pages/prove.html", status_of(error) if error else 200, errors=errors,
        provider=proof.provider_name(visit), most=proof.MOST_ROWS, **shown,
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response
