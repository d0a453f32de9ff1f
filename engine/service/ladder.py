"""The escalation ladder, climbed: each rung that a running limit reaches is written down once.

The intent of a rung (who is to be told, which duty comes with it) is an event of the case, in one
transaction with the messages into inboxes and the job that sends them on. A rung is the more exact
the earlier it is scanned, never early, and a missed one is caught up once, in order.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.domain import escalation, letters
from engine.domain.access import OPERATOR
from engine.domain.clocks import turn
from engine.domain.draft import Draft
from engine.domain.escalation import DueRung
from engine.domain.events import escalation_kind
from engine.domain.records import Clock, Escalation
from engine.domain.workflow import Workflow
from engine.errors import BusyError
from engine.service import case_room
from engine.service.addressees import accounts_of
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.notices import notify
from engine.service.workflows import workflow_of
from engine.store import cases, holders, ladder, rows
from engine.store.ladder import Reach
from engine.words import Locale, message, say


class Office(Protocol):
    """What climbing needs of the application: short transactions of its own."""

    def reading(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that reads."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


def climb(office: Office) -> int:
    """Write down every rung that is due; give how many. Safe beside other nodes, and to repeat.

    Raises what the first case raised that failed, after all others were climbed.
    """
    count, failed = 0, None
    for case_id in _candidates(office):
        try:
            count += _climb_case(office, case_id)
        except Exception as error:  # noqa: BLE001  # one case that cannot be read stops no other
            failed = failed or error
    if failed is not None:
        raise failed
    return count


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A rung that would be due, and the case that it is about."""

    code: str
    due: DueRung


def preview(desk: Desk, at: datetime) -> list[Foreseen]:
    """List the rungs that would be due at an instant if nothing happened until then."""
    found: list[Foreseen] = []
    for name, version in ladder.workflows_in_use(desk.conn):
        workflow = workflow_of(desk.conn, name, version)
        for case_id in _every(desk, workflow, at):
            room = _room(desk, case_id, lock=False)
            if room is not None:
                found += [Foreseen(room.facts.case.code, due) for due in _due(room, at)]
    return sorted(found, key=lambda f: (f.due.due_at, f.due.clock.case_id, f.due.clock.no))


def _candidates(office: Office) -> Iterator[int]:
    """Give the cases to look at, each once, by workflow and id; new ones come next time."""
    with office.reading("timer") as desk:
        used = ladder.workflows_in_use(desk.conn)
    for name, version in used:
        after = 0
        while True:
            with office.reading("timer") as desk:
                workflow = workflow_of(desk.conn, name, version)
                ids = _listed(desk, workflow, desk.now, after)
            if not ids:
                break
            yield from ids
            after = ids[-1]


def _every(desk: Desk, workflow: Workflow, at: datetime) -> Iterator[int]:
    """Give all cases to look at in one consistent state."""
    after = 0
    while ids := _listed(desk, workflow, at, after):
        yield from ids
        after = ids[-1]


def _listed(desk: Desk, workflow: Workflow, at: datetime, after: int) -> list[int]:
    latest = escalation.latest_due_on
    reaches = [
        Reach(rung.name, latest(at, rung.after_working_days, desk.calendar, desk.zone))
        for rung in workflow.ladder
    ]
    if not reaches:
        return []
    return ladder.cases_with_rungs_due(desk.conn, workflow.name, workflow.version, reaches, after)


def _climb_case(office: Office, case_id: int) -> int:
    """Climb one case in one transaction; a busy one is left for the next scan."""
    try:
        with office.writing("timer") as desk:
            room = _room(desk, case_id, lock=True)
            count = 0
            while room is not None and (due := _due(room, desk.now)):
                _write(room, due[0])
                count += 1
                room = _room(desk, case_id, lock=False)
            return count
    except BusyError:
        return 0


def _room(desk: Desk, case_id: int, *, lock: bool) -> Room | None:
    case = rows.fetch_one(desk.conn, "case", lock=lock, id=case_id)
    if case is None or case.closed_at is not None:
        return None
    workflow = workflow_of(desk.conn, case.workflow, case.workflow_version)
    return Room(desk, OPERATOR, cases.load(desk.conn, case), workflow)


def _due(room: Room, at: datetime) -> list[DueRung]:
    return escalation.due_rungs(room.facts, room.workflow, room.desk.calendar, room.desk.zone, at)


def _write(room: Room, due: DueRung) -> None:
    """Write down one rung: the row, the duty that comes with it, the event, the messages."""
    desk, rung = room.desk, due.rung
    parties = (*rung.tells, *room.workflow.clocks[due.clock.kind].by)
    told = accounts_of(room, parties, holders.holders(desk.conn))
    draft = Draft(room.facts, desk.now)
    draft.bump()
    draft.add(
        Escalation,
        clock_no=due.clock.no,
        rung=rung.name,
        due_at=min(due.due_at, desk.now),
        at=desk.now,
        tells=told,
        does=rung.does,
    )
    if rung.does == "draft-letter":
        _draft_letter(room, draft, due)
    turn(draft, room.attempt(), [])
    case_room.save(room, draft, escalation_kind(rung.name))
    _tell(room, due, told)


def _draft_letter(room: Room, draft: Draft, due: DueRung) -> None:
    """Draft a letter for supervision to issue, unless one already waits for that."""
    waiting = any(row.status == "draft" for row in room.facts.letter)
    if waiting or room.facts.case.lead_unit_id is None:
        return
    desk, clock = room.desk, due.clock
    days = desk.calendar.working_days_between(clock.due_on, desk.today)
    words = message(
        "letter-demands-late", clock=_clock_title(room, clock), due=clock.due_on.isoformat()
    )
    basis = message("letter-basis-ladder", workflow=room.workflow.title, days=days)
    letters.draft_letter(
        draft,
        demands=say(words, desk.locale),
        until=letters.answer_by(desk.today, desk.calendar),
        basis=say(basis, desk.locale),
        by_id=None,
        clock=clock,
    )


def _clock_title(room: Room, clock: Clock) -> str:
    return room.workflow.clocks[clock.kind].title.in_(room.desk.locale)


def _tell(room: Room, due: DueRung, told: list[int]) -> None:
    case = room.facts.case
    words = {
        "code": case.code,
        "clock": due.clock.kind,
        "rung": due.rung.name,
        "due": due.clock.due_on.isoformat(),
        "workflow": room.workflow.label,
    }
    for account in told:
        notify(room.desk, account, f"escalation.{due.rung.name}", words, case_id=case.id)
