"""Forms about what is owed, what was answered, and notes and files of a case."""

from typing import Any

from starlette.responses import Response

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import nudges, parts
from engine.service.case_answers import CaseAnswer
from engine.service.desk import Desk
from engine.service.office import wrong
from engine.service.parts import ClaimChange, ClaimOrder, ReplyOrder
from web.forms import Field, fen_of, field, or_none, whole, worded, yuan_of
from web.pages.part import Part, ask, keep_files, send
from web.routing import Routes
from web.visit import Number, Visit, Visiting

ROUTES = Routes("page")


# --- notes --------------------------------------------------------------------------------------


def _note_fields(_desk: Desk, _who: Principal, _case: CaseAnswer, visit: Visit) -> list[Field]:
    return [field(visit.locale, "text", "text", label="talk-write", hint="hint-no-person",
                  required=True)]  # fmt: skip


NOTE = Part(
    "note", "note", "#talk", "note", _note_fields,
    lambda desk, who, code, visit: parts.add_note(desk, who, code, visit.text("text")),
)  # fmt: skip


@ROUTES.post(
    "/cases/{code}/notes", permission="case.note", object="case", events=(Kind.NOTE_ADDED,)
)
def add_note(code: str, visit: Visiting) -> Response:
    """Add a note to a case."""
    return send(NOTE, code, visit)


# --- nudges ------------------------------------------------------------------------------------


def _nudge_fields(_desk: Desk, _who: Principal, _case: CaseAnswer, visit: Visit) -> list[Field]:
    return [field(visit.locale, "text", "text", label="label-nudge", hint="hint-nudge",
                  max=nudges.LONGEST, required=True)]  # fmt: skip


NUDGE = Part(
    "nudge", "nudge", "#history", "nudge", _nudge_fields,
    lambda desk, who, code, visit: nudges.nudge(desk, who, code, visit.text("text")),
)  # fmt: skip


@ROUTES.get("/cases/{code}/nudge", permission="case.nudge", object="case")
def ask_nudge(code: str, visit: Visiting) -> Response:
    """Show the form for a nudge."""
    return ask(NUDGE, code, visit)


@ROUTES.post(
    "/cases/{code}/nudge", permission="case.nudge", object="case", events=(Kind.CASE_NUDGED,)
)
def nudge(code: str, visit: Visiting) -> Response:
    """Remind whoever must act in a case."""
    return send(NUDGE, code, visit)


# --- files --------------------------------------------------------------------------------------


def _file_fields(_desk: Desk, _who: Principal, _case: CaseAnswer, visit: Visit) -> list[Field]:
    return [field(visit.locale, "file", "file", hint="hint-file", many=True, required=True)]


def _add_files(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    if not keep_files(desk, who, code, visit, "file"):
        raise wrong("file", "file-empty")


FILE = Part("file", "file", "#files", "file", _file_fields, _add_files, uploads=True, guarded=True)


@ROUTES.get("/cases/{code}/files", permission="case.file", object="case")
def ask_files(code: str, visit: Visiting) -> Response:
    """Show the form for files."""
    return ask(FILE, code, visit)


@ROUTES.post(
    "/cases/{code}/files",
    permission="case.file",
    object="case",
    events=(Kind.FILE_ADDED,),
    uploads=True,
)
def add_files(code: str, visit: Visiting) -> Response:
    """Add files to a case."""
    return send(FILE, code, visit)


# --- claims -------------------------------------------------------------------------------------


def _claim_fields(_desk: Desk, _who: Principal, _case: CaseAnswer, visit: Visit) -> list[Field]:
    locale = visit.locale
    kinds = worded(locale, "claim-kind", parts.CLAIM_KINDS)
    return [
        field(locale, "kind", "choice", label="money-kind", options=kinds, required=True),
        field(locale, "people", "number", label="money-people", hint="hint-people", min=1,
              required=True),
        field(locale, "owed", "money", path="owed_fen", hint="hint-money", required=True),
        field(locale, "paid", "money", path="paid_fen", hint="hint-money"),
    ]  # fmt: skip


def _record_claim(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    owed = fen_of("owed_fen", visit.text("owed"))
    if owed is None:
        raise wrong("owed_fen", "field-required")
    paid = fen_of("paid_fen", visit.text("paid"))
    order = ClaimOrder(visit.text("kind"), whole(visit.text("people")), owed, paid)
    parts.record_claim(desk, who, code, order)


CLAIM = Part("claim", "claim", "#people", "claim", _claim_fields, _record_claim, guarded=True)


@ROUTES.get("/cases/{code}/claims", permission="case.claim", object="case")
def ask_claim(code: str, visit: Visiting) -> Response:
    """Show the form for what is owed."""
    return ask(CLAIM, code, visit)


@ROUTES.post(
    "/cases/{code}/claims", permission="case.claim", object="case", events=(Kind.CLAIM_RECORDED,)
)
def record_claim(code: str, visit: Visiting) -> Response:
    """Record what is owed."""
    return send(CLAIM, code, visit)


def _payment(number: int) -> Part:
    def fields(_desk: Desk, _who: Principal, case: CaseAnswer, visit: Visit) -> list[Field]:
        found = next((claim for claim in case["claims"] if claim["id"] == number), None)
        paid = yuan_of(found["paid_fen"]) if found else ""
        why = found["difference_reason"] if found else None
        return [
            field(visit.locale, "paid", "money", path="paid_fen", hint="hint-money", value=paid),
            field(visit.locale, "difference_reason", "text", label="money-difference",
                  hint="hint-difference", value=why),
        ]  # fmt: skip

    def change(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
        order = ClaimChange(
            fen_of("paid_fen", visit.text("paid")), or_none(visit.text("difference_reason"))
        )
        parts.change_claim(desk, who, code, number, order)

    return Part(
        "claim", "payment", "#people", "claim", fields, change, guarded=True, replaces=True,
        row=f"claim/{number}",
    )  # fmt: skip


@ROUTES.get("/cases/{code}/claims/{number}", permission="case.claim", object="case")
def ask_payment(code: str, number: Number, visit: Visiting) -> Response:
    """Show the form for what was paid."""
    return ask(_payment(number), code, visit)


@ROUTES.post(
    "/cases/{code}/claims/{number}",
    permission="case.claim",
    object="case",
    events=(Kind.CLAIM_CHANGED,),
)
def record_payment(code: str, number: Number, visit: Visiting) -> Response:
    """Record what was paid, and why it differs from what is owed."""
    return send(_payment(number), code, visit)


# --- replies ------------------------------------------------------------------------------------


def _reply_fields(_desk: Desk, _who: Principal, _case: CaseAnswer, visit: Visit) -> list[Field]:
    locale = visit.locale
    return [
        field(locale, "kind", "choice", label="label-reply-kind", required=True,
              options=worded(locale, "reply-kind", parts.REPLY_KINDS)),
        field(locale, "text", "text", label="label-reply", hint="hint-no-person", required=True),
        field(locale, "delivered_on", "date", required=True, value=visit.today.isoformat(),
              max=visit.today.isoformat()),
        field(locale, "means", "choice", required=True,
              options=worded(locale, "reply-means", parts.MEANS)),
    ]  # fmt: skip


def _record_reply(desk: Desk, who: Principal, code: str, visit: Visit) -> None:
    on: Any = visit.text("delivered_on")
    order = ReplyOrder(visit.text("kind"), visit.text("text"), on, visit.text("means"))
    parts.record_reply(desk, who, code, order)


REPLY = Part("reply", "reply", "#people", "reply", _reply_fields, _record_reply, guarded=True)


@ROUTES.get("/cases/{code}/replies", permission="case.reply", object="case")
def ask_reply(code: str, visit: Visiting) -> Response:
    """Show the form for a reply."""
    return ask(REPLY, code, visit)


@ROUTES.post(
    "/cases/{code}/replies", permission="case.reply", object="case", events=(Kind.REPLY_RECORDED,)
)
def record_reply(code: str, visit: Visiting) -> Response:
    """Record a reply to those affected."""
    return send(REPLY, code, visit)
