"""One register of all routes: none without a permission, and what is declared is what is served.

A module collects its routes in a `Routes`; `web/app.py` puts all of them up. A route says who may
ask (`permission`), what it is about (`object`) and which events it may write (`events`), so that
`duban routes` and the tests read the same as the door that lets a request in.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from typing_extensions import TypedDict

from engine.domain.access import ACTS, WRITERS
from engine.domain.events import Kind

Surface = Literal["page", "api", "outside"]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

PUBLIC = "public"
STEP = "case.step"
OF_A_CASE = frozenset({STEP, *(f"case.{part}" for part in WRITERS)})
"""Permissions that the case itself gives: whoever is signed in comes in, the verb decides."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class RouteAnswer(TypedDict):
    """A route as `duban routes` lists it."""

    method: str
    path: str
    surface: str
    permission: str
    object: str
    csrf: str
    events: list[str]


@dataclass(frozen=True, slots=True)
class Declared:
    """One route. `uploads` raises the limit of its body, `options` are FastAPI's own."""

    method: str
    path: str
    surface: Surface
    permission: str
    endpoint: Callable[..., Any]
    object: str = ""
    events: tuple[Kind, ...] = ()
    uploads: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def csrf(self) -> str:
        """How a forged request is told: by the form's token, by the bearer, or not at issue."""
        if self.method in SAFE:
            return "none"
        return "token" if self.surface == "page" else "bearer"

    def listed(self) -> RouteAnswer:
        """Give the route in plain values."""
        return {
            "method": self.method,
            "path": self.path,
            "surface": self.surface,
            "permission": self.permission,
            "object": self.object,
            "csrf": self.csrf,
            "events": [kind.value for kind in self.events],
        }


class Routes:
    """The routes of one module, on one surface."""

    def __init__(self, surface: Surface, prefix: str = "") -> None:
        self.surface = surface
        self.prefix = prefix
        self.declared: list[Declared] = []

    def get(self, path: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare a route that only reads."""
        return self._declare("GET", path, **declared)

    def post(self, path: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare a route that makes or does something."""
        return self._declare("POST", path, **declared)

    def put(self, path: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare a route that replaces something."""
        return self._declare("PUT", path, **declared)

    def patch(self, path: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare a route that changes a part of something."""
        return self._declare("PATCH", path, **declared)

    def delete(self, path: str, **declared: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401
        """Declare a route that ends something."""
        return self._declare("DELETE", path, **declared)

    def _declare(  # noqa: PLR0913  # each is a word of the declaration
        self,
        method: str,
        path: str,
        *,
        permission: str | None = None,
        object: str = "",  # noqa: A002  # the word that `duban routes` shows
        events: tuple[Kind, ...] = (),
        uploads: bool = False,
        **options: Any,  # noqa: ANN401  # FastAPI's own
    ) -> Callable[[Endpoint], Endpoint]:
        _check_permission(f"{method} {self.prefix}{path}", permission)

        def keep(endpoint: Endpoint) -> Endpoint:
            if inspect.iscoroutinefunction(endpoint):
                raise TypeError(f"{method} {path}: endpoints are plain functions, not coroutines")
            self.declared.append(Declared(
                method, self.prefix + path, self.surface, str(permission), endpoint, object,
                tuple(Kind(kind) for kind in events), uploads, options,
            ))  # fmt: skip
            return endpoint

        return keep


def _check_permission(route: str, permission: str | None) -> None:
    """Refuse a route that nobody decided about. Unset means nobody, not everybody."""
    if permission is None:
        raise TypeError(f"{route} declares no permission")
    if permission != PUBLIC and permission not in ACTS and permission not in OF_A_CASE:
        raise ValueError(f"{route} declares an unknown permission, {permission!r}")
