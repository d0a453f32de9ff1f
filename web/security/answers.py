"""What every answer carries, refusals and breakdowns included: the outermost layer of the web."""

from collections.abc import Awaitable, Callable
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.settings import Settings
from web.metrics import Metrics
from web.security import cookies
from web.visit import Visit

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_YEAR = 365 * 24 * 3600

Broken = Callable[[Request, Exception], Response]


def protected(headers: MutableHeaders, settings: Settings) -> None:
    """Put the headers that protect onto an answer; one that says more about itself keeps it."""
    for name, value in _ALWAYS.items():
        headers[name] = value
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("Cache-Control", "no-store")
    if settings.public_url.startswith("https:"):
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"


def handed_on(headers: MutableHeaders, scope: Scope, settings: Settings) -> None:
    """Give the browser the new secret of a session that was renewed, whatever the answer is.

    A refusal too: else who proves themselves and is then refused would be signed out by it.
    """
    visit = scope.get("state", {}).get("visit")
    if not isinstance(visit, Visit) or not visit.renewed or visit.secret is None:
        return
    name = cookies.name_of(cookies.SESSION, settings)
    if any(told.startswith(f"{name}=") for told in headers.getlist("set-cookie")):
        return  # a session that ends or begins says so by itself
    carrier = Response()
    cookies.give_cookie(carrier, cookies.SESSION, visit.secret, settings)
    headers.append("set-cookie", carrier.headers["set-cookie"])


class Answers:
    """Wraps the whole application: headers, figures, and an answer where something broke."""

    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics, broken: Broken) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics
        self._broken = broken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request in, and its answer out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = monotonic(), 0

        async def out(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                protected(headers, self._settings)
                handed_on(headers, scope, self._settings)
            await send(message)

        try:
            await self._app(scope, receive, out)
        except Exception as error:  # whatever it is, somebody waits for an answer
            if status:
                raise  # half an answer is out; the server closes the connection
            await self._answer(scope, receive, out, error)
        finally:
            route = getattr(scope.get("route"), "path", "")
            self._metrics.count(scope["method"], route, status, monotonic() - began)

    async def _answer(
        self,
        scope: Scope,
        receive: Receive,
        out: Callable[[Message], Awaitable[None]],
        error: Exception,
    ) -> None:
        response = await run_in_threadpool(self._broken, Request(scope, receive), error)
        await response(scope, receive, out)
