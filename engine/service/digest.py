"""A person's messages put into one text: what happened, which case, by when, and where to look."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine.domain.access import Principal
from engine.domain.records import Account
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.told_words import words_told
from engine.service.workflows import workflow_of
from engine.store import cases, rows
from engine.store.messages import Message
from engine.words import message, say

OUT_OF_SIGHT, MOVED = "out-of-sight", "calendar.moved"
BETWEEN = "、"
"""What stands between the dates that a calendar moved, each beginning with the code of its case."""
MOST_LINES = 50
"""How many messages one text lists; the inbox has them all."""


def subject_of(desk: Desk, told: Sequence[Message]) -> str:
    """Give the subject of a digest."""
    return say(message("digest-subject", count=len(told)), desk.locale)


def digest_of(desk: Desk, account: Account, told: Sequence[Message], address: str) -> str:
    """Write a digest in the office's language, a line a message, of what the account sees now."""
    lines = lines_of(desk, within_sight(desk, principal_of(desk, account.id), told[:MOST_LINES]))
    if len(told) > MOST_LINES:
        lines.append(say(message("digest-more", count=len(told) - MOST_LINES), desk.locale))
    head = say(message("digest-head", name=account.name, count=len(told)), desk.locale)
    foot = say(message("digest-foot", address=f"{address}/my"), desk.locale)
    return "\n".join([head, "", *lines, "", foot, ""])


def lines_of(desk: Desk, told: Sequence[Message]) -> list[str]:
    """Say messages, each in one line."""
    titles = cases.titles(desk.conn, {row.case_id for row in told if row.case_id is not None})
    return [_line(desk, row, titles) for row in told]


def within_sight(desk: Desk, who: Principal, told: Sequence[Message]) -> list[Message]:
    """Give messages as their reader may be told them today.

    Of one about a case that has gone out of sight since, only that is left.
    """
    about = {row.case_id for row in told if row.case_id is not None}
    seen = cases.seen_in_full(desk.conn, about, who, desk.now)
    shown = (row if row.case_id is None or row.case_id in seen else _hidden(row) for row in told)
    return [_of_dates(desk, who, row) if row.kind == MOVED else row for row in shown]


def _hidden(row: Message) -> Message:
    return replace(row, kind=OUT_OF_SIGHT, case_id=None, words={})


def _of_dates(desk: Desk, who: Principal, row: Message) -> Message:
    """Leave of the dates that a calendar moved those of cases that are still in sight."""
    dates = str(row.words["codes"]).split(BETWEEN)
    named = {date.partition(" ")[0] for date in dates}
    known = {case.id: case.code for case in rows.fetch(desk.conn, "case", code=named)}
    seen = {known[i] for i in cases.seen_in_full(desk.conn, known, who, desk.now)}
    left = BETWEEN.join(date for date in dates if date.partition(" ")[0] in seen)
    return replace(row, words={**row.words, "codes": left or "…"})


def _line(desk: Desk, row: Message, titles: dict[int, str]) -> str:
    title = titles.get(row.case_id or 0, "")
    if row.kind.startswith("escalation."):
        return _rung(desk, row, title)
    words = {"title": title, **words_told(desk.conn, row.kind, row.words)}
    said = message(f"notice-{row.kind.replace('.', '-')}", **words)
    return say(said, desk.locale)


def entry_line(desk: Desk, row: Message, count: int) -> str:
    """Say in one line of how many cases the same was told in a half day."""
    if row.kind.startswith("escalation."):
        return _of_rung(desk, row, "notice-rungs", n=count)
    words = words_told(desk.conn, row.kind, row.words)
    said = message(f"notice-{row.kind.replace('.', '-')}-many", n=count, **words)
    return say(said, desk.locale)


def _of_rung(desk: Desk, row: Message, said: str, /, **more: Any) -> str:  # noqa: ANN401  # of a sentence
    """Say a rung and its limit; of a nudge, for whom it waits while nobody leads the case."""
    name, _, version = str(row.words["workflow"]).partition("@")
    workflow = workflow_of(desk.conn, name, int(version))
    rung = next(rung for rung in workflow.ladder if rung.name == row.words["rung"])
    more |= {"rung": rung.title, "clock": workflow.clocks[row.words["clock"]].title}
    by = row.words.get("nudge")
    if by:
        return say(message(f"{said}-unled", by=message(f"party-{by}"), **more), desk.locale)
    return say(message(said, **more), desk.locale)


def _rung(desk: Desk, row: Message, title: str) -> str:
    due = date.fromisoformat(row.words["due"])
    return _of_rung(desk, row, "notice-rung", code=row.words["code"], title=title, due=due)
