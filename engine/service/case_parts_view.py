"""The parts of a case put into the shape of the answer."""

from collections.abc import Iterable
from datetime import date, datetime

from engine.domain.records import Account, Measure, Progress, Request, Tenure
from engine.domain.tenure import at_rest
from engine.service.case_answers import (
    ClaimAnswer,
    FileAnswer,
    HeldAnswer,
    MeasureAnswer,
    MemberAnswer,
    NamedUnit,
    NoteAnswer,
    PlanAnswer,
    ProgressAnswer,
    ReplyAnswer,
    RequestAnswer,
    TaskForceAnswer,
)
from engine.service.case_room import Room
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.store import cases


def person_answer(account: Account) -> PersonAnswer:
    """Show an account as others see it."""
    return {"login": account.login, "name": account.name, "post": account.post}


def by_role(held: Iterable[Tenure], role: str) -> list[Tenure]:
    """Give the tenures of one role."""
    return [tenure for tenure in held if tenure.role == role]


class PartsView:
    """Shows the parts of one case; instants in the office's zone, days as ISO 8601."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._facts = room.facts

    def at(self, value: datetime) -> str:
        """Spell an instant."""
        return instant(value, self._room.desk.zone)

    def maybe_at(self, value: datetime | None) -> str | None:
        """Spell an instant that may be absent."""
        return None if value is None else self.at(value)

    def day(self, value: date | None) -> str | None:
        """Spell a day that may be absent."""
        return None if value is None else value.isoformat()

    def person(self, account_id: int | None) -> PersonAnswer | None:
        """Show an account that may be absent."""
        return None if account_id is None else self.somebody(account_id)

    def somebody(self, account_id: int) -> PersonAnswer:
        """Show an account."""
        return person_answer(self._facts.people[account_id])

    def unit(self, unit_id: int | None) -> NamedUnit | None:
        """Show a unit that may be absent."""
        return None if unit_id is None else {"name": self._facts.units[unit_id].name}

    def held_at_closure(self) -> HeldAnswer | None:
        """Show who answered for the case when it was closed; None while it is open."""
        closed = self._facts.case.closed_at
        if closed is None:
            return None
        held = at_rest(self._facts)
        leads, units = by_role(held, "lead"), by_role(held, "lead-unit")
        supporting = (self.unit(t.unit_id) for t in by_role(held, "supporting-unit"))
        return {
            "lead_leader": self.person(leads[0].account_id if leads else None),
            "lead_unit": self.unit(units[0].unit_id if units else None),
            "supporting_units": [unit for unit in supporting if unit],
            "task_force": self._force(held),
        }

    def task_force(self) -> TaskForceAnswer:
        """Show the task force as it is now."""
        return self._force(self._facts.holders)

    def _force(self, held: Iterable[Tenure]) -> TaskForceAnswer:
        of_force = list(held)
        liaisons = by_role(of_force, "liaison")
        members: list[MemberAnswer] = [
            {
                "account": self.somebody(t.account_id or 0),
                "unit": {"name": self._facts.units[t.unit_id or 0].name},
            }
            for t in by_role(of_force, "member")
        ]
        liaison = self.person(liaisons[0].account_id if liaisons else None)
        return {"liaison": liaison, "members": members}

    def plan(self) -> PlanAnswer | None:
        """Show the newest plan."""
        plan = self._facts.newest_plan
        if plan is None:
            return None
        order = {no: place for place, no in enumerate(plan.measures)}
        measures = sorted(self._facts.measures, key=lambda m: order.get(m.no, len(order)))
        return {
            "version": plan.version,
            "written_by": self.somebody(plan.written_by),
            "written_at": self.at(plan.written_at),
            "adopted_by": self.person(plan.adopted_by),
            "adopted_at": self.maybe_at(plan.adopted_at),
            "measures": [self.measure(measure) for measure in measures],
        }

    def measure(self, measure: Measure) -> MeasureAnswer:
        """Show a measure with what was reported on it, oldest first."""
        return {
            "id": measure.no,
            "title": measure.title,
            "owner": self.person(measure.owner_id),
            "unit": self.unit(measure.unit_id),
            "start": self.day(measure.start_on),
            "due": self.day(measure.due_on),
            "evidence": measure.evidence,
            "status": measure.status,
            "proved": measure.proved,
            "progress": [
                self.progress(row) for row in self._facts.progress if row.measure_no == measure.no
            ],
        }

    def progress(self, row: Progress) -> ProgressAnswer:
        """Show a report on a measure."""
        return {
            "id": row.no,
            "status": row.status,
            "note": row.note,
            "date": row.done_on.isoformat(),
            "files": row.files,
            "by": self.somebody(row.by_id),
            "at": self.at(row.at),
        }

    def claims(self) -> list[ClaimAnswer]:
        """Show what is owed and was paid."""
        return [
            {
                "id": row.no,
                "kind": row.kind,
                "people": row.people,
                "owed_fen": row.owed_fen,
                "paid_fen": row.paid_fen,
                "difference_reason": row.difference_reason,
            }
            for row in self._facts.claim
        ]

    def replies(self) -> list[ReplyAnswer]:
        """Show the replies to those affected."""
        return [
            {
                "id": row.no,
                "kind": row.kind,
                "text": row.body,
                "delivered_on": row.delivered_on.isoformat(),
                "means": row.means,
                "by": self.somebody(row.by_id),
                "at": self.at(row.at),
            }
            for row in self._facts.reply
        ]

    def notes(self) -> list[NoteAnswer]:
        """Show the notes, oldest first."""
        return [
            {"id": n.no, "text": n.body, "by": self.somebody(n.by_id), "at": self.at(n.at)}
            for n in self._facts.note
        ]

    def files(self) -> list[FileAnswer]:
        """Show the files, oldest first."""
        return [
            {
                "id": row.no,
                "name": row.name,
                "sha256": row.sha256,
                "size": row.size,
                "media": row.media,
                "by": self.somebody(row.by_id),
                "at": self.at(row.at),
            }
            for row in self._facts.file
        ]

    def requests(self) -> list[RequestAnswer]:
        """Show the requests, oldest first."""
        codes = self._codes(row.into_id for row in self._facts.request)
        return [self._request(row, codes) for row in self._facts.request]

    def _codes(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Name the cases that mergers would go into."""
        return cases.codes(self._room.desk.conn, {i for i in ids if i is not None})

    def _request(self, row: Request, codes: dict[int, str]) -> RequestAnswer:
        return {
            "id": row.no,
            "kind": row.kind,
            "disposal": row.disposal,
            "state": row.state,
            "asked_by": self.somebody(row.asked_by),
            "asked_at": self.at(row.asked_at),
            "to": self.person(row.to_id),
            "new_due": self.day(row.new_due),
            "review_on": self.day(row.review_on),
            "outcome": row.outcome,
            "summary": row.summary,
            "body": row.body,
            "into": None if row.into_id is None else codes[row.into_id],
            "decided_by": self.person(row.decided_by),
            "decided_at": self.maybe_at(row.decided_at),
        }
