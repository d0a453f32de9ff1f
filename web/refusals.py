"""The one table from kinds of refusal to HTTP, and how each is told: as a page or as a problem.

Problems are RFC 9457 documents. Pages keep the shell, so that a refusal is no dead end.
"""

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from engine.errors import (
    BusyError,
    ConflictError,
    DefinitionError,
    DubanError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotFromHereError,
    SettingsError,
    StaleError,
    ThrottledError,
    TooLargeError,
    UnauthenticatedError,
    UnmetError,
    UnsupportedError,
)
from engine.words import Locale, say
from web.incidents import incident
from web.locations import OVER, changed_at, shown_at, sign_in_at, sign_in_from
from web.parameters import said_of
from web.routing import SAFE
from web.shell import page
from web.visit import Visit
from web.wording import say_in

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError
    from starlette.exceptions import HTTPException

LOG = logging.getLogger("duban.web")
BUSY_SECONDS = 2
STATUS: dict[type[DubanError], int] = {
    UnauthenticatedError: 401,
    ForbiddenError: 403,
    NotFoundError: 404,
    StaleError: 409,
    NotFromHereError: 409,
    ConflictError: 409,
    TooLargeError: 413,
    UnsupportedError: 415,
    InvalidError: 422,
    UnmetError: 422,
    DefinitionError: 422,
    ThrottledError: 429,
    BusyError: 503,
    SettingsError: 503,
}
_OF_HTTP: dict[int, DubanError] = {
    404: NotFoundError("address-unknown"),
    405: NotFoundError("method-not-allowed"),
    413: TooLargeError("too-large-plain"),
}
_NOT_ALLOWED, _BROKEN = 405, 500
Problem = dict[str, Any]


def status_of(error: DubanError) -> int:
    """Give the status of a refusal: that of its kind, or of the nearest kind above."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def status_of_form(error: DubanError) -> int:
    """Give the status of a form that is shown again: what is not there stands in it."""
    return 422 if isinstance(error, NotFoundError) else status_of(error)


def problem_of(error: DubanError, locale: Locale, status: int | None = None) -> Problem:
    """Describe a refusal as a problem document."""
    code = "method-not-allowed" if status == _NOT_ALLOWED else error.code
    found: Problem = {
        "type": f"urn:duban:problem:{code}",
        "title": _title(code, locale),
        "status": status or status_of(error),
        "detail": error.say(locale),
        "code": code,
    }
    if isinstance(error, InvalidError) and error.faults:
        found["errors"] = [
            {"field": fault.field, "message": say(fault.message, locale)} for fault in error.faults
        ]
    if isinstance(error, UnmetError):
        found["unmet"] = [
            {"need": u.need, "message": say(u.message, locale), "who": say(u.who, locale)}
            for u in error.unmet
        ]
    return found


def as_json(body: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Send a problem document. Halves of characters are no JSON and become question marks."""
    text = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    return Response(text, body["status"], headers, media_type="application/problem+json")


def refuse(request: Request, error: Exception) -> Response:
    """Answer a refusal of ours on whichever surface it happened."""
    return _answer(request, cast("DubanError", error), None, {})


def refuse_validation(request: Request, error: Exception) -> Response:
    """Answer what the framework found wrong. A malformed place in a path is just not there."""
    found = cast("RequestValidationError", error).errors()
    in_path = any(fault["loc"][:1] == ("path",) for fault in found)
    words = NotFoundError("address-unknown") if in_path else InvalidError("body-unreadable")
    return _answer(request, words, None, {})


def refuse_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: an unknown address, another method, a broken body."""
    found = cast("HTTPException", error)
    words = _OF_HTTP.get(found.status_code, InvalidError("body-unreadable"))
    if found.status_code == _NOT_ALLOWED:
        return _answer(request, words, _NOT_ALLOWED, found.headers or {})
    return _answer(request, words, None, {})


def broken(request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw: a number to quote, and nothing of what happened inside."""
    number = incident(request.app.state.application.zone)
    LOG.error("incident %s: %s %s", number, request.method, request.url.path, exc_info=error)
    try:
        return _broken(_visit(request), number, shown_at(request), request.method)
    except Exception:  # the templates themselves may be what broke
        LOG.exception("incident %s: not even its page could be shown", number)
        return PlainTextResponse(f"500 {number}\n", _BROKEN)


def _broken(visit: Visit, number: str, again: str, method: str) -> Response:
    if visit.surface == "api":
        return as_json({
            "type": "urn:duban:problem:broken", "title": _title("broken", visit.locale),
            "status": _BROKEN, "detail": say_in(visit.locale, "broken", number=number),
            "code": "broken",
        })  # fmt: skip
    sent = method not in SAFE
    return page(visit, "pages/broken.html", _BROKEN, number=number, again=again, sent=sent)


def _answer(
    request: Request, error: DubanError, status: int | None, headers: Mapping[str, str]
) -> Response:
    if isinstance(error, SettingsError):
        LOG.error("settings: %s", error)
    visit = _visit(request)
    told = dict(headers) | waits(error)
    if visit.surface != "page":
        if isinstance(error, UnauthenticatedError):
            told["WWW-Authenticate"] = "Bearer"
        return as_json(problem_of(error, visit.locale, status), told)
    part, over = of_part(request), error.message.code == OVER
    if isinstance(error, UnauthenticatedError) and part:
        there = {"HX-Redirect": sign_in_from(request, over=over)}
        return PlainTextResponse(error.say(visit.locale), 401, told | there)
    if isinstance(error, UnauthenticatedError) and request.method in SAFE:
        return RedirectResponse(sign_in_at(request, over=over), 303, told)
    if isinstance(error, ForbiddenError | NotFoundError) and part:
        told["HX-Refresh"] = "true"
    body = problem_of(error, visit.locale, status)
    helps = {
        "reason": error.message.code,
        "again": shown_at(request),
        "back": changed_at(request),
        "sent": request.method not in SAFE,
        "sign_in": sign_in_at(request),
        "wait": int(told.get("Retry-After", 0)),
        "asked": _asked(request, error, visit.locale),
    }
    response = page(visit, "pages/refused.html", int(body["status"]), problem=body, **helps)
    response.headers.update(told)
    return response


def _asked(request: Request, error: DubanError, locale: Locale) -> list[str]:
    """Say which parts of the address are at fault, with what stands there."""
    faults = error.faults if isinstance(error, InvalidError) else ()
    given, path = request.query_params, getattr(request.scope.get("route"), "path", "")
    return [
        said_of(path, fault, given[fault.field], locale)
        for fault in faults
        if request.method in SAFE and fault.field in given
    ]


def form_again(
    visit: Visit,
    template: str,
    error: DubanError | None,
    /,
    **shown: Any,  # noqa: ANN401  # of the page
) -> Response:
    """Show a form: as it is, or after a refusal with what was typed and its sentences."""
    if error is None:
        return page(visit, template, 200, **shown)
    response = page(visit, template, status_of(error), **shown)
    response.headers.update(waits(error))
    return response


def of_part(request: Request) -> bool:
    """Tell whether a page asks for a part of itself: its refusals are not for inside the page."""
    return request.headers.get("hx-request") == "true"


def waits(error: DubanError) -> dict[str, str]:
    """Give the header that says when to try again, where trying again helps."""
    if isinstance(error, ThrottledError):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, BusyError | SettingsError):
        return {"Retry-After": str(BUSY_SECONDS)}
    return {}


def _visit(request: Request) -> Visit:
    """Give the visit, also where the request was refused before the door could make one."""
    found = getattr(request.state, "visit", None)
    if isinstance(found, Visit):
        return found
    door = request.app.state.door
    path = request.url.path
    surface = "api" if path.startswith("/api/") else "page"
    visit: Visit = door.visit(request, getattr(request.state, "surface", surface))
    try:
        door.recognise(request, visit)
    except DubanError:
        return visit  # nobody, then: the refusal is told all the same
    return visit


def _title(code: str, locale: Locale) -> str:
    return say_in(locale, f"problem-{code}")
