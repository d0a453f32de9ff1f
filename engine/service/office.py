"""What all verbs on the office's own records share: telling a change, finding, refusing a field."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.domain import personal, watching
from engine.domain.access import Principal
from engine.domain.events import Delta, Doer, Happening, Kind, insertion
from engine.domain.records import columns
from engine.domain.records.office import Account, Unit
from engine.errors import FieldFault, InvalidError, NotFoundError
from engine.service.almanac import CalendarDesk as Desk
from engine.store import hooks, ledger, rows
from engine.words import Message, Param, Text, message

UNSET: Final = object()
"""Stands where an order does not say a thing, so that None can mean to take it away."""

__all__ = [
    "UNSET", "Desk", "account_by_login", "addition", "change", "clean", "instant", "line",
    "refuse_private", "tell", "unit_by_name", "unit_for", "wrong",
]  # fmt: skip


def tell(
    desk: Desk,
    who: Principal,
    kind: Kind,
    deltas: Sequence[Delta],
    **facts: object,
) -> None:
    """Write rows, and the event of the office's stream that tells of them and of bare facts."""
    doer = Doer(who.account_id, via=desk.via)
    happening = Happening(kind, desk.now, desk.now, doer, deltas, facts=facts)
    hooks.announce(desk.conn, ledger.change(desk.conn, happening), desk.now)


def addition(record: str, row: Any) -> Delta:  # noqa: ANN401  # a record
    """Tell of a new record."""
    return insertion(record, {name: getattr(row, name) for name in columns(record)})


def change(record: str, row: Any, **new: Any) -> Delta:  # noqa: ANN401  # a record and its columns
    """Tell of changed columns of a record, with what they were."""
    return Delta(record, (row.id,), new, {name: getattr(row, name) for name in new})


def account_by_login(desk: Desk, login: str, *, lock: bool = False) -> Account:
    """Find an account. Raises NotFoundError."""
    found: Account | None = rows.fetch_one(
        desk.conn, "account", lock=lock, login=clean(login).lower()
    )
    if found is None:
        raise NotFoundError("account-unknown", login=login[:80])
    return found


def unit_by_name(desk: Desk, name: str, *, lock: bool = False) -> Unit:
    """Find a unit. Raises NotFoundError."""
    found: Unit | None = rows.fetch_one(desk.conn, "unit", lock=lock, name=clean(name))
    if found is None:
        raise NotFoundError("unit-unknown", name=name[:80])
    return found


def unit_for(desk: Desk, field: str, name: str | None) -> Unit:
    """Find the unit that a field names. Raises InvalidError for an empty one, NotFoundError."""
    if not name or not clean(name):
        raise wrong(field, "unit-none")
    return unit_by_name(desk, name)


def line(field: str, text: str, longest: int) -> str:
    """Take one line of text, cleaned. Raises InvalidError where it is empty or too long."""
    cleaned = clean(text)
    if not 0 < len(cleaned) <= longest or not cleaned.isprintable():
        raise wrong(field, "text-line", longest=longest)
    return cleaned


def refuse_private(field: str, text: str) -> str:
    """Give a text on if it holds no number that belongs to somebody, and watches nobody.

    Raises InvalidError.
    """
    at, word = personal.find(text), watching.find(text)
    if at is not None:
        raise wrong(field, "field-private-number", at=at + 1)
    if word is not None:
        raise wrong(field, "field-watching", word=word)
    return text


def clean(text: str) -> str:
    """Give a text in Unicode's composed form, without the spaces around it.

    What no database keeps (halves of characters, the null character) becomes a question mark, so
    that asking for it finds nothing instead of failing.
    """
    keepable = text.encode(errors="replace").decode().replace("\x00", "?")
    return unicodedata.normalize("NFC", keepable).strip()


def wrong(field: str, code: str, **params: Param | Text | Message) -> InvalidError:
    """Refuse one field with its sentence."""
    words = message(code, **params)
    return InvalidError(words, [FieldFault(field, words)])


@lru_cache(maxsize=65_536)
def instant(at: datetime, zone: ZoneInfo) -> str:
    """Spell an instant as answers do: RFC 3339 to the second, with the office's offset."""
    return at.astimezone(zone).isoformat(timespec="seconds")
