"""Puts the web together: every declared route behind the door, one way to refuse, one to answer."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from engine.bootstrap import Application, open_application
from engine.errors import DubanError
from engine.settings import load_settings
from web import feed, outside
from web.api import ROUTES as API_ROUTES
from web.metrics import Metrics
from web.pages import ROUTES as PAGE_ROUTES
from web.refusals import broken, refuse, refuse_http, refuse_validation
from web.routing import Declared, RouteAnswer, Routes
from web.security.answers import Answers
from web.security.door import DeclaredRoute, Door, entered

COLLECTED: Sequence[Routes] = (outside.ROUTES, feed.ROUTES, *PAGE_ROUTES, *API_ROUTES)


def create_app(application: Application) -> FastAPI:
    """Build the web of an open installation. Closing that stays the caller's."""
    app = FastAPI(
        title="Duban 督办", version="1", openapi_url=None, docs_url=None, redoc_url=None,
        redirect_slashes=False, telemetry={"tracing": False}, routes=[*_routes()],
    )  # fmt: skip
    app.state.application = application
    app.state.door = Door(application)
    app.state.metrics = Metrics()
    app.add_exception_handler(DubanError, refuse)
    app.add_exception_handler(RequestValidationError, refuse_validation)
    app.add_exception_handler(HTTPException, refuse_http)
    app.add_middleware(
        Answers, settings=application.settings, metrics=app.state.metrics, broken=broken
    )
    return app


def served() -> FastAPI:
    """Build the web from the settings of this process, for the server: `web.app:served`.

    Raises SettingsError where there is no usable installation.
    """
    application = open_application(load_settings(), serving=True)
    app = create_app(application)

    @asynccontextmanager
    async def closing(_: FastAPI) -> AsyncIterator[None]:
        yield
        application.close()

    app.router.lifespan_context = closing
    return app


def declarations() -> list[Declared]:
    """Give every route there is."""
    return [declared for routes in COLLECTED for declared in routes.declared]


def listed() -> list[RouteAnswer]:
    """List every route as `duban routes` shows it."""
    return [declared.listed() for declared in declarations()]


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Put up every declared route, once a process: a request brings the application it is for."""
    router = APIRouter()
    for declared in declarations():
        methods = [declared.method]
        if declared.method == "GET" and declared.surface != "api":
            methods.append("HEAD")
        router.add_api_route(
            declared.path,
            entered(declared),
            methods=methods,
            route_class_override=type("DeclaredRoute", (DeclaredRoute,), {"declared": declared}),
            **_options(declared),
        )
    return tuple(router.routes)


def _options(declared: Declared) -> dict[str, Any]:
    """Give the framework's options of a route: pages hand out their own response."""
    if declared.surface == "api":
        return dict(declared.options)
    return {"include_in_schema": False, "response_model": None, **declared.options}
