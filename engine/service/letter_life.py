"""The life of a letter: what was done by whom, what comes next, by when, and why not yet."""

from collections.abc import Iterator
from datetime import datetime

from typing_extensions import TypedDict

from engine.domain import letters
from engine.domain.access import WRITERS, Principal
from engine.domain.clocks import limit_passed
from engine.domain.parties import name_all
from engine.domain.records import Clock, Letter
from engine.domain.writers import may_write, require_writer
from engine.errors import ConflictError
from engine.service.case_answers import LetterAnswer
from engine.service.case_parts_view import PartsView
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.letter_view import letter_answer
from engine.service.letters import ANSWER, PART, no_addressee, open_letter
from engine.service.people_answers import PersonAnswer
from engine.words import Message, message, say

ACTS = {"revise": PART, "issue": PART, "sign": ANSWER, "answer": ANSWER, "judge": PART}
"""What may be done with a letter, with the part of the case that it is."""
FROM = {
    "revise": letters.ISSUABLE,
    "issue": letters.ISSUABLE,
    "sign": letters.SIGNABLE,
    "answer": letters.ANSWERABLE,
    "judge": letters.JUDGEABLE,
}
"""The statuses from which each can be done."""
STAGES = (("issue", "urge"), ("sign", "urge-receipt"), ("answer", "urge"), ("judge", None))
"""What follows the draft, in order, with the kind of clock that it has to keep."""


class StageAnswer(TypedDict):
    """One stage: `now` is the one that the letter waits for; `why` says why a later one waits.

    `due_at` is the limit that runs or ran for it.
    """

    act: str
    done_at: str | None
    by: PersonAnswer | None
    now: bool
    mine: bool
    who: str
    due_at: str | None
    overdue: bool
    why: str | None


class LifeAnswer(TypedDict):
    """A letter, its stages, and what the caller may do with it now."""

    letter: LetterAnswer
    stages: list[StageAnswer]
    acts: list[str]
    closed: bool
    holds: bool


def letter_life(desk: Desk, who: Principal, no: str) -> LifeAnswer:
    """Tell the life of a letter. Raises NotFoundError."""
    room, row = open_letter(desk, who, no)
    closed = room.facts.case.closed_at is not None
    return {
        "letter": letter_answer(room, row),
        "stages": [_stage(room, row, act, kind) for act, kind in STAGES],
        "acts": [] if closed else list(_acts(room, row)),
        "closed": closed,
        "holds": not closed and row.status not in {"draft", "accepted"},
    }


def require_party(desk: Desk, who: Principal, no: str, act: str) -> tuple[Room, Letter]:
    """Refuse whose act it is not, in whichever state. Raises NotFoundError, ForbiddenError."""
    room, row = open_letter(desk, who, no)
    require_writer(ACTS[act], room.facts, who, room.workflow)
    return room, row


def require_act(desk: Desk, who: Principal, no: str, act: str) -> None:
    """Refuse what cannot be done with a letter now, as its verb would.

    Raises NotFoundError, ForbiddenError, ConflictError.
    """
    room, row = require_party(desk, who, no, act)
    if room.facts.case.closed_at is not None:
        raise ConflictError("case-closed", code=room.facts.case.code)
    if row.status not in FROM[act]:
        raise ConflictError("letter-status", status=message(f"letter-is-{row.status}"))
    why = _cannot_issue(room, row) if act == "issue" else None
    if why is not None:
        raise ConflictError(why)


def _acts(room: Room, row: Letter) -> Iterator[str]:
    for act, part in ACTS.items():
        mine = may_write(part, room.facts, room.who, room.workflow)
        if mine and row.status in FROM[act] and not (act == "issue" and _cannot_issue(room, row)):
            yield act


def _cannot_issue(room: Room, row: Letter) -> Message | None:
    """Say why a draft cannot be issued as it stands."""
    today = room.desk.today
    if row.answer_by < letters.earliest_answer(today):
        return no_addressee(room) or message("letter-revise-first", day=row.answer_by)
    return no_addressee(room)


def _stage(room: Room, row: Letter, act: str, kind: str | None) -> StageAnswer:
    parts, part = PartsView(room), ACTS[act]
    at, by = _done(row, act)
    open_case = room.facts.case.closed_at is None
    now = row.status in FROM[act] and open_case
    clock = None if act == "issue" else _clock(room, row, kind)
    return {
        "act": act,
        "done_at": parts.maybe_at(None if now else at),
        "by": parts.person(None if now else by),
        "now": now,
        "mine": now and may_write(part, room.facts, room.who, room.workflow),
        "who": say(name_all(WRITERS[part], room.facts, room.workflow), room.desk.locale),
        "due_at": parts.maybe_at(clock.due_at if clock else None),
        "overdue": clock is not None and now and limit_passed(clock, room.desk.now),
        "why": _why(room, row, act, now=now, done=at is not None),
    }


def _done(row: Letter, act: str) -> tuple[datetime | None, int | None]:
    return {
        "issue": (row.issued_at, row.issued_by),
        "sign": (row.signed_at, row.signed_by),
        "answer": (row.answered_at, row.answered_by),
        "judge": (row.decided_at, row.decided_by),
    }[act]


def _clock(room: Room, row: Letter, kind: str | None) -> Clock | None:
    """Give the newest clock of a kind that runs or ran for the letter."""
    found = [c for c in room.facts.clock if c.kind == kind and c.subject == row.no]
    return max(found, key=lambda clock: clock.no, default=None)


def _why(room: Room, row: Letter, act: str, *, now: bool, done: bool) -> str | None:
    """Say why a stage has not come yet, or cannot be taken as things stand."""
    blocked: Message | None = None
    if room.facts.case.closed_at is not None:
        blocked = None if done else message("letter-why-closed")
    elif now:
        blocked = _cannot_issue(room, row) if act == "issue" else None
    elif not done:
        blocked = message(f"letter-why-{act}")
    return None if blocked is None else say(blocked, room.desk.locale)
