"""What stands beside pages and API: health, readiness, figures, and the static files."""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from engine.errors import ForbiddenError, NotFoundError
from engine.service.tokens import bearer
from web.render import asset
from web.routing import PUBLIC, Routes
from web.security.addresses import is_this_machine
from web.visit import Visit, Visiting

ROUTES = Routes("outside")
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, max-age=300"
_MEDIA = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_UNAVAILABLE, _UNCHANGED = 503, 304


@ROUTES.get("/healthz", permission=PUBLIC)
def healthz() -> Response:
    """Say that this process answers."""
    return JSONResponse({"status": "alive"})


@ROUTES.get("/readyz", permission=PUBLIC)
def readyz(visit: Visiting) -> Response:
    """Say whether requests can be served: database reached, schema current."""
    ready = visit.application.is_ready()
    words = {"status": "ready" if ready else "not-ready"}
    return JSONResponse(words, 200 if ready else _UNAVAILABLE)


@ROUTES.get("/metrics", permission=PUBLIC)
def metrics(request: Request, visit: Visiting) -> Response:
    """Give the figures, to this machine or to a token."""
    _require_insider(request, visit)
    text = request.app.state.metrics.text(ready=visit.application.is_ready())
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")


@ROUTES.get("/static/{name:path}", permission=PUBLIC)
def static(name: str, request: Request) -> Response:
    """Give a static file; with the tag of its content in the address it may be kept for ever."""
    found = _files().get(name)
    if found is None:
        raise NotFoundError("not-found")
    tag = f'"{asset(name).rpartition("=")[2]}"'
    tagged = request.query_params.get("v") == tag.strip('"')
    headers = {"ETag": tag, "Cache-Control": _FOR_EVER if tagged else _ASK_AGAIN}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=_UNCHANGED, headers=headers)
    return Response(found, headers=headers, media_type=_MEDIA[name.rpartition(".")[2]])


def _require_insider(request: Request, visit: Visit) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        with visit.application.reading("api", visit.locale) as desk:
            bearer(desk, token.strip())
    elif not is_this_machine(request):
        raise ForbiddenError("metrics-elsewhere")


@cache
def _files() -> dict[str, bytes]:
    """Read every file that may be asked for, once: what is not among them is not there."""
    return dict(_walk(resources.files("web").joinpath("static"), ""))


def _walk(folder: Traversable, at: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found.extend(_walk(entry, f"{at}{entry.name}/"))
        elif entry.name.rpartition(".")[2] in _MEDIA:
            found.append((f"{at}{entry.name}", entry.read_bytes()))
    return found
