"""Operations on what is written between steps: notes, claims, replies."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import parts
from engine.service.case_answers import ClaimAnswer, NoteAnswer, ReplyAnswer
from engine.service.desk import Desk
from web.api.forms.parts import ClaimChangeForm, ClaimForm, NoteForm, ReplyForm
from web.api.operations import Operations

OPERATIONS = Operations("parts")


@OPERATIONS.post(
    "/cases/{code}/notes", permission="case.note", object="case", events=(Kind.NOTE_ADDED,),
    status=201,
)  # fmt: skip
def add_note(desk: Desk, who: Principal, code: str, form: NoteForm) -> NoteAnswer:
    """Add a note to a case."""
    return parts.add_note(desk, who, code, form.text)


@OPERATIONS.post(
    "/cases/{code}/claims", permission="case.claim", object="case", events=(Kind.CLAIM_RECORDED,),
    status=201,
)  # fmt: skip
def record_claim(desk: Desk, who: Principal, code: str, form: ClaimForm) -> ClaimAnswer:
    """Record what a group of those affected is owed."""
    return parts.record_claim(desk, who, code, form.order())


@OPERATIONS.patch(
    "/cases/{code}/claims/{id}", permission="case.claim", object="case",
    events=(Kind.CLAIM_CHANGED,),
)  # fmt: skip
def change_claim(
    desk: Desk,
    who: Principal,
    code: str,
    id: int,  # noqa: A002  # as the address has it
    form: ClaimChangeForm,
) -> ClaimAnswer:
    """Record what was paid, or why the sums differ."""
    return parts.change_claim(desk, who, code, id, form.order())


@OPERATIONS.post(
    "/cases/{code}/replies", permission="case.reply", object="case",
    events=(Kind.REPLY_RECORDED,), status=201,
)  # fmt: skip
def record_reply(desk: Desk, who: Principal, code: str, form: ReplyForm) -> ReplyAnswer:
    """Record a reply to those affected."""
    return parts.record_reply(desk, who, code, form.order())
