"""Signing in and out."""

from typing import Any

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import FIT
from engine.domain.events import Kind
from engine.errors import DubanError, ThrottledError, UnauthenticatedError
from engine.service import errands, sessions
from engine.service.sessions import Given
from web.forms import Field, field, fill
from web.locations import HOME, own_path
from web.looks import device_of
from web.pages import proof
from web.refusals import status_of
from web.routing import PUBLIC, Routes
from web.security import cookies
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
_AT = {"sign-in-code-missing": "code", "sign-in-code-wrong": "code"}
"""The field at which a refusal stands, where it is not the password."""


@ROUTES.get("/login", permission=PUBLIC, object="session")
def ask(visit: Visiting, request: Request) -> Response:
    """Show the sign-in page; who is signed in already goes on."""
    if visit.who is not None:
        return RedirectResponse(wanted(visit, request), 303)
    return _gate(visit, request, _fields(visit))


@ROUTES.post("/login", permission=PUBLIC, object="session", events=(Kind.SIGNED_IN,))
def sign_in(visit: Visiting, request: Request) -> Response:
    """Sign in, and go on to what was asked for."""
    given = Given(
        visit.text("login"), visit.text("password"), visit.address, visit.secret,
        visit.text("code"), device_of(request),
    )  # fmt: skip
    try:
        secret = sessions.sign_in(visit.application, given)
    except (UnauthenticatedError, ThrottledError) as error:
        return _again(visit, request, error)
    settings = visit.application.settings
    response = RedirectResponse(landing(visit, wanted(visit, request), secret), 303)
    cookies.give_cookie(response, cookies.SESSION, secret, settings)
    cookies.take_cookie(response, cookies.BEFORE_SIGN_IN, settings)
    return response


@ROUTES.post("/logout", permission=PUBLIC, object="session")
def sign_out(visit: Visiting) -> Response:
    """End the session, here and everywhere it is known, and then the one at the provider."""
    there = _signed_out(visit)
    response: Response = RedirectResponse("/login", 303)
    if there is not None:
        response = page(visit, "pages/provider_out.html", there=there)
        response.headers["Refresh"] = f"0; url={there}"
    cookies.take_cookie(response, cookies.SESSION, visit.application.settings)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _signed_out(visit: Visit) -> str | None:
    """End the session; give where the one at the provider ends, if it began there."""
    if visit.secret is None:
        return None
    with visit.application.writing("web", visit.locale) as desk:
        by_provider = sessions.sign_out(desk, visit.secret)
    visit.who = visit.session = visit.secret = None
    return errands.way_out(visit.application) if by_provider else None


def _fields(visit: Visit) -> list[Field]:
    return [
        field(visit.locale, "login", "line", required=True, autocomplete="username"),
        field(visit.locale, "password", "password", required=True, autocomplete="current-password"),
        field(visit.locale, "code", "line", hint="hint-code", autocomplete="one-time-code"),
    ]


def wanted(visit: Visit, request: Request) -> str:
    """Give what was asked for before signing in, if it is of ours."""
    return own_path(visit.text("next") or request.query_params.get("next", ""))


def landing(visit: Visit, asked_for: str, secret: str) -> str:
    """Give where somebody lands; leaders who asked for nothing else on their own cases."""
    if asked_for != HOME:
        return asked_for
    with visit.application.reading("web", visit.locale) as desk:
        return "/my" if sessions.session(desk, secret).who.has(*FIT["lead-leader"]) else HOME


def _again(visit: Visit, request: Request, error: DubanError) -> Response:
    """Show the form with its refusal. The password is never sent back."""
    fields = _fields(visit)
    fill(fields[:1], visit)
    if isinstance(error, ThrottledError):
        response = _gate(visit, request, fields, status_of(error), wait=error.say(visit.locale))
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    at_fault = next(one for one in fields if one["name"] == _AT.get(error.message.code, "password"))
    at_fault["error"] = error.say(visit.locale)
    return _gate(visit, request, fields, status_of(error))


def gate(visit: Visit, request: Request, error: DubanError) -> Response:
    """Show the sign-in page with a refusal that is of none of its fields."""
    return _gate(visit, request, _fields(visit), status_of(error), errors=[error.say(visit.locale)])


def _gate(
    visit: Visit,
    request: Request,
    fields: list[Field],
    status: int = 200,
    **told: Any,  # noqa: ANN401  # `errors` of no field, or the `wait` that too many tries cost
) -> Response:
    """Show the sign-in form with a token of this browser's own."""
    secret = own_token(visit, request)
    shown = {"fields": fields, "wanted": wanted(visit, request), "errors": (), "wait": "", **told}
    shown["provider"] = proof.provider_name(visit)
    response = page(visit, "pages/login.html", status, **shown)
    cookies.give_cookie(response, cookies.BEFORE_SIGN_IN, secret, visit.application.settings)
    return response


def own_token(visit: Visit, request: Request) -> str:
    """Give the forms of this page a token of this browser's own; give the secret of its cookie."""
    settings = visit.application.settings
    secret = cookies.cookie_of(request, cookies.BEFORE_SIGN_IN, settings) or cookies.new_secret()
    visit.csrf = visit.csrf or cookies.token_before_sign_in(secret)
    return secret
