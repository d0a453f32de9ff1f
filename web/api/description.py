"""The description of the API in OpenAPI 3.1, made of the operations as they are declared.

Nothing is written twice: paths, forms, answers and refusals are those by which requests are taken.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from types import UnionType
from typing import Any, Literal, get_args

from pydantic import TypeAdapter

from web.api.answers import ProblemAnswer
from web.api.forms.kinds import Form
from web.api.operations import Operation
from web.api.reading import MOST
from web.files import Download

Schema = dict[str, Any]
_Mode = Literal["validation", "serialization"]
_Key = tuple[str, _Mode]
_REF = "#/components/schemas/{model}"
_PROBLEM = "application/problem+json"
_REFUSALS = {
    401: "No credentials, or none that are good",
    403: "Not the caller's to do",
    404: "None such, or not the caller's to see",
    409: "Stale, not from this state, or at odds with what stands",
    413: "Too large",
    415: "Not a kind of content that is read here",
    422: "A field is missing, wrong or unknown, or a need is not met",
    429: "Too many writes or exports; `Retry-After` says when to go on",
    503: "Busy; nothing was changed, `Retry-After` says when to try again",
}
_WHEN_OPEN, _WHEN_READING = (422, 503), (401, 403, 422, 503)
_KEY: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeats of a request with the same key get the first answer, for 24 hours",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
_LANGUAGE: Schema = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "The language of messages, zh or en; for any other it is the office's",
    "schema": {"type": "string"},
}


def describe(operations: Sequence[Operation]) -> Schema:
    """Describe operations."""
    schemas = _Schemas(operations)
    paths: dict[str, Schema] = {}
    for operation in operations:
        told = _operation(operation, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": "Duban 督办", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


class _Schemas:
    """The schemas of all forms and answers, each under one name."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        found: dict[_Key, tuple[_Key, _Mode, TypeAdapter[Any]]] = {}
        for operation in operations:
            turn = operation.turn
            for kind, mode in (
                (turn.form, "validation"), (turn.query, "validation"),
                (operation.answer, "serialization"),
            ):  # fmt: skip
                if (kind := _in_json(kind)) is not None:
                    key: _Key = (repr(kind), mode)  # type: ignore[assignment]  # mypy widens mode
                    found[key] = (key, key[1], TypeAdapter(kind))
        problem: _Key = (repr(ProblemAnswer), "serialization")
        found[problem] = (problem, problem[1], TypeAdapter(ProblemAnswer))
        inputs = [(key[0], key[1], adapter) for key, _, adapter in found.values()]
        self._by_key, told = TypeAdapter.json_schemas(inputs, ref_template=_REF)
        self.definitions: Schema = told.get("$defs", {})

    def form(self, kind: type[Form]) -> Schema:
        """Give the schema of a form."""
        return self._by_key[repr(kind), "validation"]

    def answer(self, kind: Any) -> Schema:  # noqa: ANN401  # a type
        """Give the schema of an answer."""
        return self._by_key[repr(_in_json(kind)), "serialization"]

    def fields(self, kind: type[Form]) -> Schema:
        """Give a form's schema itself, not the reference to it."""
        schema = self.form(kind)
        name = schema.get("$ref", "").rpartition("/")[2]
        found: Schema = self.definitions[name] if name else schema
        return found


def _in_json(kind: Any) -> Any:  # noqa: ANN401  # a type
    """Give the part of an answer's type that is JSON; None where there is none."""
    options = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    told = [option for option in options if option not in {type(None), str, Download}]
    return reduce(or_, told) if told else None


def _operation(operation: Operation, schemas: _Schemas) -> Schema:
    turn = operation.turn
    told: Schema = {
        "operationId": turn.verb.__name__,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [*_in_path(operation), *_in_query(turn.query, schemas), _LANGUAGE],
        "responses": _responses(operation, schemas),
    }
    if turn.is_kept:
        told["parameters"].append(_KEY)
    if turn.sends != "nothing":
        told["requestBody"] = {"required": True, "content": _content(operation, schemas)}
    if operation.is_open:
        told["security"] = []
    return told


def _in_path(operation: Operation) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _part(name, kind)}
        for name, kind in operation.turn.in_path.items()
    ]


def _part(name: str, kind: type) -> Schema:
    if kind is int:
        return {"type": "integer", "minimum": 0, "maximum": MOST}
    return {"type": "string", "minLength": 1, "description": _MEANINGS.get(name, "")}


_MEANINGS = {"code": "The code of an issue (ZD-2026-001) or a case (DB-2026-0018)"}


def _in_query(kind: type[Form], schemas: _Schemas) -> list[Schema]:
    told = schemas.fields(kind)
    required = told.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(shape)}
        for name, shape in told.get("properties", {}).items()
    ]


def _without_null(shape: Schema) -> Schema:
    """An address cannot say null: what may be absent is left out."""
    kept = {name: value for name, value in shape.items() if name not in {"anyOf", "default"}}
    some = [option for option in shape.get("anyOf", []) if option != {"type": "null"}]
    return kept | (some[0] if some else {})


def _content(operation: Operation, schemas: _Schemas) -> Schema:
    turn = operation.turn
    if turn.sends == "json":
        return {"application/json": {"schema": schemas.form(turn.form)}}
    shape = schemas.fields(turn.form)
    file = {"type": "string", "format": "binary"}
    return {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {"file": file, **shape.get("properties", {})},
                "required": ["file", *shape.get("required", [])],
                "additionalProperties": False,
            }
        }
    }


def _responses(operation: Operation, schemas: _Schemas) -> Schema:
    refused = {"schema": schemas.answer(ProblemAnswer)}
    good: Schema = {"description": operation.summary}
    if operation.answer is not type(None):
        good["content"] = _answers(operation, schemas)
    told: Schema = {str(operation.status): good}
    for status in _refusals(operation):
        told[str(status)] = {
            "description": _REFUSALS[status], "content": {_PROBLEM: refused},
        }  # fmt: skip
    return told


def _answers(operation: Operation, schemas: _Schemas) -> Schema:
    text: Schema = {"schema": {"type": "string"}}
    plain = _in_json(operation.answer) is None
    main = text if plain else {"schema": schemas.answer(operation.answer)}
    return {operation.media[0]: main} | dict.fromkeys(operation.media[1:], text)


def _refusals(operation: Operation) -> list[int]:
    turn = operation.turn
    if operation.is_open:
        return list(_WHEN_OPEN)
    if turn.is_kept:
        return sorted(_REFUSALS)
    own = {404} if turn.in_path else set()
    own |= {429} if len(operation.media) > 1 else set()  # a list that goes out as a file
    return sorted({*_WHEN_READING, *own, *({409} if turn.writes else set())})
