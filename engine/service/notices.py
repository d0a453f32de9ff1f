"""Notices to officials: into the inbox at once, and sent on once a half day within office hours.

However much there is to tell somebody in a half day, it is one message: so nobody is flooded, and
a day has two at most.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.officehours import HALVES, half_days
from engine.service.almanac import CalendarDesk, calendar_of
from engine.service.desk import Desk
from engine.service.digest import lines_of, within_sight
from engine.service.office import instant
from engine.service.paging import PageQuery, page
from engine.store import cases, jobs, messages, rows

DIGEST = "digest"
"""The kind of the job that sends a person's messages of a half day."""
_HALF_DAYS_AHEAD = 4
NOON = 12
"""The hour at which a day's second half begins in the inbox."""


class NoticeAnswer(TypedDict):
    """A message of the inbox; `text` says in the caller's language what `kind` and `words` mean.

    Of one about a case that the caller sees no more there are neither code nor words, and its kind
    is `out-of-sight`.
    """

    id: int
    kind: str
    case: str | None
    words: dict[str, Any]
    text: str
    at: str
    read: bool


class InboxAnswer(TypedDict):
    """A page of the caller's inbox, the newest first; `unread` counts all that is not read."""

    items: list[NoticeAnswer]
    next: str | None
    unread: int


def notify(  # noqa: PLR0913  # what a message is made of
    desk: CalendarDesk,
    account_id: int,
    kind: str,
    words: Mapping[str, Any],
    *,
    case_id: int | None = None,
    entry: str | None = None,
) -> None:
    """Tell an account something, in the transaction in which it happened.

    What is told under the same `entry` in one half day stands in the inbox as one.
    """
    if entry is not None:
        entry = _entry(desk, kind, entry)
    messages.tell(
        desk.conn, account_id, case_id=case_id, kind=kind, words=words, at=desk.now, entry=entry
    )
    _send_on(desk, account_id)


def notify_of_each(
    desk: CalendarDesk,
    account_id: int,
    kind: str,
    parts: Sequence[tuple[int, Mapping[str, Any]]],
    entry: str,
) -> None:
    """Tell an account the same of several cases, each with words of its own, as one entry."""
    named = _entry(desk, kind, entry)
    messages.tell_each(desk.conn, account_id, parts, kind=kind, at=desk.now, entry=named)
    _send_on(desk, account_id)


def _entry(desk: CalendarDesk, kind: str, entry: str) -> str:
    return f"{kind}:{entry}:{_half_of(desk)}"


def _send_on(desk: CalendarDesk, account_id: int) -> None:
    account = rows.fetch_one(desk.conn, "account", id=account_id)
    if account is not None and account.enabled and (account.email or account.robot):
        send_later(desk, account_id)


def show_inbox(desk: Desk, who: Principal, query: PageQuery | None = None) -> InboxAnswer:
    """Show the caller's inbox. Raises InvalidError for `limit` or `cursor`."""
    require(who, "self.read")
    conn, me = desk.conn, who.account_id or 0
    kept, following = page(
        "inbox",
        query or PageQuery(),
        (int,),
        lambda after, count: messages.inbox(conn, me, before(after), count),
        lambda row: (row.id,),
    )
    items = answers_of(desk, who, kept)
    return {"items": items, "next": following, "unread": messages.unread(conn, me)}


def answers_of(desk: Desk, who: Principal, kept: Sequence[messages.Message]) -> list[NoticeAnswer]:
    """Give messages as their reader may be told them today."""
    found = within_sight(desk, who, kept)
    codes = cases.codes(desk.conn, {row.case_id for row in found if row.case_id is not None})
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "case": codes.get(row.case_id or 0),
            "words": row.words,
            "text": line,
            "at": instant(row.at, desk.zone),
            "read": row.read_at is not None,
        }
        for row, line in zip(found, lines_of(desk, found), strict=True)
    ]


def count_unread(desk: Desk, who: Principal) -> int:
    """Count the entries that the caller has not read."""
    return messages.unread_entries(desk.conn, who.account_id or 0)


def read_inbox(desk: Desk, who: Principal, up_to: int) -> None:
    """Note that the caller has read its messages up to one of them."""
    require(who, "self.read")
    messages.mark_read(desk.conn, who.account_id or 0, up_to, desk.now)


def send_later(desk: CalendarDesk, account_id: int) -> None:
    """Have it sent in this half day, or in the next one whose message has not gone out yet.

    A half day has one message for a person, so a day has as many as it has half days: that is the
    budget. What is over it waits for the next one.
    """
    coming = half_days(desk.now, calendar_of(desk.conn), desk.zone)
    for half in islice(coming, _HALF_DAYS_AHEAD):
        key = f"{DIGEST}:{account_id}:{half.name}"
        if jobs.put(desk.conn, key, DIGEST, half.opens_at, {"account": account_id}):
            return
        found = jobs.find(desk.conn, key, lock=True)
        if found is not None and found.waits:
            return


def present_half(desk: Desk) -> str:
    """Name the half day that runs, or else the one that comes next."""
    return next(half_days(desk.now, calendar_of(desk.conn), desk.zone)).name


def _half_of(desk: CalendarDesk) -> str:
    """Name the half of the day on the clock: unlike those of work, it knows no closing time."""
    at = desk.now.astimezone(desk.zone)
    return f"{at.date().isoformat()}:{HALVES[at.hour >= NOON]}"


def before(after: tuple[object, ...] | None) -> int | None:
    """Give the id that a place in an inbox stands for."""
    return int(str(after[0])) if after else None
