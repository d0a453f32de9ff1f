"""Urging letters 督办函: their life from draft to verdict, and the colour they have.

A letter binds from its issue on. It is signed for, answered, and its answer accepted or returned;
while one waits for an accepted answer the case cannot be reported stabilized.
"""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta

from engine.domain.calendar import Calendar
from engine.domain.clocks import Beat, limit_passed
from engine.domain.draft import Draft
from engine.domain.facts import CaseFacts
from engine.domain.records import Clock, Letter

ANSWER_DAYS = 5
"""Working days within which a letter that the ladder drafted asks for an answer."""
ISSUABLE = frozenset({"draft"})
SIGNABLE = frozenset({"issued"})
ANSWERABLE = frozenset({"signed", "returned"})
JUDGEABLE = frozenset({"answered"})


def colour_of(facts: CaseFacts, draft_now: Draft) -> str:
    """Give the colour: red overdue, yellow where only a measure is missed, blue near due."""
    return colour_by({c.kind for c in facts.running if limit_passed(c, draft_now.now)})


def colour_by(late: AbstractSet[str]) -> str:
    """Give the colour by the kinds of limits that have passed."""
    if not late:
        return "blue"
    return "yellow" if late <= {"measure"} else "red"


def answer_by(today: date, calendar: Calendar) -> date:
    """Give the day by which a letter drafted by the ladder asks for an answer."""
    return calendar.add_working_days(today, ANSWER_DAYS)


def draft_letter(  # noqa: PLR0913  # what a letter says, one by one
    draft: Draft,
    *,
    demands: str,
    until: date,
    basis: str | None,
    by_id: int | None,
    clock: Clock | None = None,
) -> Letter:
    """Add a letter that binds nobody yet, addressed to the lead unit."""
    blank = dict.fromkeys(
        ("number", "answer", "verdict", "issued_by", "issued_at", "signed_by", "signed_at",
         "answered_by", "answered_at", "decided_by", "decided_at")
    )  # fmt: skip
    return draft.add(
        Letter,
        **blank,
        status="draft",
        colour=colour_of(draft.facts, draft),
        unit_id=draft.facts.case.lead_unit_id,
        clock_no=clock.no if clock else None,
        basis=basis,
        demands=demands,
        answer_by=until,
        drafted_by=by_id,
        drafted_at=draft.now,
    )


def revise(draft: Draft, letter: Letter, *, demands: str, until: date, basis: str | None) -> None:
    """Say a draft in other words, or ask for the answer by another day."""
    draft.change(
        letter,
        demands=demands,
        answer_by=until,
        basis=basis,
        colour=colour_of(draft.facts, draft),
    )


def issue(draft: Draft, letter: Letter, number: str, by_id: int) -> Beat:
    """Give a letter its number: from now on it binds, and its clocks run."""
    draft.change(
        letter,
        status="issued",
        number=number,
        colour=colour_of(draft.facts, draft),
        unit_id=draft.facts.case.lead_unit_id,
        issued_by=by_id,
        issued_at=draft.now,
    )
    return Beat("letter-issued", letter.no)


def sign(draft: Draft, letter: Letter, by_id: int) -> Beat:
    """Sign for a letter."""
    draft.change(letter, status="signed", signed_by=by_id, signed_at=draft.now)
    return Beat("letter-signed", letter.no)


def answer(draft: Draft, letter: Letter, text: str, by_id: int) -> Beat:
    """Answer a letter; an answer to one that was returned takes the former one's place."""
    draft.change(letter, status="answered", answer=text, answered_by=by_id, answered_at=draft.now)
    return Beat("letter-answered", letter.no)


def judge(draft: Draft, letter: Letter, text: str, by_id: int, *, accepted: bool) -> list[Beat]:
    """Accept an answer, or return it: then the clock for the answer goes on with its date."""
    status = "accepted" if accepted else "returned"
    draft.change(letter, status=status, verdict=text, decided_by=by_id, decided_at=draft.now)
    return [] if accepted else [Beat("letter-returned", letter.no)]


def earliest_answer(today: date) -> date:
    """Give the first day that a letter may set for its answer: not the day itself."""
    return today + timedelta(days=1)
