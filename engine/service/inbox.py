"""The inbox as people read it: what was told of many cases for one reason is one entry.

Nobody looks through a thousand reminders of one half day. What is recorded stays a message a case,
and so the entry leads to every one of them.
"""

from collections.abc import Sequence

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.errors import NotFoundError
from engine.service.desk import Desk
from engine.service.digest import entry_line
from engine.service.notices import NoticeAnswer, answers_of, before
from engine.service.paging import PageQuery, page
from engine.store import messages

FIRST = 3
"""How many cases of an entry are named in it."""


class EntryAnswer(TypedDict):
    """An entry: `notice` is its newest message, `text` what it says in all.

    `count` messages are in it; `first` are the newest of them where there is more than one.
    """

    notice: NoticeAnswer
    text: str
    count: int
    read: bool
    first: list[NoticeAnswer]


class EntriesAnswer(TypedDict):
    """A page of the caller's entries, those last added to first; `unread` counts entries."""

    items: list[EntryAnswer]
    next: str | None
    unread: int


class EntryPartsAnswer(TypedDict):
    """A page of the messages of one entry, the newest first."""

    text: str
    items: list[NoticeAnswer]
    next: str | None


def show_entries(desk: Desk, who: Principal, query: PageQuery) -> EntriesAnswer:
    """Show the caller's inbox by entries. Raises InvalidError for `limit` or `cursor`."""
    require(who, "self.read")
    conn, me = desk.conn, who.account_id or 0
    found, following = page(
        "inbox-entries",
        query,
        (int,),
        lambda after, count: messages.entries(conn, me, before(after), count),
        lambda entry: (entry.newest,),
    )
    kept = messages.by_ids(conn, me, [entry.newest for entry in found])
    told = answers_of(desk, who, [kept[entry.newest] for entry in found])
    first = _first(desk, who, found)
    items = [
        _entry(desk, entry, kept[entry.newest], notice, first.get(entry.newest, []))
        for entry, notice in zip(found, told, strict=True)
    ]
    return {"items": items, "next": following, "unread": messages.unread_entries(conn, me)}


def show_entry(desk: Desk, who: Principal, number: int, query: PageQuery) -> EntryPartsAnswer:
    """Show what stands in the entry that a message of the caller's belongs to.

    Raises NotFoundError, InvalidError for `limit` or `cursor`.
    """
    require(who, "self.read")
    conn, me = desk.conn, who.account_id or 0
    name = messages.entry_name(conn, me, number)
    if name is None:
        raise NotFoundError("inbox-entry-unknown")
    kept, following = page(
        f"inbox-entry:{name}",
        query,
        (int,),
        lambda after, count: messages.of_entry(conn, me, name, before(after), count),
        lambda row: (row.id,),
    )
    newest, count = messages.of_entry(conn, me, name, None, 1), messages.size_of(conn, me, name)
    text = entry_line(desk, newest[0], count)
    return {"text": text, "items": answers_of(desk, who, kept), "next": following}


def _first(
    desk: Desk, who: Principal, found: Sequence[messages.Entry]
) -> dict[int, list[NoticeAnswer]]:
    """Name the first cases of each entry that has several, by its newest message."""
    several = {entry.name: entry.newest for entry in found if entry.name and entry.count > 1}
    if not several:
        return {}
    rows = messages.first_of(desk.conn, who.account_id or 0, list(several), FIRST)
    told = iter(answers_of(desk, who, [row for of_one in rows.values() for row in of_one]))
    return {several[name]: [next(told) for _ in of_one] for name, of_one in rows.items()}


def _entry(
    desk: Desk,
    entry: messages.Entry,
    row: messages.Message,
    notice: NoticeAnswer,
    first: list[NoticeAnswer],
) -> EntryAnswer:
    return {
        "notice": notice,
        "text": entry_line(desk, row, entry.count) if first else notice["text"],
        "count": entry.count,
        "read": entry.unread == 0,
        "first": first,
    }
