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
_SUSPECT = re.compile(r"\\u|[0-9]{16}|[eE][+]?[0-9]{3}|NaN|Infinity")
"""What a body must hold for a value in it to be unkeepable; most hold none of this."""
_LONGEST_NUMBER = 20
_LONGEST_PLACE, _MOST_FAULTS = 200, 50


def read_json(data: bytes) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Read a body. Raises InvalidError that says what is wrong with it, and where."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidError("body-encoding", at=error.start) from error
    try:
        return _checked(text)
    except json.JSONDecodeError as error:
        raise InvalidError("body-json", line=error.lineno, column=error.colno) from error
    except RecursionError:
        raise InvalidError("body-deep") from None


def _checked(text: str) -> Any:  # noqa: ANN401  # whatever JSON holds
    value = _DECODER.decode(text)
    if _SUSPECT.search(text):
        _refuse_unkeepable(value)
    return value


def _refuse_unkeepable(value: object) -> None:
    """Refuse what no database or no other reader keeps, each with its place."""
    faults = [
        FieldFault(_UNKEEPABLE.sub("?", ".".join(place)[:_LONGEST_PLACE]) or "body", words)
        for place, found in _values(value, ())
        if (words := _fault(found)) is not None
    ]
    if faults:
        raise InvalidError("invalid", faults[:_MOST_FAULTS])


def _fault(value: object) -> Message | None:
    """Say what is wrong with one value: halves of characters, numbers that others round."""
    if isinstance(value, str):
        return message("field-control") if _UNKEEPABLE.search(value) else None
    if isinstance(value, float):
        return None if math.isfinite(value) else message("body-number", most=MOST)
    is_large = isinstance(value, int) and abs(value) > MOST
    return message("body-number", most=MOST) if is_large else None


def _values(value: object, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Give every plain value with its place; the names of fields are texts too."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            yield from _values(item, (*place, str(number)))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield (*place, name), name
            yield from _values(item, (*place, name))
    else:
        yield place, value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        _refuse(_UNKEEPABLE.sub("?", twice)[:80], message("body-twice"))
    return found


def _whole(digits: str) -> int:
    """Read a whole number; one that is far too long is only known to be too large."""
    return int(digits[:_LONGEST_NUMBER])


def _refuse(field: str, words: Message) -> Never:
    raise InvalidError(words, [FieldFault(field, words)])


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_whole)
