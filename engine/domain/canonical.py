"""Exact bytes: one spelling for every value, and the hashes that the log builds on them.

The spelling is RFC 8785 (JSON Canonicalization Scheme) on a narrower profile, in which all
implementations agree: keys in ASCII, integers within ±(2^53 - 1), no floating point numbers, no
lone surrogates. Inside it orjson writes what RFC 8785 asks for; outside it, it does not, so all
that lies outside is refused here. Unicode normalisation is not touched, as RFC 8785 demands.
"""

from hashlib import sha256
from typing import Any

import orjson

from engine.errors import InvalidError
from engine.words import Message, message

LARGEST = 2**53 - 1
"""The largest integer that every reader of JSON reads exactly (RFC 7493, 2.2)."""

DEEPEST = 100
"""How many lists and objects may stand inside each other."""

SALT_BYTES = 32
"""The length of a commitment's salt; with 256 random bits a value cannot be found by trying."""

_SIMPLE = frozenset({str, int, bool, type(None)})
_MANY = frozenset({dict, list, tuple})
_STRICT = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_LEAF = b"\x00"
_PURPOSE = b"duban/pii/v1\x00"


def canonical(value: Any) -> bytes:  # noqa: ANN401  # any JSON value
    """Write a JSON value in its one spelling. Raises InvalidError for what the profile excludes."""
    if _is_plain(value, DEEPEST):
        try:
            return orjson.dumps(value, option=_STRICT)
        except TypeError:
            pass  # too large an integer, or half a character: what it is is said below
    fault = _fault(value, DEEPEST)
    if fault is not None:
        raise InvalidError(fault)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def is_canonical(data: bytes) -> bool:
    """Say whether bytes are the one spelling of what they say."""
    try:
        return canonical(orjson.loads(data)) == data
    except (orjson.JSONDecodeError, InvalidError):
        return False


def leaf_hash(data: bytes) -> bytes:
    """Hash an entry of the log as a leaf of its Merkle tree (RFC 6962, 2.1)."""
    return sha256(_LEAF + data).digest()


def commitment(subject: str, field: str, salt: bytes, value: str) -> str:
    """Commit to a value without telling it: SHA-256 in hex.

    It covers, in this order: `duban/pii/v1`, a zero byte, then subject and field each behind its
    length in bytes (4 bytes, big-endian), the salt of 32 bytes, and the value in UTF-8. Raises
    InvalidError for a salt of another length and for text that is not Unicode.
    """
    if len(salt) != SALT_BYTES:
        raise InvalidError("canonical-salt", length=len(salt))
    try:
        named = b"".join(_measured(part.encode()) for part in (subject, field))
        return sha256(_PURPOSE + named + salt + value.encode()).hexdigest()
    except UnicodeEncodeError as error:
        raise InvalidError("canonical-surrogate") from error


def _measured(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def _is_plain(value: Any, room: int) -> bool:  # noqa: ANN401  # any value
    """Tell at a glance that nothing but integers and texts can be wrong with a value."""
    if room == 0 or type(value) not in _MANY:
        return type(value) in _SIMPLE
    if type(value) is dict:
        if not _has_plain_keys(value):
            return False
        value = value.values()
    if _SIMPLE.issuperset(map(type, value)):
        return True
    return all(type(item) in _SIMPLE or _is_plain(item, room - 1) for item in value)


def _has_plain_keys(value: dict[Any, Any]) -> bool:
    try:
        return "".join(value).isascii()
    except TypeError:
        return False


def _fault(value: object, room: int) -> Message | None:
    """Find the first thing that the profile excludes."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return _fault_of_text(value)
    if isinstance(value, int):
        return None if -LARGEST <= value <= LARGEST else message("canonical-integer")
    return _fault_of_many(value, room)


def _fault_of_many(value: object, room: int) -> Message | None:
    if not isinstance(value, dict | list | tuple):
        return message("canonical-kind", kind=type(value).__name__)
    if room == 0:
        return message("canonical-depth", deepest=DEEPEST)
    if isinstance(value, dict):
        return _fault_of_keys(value) or _first_fault(value.values(), room - 1)
    return _first_fault(value, room - 1)


def _first_fault(values: Any, room: int) -> Message | None:  # noqa: ANN401  # any iterable of JSON values
    for value in values:
        fault = _fault(value, room)
        if fault is not None:
            return fault
    return None


def _fault_of_keys(value: dict[Any, Any]) -> Message | None:
    """Only in ASCII do the orders by UTF-16 units and by bytes agree on every key."""
    wrong = next((k for k in value if not (isinstance(k, str) and k.isascii())), None)
    return None if wrong is None else message("canonical-key", key=ascii(wrong))


def _fault_of_text(value: str) -> Message | None:
    if value.isascii():
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return message("canonical-surrogate")
    return None
