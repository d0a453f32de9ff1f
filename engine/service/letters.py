"""Verbs on urging letters 督办函: draft, revise, issue, sign for, answer, judge the answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from typing_extensions import TypedDict

from engine.domain import clocks, letters
from engine.domain.access import WRITERS, Principal, require
from engine.domain.clocks import Beat
from engine.domain.draft import Draft
from engine.domain.events import Kind
from engine.domain.parties import PARTIES
from engine.domain.records import Letter
from engine.errors import ConflictError, NotFoundError
from engine.service import case_room
from engine.service.case_answers import LetterAnswer
from engine.service.case_fields import Reader
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.letter_notices import ANSWERING, JUDGING, tell_of
from engine.service.letter_view import letter_answer, letter_no, shown_letters
from engine.store import cases, counters, rows
from engine.words import Message, message, say

PART, ANSWER = "letter", "letter.answer"
_NUMBER = re.compile(
    r"[〔\[［(（【](?P<year>\d{4})[〕\]］)）】]第?(?P<number>\d{1,9})号?", re.ASCII
)
"""The number that is written on a letter, in whichever brackets somebody types it."""


@dataclass(frozen=True, slots=True)
class LetterOrder:
    """What a letter demands, until when it asks for an answer, and on what it rests."""

    demands: str
    answer_by: date
    basis: str | None = None


class Said(TypedDict):
    """What was read of an order."""

    demands: str
    until: date
    basis: str | None


def draft_letter(desk: Desk, who: Principal, code: str, order: LetterOrder) -> LetterAnswer:
    """Draft a letter by hand; it binds nobody until it is issued.

    Raises NotFoundError, ForbiddenError, ConflictError for a closed case or one without a lead
    unit, InvalidError with every wrong field.
    """
    room = case_room.enter_to_write(desk, who, code, PART)
    _expect_addressee(room)
    said = _said(desk, order)
    draft = _draft(room)
    row = letters.draft_letter(draft, **said, by_id=who.account_id)
    return _save(room, draft, Kind.LETTER_DRAFTED, no=row.no, part=PART, beats=())


def check_order(desk: Desk, order: LetterOrder) -> None:
    """Raise InvalidError with every wrong field of what a letter would say."""
    _said(desk, order)


def require_addressee(desk: Desk, who: Principal, code: str) -> None:
    """Say before anything is filled in whether it can be: raises what `draft_letter` does."""
    _expect_addressee(case_room.enter_to_write(desk, who, code, PART))


def revise_letter(desk: Desk, who: Principal, no: str, order: LetterOrder) -> LetterAnswer:
    """Say a draft in other words; what was issued stays as it was issued.

    Raises NotFoundError, ForbiddenError, ConflictError, InvalidError with every wrong field.
    """
    room, row = enter_letter(desk, who, no, PART)
    _expect(row, letters.ISSUABLE)
    said = _said(desk, order)
    draft = _draft(room)
    letters.revise(draft, row, **said)
    return _save(room, draft, Kind.LETTER_REVISED, no=row.no, part=PART, beats=())


def issue_letter(desk: Desk, who: Principal, no: str) -> LetterAnswer:
    """Issue a draft: it gets the year's next number, without gaps, and its clocks run.

    Raises NotFoundError, ForbiddenError, ConflictError where it is no draft any more or its
    answer date has come.
    """
    room, row = enter_letter(desk, who, no, PART)
    _expect(row, letters.ISSUABLE)
    _expect_addressee(room)
    if row.answer_by < letters.earliest_answer(desk.today):
        raise ConflictError("letter-issue-late", today=desk.today)
    year = desk.today.year
    draft = _draft(room)
    number = _number(desk, year, counters.take(desk.conn, f"letter-{year}"))
    beat = letters.issue(draft, row, number, who.account_id or 0)
    told = _save(room, draft, Kind.LETTER_ISSUED, no=row.no, part=PART, beats=[beat])
    tell_of(room, told, "letter.issued", ANSWERING)
    return told


def sign_letter(desk: Desk, who: Principal, no: str) -> LetterAnswer:
    """Sign for a letter. Raises NotFoundError, ForbiddenError, ConflictError."""
    room, row = enter_letter(desk, who, no, ANSWER)
    _expect(row, letters.SIGNABLE)
    draft = _draft(room)
    beat = letters.sign(draft, row, who.account_id or 0)
    return _save(room, draft, Kind.LETTER_SIGNED, no=row.no, part=ANSWER, beats=[beat])


def answer_letter(desk: Desk, who: Principal, no: str, text: str) -> LetterAnswer:
    """Answer a letter that was signed for, or whose answer was returned.

    Raises NotFoundError, ForbiddenError, ConflictError, InvalidError.
    """
    room, row = enter_letter(desk, who, no, ANSWER)
    _expect(row, letters.ANSWERABLE)
    words = _text(text)
    draft = _draft(room)
    beat = letters.answer(draft, row, words, who.account_id or 0)
    told = _save(room, draft, Kind.LETTER_ANSWERED, no=row.no, part=ANSWER, beats=[beat])
    tell_of(room, told, "letter.answered", JUDGING)
    return told


def judge_letter(desk: Desk, who: Principal, no: str, text: str, *, accepted: bool) -> LetterAnswer:
    """Accept an answer or return it; after a return the date for the answer stays.

    Raises NotFoundError, ForbiddenError, ConflictError, InvalidError.
    """
    room, row = enter_letter(desk, who, no, PART)
    _expect(row, letters.JUDGEABLE)
    words = _text(text)
    draft = _draft(room)
    beats = letters.judge(draft, row, words, who.account_id or 0, accepted=accepted)
    told = _save(room, draft, Kind.LETTER_JUDGED, no=row.no, part=PART, beats=beats)
    tell_of(room, told, "letter.accepted" if accepted else "letter.returned", ANSWERING)
    return told


def show_letter(desk: Desk, who: Principal, no: str) -> LetterAnswer:
    """Show a letter. Raises NotFoundError where there is none, or it is not the caller's to see."""
    return letter_answer(*open_letter(desk, who, no))


def open_letter(desk: Desk, who: Principal, no: str) -> tuple[Room, Letter]:
    """Open a letter in order to read it. Raises NotFoundError as `show_letter` does."""
    require(who, "case.read")
    code, number = _read_no(desk, no)
    try:
        room = case_room.enter(desk, who, code)
    except NotFoundError as error:
        raise _unknown(no) from error
    row = next((r for r in shown_letters(room) if r.no == number), None)
    if row is None:
        raise _unknown(no)
    return room, row


def enter_letter(desk: Desk, who: Principal, no: str, part: str) -> tuple[Room, Letter]:
    """Open a letter in order to act on it.

    Raises NotFoundError, ForbiddenError where that is another's, ConflictError for a closed case.
    """
    code, number = _read_no(desk, no)
    try:
        room = case_room.enter_to_write(desk, who, code, part)
    except NotFoundError as error:
        raise _unknown(no) from error
    row = next((r for r in shown_letters(room) if r.no == number), None)
    if row is None:
        raise _unknown(no)
    return room, row


def _read_no(desk: Desk, no: str) -> tuple[str, int]:
    """Read the case and the place in it from a letter's code, or from its number, 〔2026〕第1号."""
    if spelt := _NUMBER.fullmatch("".join(no.split())):
        number = _number(desk, int(spelt["year"]), int(spelt["number"]))
        found: Letter | None = rows.fetch_one(desk.conn, "letter", number=number)
        if found is None:
            raise _unknown(no)
        return cases.codes(desk.conn, {found.case_id})[found.case_id], found.no
    code, _, number = no.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004  # digits
        raise _unknown(no)
    return code, int(number)


def _unknown(no: str) -> NotFoundError:
    return NotFoundError("letter-unknown", no=no[:40])


def _expect(row: Letter, statuses: frozenset[str]) -> None:
    if row.status not in statuses:
        raise ConflictError("letter-status", status=message(f"letter-is-{row.status}"))


def _expect_addressee(room: Room) -> None:
    missing = no_addressee(room)
    if missing is not None:
        raise ConflictError(missing)


def no_addressee(room: Room) -> Message | None:
    """Say that nobody leads a case who could be written to, and who must see to that."""
    if room.facts.case.lead_unit_id is not None:
        return None
    who = PARTIES["assigner"].named(room.facts, room.workflow)
    return message("letter-nobody", code=room.facts.case.code, who=who)


def _said(desk: Desk, order: LetterOrder) -> Said:
    """Read what a letter says. Raises InvalidError with every wrong field."""
    read = Reader()
    demands = read.text("demands", order.demands) or ""
    basis = read.text("basis", order.basis, optional=True)
    if not order.answer_by:
        read.wrong("answer_by", "field-required")
    until = read.day("answer_by", order.answer_by or None)
    if until is not None and until < letters.earliest_answer(desk.today):
        read.wrong("answer_by", "letter-answer-past", today=desk.today)
    read.refuse("invalid")
    return {"demands": demands, "until": until or desk.today, "basis": basis}


def _text(text: str) -> str:
    read = Reader()
    words = read.text("text", text) or ""
    read.refuse("invalid")
    return words


def _number(desk: Desk, year: int, number: int) -> str:
    return say(message("letter-number", year=year, number=number), desk.locale)


def _draft(room: Room) -> Draft:
    draft = Draft(room.facts, room.desk.now)
    draft.bump()
    return draft


def _save(  # noqa: PLR0913  # what every verb here tells
    room: Room, draft: Draft, kind: Kind, *, no: int, part: str, beats: Sequence[Beat]
) -> LetterAnswer:
    clocks.turn(draft, room.attempt(), beats)
    case_room.save(room, draft, kind, by=WRITERS[part])
    fresh = case_room.enter(room.desk, room.who, room.facts.case.code)
    return letter_answer(fresh, next(r for r in fresh.facts.letter if r.no == no))


__all__ = [
    "LetterOrder", "answer_letter", "draft_letter", "enter_letter", "issue_letter",
    "judge_letter", "letter_no", "open_letter", "revise_letter", "show_letter", "sign_letter",
]  # fmt: skip
