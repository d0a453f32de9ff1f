"""Urging letters put into the shape of the answer."""

from engine.domain.access import does
from engine.domain.records import Letter
from engine.service.case_answers import LetterAnswer
from engine.service.case_parts_view import PartsView
from engine.service.case_room import Room


def letter_no(code: str, no: int) -> str:
    """Name a letter in addresses: the code of its case and its number there."""
    return f"{code}-{no}"


def shown_letters(room: Room) -> list[Letter]:
    """List the letters of a case that the caller may read, in the order of their drafting."""
    drafts = does(room.who, "letter.draft")
    return [row for row in room.facts.letter if drafts or row.status != "draft"]


def letter_answer(room: Room, row: Letter) -> LetterAnswer:
    """Show a letter."""
    parts, case = PartsView(room), room.facts.case
    return {
        "no": letter_no(case.code, row.no),
        "number": row.number,
        "status": row.status,
        "colour": row.colour,
        "case": {"code": case.code, "title": case.title},
        "addressee": parts.unit(row.unit_id),
        "basis": row.basis,
        "demands": row.demands,
        "answer_by": row.answer_by.isoformat(),
        "drafted_by": parts.person(row.drafted_by),
        "drafted_at": parts.at(row.drafted_at),
        "issued_by": parts.person(row.issued_by),
        "issued_at": parts.maybe_at(row.issued_at),
        "signed_by": parts.person(row.signed_by),
        "signed_at": parts.maybe_at(row.signed_at),
        "answer": row.answer,
        "answered_by": parts.person(row.answered_by),
        "answered_at": parts.maybe_at(row.answered_at),
        "verdict": row.verdict,
        "decided_by": parts.person(row.decided_by),
        "decided_at": parts.maybe_at(row.decided_at),
    }
