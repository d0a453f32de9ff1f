"""Declares the operations of the HTTP API: a route, its form, its answer and its verb in one place.

An operation is a plain function of a desk, a caller, the names in its path and a form:

    @operations.post("/cases/{code}/notes", permission="case.note", object="case", status=201)
    def add_note(desk: Desk, who: Principal, code: str, form: NoteForm) -> NoteAnswer:
        \"\"\"Add a note to a case.\"\"\"

Its signature is read once: it decides what is read from the request and what the description
(`description.py`) says. What happens to a request on its way stands in `turn.py`.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, get_type_hints

from starlette.requests import Request
from starlette.responses import Response

from web.api.forms.kinds import Form, Nothing
from web.api.turn import JSON, Turn, take
from web.api.uploads import Uploading
from web.routing import PUBLIC, SAFE, Routes
from web.visit import visit_of

Verb = TypeVar("Verb", bound=Callable[..., Any])
PREFIX = "/api/v1"
_IN_PATH = re.compile(r"\{([a-z_]+)\}")
_HANDED = frozenset({"desk", "who", "application"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One call as it is described; `media` is what it may answer, `turn` how it is taken."""

    method: str
    path: str
    status: int
    summary: str
    tag: str
    answer: Any
    media: tuple[str, ...]
    is_open: bool
    turn: Turn


class Operations(Routes):
    """The operations of one noun."""

    def __init__(self, tag: str) -> None:
        super().__init__("api", PREFIX)
        self.tag = tag
        self.operations: list[Operation] = []

    def _declare(
        self, method: str, path: str, *, status: int = 200, media: tuple[str, ...] = (JSON,),
        writes: bool | None = None, **declared: Any,  # noqa: ANN401  # `Routes` checks them
    ) -> Callable[[Verb], Verb]:  # fmt: skip
        """Declare a route by its verb; `writes` where a reading method keeps something."""

        def keep(verb: Verb) -> Verb:
            permission = str(declared.get("permission"))
            turn = turn_of(
                verb, method, PREFIX + path, permission=permission, status=status, writes=writes
            )
            self.operations.append(Operation(
                method, PREFIX + path, status, _summary(verb), self.tag,
                get_type_hints(verb, include_extras=True)["return"], media,
                permission == PUBLIC, turn,
            ))  # fmt: skip
            put_up = super(Operations, self)._declare
            put_up(method, path, include_in_schema=False, name=verb.__name__, **declared)(
                _endpoint(turn)
            )
            return verb

        return keep


def turn_of(  # noqa: PLR0913  # each is a word of the declaration
    verb: Callable[..., Any], method: str, path: str, *, permission: str, status: int,
    writes: bool | None = None,
) -> Turn:  # fmt: skip
    """Read a verb's signature. Raises TypeError where it asks for something that nobody gives."""
    hints = get_type_hints(verb)
    names = list(inspect.signature(verb).parameters)
    in_path = {name: hints[name] for name in _IN_PATH.findall(path)}
    form: type[Form] = hints.get("form", Nothing)
    given = {"form", "query", "upload", *_HANDED, *in_path}
    if stray := [name for name in names if name not in given]:
        raise TypeError(f"{method} {path}: nobody gives {', '.join(stray)}")
    return Turn(
        verb=verb,
        method=method,
        route=path,
        permission=permission,
        status=status,
        handed=_HANDED & set(names),
        in_path=in_path,
        query=hints.get("query", Nothing),
        form=form,
        asks_query="query" in names,
        sends=_sends(names, hints),
        writes=method not in SAFE if writes is None else writes,
    )


def _sends(names: list[str], hints: dict[str, Any]) -> Literal["nothing", "json", "multipart"]:
    if "upload" in names and hints["upload"] is Uploading:
        return "multipart"
    return "json" if "form" in names else "nothing"


def _summary(verb: Callable[..., Any]) -> str:
    """Give the first sentence of the docstring. Raises ValueError where there is none."""
    words = inspect.getdoc(verb)
    if not words:
        raise ValueError(f"{verb.__name__} has no docstring to describe it by")
    return words.splitlines()[0].rstrip(".")


def _endpoint(turn: Turn) -> Callable[..., Response]:
    def endpoint(request: Request) -> Response:
        return take(turn, visit_of(request), request)

    return endpoint
