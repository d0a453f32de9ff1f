"""Inboxes: what each account was told, in order, and what of it was read or sent on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, update

from engine.store import counters
from engine.store.driver import Prepared
from engine.store.tables import table

_MESSAGE = table("message")
_MINE_UNREAD = (_MESSAGE.c.account_id == bindparam("account"), _MESSAGE.c.read_at.is_(None))
_UNREAD = Prepared(select(func.count()).where(*_MINE_UNREAD))
_UNREAD_ENTRIES = Prepared(
    select(
        func.count() - func.count(_MESSAGE.c.entry) + func.count(_MESSAGE.c.entry.distinct())
    ).where(*_MINE_UNREAD)
)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that an account was told; `words` are a catalogue code and its parameters."""

    id: int
    account_id: int
    case_id: int | None
    kind: str
    words: dict[str, Any]
    at: datetime
    sent_by: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One or more messages that stand in an inbox as one; `newest` is the id of the last told."""

    newest: int
    name: str | None
    count: int
    unread: int


def tell(  # noqa: PLR0913  # what a message is made of
    connection: Connection,
    account_id: int,
    *,
    case_id: int | None,
    kind: str,
    words: Mapping[str, Any],
    at: datetime,
    entry: str | None = None,
) -> int:
    """Put a message into an inbox, as part of an entry or as one by itself; give its id."""
    number = counters.take(connection, "message")
    row = {
        "id": number, "account_id": account_id, "case_id": case_id, "kind": kind,
        "words": dict(words), "at": at, "sent_by": None, "read_at": None,
        "entry": entry,
    }  # fmt: skip
    connection.execute(insert(_MESSAGE), row)
    return number


def tell_each(  # noqa: PLR0913  # what messages are made of
    connection: Connection,
    account_id: int,
    parts: Sequence[tuple[int, Mapping[str, Any]]],
    *,
    kind: str,
    at: datetime,
    entry: str,
) -> None:
    """Put a message about each of several cases into an inbox, all in one entry."""
    first = counters.take(connection, "message", len(parts))
    each = [
        {"id": number, "account_id": account_id, "case_id": case_id, "kind": kind,
         "words": dict(words), "at": at, "sent_by": None, "read_at": None, "entry": entry}
        for number, (case_id, words) in enumerate(parts, first)
    ]  # fmt: skip
    connection.execute(insert(_MESSAGE), each)


def inbox(connection: Connection, account_id: int, before: int | None, limit: int) -> list[Message]:
    """Read an inbox, the newest first, from below an id on."""
    found = _select().where(_MESSAGE.c.account_id == account_id)
    if before is not None:
        found = found.where(_MESSAGE.c.id < before)
    return _read(connection, found.order_by(_MESSAGE.c.id.desc()).limit(limit))


def entries(connection: Connection, account_id: int, before: int | None, limit: int) -> list[Entry]:
    """Read the entries of an inbox, those last added to first, from below an id on.

    What it costs depends on how many are read, and not on how many messages there are: from the
    newest message on, each is passed over after which its entry got another.
    """
    of_same = _MESSAGE.alias()
    same = (of_same.c.account_id == account_id, of_same.c.entry == _MESSAGE.c.entry)
    newest = select(func.max(of_same.c.id)).where(*same).scalar_subquery()
    is_newest = or_(_MESSAGE.c.entry.is_(None), _MESSAGE.c.id == newest)
    asked = select(_MESSAGE.c.id, _MESSAGE.c.entry, _MESSAGE.c.read_at)
    asked = asked.where(_MESSAGE.c.account_id == account_id, is_newest)
    if before is not None:
        asked = asked.where(_MESSAGE.c.id < before)
    found = connection.execute(asked.order_by(_MESSAGE.c.id.desc()).limit(limit)).all()
    counted = _counted(connection, account_id, {row.entry for row in found} - {None})
    return [
        Entry(row.id, row.entry, *counted.get(row.entry, (1, int(row.read_at is None))))
        for row in found
    ]


def _counted(
    connection: Connection, account_id: int, names: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Count the messages of some entries, and those of them that are not read."""
    unread = func.count() - func.count(_MESSAGE.c.read_at)
    asked = select(_MESSAGE.c.entry, func.count(), unread).group_by(_MESSAGE.c.entry)
    mine = (_MESSAGE.c.account_id == account_id, _MESSAGE.c.entry.in_(sorted(names)))
    return {name: (count, new) for name, count, new in connection.execute(asked.where(*mine))}


def first_of(
    connection: Connection, account_id: int, names: Collection[str], most: int
) -> dict[str, list[Message]]:
    """Read the newest messages of each of some entries, the newest first."""
    place = func.row_number().over(
        partition_by=_MESSAGE.c.entry, order_by=_MESSAGE.c.id.desc()
    )  # fmt: skip
    mine = (_MESSAGE.c.account_id == account_id, _MESSAGE.c.entry.in_(sorted(names)))
    placed = select(_MESSAGE.c.id, _MESSAGE.c.entry, place.label("place")).where(*mine).subquery()
    chosen = select(placed.c.id, placed.c.entry).where(placed.c.place <= most)
    of_entry = {row.id: row.entry for row in connection.execute(chosen)}
    found: dict[str, list[Message]] = {}
    for row in sorted(by_ids(connection, account_id, list(of_entry)).values(), key=_newest_first):
        found.setdefault(of_entry[row.id], []).append(row)
    return found


def _newest_first(row: Message) -> int:
    return -row.id


def of_entry(
    connection: Connection, account_id: int, name: str, before: int | None, limit: int
) -> list[Message]:
    """Read the messages of an entry, the newest first, from below an id on."""
    found = _select().where(_MESSAGE.c.account_id == account_id, _MESSAGE.c.entry == name)
    if before is not None:
        found = found.where(_MESSAGE.c.id < before)
    return _read(connection, found.order_by(_MESSAGE.c.id.desc()).limit(limit))


def by_ids(connection: Connection, account_id: int, ids: Sequence[int]) -> dict[int, Message]:
    """Read messages of an account, by id."""
    found = _select().where(_MESSAGE.c.account_id == account_id, _MESSAGE.c.id.in_(ids))
    return {row.id: row for row in _read(connection, found)}


def entry_name(connection: Connection, account_id: int, number: int) -> str | None:
    """Give the entry that a message of an account belongs to; None where there is none."""
    mine = (_MESSAGE.c.account_id == account_id, _MESSAGE.c.id == number)
    name: str | None = connection.execute(select(_MESSAGE.c.entry).where(*mine)).scalar()
    return name


def size_of(connection: Connection, account_id: int, name: str) -> int:
    """Count the messages of an entry."""
    mine = (_MESSAGE.c.account_id == account_id, _MESSAGE.c.entry == name)
    return int(connection.execute(select(func.count()).where(*mine)).scalar_one())


def unread_entries(connection: Connection, account_id: int) -> int:
    """Count the entries of which an account has not read all."""
    found = _UNREAD_ENTRIES.first(connection, {"account": account_id})
    return 0 if found is None else int(found[0])


def unread(connection: Connection, account_id: int) -> int:
    """Count the messages that an account has not read."""
    found = _UNREAD.first(connection, {"account": account_id})
    return 0 if found is None else int(found[0])


def mark_read(connection: Connection, account_id: int, up_to: int, at: datetime) -> None:
    """Note that an account read its messages up to an id."""
    mine = update(_MESSAGE).where(_MESSAGE.c.account_id == account_id, _MESSAGE.c.id <= up_to)
    connection.execute(mine.where(_MESSAGE.c.read_at.is_(None)).values(read_at=at))


def bind_unsent(connection: Connection, account_id: int, key: str) -> None:
    """Bind an account's unsent messages to the digest that they go out in."""
    mine = update(_MESSAGE).where(_MESSAGE.c.account_id == account_id, _MESSAGE.c.sent_by.is_(None))
    connection.execute(mine.values(sent_by=key))


def bound(connection: Connection, key: str) -> list[Message]:
    """Read the messages of a digest, in order."""
    return _read(connection, _select().where(_MESSAGE.c.sent_by == key).order_by(_MESSAGE.c.id))


def _select() -> Any:  # noqa: ANN401  # a statement
    return select(*(_MESSAGE.c[name] for name in Message.__slots__))


def _read(connection: Connection, statement: Any) -> list[Message]:  # noqa: ANN401  # a statement
    return [Message(*row) for row in connection.execute(statement)]
