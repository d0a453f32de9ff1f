"""The escalation ladder, climbed: each rung that a running limit reaches is written down once.

The intent of a rung (who is to be told, which duty comes with it) is an event of the case, in one
transaction with the messages into inboxes and the job that sends them on. A rung is the more exact
the earlier it is scanned, never early, and a missed one is caught up once, in order.

A rung does not raise the version of its case: it adds a row of its own and takes nothing from
anybody, so a form that an official has open stays good. The case's next part number guards it.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from operator import attrgetter
from typing import Protocol

from engine.domain import escalation, letters
from engine.domain.access import OPERATOR
from engine.domain.clocks import turn
from engine.domain.draft import Draft
from engine.domain.escalation import DueRung
from engine.domain.events import escalation_kind
from engine.domain.parties import assigning_role
from engine.domain.records import Clock, Escalation
from engine.domain.workflow import Rung
from engine.errors import BusyError
from engine.service import case_room
from engine.service.addressees import accounts_of
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.notices import notify
from engine.service.workflows import workflow_of
from engine.store import cases, holders, ladder, rows
from engine.store.ladder import Limit, Place, Reach
from engine.words import Locale, message, say


class Office(Protocol):
    """What climbing needs of the application: short transactions of its own."""

    def reading(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that reads."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


_BY_TIME = attrgetter("at")
_LETTER = "draft-letter"


def climb(office: Office) -> int:
    """Write down every rung that is due, by due time; give how many. Safe beside other nodes.

    Raises what the first case raised that failed, after all others were climbed; BusyError where a
    case is left to the next scan because somebody else kept it for too long.
    """
    count, failed = 0, None
    for found in _found(office):
        try:
            count += _climb_case(office, found)
        except Exception as error:  # noqa: BLE001  # one case that cannot be read stops no other
            failed = error if failed is None or isinstance(failed, BusyError) else failed
    if failed is not None:
        raise failed
    return count


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A rung that is or would be due at an instant, and the limit that it is about."""

    at: datetime
    case_id: int
    rung: str
    code: str
    clock: str
    due_on: date


def preview(desk: Desk, at: datetime) -> list[Foreseen]:
    """List the rungs that would be due at an instant if nothing happened until then."""
    scans = (
        _reached(desk, rung, at, ladder.all_limits(desk.conn, reach))
        for rung, reach in _reaches(desk, at)
    )
    return list(merge(*scans, key=_BY_TIME))


def _found(office: Office) -> Iterator[Foreseen]:
    """Give what is due, by due time, each rung of a limit once."""
    with office.reading("timer") as desk:
        reaches = _reaches(desk, desk.now)
    return merge(*(_scan(office, rung, reach) for rung, reach in reaches), key=_BY_TIME)


def _scan(office: Office, rung: Rung, reach: Reach) -> Iterator[Foreseen]:
    """Give what is due of one rung; no transaction stays open while it is written down."""
    after: Place | None = None
    while True:
        with office.reading("timer") as desk:
            page = ladder.limits(desk.conn, reach, after)
            due = list(_reached(desk, rung, desk.now, page))
        if not page:
            return
        yield from due
        after = page[-1].place


def _reaches(desk: Desk, at: datetime) -> list[tuple[Rung, Reach]]:
    latest = escalation.latest_due_on
    return [
        (
            rung,
            Reach(
                name, version, rung.name,
                latest(at, rung.after_working_days, desk.calendar, desk.zone),
            ),
        )
        for name, version in ladder.workflows_in_use(desk.conn)
        for rung in workflow_of(desk.conn, name, version).ladder
    ]  # fmt: skip


def _reached(desk: Desk, rung: Rung, now: datetime, limits: Iterable[Limit]) -> Iterator[Foreseen]:
    offset = rung.after_working_days
    for limit in limits:
        at = escalation.rung_at(limit.due_on, limit.due_at, offset, desk.calendar, desk.zone)
        if escalation.is_reached(at, limit.valid_from, limit.paused_at, now):
            yield Foreseen(at, limit.case_id, rung.name, limit.code, limit.kind, limit.due_on)


def _climb_case(office: Office, found: Foreseen) -> int:
    """Climb what a case has reached up to the rung that was found, in one transaction."""
    with office.writing("timer") as desk:
        room = _room(desk, found.case_id, lock=True)
        count = 0
        while room is not None and (due := _due(room, found.at)):
            _write(room, due[0])
            count += 1
            room = _room(desk, found.case_id, lock=False)
        return count


def _room(desk: Desk, case_id: int, *, lock: bool) -> Room | None:
    case = rows.fetch_one(desk.conn, "case", lock=lock, id=case_id)
    if case is None or case.closed_at is not None:
        return None
    workflow = workflow_of(desk.conn, case.workflow, case.workflow_version)
    return Room(desk, OPERATOR, cases.load(desk.conn, case), workflow)


def _due(room: Room, until: datetime) -> list[DueRung]:
    desk = room.desk
    due = escalation.due_rungs(room.facts, room.workflow, desk.calendar, desk.zone, desk.now)
    return [one for one in due if one.due_at <= until]


def _write(room: Room, due: DueRung) -> None:
    """Write down one rung: the row, the duty that comes with it, the event, the messages."""
    desk, rung = room.desk, due.rung
    parties = (*rung.tells, *room.workflow.clocks[due.clock.kind].by)
    told = accounts_of(room, parties, holders.holders(desk.conn))
    does = None if _lacks_addressee(room, rung) else rung.does
    draft = Draft(room.facts, desk.now)
    draft.add(
        Escalation,
        clock_no=due.clock.no,
        rung=rung.name,
        due_at=due.due_at,
        at=desk.now,
        tells=told,
        does=does,
    )
    if does == _LETTER:
        _draft_letter(room, draft, due)
    turn(draft, room.attempt(), [])
    case_room.save(room, draft, escalation_kind(rung.name))
    _tell(room, due, told)


def _lacks_addressee(room: Room, rung: Rung) -> bool:
    """Tell whether a rung would draft a letter for a case that nobody leads, who could sign it."""
    return rung.does == _LETTER and room.facts.case.lead_unit_id is None


def _draft_letter(room: Room, draft: Draft, due: DueRung) -> None:
    """Draft a letter for supervision to issue, unless one already waits for that."""
    if any(row.status == "draft" for row in room.facts.letter):
        return
    desk, clock = room.desk, due.clock
    days = desk.calendar.working_days_between(clock.due_on, desk.today)
    words = message("letter-demands-late", clock=_clock_title(room, clock), due=clock.due_on)
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
    if _lacks_addressee(room, due.rung):
        words["nudge"] = assigning_role(room.facts, room.workflow)
    entry = ":".join(words.get(name, "") for name in ("workflow", "clock", "nudge"))
    kind = f"escalation.{due.rung.name}"
    for account in told:
        notify(room.desk, account, kind, words, case_id=case.id, entry=entry)
