"""Pages of a listing: how many rows, and the cursor that says where the next page begins.

A cursor names a place in the order of a listing (the sort key of the last row that was shown), not
a number of rows, so rows that come, go or change meanwhile never make another one be skipped or
shown twice. It is opaque, bound to its listing with its filters, and grants nothing: whoever forges
one sees another stretch of what it may see anyway.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

import orjson

from engine.domain.events import plain
from engine.errors import InvalidError
from engine.service.office import wrong

USUAL = 50
MOST = 200
LONGEST_CURSOR = 600
_DIGEST_BYTES = 6
_LARGEST = 2**53

Row = TypeVar("Row")
Key = str | int | bool | date | datetime | None
Place = tuple[Key, ...]
"""Where a row stands in the order of its listing; the last part is unique."""


@dataclass(frozen=True, slots=True)
class PageQuery:
    """Which page is asked for; the first one has no cursor."""

    limit: int = USUAL
    cursor: str | None = None


def page(
    listing: str,
    query: PageQuery,
    kinds: Sequence[type],
    read: Callable[[Place | None, int], Sequence[Row]],
    place: Callable[[Row], Place],
) -> tuple[list[Row], str | None]:
    """Read one page: its rows, and the cursor of the next, None after the last.

    `listing` names the listing, its order and its filters. `read(after, count)` gives up to `count`
    rows that stand after a place, in order; `place(row)` is a row's place, its parts of the given
    `kinds` (None fits any). Raises InvalidError for `limit` or `cursor`.
    """
    after = place_of(listing, query.cursor, kinds)
    limit = checked_limit(query.limit)
    rows = list(read(after, limit + 1))
    more = cursor_of(listing, place(rows[limit - 1])) if len(rows) > limit else None
    return rows[:limit], more


def checked_limit(limit: int) -> int:
    """Give the number of rows of a page. Raises InvalidError where it is not one of 1 to 200."""
    if not 1 <= limit <= MOST:
        raise wrong("limit", "page-limit", most=MOST)
    return limit


def cursor_of(listing: str, place: Place) -> str:
    """Write the cursor for what comes after a place."""
    told = orjson.dumps([_digest(listing), *map(plain, place)])
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


def place_of(listing: str, cursor: str | None, kinds: Sequence[type]) -> Place | None:
    """Read the place from a cursor. Raises InvalidError where it is not one of this listing."""
    if cursor is None:
        return None
    try:
        digest, *parts = _told(cursor)
        if digest != _digest(listing) or len(parts) != len(kinds):
            raise _wrong_cursor()
        return tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, TypeError) as error:
        raise _wrong_cursor() from error


def _told(cursor: str) -> list[object]:
    if len(cursor) > LONGEST_CURSOR:
        raise _wrong_cursor()
    raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    told = orjson.loads(raw)
    if not isinstance(told, list) or not told:
        raise _wrong_cursor()
    return told


def _part(part: object, kind: type) -> Key:
    """Read one part of a place as the kind that the listing has there; nothing else gets by."""
    if part is None:
        return None
    if kind in {date, datetime} and isinstance(part, str):
        return _moment(part) if kind is datetime else date.fromisoformat(part)
    if type(part) is not kind or not isinstance(part, str | int) or not _keepable(part):
        raise _wrong_cursor()
    return part


def _keepable(part: str | int) -> bool:
    """Tell whether both databases can be asked for a value."""
    if isinstance(part, str):
        return "\x00" not in part
    return -_LARGEST < part < _LARGEST


def _moment(text: str) -> datetime:
    """Read an instant in the one spelling in which `plain` writes them."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _digest(listing: str) -> str:
    digest = hashlib.sha256(listing.encode(errors="replace")).digest()[:_DIGEST_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def _wrong_cursor() -> InvalidError:
    return wrong("cursor", "page-cursor")
