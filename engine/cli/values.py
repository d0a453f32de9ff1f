"""How the values on a command line are read: days, instants, numbers, JSON and files."""

import json
import re
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import InvalidError, TooLargeError, reason_of

STANDARD = "-"
"""The name of standard input or output where a file is asked for."""
_MEBIBYTE = 1024 * 1024
_MOST_DIGITS = 15
_LAST = time(23, 59, 59)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?")
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


def one_of(name: str, allowed: Sequence[str], text: str) -> str:
    """Read one of a few words. Raises InvalidError."""
    if text not in allowed:
        raise InvalidError("cli-one-of", name=name, given=text[:40], known=", ".join(allowed))
    return text


def day(name: str, text: str) -> date:
    """Read a day, `2026-03-03`. Raises InvalidError."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidError("cli-day", name=name, given=text[:40]) from error
    raise InvalidError("cli-day", name=name, given=text[:40])


def moment(name: str, text: str | None, zone: ZoneInfo) -> datetime | None:
    """Read an instant; one without an offset is the office's, a day its last second.

    Raises InvalidError.
    """
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return datetime.combine(date.fromisoformat(text), _LAST, zone)
        if _MOMENT.fullmatch(text):
            found = datetime.fromisoformat(text.upper())
            return found if found.tzinfo else found.replace(tzinfo=zone)
    except ValueError as error:
        raise InvalidError("cli-moment", name=name, given=text[:40]) from error
    raise InvalidError("cli-moment", name=name, given=text[:40])


def number(name: str, least: int, text: str) -> int:
    """Read a whole number. Raises InvalidError."""
    fit = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    if not fit or int(text) < least:
        raise InvalidError("cli-number", name=name, given=text[:40], least=least)
    return int(text)


_APART = re.compile("[,，、]")
"""What divides several values of one option."""


def several(values: Sequence[str] | None) -> list[str]:
    """Give the values of an option that is repeated, or lists several with commas."""
    parts = (part.strip() for value in values or () for part in _APART.split(value))
    return [part for part in parts if part]


def pair(name: str, text: str, like: str) -> tuple[str, str]:
    """Read `one=other`. Raises InvalidError that says what it should look like."""
    one, sign, other = text.partition("=")
    if not sign or not one.strip() or not other.strip():
        raise InvalidError("cli-pair", name=name, given=text[:40], like=like)
    return one.strip(), other.strip()


def json_object(name: str, text: str | None) -> dict[str, Any]:
    """Read a JSON object; none is an empty one. Raises InvalidError."""
    found = {} if text is None else _json(name, text)
    if not isinstance(found, dict):
        raise InvalidError("cli-json-object", name=name)
    return found


def json_list(name: str, text: str) -> list[dict[str, Any]]:
    """Read a JSON list of objects. Raises InvalidError."""
    found = _json(name, text)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise InvalidError("cli-json-list", name=name)
    return found


def read_bytes(file: str) -> bytes:
    """Read a file, or standard input where it is called `-`. Raises OSError."""
    return sys.stdin.buffer.read() if file == STANDARD else Path(file).read_bytes()


def read_text(file: str) -> str:
    """Read a file of UTF-8 text, or standard input. Raises InvalidError, OSError."""
    try:
        return read_bytes(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError("cli-not-text", file=file) from error


def too_large(limit: int) -> TooLargeError:
    """Refuse a file of more than so many bytes."""
    return TooLargeError("too-large", limit=f"{limit / _MEBIBYTE:g} MiB")


def password_line() -> str:
    """Read a password from the first line of standard input. Raises InvalidError for none."""
    found = sys.stdin.readline().rstrip("\r\n")
    if not found:
        raise InvalidError("cli-no-password")
    return found


def refuse_unkeepable(name: str, text: str) -> None:
    """Raise InvalidError for the null character and halves of characters: no database keeps them.

    A shell hands over bytes that are not UTF-8 as such halves.
    """
    if _UNKEEPABLE.search(text):
        raise InvalidError("cli-control", name=name)


def _json(name: str, text: str) -> Any:  # noqa: ANN401  # whatever stands in it
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidError("cli-json", name=name, detail=reason_of(error)) from error
    refuse_unkeepable(name, json.dumps(found, ensure_ascii=False))
    if "\\u0000" in json.dumps(found):
        raise InvalidError("cli-control", name=name)
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
