"""The one way in: every declared route lets a request through here, in this order.

Size; who asks; whether the route is theirs; on pages whether the form is ours; how fast. Only then
the endpoint runs. The verbs decide again, inside their transaction: the door only spares them.

What only reads is let in on the endpoint's own thread, right before it, and goes on at the desk at
which the door found out who asks: one look at the session, one state of the database.
"""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, ClassVar, cast

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from engine.bootstrap import Application
from engine.domain.access import ACTS, require
from engine.errors import ForbiddenError, InvalidError, UnauthenticatedError
from engine.service import preferences, sessions
from engine.service.quotas import Writes
from engine.service.sessions import session
from engine.service.tokens import bearer
from web.locations import shown_at
from web.looks import accepted, look_of
from web.routing import PUBLIC, SAFE, Declared, Surface
from web.security import cookies
from web.security.addresses import client_address, refuse_unkeepable
from web.security.bodies import measure, read_body, unreadable
from web.security.origin import require_own_origin
from web.security.pace import TRIES, Pace
from web.visit import Held, Visit

if TYPE_CHECKING:
    from engine.words import Locale

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_COMING: ContextVar[Request] = ContextVar("COMING")
"""The request that is being answered: an endpoint's own parameters need not name it."""
_NOTHING = 400  # what the framework answers to a body that it cannot read


@dataclass(frozen=True, slots=True)
class Door:
    """Lets requests in to one application."""

    application: Application
    pace: Pace = field(init=False)
    writes: Writes = field(init=False)

    def __post_init__(self) -> None:
        """Begin to count."""
        most = self.application.settings.writes_a_minute
        object.__setattr__(self, "pace", Pace(TRIES * most))
        object.__setattr__(self, "writes", Writes(most))

    def visit(self, request: Request, surface: Surface) -> Visit:
        """Begin a visit with what the request says by itself."""
        settings = self.application.settings
        locale, theme = look_of(request, settings)
        visit = Visit(
            self.application,
            surface,
            locale,
            shown_at(request),
            theme=theme,
            done=request.query_params.get("done", ""),
            address=client_address(request, settings.trusted_proxies),
            media=request.headers.get("content-type", "").partition(";")[0].strip().lower(),
            writes=None if request.method in SAFE else self.writes,
        )
        if surface == "api":
            visit.locale = accepted(request.headers.get("accept-language", "")) or settings.locale
        request.state.visit = visit
        return visit

    def recognise(self, request: Request, visit: Visit, *, hold: bool = False) -> None:
        """Find out who asks; `hold` keeps the desk open for the visit's first reading.

        Raises UnauthenticatedError for credentials that are no good.
        """
        visit.token = _bearer_of(request)
        secret = cookies.cookie_of(request, cookies.SESSION, self.application.settings)
        if visit.token is not None and secret is not None:
            visit.token = None
            raise UnauthenticatedError("credentials-both")
        if visit.surface == "page":
            visit.token = None
            self._by_session(visit, secret, hold=hold)
        elif visit.token is not None:
            with ExitStack() as closing:
                desk = closing.enter_context(self.application.reading("api", visit.locale))
                visit.who = bearer(desk, visit.token)
                if hold:
                    visit.held = Held(desk, visit.who, closing.pop_all())

    def _by_session(self, visit: Visit, secret: str | None, *, hold: bool) -> None:
        if secret is None:
            return
        with ExitStack() as closing:
            desk = closing.enter_context(self.application.reading("web", visit.locale))
            found = session(desk, secret)
            liked = preferences.preference(desk, found.who)
            if hold and not found.unseen and not found.changed:
                visit.held = Held(desk, found.who, closing.pop_all())
        if found.changed:
            with self.application.writing("web", visit.locale) as desk:
                secret = sessions.renew(desk, secret)
            visit.renewed = True
        visit.secret, visit.session, visit.who = secret, found, found.who
        visit.csrf = found.csrf_token
        visit.locale = cast("Locale", liked.locale or visit.locale)
        visit.theme = liked.theme or visit.theme
        if found.unseen:
            with self.application.writing("web", visit.locale) as desk:
                sessions.touch(desk, secret)

    def admit(self, request: Request, declared: Declared) -> Visit:
        """Let a request in, or raise what says why not."""
        visit = self.visit(request, declared.surface)
        self._let_in(request, declared, visit, hold=False)
        return visit

    @contextmanager
    def letting_in(self, request: Request, declared: Declared) -> Iterator[None]:
        """Let a request in that only reads, for as long as it is answered."""
        visit: Visit = request.state.visit
        try:
            self._let_in(request, declared, visit, hold=declared.permission != PUBLIC)
            yield
        finally:
            visit.let_go()

    def _let_in(self, request: Request, declared: Declared, visit: Visit, *, hold: bool) -> None:
        try:
            self.recognise(request, visit, hold=hold)
        except UnauthenticatedError:
            if declared.permission != PUBLIC or declared.surface == "api":
                raise
        refuse_unkeepable(request)
        if declared.permission != PUBLIC and visit.who is None:
            raise UnauthenticatedError("unauthenticated")
        if declared.permission in ACTS and visit.who is not None:
            require(visit.who, declared.permission)
        self._before_a_write(request, declared, visit)

    def _before_a_write(self, request: Request, declared: Declared, visit: Visit) -> None:
        if declared.method in SAFE:
            return
        if declared.surface == "page":
            require_own_origin(request, self.application.settings)
        if visit.who is not None and visit.who.account_id is not None:
            self.pace.count(visit.who.account_id)

    def check_form(self, request: Request, visit: Visit) -> None:
        """Refuse a form without this visitor's own token. Raises ForbiddenError."""
        token = visit.text("_csrf")
        if visit.session is not None:
            ours = visit.session.is_own_form(token)
        else:
            secret = cookies.cookie_of(request, cookies.BEFORE_SIGN_IN, self.application.settings)
            ours = secret is not None and cookies.is_own_form(secret, token)
        if not ours:
            raise ForbiddenError("form-token")


def door_of(request: Request) -> Door:
    """Give the door of the application that a request is for."""
    return cast("Door", request.app.state.door)


class DeclaredRoute(APIRoute):
    """A route that lets nobody through but by the door; one subclass for each declaration."""

    declared: ClassVar[Declared]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for this route: the framework asks each of them in turn.

        Most are told apart by how the address begins, which takes a fifth of the time.
        """
        if not scope["path"].startswith(self._begins) and not scope.get("root_path"):
            return Match.NONE, {}
        return super().matches(scope)

    @cached_property
    def _begins(self) -> str:
        return self.declared.path.partition("{")[0]

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the door before the endpoint."""
        inner, declared = super().get_route_handler(), self.declared
        answer = _answer_read if declared.method in SAFE else _answer_write

        async def handle(request: Request) -> Response:
            door = door_of(request)
            measured = measure(request, declared, door.application)
            try:
                return await answer(door, declared, request, inner)
            except HTTPException as error:
                if measured.is_over:
                    raise measured.refusal() from error
                if error.status_code == _NOTHING:
                    raise unreadable(error) from error
                raise
            except ClientDisconnect as error:
                raise InvalidError("body-unreadable") from error
            finally:
                await request.close()  # uploaded files lie in temporary ones

        return handle


def entered(declared: Declared) -> Callable[..., Any]:
    """Give the endpoint; one that only reads goes through the door itself, on its own thread."""
    endpoint = declared.endpoint
    if declared.method not in SAFE:
        return endpoint

    @wraps(endpoint)
    def through(*given: Any, **named: Any) -> Any:  # noqa: ANN401  # the endpoint's own
        request = _COMING.get()
        with door_of(request).letting_in(request, declared):
            return endpoint(*given, **named)

    return through


async def _answer_read(
    door: Door, declared: Declared, request: Request, inner: _Handler
) -> Response:
    """Answer what only reads. Whoever is not let in is told nothing of what else is wrong."""
    door.visit(request, declared.surface)
    coming = _COMING.set(request)
    try:
        return await inner(request)
    except RequestValidationError:
        await run_in_threadpool(door.admit, request, declared)
        raise
    finally:
        _COMING.reset(coming)


async def _answer_write(
    door: Door, declared: Declared, request: Request, inner: _Handler
) -> Response:
    visit = await run_in_threadpool(door.admit, request, declared)
    await read_body(request, visit)
    if declared.surface == "page":
        door.check_form(request, visit)
    return await inner(request)


def _bearer_of(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
