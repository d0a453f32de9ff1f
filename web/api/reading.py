"""Reads the body of a request: JSON as RFC 8259 has it, and nothing that two readers read apart.

A key given twice, a number that other programs round, NaN, half of a character: whatever could mean
one thing to the sender and another to the database is refused with its place.
"""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Never

from engine.errors import FieldFault, InvalidError
from engine.words import Message, message

MOST = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exactly (RFC 8259 section 6)."""
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def read_json(data: bytes) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Read a body. Raises InvalidError that says what is wrong with it, and where."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidError("body-encoding", at=error.start) from error
    value = _parse(text)
    if "\\u" in text:
        _refuse_unkeepable(value)
    return value


def _parse(text: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise InvalidError("body-json", line=error.lineno, column=error.colno) from error
    except RecursionError:
        raise InvalidError("body-deep") from None


def _refuse_unkeepable(value: object) -> None:
    """Refuse the null character and halves of characters: no database keeps them."""
    faults = [
        FieldFault(".".join(place), message("field-control"))
        for place, text in _texts(value, ())
        if _UNKEEPABLE.search(text)
    ]
    if faults:
        shown = [FieldFault(_UNKEEPABLE.sub("?", fault.field), fault.message) for fault in faults]
        raise InvalidError("invalid", shown)


def _texts(value: object, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Give every text of a value with its place; the names of fields are texts too."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*place, str(number)))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield (*place, name), name
            yield from _texts(item, (*place, name))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        _refuse(_UNKEEPABLE.sub("?", twice)[:80], message("body-twice"))
    return found


def _whole(digits: str) -> int:
    value = int(digits) if len(digits) <= len(str(-MOST)) else MOST + 1
    if abs(value) > MOST:
        raise InvalidError("body-number", most=MOST)
    return value


def _fraction(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise InvalidError("body-number", most=MOST)
    return value


def _constant(_name: str) -> Never:
    raise InvalidError("body-number", most=MOST)


def _refuse(field: str, words: Message) -> Never:
    raise InvalidError(words, [FieldFault(field, words)])


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_fraction, parse_constant=_constant
)
