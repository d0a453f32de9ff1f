"""A person's messages put into one text: what happened, which case, by when, and where to look."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from engine.domain.access import Principal
from engine.domain.records import Account
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.workflows import workflow_of
from engine.store import cases
from engine.store.messages import Message
from engine.words import Locale, message, say

MOST_LINES = 50
"""How many messages one text lists; the inbox has them all."""


def subject_of(desk: Desk, told: Sequence[Message]) -> str:
    """Give the subject of a digest."""
    return say(message("digest-subject", count=len(told)), desk.locale)


def digest_of(desk: Desk, account: Account, told: Sequence[Message], address: str) -> str:
    """Write a digest in the office's language, a line a message, of what the account sees now."""
    lines = lines_of(desk, principal_of(desk, account.id), told[:MOST_LINES])
    if len(told) > MOST_LINES:
        lines.append(say(message("digest-more", count=len(told) - MOST_LINES), desk.locale))
    head = say(message("digest-head", name=account.name, count=len(told)), desk.locale)
    foot = say(message("digest-foot", address=f"{address}/my"), desk.locale)
    return "\n".join([head, "", *lines, "", foot, ""])


def lines_of(desk: Desk, who: Principal, told: Sequence[Message]) -> list[str]:
    """Say messages, each in one line.

    Of a case that has gone out of its reader's sight since, only that is said.
    """
    seen = in_sight(desk, who, told)
    titles = cases.titles(desk.conn, seen)
    hidden = say(message("notice-out-of-sight"), desk.locale)
    return [
        _line(desk, row, titles) if row.case_id is None or row.case_id in seen else hidden
        for row in told
    ]


def in_sight(desk: Desk, who: Principal, told: Sequence[Message]) -> set[int]:
    """Give the cases that messages are about and that their reader may read today."""
    about = {row.case_id for row in told if row.case_id is not None}
    return cases.seen_in_full(desk.conn, about, who, desk.now)


def _line(desk: Desk, row: Message, titles: dict[int, str]) -> str:
    title = titles.get(row.case_id or 0, "")
    if row.kind.startswith("escalation."):
        return _rung(desk, row, title, desk.locale)
    words = {name: _told(name, value) for name, value in row.words.items()}
    return say(message(f"notice-{row.kind.replace('.', '-')}", title=title, **words), desk.locale)


def _told(name: str, value: Any) -> Any:  # noqa: ANN401  # a parameter of a sentence
    """Write a day as people do; it is kept as ISO 8601."""
    if name != "day":
        return value
    on = date.fromisoformat(value)
    return message("day-bare-short", m=on.month, d=on.day)


def _rung(desk: Desk, row: Message, title: str, locale: Locale) -> str:
    name, _, version = str(row.words["workflow"]).partition("@")
    workflow = workflow_of(desk.conn, name, int(version))
    rung = next(r for r in workflow.ladder if r.name == row.words["rung"])
    by = row.words.get("nudge")
    return say(
        message(
            "notice-rung-unled" if by else "notice-rung",
            rung=rung.title,
            by=message(f"party-{by}") if by else None,
            code=row.words["code"],
            title=title,
            clock=workflow.clocks[row.words["clock"]].title,
            due=date.fromisoformat(row.words["due"]),
        ),
        locale,
    )
