"""Operations on urging letters: draft, revise, issue, sign for, answer, judge."""

from engine.bootstrap import Application
from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.output.paper import MEDIA, TEMPLATES
from engine.service import letter_lists, letters
from engine.service.case_answers import LetterAnswer
from engine.service.desk import Desk
from engine.service.letter_lists import LettersAnswer
from engine.service.letter_paper import write_letter
from web.api.forms.urging import (
    AnswerForm,
    LetterForm,
    LettersForm,
    LetterShapeForm,
    VerdictForm,
)
from web.api.operations import Operations
from web.api.turn import JSON
from web.files import Download

OPERATIONS = Operations("letters")


@OPERATIONS.post(
    "/cases/{code}/urges", permission="case.letter", object="letter",
    events=(Kind.LETTER_DRAFTED,), status=201,
)  # fmt: skip
def draft_letter(desk: Desk, who: Principal, code: str, form: LetterForm) -> LetterAnswer:
    """Draft an urging letter on a case."""
    return letters.draft_letter(desk, who, code, form.order())


@OPERATIONS.put(
    "/urges/{no}", permission="case.letter", object="letter", events=(Kind.LETTER_REVISED,)
)
def revise_letter(desk: Desk, who: Principal, no: str, form: LetterForm) -> LetterAnswer:
    """Say a draft in other words."""
    return letters.revise_letter(desk, who, no, form.order())


@OPERATIONS.get("/urges", permission="case.read", object="letter")
def list_letters(desk: Desk, who: Principal, query: LettersForm) -> LettersAnswer:
    """List urging letters, all or by what they wait for."""
    return letter_lists.list_letters(desk, who, query.waits_for, query.order())


@OPERATIONS.get(
    "/urges/{no}", permission="case.read", object="letter", media=(JSON, MEDIA[".docx"])
)
def show_letter(
    desk: Desk, who: Principal, application: Application, no: str, query: LetterShapeForm
) -> LetterAnswer | Download:
    """Show an urging letter, or hand it out as a document in letter form."""
    if query.format == "json":
        return letters.show_letter(desk, who, no)
    from engine.output.letter import letter_document  # noqa: PLC0415  # what is slow to load

    words = write_letter(desk, who, no)
    content = letter_document(words, application.settings.home / TEMPLATES)
    return Download(f"{no}.docx", MEDIA[".docx"], content)


@OPERATIONS.post(
    "/urges/{no}/issue", permission="case.letter", object="letter", events=(Kind.LETTER_ISSUED,)
)
def issue_letter(desk: Desk, who: Principal, no: str) -> LetterAnswer:
    """Issue a letter: it gets its number, and its clocks run."""
    return letters.issue_letter(desk, who, no)


@OPERATIONS.post(
    "/urges/{no}/sign", permission="case.letter.answer", object="letter",
    events=(Kind.LETTER_SIGNED,),
)  # fmt: skip
def sign_letter(desk: Desk, who: Principal, no: str) -> LetterAnswer:
    """Sign for a letter."""
    return letters.sign_letter(desk, who, no)


@OPERATIONS.post(
    "/urges/{no}/answer", permission="case.letter.answer", object="letter",
    events=(Kind.LETTER_ANSWERED,),
)  # fmt: skip
def answer_letter(desk: Desk, who: Principal, no: str, form: AnswerForm) -> LetterAnswer:
    """Answer a letter."""
    return letters.answer_letter(desk, who, no, form.text)


@OPERATIONS.post(
    "/urges/{no}/verdict", permission="case.letter", object="letter",
    events=(Kind.LETTER_JUDGED,),
)  # fmt: skip
def judge_letter(desk: Desk, who: Principal, no: str, form: VerdictForm) -> LetterAnswer:
    """Accept the answer to a letter, or return it."""
    return letters.judge_letter(desk, who, no, form.text, accepted=form.accepted)
