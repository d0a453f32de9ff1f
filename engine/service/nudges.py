"""Nudge 催办: remind whoever must act next in a case, and write down who was reminded, and why.

A nudge moves no clock and changes nothing in the case, not even its version: it is an event, and a
notice that goes out with the others of the half day. There is one a day and case, whoever gives it:
what it does not move is urged by letter, not by more nudges.
"""

from typing_extensions import TypedDict

from engine.domain.access import OWNER, WRITERS, Principal
from engine.domain.awaited import Awaited
from engine.domain.events import Kind
from engine.domain.records import Clock
from engine.errors import ConflictError
from engine.service import case_room
from engine.service.addressees import accounts_of
from engine.service.case_fields import Reader
from engine.service.case_parts_view import person_answer
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.notices import notify
from engine.service.people_answers import PersonAnswer
from engine.service.workflows import awaited_in
from engine.store import holders, jobs, rows

PART = "nudge"
NOTICE = "remind"
"""The kind of notice that goes out."""
LONGEST = 500


class NudgeAnswer(TypedDict):
    """Who was reminded, and of which clocks."""

    code: str
    clocks: list[str]
    told: list[PersonAnswer]


def nudge(desk: Desk, who: Principal, code: str, text: str) -> NudgeAnswer:
    """Remind whoever the case waits for: for what is overdue, else for the nearest limit.

    Raises NotFoundError, ForbiddenError, InvalidError for the text, ConflictError for a closed
    case, one that waits for nobody but the caller, or one that was nudged today.
    """
    room = case_room.enter_to_write(desk, who, code, PART)
    read = Reader()
    words = read.text("text", text, longest=LONGEST) or ""
    read.refuse("invalid")
    case, waiting = room.facts.case, _waiting(room)
    told = [one for one in _behind(room, waiting) if one != who.account_id]
    if not told:
        raise ConflictError("nudge-nobody", code=case.code)
    if not jobs.once(desk.conn, f"nudge:{case.id}:{desk.today.isoformat()}", desk.now):
        raise ConflictError("nudge-again", code=case.code)
    clocks = list(dict.fromkeys(clock.kind for clock in waiting))
    facts = {"clocks": clocks, "told": told}
    case_room.tell(room, (), Kind.CASE_NUDGED, reason=words, by=WRITERS[PART], facts=facts)
    for account in told:
        notify(desk, account, NOTICE, {"code": case.code, "text": words}, case_id=case.id)
    people = {row.id: person_answer(row) for row in rows.fetch(desk.conn, "account", id=set(told))}
    return {"code": case.code, "clocks": clocks, "told": [people[one] for one in told]}


def _waiting(room: Room) -> list[Clock]:
    """Give the clocks that are overdue and wait for somebody, else the one that will be first."""
    known = {one.kind: one for one in awaited_in(room.workflow)}
    can = [c for c in room.facts.running if c.kind in known and _waits(room, known[c.kind], c)]
    can.sort(key=lambda clock: (clock.due_at, clock.no))
    return [clock for clock in can if clock.due_at < room.desk.now] or can[:1]


def _waits(room: Room, one: Awaited, clock: Clock) -> bool:
    """Tell whether somebody can do now what a clock waits for; one that stands still waits not."""
    if clock.paused_at is not None or room.facts.case.state not in one.states:
        return False
    return not one.passed or clock.due_at < room.desk.now


def _behind(room: Room, waiting: list[Clock]) -> list[int]:
    """Give the accounts behind the parties of these clocks, each once; a measure's is its owner."""
    known = {one.kind: one for one in awaited_in(room.workflow)}
    everybody = holders.holders(room.desk.conn)
    enabled, found = {holder.id for holder in everybody}, list[int]()
    for clock in waiting:
        parties = known[clock.kind].parties
        owner = next((m.owner_id for m in room.facts.measures if m.no == clock.subject), None)
        if OWNER in parties and owner is not None:
            found.append(owner)
        found += accounts_of(room, parties, everybody)
    return [one for one in dict.fromkeys(found) if one in enabled]
