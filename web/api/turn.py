"""The turn of one request: its form is read, its verb is done in one transaction, it is answered.

The door (`web/security/door.py`) has let it in. Inside the transaction, in this order: who asks, as
of this instant; whether its token may write; whether it had its answer already (`Idempotency-Key`);
whether the form is filled in rightly; the verb. The answer is written and kept there too, and
leaves when the commit is done: whoever hears of a change finds it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any, Literal

import orjson
from starlette.requests import Request
from starlette.responses import Response

from engine.domain.access import Principal
from engine.errors import DubanError, ForbiddenError, InvalidError, NotFoundError, UnsupportedError
from engine.failpoints import failpoint
from engine.service import standing
from engine.service.desk import Desk
from engine.service.idempotency import Asked, Remembered, digest, recall, remember
from web.api.faults import fill, once
from web.api.forms.kinds import Form, is_number
from web.api.reading import read_json
from web.api.uploads import digest_of, texts_of, upload_of
from web.files import Download, hand_out
from web.visit import Visit

JSON, MULTIPART = "application/json", "multipart/form-data"
_CHARSETS = frozenset({"utf-8", "utf8"})
_OF_A_CASE = ("/cases/{code}", "/urges/{no}")


@dataclass(frozen=True, slots=True)
class Turn:
    """How the requests of one operation are taken; see `operations.turn_of`."""

    verb: Callable[..., Any]
    method: str
    route: str
    permission: str
    status: int
    handed: frozenset[str]
    in_path: Mapping[str, type]
    query: type[Form]
    form: type[Form]
    asks_query: bool
    sends: Literal["nothing", "json", "multipart"]
    writes: bool

    @property
    def is_open(self) -> bool:
        """Whether the verb needs neither desk nor caller."""
        return not self.handed & {"desk", "who"}

    @property
    def is_of_a_case(self) -> bool:
        """Whether the route is about one case, or a letter of one."""
        return any(place in self.route for place in _OF_A_CASE)

    @property
    def is_kept(self) -> bool:
        """Whether the answer can be asked for again with an idempotency key."""
        return self.writes and self.method != "GET"


def take(turn: Turn, visit: Visit, request: Request) -> Response:
    """Answer a request of an operation. Raises whatever refuses it."""
    sent = _read(turn, visit, request)
    if turn.is_open:
        return _respond(turn.verb(**sent()), turn.status)
    if not turn.writes:
        with visit.reading() as (desk, who):
            values = _values(turn, request, desk, who, sent)
            return _respond(turn.verb(**_handed(turn, visit, desk, who), **values), turn.status)
    answer = _write(turn, visit, request, sent)
    failpoint("step.after-commit")
    return answer


def _write(
    turn: Turn, visit: Visit, request: Request, sent: Callable[[], dict[str, Any]]
) -> Response:
    asked = _asked(turn, visit, request)
    with visit.writing() as (desk, who):
        if turn.is_kept and not who.may_write:
            raise ForbiddenError("token-may-only-read")
        former = recall(desk, who, asked) if asked else None
        if former is not None:
            return _json(former.answer.encode(), former.status)
        values = _values(turn, request, desk, who, sent)
        answer = turn.verb(**_handed(turn, visit, desk, who), **values)
        response = _respond(answer, turn.status)
        if asked:
            kept = Remembered(response.status_code, bytes(response.body).decode())
            remember(desk, who, asked, kept)
    return response


def _values(
    turn: Turn, request: Request, desk: Desk, who: Principal, sent: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Give what was sent; to whom the matter is closed say only that, whatever was sent."""
    try:
        return sent()
    except DubanError:
        if turn.is_of_a_case:
            standing.require_standing(desk, who, turn.permission, request.path_params)
        raise


def _handed(turn: Turn, visit: Visit, desk: Desk, who: Principal) -> dict[str, Any]:
    given = {"desk": desk, "who": who, "application": visit.application}
    return {name: given[name] for name in turn.handed}


# --- what was sent ------------------------------------------------------------------------------


def _read(turn: Turn, visit: Visit, request: Request) -> Callable[[], dict[str, Any]]:
    """Read all that was sent, before any lock is taken; what is wrong is said when asked for."""
    try:
        values: dict[str, Any] = {
            name: _part(request, name, kind) for name, kind in turn.in_path.items()
        }
        query = fill(turn.query, once(request.query_params.multi_items()))
        if turn.asks_query:
            values["query"] = query
        values |= _SENT[turn.sends](turn, visit, request)
    except DubanError as error:
        return _raising(error)
    return lambda: values


def _raising(error: DubanError) -> Callable[[], dict[str, Any]]:
    def refuse() -> dict[str, Any]:
        raise error

    return refuse


def _part(request: Request, name: str, kind: type) -> str | int:
    """Give a part of the path. An id that is no number names nothing."""
    text = str(request.path_params[name])
    if kind is not int:
        return text
    if not is_number(text):
        raise NotFoundError("not-found")
    return int(text)


def _nothing(_turn: Turn, visit: Visit, _request: Request) -> dict[str, Any]:
    if visit.body.strip() not in {b"", b"{}"} or visit.form:
        raise InvalidError("body-none")
    return {}


def _from_json(turn: Turn, visit: Visit, request: Request) -> dict[str, Any]:
    told = Message()
    told["Content-Type"] = request.headers.get("content-type", "")
    if visit.media != JSON or told.get_content_charset("utf-8") not in _CHARSETS:
        raise UnsupportedError("unsupported", known=JSON)
    return {"form": fill(turn.form, read_json(visit.body))}


def _from_multipart(turn: Turn, visit: Visit, _request: Request) -> dict[str, Any]:
    if visit.media != MULTIPART:
        raise UnsupportedError("unsupported", known=MULTIPART)
    found: dict[str, Any] = {"upload": upload_of(visit.form)}
    form = fill(turn.form, texts_of(visit.form))
    return found if not turn.form.model_fields else found | {"form": form}


_SENT = {"nothing": _nothing, "json": _from_json, "multipart": _from_multipart}


def _asked(turn: Turn, visit: Visit, request: Request) -> Asked | None:
    """Tell by what a repetition of this request is known; None where it names no key."""
    key = request.headers.get("idempotency-key")
    if key is None or not turn.is_kept:
        return None
    body = digest_of(visit.form) if turn.sends == "multipart" else digest(visit.body)
    return Asked(f"{turn.method} {request.url.path}", key.strip(), body)


# --- what is answered ---------------------------------------------------------------------------


def _respond(answer: object, status: int) -> Response:
    if answer is None:
        return Response(status_code=status)
    if isinstance(answer, Download):
        return hand_out(answer)
    if isinstance(answer, str):
        return Response(answer, status, media_type="text/plain; charset=utf-8")
    return _json(orjson.dumps(answer), status)


def _json(body: bytes, status: int) -> Response:
    """Answer in JSON; what has no content says so by its status."""
    return Response(body, status, media_type=JSON if body else None)
