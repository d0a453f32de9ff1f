"""Verbs on what is written between steps: notes, claims, replies."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.domain.access import WRITERS, Principal
from engine.domain.draft import Draft
from engine.domain.events import Kind
from engine.domain.records import Claim, Note, Reply
from engine.errors import NotFoundError
from engine.service import case_room
from engine.service.case_answers import ClaimAnswer, NoteAnswer, ReplyAnswer
from engine.service.case_fields import Reader
from engine.service.case_parts_view import PartsView
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.office import UNSET
from engine.words import message

CLAIM_KINDS = ("wages", "housing", "compensation", "other")
REPLY_KINDS = ("interim", "final")
MEANS = ("letter", "phone", "meeting", "notice")
MOST_PEOPLE = 10_000_000


@dataclass(frozen=True, slots=True)
class ClaimOrder:
    """What a group of those affected is owed: how many they are, never who. Amounts are fen."""

    kind: str
    people: int
    owed_fen: int
    paid_fen: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimChange:
    """What changes in a claim."""

    paid_fen: Any = UNSET
    difference_reason: Any = UNSET


@dataclass(frozen=True, slots=True)
class ReplyOrder:
    """A reply to those affected, its day and how it was delivered."""

    kind: str
    text: str
    delivered_on: date
    means: str


def add_note(desk: Desk, who: Principal, code: str, text: str) -> NoteAnswer:
    """Add a note. Raises NotFoundError, ForbiddenError, InvalidError."""
    room = case_room.enter_to_write(desk, who, code, "note")
    read = Reader()
    body = read.text("text", text) or ""
    read.refuse("invalid")
    draft = _draft(room)
    draft.add(Note, body=body, by_id=who.account_id or 0, at=desk.now)
    case_room.save(room, draft, Kind.NOTE_ADDED, by=WRITERS["note"])
    return _last(desk, who, code).notes()[-1]


def record_claim(desk: Desk, who: Principal, code: str, order: ClaimOrder) -> ClaimAnswer:
    """Record what is owed. Raises NotFoundError, ForbiddenError, ConflictError, InvalidError."""
    room = case_room.enter_to_write(desk, who, code, "claim")
    read = Reader()
    kind = read.choice("kind", order.kind, CLAIM_KINDS)
    people = read.number("people", order.people, least=1, most=MOST_PEOPLE)
    owed = read.number("owed_fen", order.owed_fen)
    paid = None if order.paid_fen is None else read.number("paid_fen", order.paid_fen)
    read.refuse("invalid")
    draft = _draft(room)
    draft.add(
        Claim, kind=kind, people=people, owed_fen=owed, paid_fen=paid, difference_reason=None,
        at=desk.now,
    )  # fmt: skip
    case_room.save(room, draft, Kind.CLAIM_RECORDED, by=WRITERS["claim"])
    return _last(desk, who, code).claims()[-1]


def change_claim(
    desk: Desk, who: Principal, code: str, claim_id: int, order: ClaimChange
) -> ClaimAnswer:
    """Record what was paid, or why the sums differ.

    Raises NotFoundError for the case or the claim, ForbiddenError, ConflictError, InvalidError.
    """
    room = case_room.enter_to_write(desk, who, code, "claim")
    claim = _claim(room, claim_id)
    read = Reader()
    new: dict[str, Any] = {}
    if order.paid_fen is not UNSET:
        paid = order.paid_fen
        new["paid_fen"] = None if paid is None else read.number("paid_fen", paid)
    if order.difference_reason is not UNSET:
        reason = read.text("difference_reason", order.difference_reason, optional=True)
        new["difference_reason"] = reason
    if not new:
        read.wrong("paid_fen", "claim-nothing")
    read.refuse("invalid")
    draft = _draft(room)
    draft.change(claim, **new)
    case_room.save(room, draft, Kind.CLAIM_CHANGED, by=WRITERS["claim"])
    shown = _last(desk, who, code).claims()
    return next(answer for answer in shown if answer["id"] == claim_id)


def record_reply(desk: Desk, who: Principal, code: str, order: ReplyOrder) -> ReplyAnswer:
    """Record a reply. Raises NotFoundError, ForbiddenError, ConflictError, InvalidError."""
    room = case_room.enter_to_write(desk, who, code, "reply")
    read = Reader()
    kind = read.choice("kind", order.kind, REPLY_KINDS)
    body = read.text("text", order.text) or ""
    on = read.day("delivered_on", order.delivered_on)
    if on is not None and on > desk.today:
        read.wrong("delivered_on", "reply-future", today=desk.today)
    begun = room.facts.case.registered_at.astimezone(desk.zone).date()
    if on is not None and on < begun:
        read.wrong("delivered_on", "reply-before", begun=begun)
    means = read.choice("means", order.means, MEANS)
    read.refuse("invalid")
    draft = _draft(room)
    draft.add(
        Reply, kind=kind, body=body, delivered_on=on, means=means, by_id=who.account_id or 0,
        at=desk.now,
    )  # fmt: skip
    case_room.save(room, draft, Kind.REPLY_RECORDED, by=WRITERS["reply"])
    return _last(desk, who, code).replies()[-1]


def _draft(room: Room) -> Draft:
    draft = Draft(room.facts, room.desk.now)
    draft.bump()
    return draft


def _last(desk: Desk, who: Principal, code: str) -> PartsView:
    return PartsView(case_room.enter(desk, who, code))


def _claim(room: Room, claim_id: int) -> Claim:
    found = next((c for c in room.facts.claim if c.no == claim_id), None)
    if found is None:
        what = message("part-claim")
        raise NotFoundError("part-unknown", code=room.facts.case.code, id=claim_id, what=what)
    return found
