"""Signing in through the identity provider: on the way there, on the way back, and the code.

A form of ours never leads straight to another site (the policy of our pages forbids it), so who
goes there passes a page of ours that leads on by itself.
"""

from collections.abc import Callable

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.events import Kind
from engine.errors import (
    DubanError,
    ForbiddenError,
    InvalidError,
    ThrottledError,
    UnauthenticatedError,
)
from engine.service import errands, identities
from engine.service.errands import Answer, Outcome, Sent, provider_of
from engine.service.sessions import Given
from web.forms import blame, field
from web.locations import own_path
from web.looks import device_of
from web.pages import proof, prove, signing
from web.refusals import status_of, waits
from web.routing import PUBLIC, Routes
from web.security import cookies
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
LINKED = (Kind.IDENTITY_LINKED,)


@ROUTES.post("/login/provider", permission=PUBLIC, object="session")
def leave(visit: Visiting, request: Request) -> Response:
    """Send the browser to the provider, to be signed in."""
    wanted = signing.wanted(visit, request)
    return _gone(visit, request, lambda: errands.send_to_sign_in(visit.application, wanted))


@ROUTES.get(
    "/login/provider", permission=PUBLIC, object="session", events=(Kind.SIGNED_IN, *LINKED)
)
def come_back(visit: Visiting, request: Request) -> Response:
    """Take what the browser brings back; only an answer to its own question counts, once."""
    settings, asked = visit.application.settings, request.query_params
    errand = cookies.cookie_of(request, cookies.ERRAND, settings)
    answer = Answer(
        asked.get("state", ""), asked.get("code", ""), asked.get("error", ""), asked.get("iss"),
        errand, visit.secret, visit.address, device_of(request),
    )  # fmt: skip
    try:
        outcome = errands.come_back(visit.application, answer)
    except DubanError as error:
        response = _not_let_in(visit, request, error)
        cookies.take_cookie(response, cookies.ERRAND, settings)
        return response
    return _came(visit, outcome)


@ROUTES.get("/login/code", permission=PUBLIC, object="session")
def ask_code(visit: Visiting, request: Request) -> Response:
    """Ask for the code of one's own second factor, after the provider."""
    return _code(visit, request)


@ROUTES.post("/login/code", permission=PUBLIC, object="session", events=(Kind.SIGNED_IN,))
def give_code(visit: Visiting, request: Request) -> Response:
    """Finish signing in with the code."""
    settings = visit.application.settings
    errand = cookies.cookie_of(request, cookies.ERRAND, settings)
    given = Given("", "", visit.address, visit.secret, "", device_of(request))
    try:
        outcome = errands.give_code(visit.application, errand, visit.text("code"), given)
    except (UnauthenticatedError, ThrottledError) as error:
        return _code(visit, request, error)
    return _came(visit, outcome)


# --- one's own link -----------------------------------------------------------------------------


@ROUTES.post("/account/identity/link", permission="self.read", object="account")
def link(visit: Visiting, request: Request) -> Response:
    """Send the browser to the provider, to link one's own account to who one is there."""
    if proof.is_old(visit):
        return prove.first()
    secret = visit.secret or ""
    return _gone(visit, request, lambda: errands.send_to_link(visit.application, secret))


@ROUTES.post("/account/prove/provider", permission="self.read", object="session")
def prove_there(visit: Visiting, request: Request) -> Response:
    """Send the browser to the provider, to prove once more who one is."""
    wanted = own_path(visit.text("next"))
    given = (visit.secret or "", visit.text("code"), visit.address, wanted)
    try:
        return _gone(visit, request, lambda: errands.send_to_prove(visit.application, *given))
    except (InvalidError, ThrottledError) as error:
        return prove.show(visit, wanted, error, visit.text("why"))


@ROUTES.post(
    "/account/identity/unlink", permission="self.read", object="account",
    events=(Kind.IDENTITY_UNLINKED,),
)  # fmt: skip
def unlink(visit: Visiting) -> Response:
    """End the link of one's own account; all one's sessions end."""
    issuer = provider_of(visit.application).issuer
    if proof.is_old(visit):
        return prove.first()
    with visit.writing() as (desk, who):
        identities.unlink_own(desk, who, issuer)
    return RedirectResponse("/login?done=identity-unlinked", 303)


def _gone(visit: Visit, request: Request, send: Callable[[], Sent]) -> Response:
    """Lead on to the provider, at once and by a link for whom that does not move."""
    try:
        sent = send()
    except DubanError as error:
        return _not_let_in(visit, request, error)
    response = page(visit, "pages/provider_go.html", there=sent.there)
    response.headers["Refresh"] = f"0; url={sent.there}"
    settings = visit.application.settings
    cookies.give_cookie(response, cookies.ERRAND, sent.secret, settings, seconds=errands.SECONDS)
    return response


def _came(visit: Visit, outcome: Outcome) -> Response:
    """Let the browser on to where it wanted; a session that begins or goes on has a new secret."""
    settings = visit.application.settings
    if outcome.errand is not None:
        response = RedirectResponse("/login/code", 303)
        cookies.give_cookie(
            response, cookies.ERRAND, outcome.errand, settings, seconds=errands.SECONDS
        )
        return response
    there = outcome.wanted
    if outcome.session is not None and outcome.purpose == "sign-in":
        there = signing.landing(visit, outcome.wanted, outcome.session)
    elif outcome.purpose == "link":
        there = "/account?done=identity-link"
    response = RedirectResponse(there, 303)
    cookies.take_cookie(response, cookies.ERRAND, settings)
    if outcome.session is not None:
        cookies.give_cookie(response, cookies.SESSION, outcome.session, settings)
        cookies.take_cookie(response, cookies.BEFORE_SIGN_IN, settings)
    return response


def _not_let_in(visit: Visit, request: Request, error: DubanError) -> Response:
    """Say why: on the sign-in page to whom is nobody yet, else as any other refusal."""
    if visit.who is not None:
        if isinstance(error, UnauthenticatedError):
            raise ForbiddenError(error.message) from error
        raise error
    response = signing.gate(visit, request, error)
    response.headers.update(waits(error))
    return response


def _code(visit: Visit, request: Request, error: DubanError | None = None) -> Response:
    """Show the form for the code, with a token of this browser's own."""
    fields = [field(visit.locale, "code", "line", required=True, autocomplete="one-time-code")]
    errors = blame(fields, error, visit.locale) if error else []
    secret, settings = signing.own_token(visit, request), visit.application.settings
    status = status_of(error) if error else 200
    response = page(visit, "pages/login_code.html", status, fields=fields, errors=errors)
    response.headers.update(waits(error) if error else {})
    cookies.give_cookie(response, cookies.BEFORE_SIGN_IN, secret, settings)
    return response
