"""What may be done with an urging letter on pages: its fields, its verb, the words that say it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import letters
from engine.service.case_answers import LetterAnswer
from engine.service.desk import Desk
from engine.service.letters import LetterOrder
from engine.service.office import wrong
from web.forms import Field, field, or_none, worded
from web.visit import Visit

Build = Callable[[LetterAnswer | None, Visit], list[Field]]
Do = Callable[[Desk, Principal, str, Visit], LetterAnswer]
VERDICTS = ("accepted", "returned")


@dataclass(frozen=True, slots=True)
class Act:
    """One act: its name in addresses and words, the permission of its routes, and what it does.

    A letter's number stands for it, or for a draft that is still to be written the case's code.
    """

    name: str
    permission: str
    events: Sequence[Kind]
    build: Build
    do: Do


def said_fields(letter: LetterAnswer | None, visit: Visit) -> list[Field]:
    """Give the fields of what a letter says."""
    locale = visit.locale
    return [
        field(locale, "basis", "line", label="letter-basis", hint="hint-letter-basis",
              value=letter and letter["basis"]),
        field(locale, "demands", "text", label="letter-demands", hint="hint-letter-demands",
              required=True, value=letter and letter["demands"]),
        field(locale, "answer_by", "date", label="letter-answer-by", hint="hint-letter-answer-by",
              required=True, value=letter and letter["answer_by"]),
    ]  # fmt: skip


def order_of(visit: Visit) -> LetterOrder:
    """Read from the form what a letter shall say."""
    by: Any = visit.text("answer_by").strip() or None
    return LetterOrder(visit.text("demands"), by, or_none(visit.text("basis")))


def _nothing(_letter: LetterAnswer | None, _visit: Visit) -> list[Field]:
    return []


def _answered(_letter: LetterAnswer | None, visit: Visit) -> list[Field]:
    return [field(visit.locale, "text", "text", label="letter-answer", hint="hint-letter-answer",
                  required=True)]  # fmt: skip


def _judged(_letter: LetterAnswer | None, visit: Visit) -> list[Field]:
    return [
        field(visit.locale, "verdict", "choice", label="letter-verdict", required=True,
              options=worded(visit.locale, "letter-verdict", VERDICTS)),
        field(visit.locale, "text", "text", label="letter-verdict-text",
              hint="hint-letter-verdict", required=True),
    ]  # fmt: skip


def _judge(desk: Desk, who: Principal, no: str, visit: Visit) -> LetterAnswer:
    verdict = visit.text("verdict")
    if verdict not in VERDICTS:
        raise wrong("verdict", "field-required")
    accepted = verdict == VERDICTS[0]
    return letters.judge_letter(desk, who, no, visit.text("text"), accepted=accepted)


DRAFT = Act(
    "draft", "case.letter", (Kind.LETTER_DRAFTED,), said_fields,
    lambda desk, who, code, visit: letters.draft_letter(desk, who, code, order_of(visit)),
)  # fmt: skip
ACTS = (
    Act("revise", "case.letter", (Kind.LETTER_REVISED,), said_fields,
        lambda desk, who, no, visit: letters.revise_letter(desk, who, no, order_of(visit))),
    Act("issue", "case.letter", (Kind.LETTER_ISSUED,), _nothing,
        lambda desk, who, no, _visit: letters.issue_letter(desk, who, no)),
    Act("sign", "case.letter.answer", (Kind.LETTER_SIGNED,), _nothing,
        lambda desk, who, no, _visit: letters.sign_letter(desk, who, no)),
    Act("answer", "case.letter.answer", (Kind.LETTER_ANSWERED,), _answered,
        lambda desk, who, no, visit: letters.answer_letter(desk, who, no, visit.text("text"))),
    Act("judge", "case.letter", (Kind.LETTER_JUDGED,), _judged, _judge),
)  # fmt: skip
