"""Reads a form out of plain values; what does not fit is named field by field, in words."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from engine.errors import FieldFault, InvalidError
from engine.words import Message, listed, message
from web.api.forms.kinds import Form

Filled = TypeVar("Filled", bound=Form)
_PLAIN = {
    "missing": "field-required",
    "list_type": "field-list",
    "dict_type": "field-object",
    "model_type": "field-object",
    "bool_type": "field-truth",
}
_COUNTED = {"too_long": ("field-many", "most", "max_length"),
            "too_short": ("field-few", "least", "min_length")}  # fmt: skip
LONGEST_NAME = 80
LONGEST_SHOWN = 40
"""How much of a wrong value is shown."""
_SAID_OF = frozenset({
    "field-choice", "field-date", "field-date-range", "field-instant", "field-number",
})  # fmt: skip
"""What is wrong with a value of a few words or digits; the sentence names the value too."""
MOST_FAULTS = 50


def fill(form: type[Filled], values: object) -> Filled:
    """Fill a form. Raises InvalidError with every field that is missing, wrong or unknown."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)[:MOST_FAULTS]
        raise InvalidError("invalid", [_fault(form, found) for found in details]) from error


def once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Take each parameter of an address once. Raises InvalidError for one that stands twice."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            place = name[:LONGEST_NAME].encode(errors="replace").decode()
            raise InvalidError("invalid", [FieldFault(place, message("query-twice"))])
        found[name] = value
    return found


def _fault(form: type[Form], found: ErrorDetails) -> FieldFault:
    place = ".".join(str(part)[:LONGEST_NAME] for part in found["loc"]) or "body"
    printable = place.encode(errors="replace").decode().replace("\x00", "?")
    words, given = _words(form, found), found["input"]
    if words.code in _SAID_OF and isinstance(given, str) and len(given.strip()) > 0:
        shown = given if len(given) <= LONGEST_SHOWN else f"{given[:LONGEST_SHOWN]}…"
        if shown.isprintable():
            words = message("field-given", given=shown, says=words)
    return FieldFault(printable, words)


def _words(form: type[Form], found: ErrorDetails) -> Message:
    kind, context = found["type"], found.get("ctx", {})
    if kind == "extra_forbidden":
        name = str(found["loc"][-1])[:LONGEST_NAME]
        known = list(_known(form, found["loc"]))
        if not known:
            return message("field-unknown-any", name=name)
        return message("field-unknown", name=name, known=listed(known))
    if kind in _COUNTED:
        code, param, bound = _COUNTED[kind]
        return message(code, **{param: int(context[bound])})
    if "code" not in context:
        return message(_PLAIN.get(kind, "field-wrong"))
    params = {name: value for name, value in context.items() if name != "code"}
    return message(context["code"], **params)


def _known(form: type[Form], place: tuple[int | str, ...]) -> Iterator[str]:
    """Give the names of the fields that are known where an unknown one stands."""
    for part in place[:-1]:
        if isinstance(part, str):
            form = next(_forms_in(form.model_fields[part].annotation), form)
    return (field.alias or name for name, field in form.model_fields.items())


def _forms_in(annotation: Any) -> Iterator[type[Form]]:  # noqa: ANN401  # a type
    if isinstance(annotation, type) and issubclass(annotation, Form):
        yield annotation
    for inner in get_args(annotation):
        yield from _forms_in(inner)
