"""One line of a list of cases, as the case stood at the instant that the list looks at."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from typing_extensions import TypedDict

from engine.domain import clocks
from engine.domain.effects import DISPOSALS
from engine.domain.records import Clock, Request, Stage
from engine.service.case_answers import DaysAnswer, IssueRef, NamedUnit, SummaryAnswer
from engine.service.desk import Desk
from engine.service.listing import Names
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.service.workflows import workflow_of
from engine.store import former, item_parts, rows
from engine.store.case_lists import Listed

COUNTS = ("version", "declines", "relapses", "reopenings")
"""What a case counts in its own row; what these were at a past instant only the log tells."""


class LimitAnswer(TypedDict):
    """The limit that a case will, or did, pass first."""

    kind: str
    due_at: str


class MinimumAnswer(TypedDict):
    """The time that must pass before a case may go on, and whether it has."""

    kind: str
    due_at: str
    passed: bool


class LastAnswer(TypedDict):
    """Who answered for a case when it was closed."""

    lead_leader: PersonAnswer | None
    lead_unit: NamedUnit | None


class CaseItem(TypedDict):
    """A case in a list; `pending` are the kinds of requests that wait for a decision.

    Nobody leads a closed case any more: who did to its end is in `held_at_closure`.
    """

    code: str
    title: str
    state: str
    outcome: str | None
    version: int
    issue: IssueRef
    lead_leader: PersonAnswer | None
    lead_unit: NamedUnit | None
    held_at_closure: LastAnswer | None
    due: str | None
    overdue: bool
    days_overdue: DaysAnswer
    limit: LimitAnswer | None
    minimum: MinimumAnswer | None
    declines: int
    relapses: int
    reopenings: int
    suspended: bool
    pending: list[str]
    provisional: bool


def tell_items(
    desk: Desk, at: datetime, found: Sequence[Listed], readable: set[int]
) -> list[CaseItem | SummaryAnswer]:
    """Tell of the cases of a page; of those that may not be read in full, only a summary."""
    teller = _Teller(desk, at, found)
    return [teller.item(one) if one.case.id in readable else teller.summary(one) for one in found]


class _Teller:
    """Looks up once what a page needs, and tells each of its cases."""

    def __init__(self, desk: Desk, at: datetime, found: Sequence[Listed]) -> None:
        self._desk = desk
        self._at = at
        ids = [one.case.id for one in found]
        self._clocks = item_parts.clocks_counting(desk.conn, ids, at)
        self._requests: dict[int, list[Request]] = {case_id: [] for case_id in ids}
        for request in rows.fetch(desk.conn, "request", case_id=ids):
            self._requests[request.case_id].append(request)
        self._count = DayCount(desk, at)
        past = ids if at < desk.now else []
        self._were = former.case_columns(desk.conn, at, past, COUNTS)
        self._issues = item_parts.issue_names(desk.conn, {o.case.issue_id for o in found})
        self._last = self._held_last(found)
        self._names = self._named(found)

    def _held_last(self, found: Sequence[Listed]) -> dict[int, tuple[int | None, int | None]]:
        """Read who answered for those that are closed: account and unit."""
        ended = [one.case.id for one in found if self._has_ended(one)]
        return item_parts.last_holders(self._desk.conn, ended, self._at) if ended else {}

    def _named(self, found: Sequence[Listed]) -> Names:
        last = self._last.values()
        leads = [*(one.lead_id for one in found), *(lead for lead, _ in last)]
        return Names(self._desk, leads, [*map(_unit_of, found), *(unit for _, unit in last)])

    def summary(self, one: Listed) -> SummaryAnswer:
        """Tell what a duty officer may know."""
        return {
            "code": one.case.code,
            "title": one.case.title,
            "state": one.state,
            "lead_unit": self._names.unit(_unit_of(one)),
            "due": one.due_on.isoformat() if one.due_on else None,
        }

    def item(self, one: Listed) -> CaseItem:
        """Tell a case in full."""
        were, requests = self._were.get(one.case.id), self._requests[one.case.id]
        case = replace(one.case, **were) if were else one.case
        running = clocks_at(self._clocks[case.id], self._at)
        nearest, late = clocks.nearest_limit(running), clocks.overdue_at(running, self._at)
        issue_code, issue_title = self._issues[case.issue_id]
        return {
            "code": case.code,
            "title": case.title,
            "state": one.state,
            "outcome": self._outcome(one, requests),
            "version": case.version,
            "issue": {"code": issue_code, "title": issue_title},
            "lead_leader": self._names.person(one.lead_id),
            "lead_unit": self._names.unit(_unit_of(one)),
            "held_at_closure": self._held(one),
            "due": one.due_on.isoformat() if one.due_on else None,
            "overdue": late is not None,
            "days_overdue": self._count.days(late),
            "limit": self._limit(nearest),
            "minimum": self._minimum(_last_minimum(running)),
            "declines": case.declines,
            "relapses": case.relapses,
            "reopenings": case.reopenings,
            "suspended": any(clock.paused_at is not None for clock in running),
            "pending": _pending(requests, self._at),
            "provisional": nearest is not None and nearest.provisional,
        }

    def _has_ended(self, one: Listed) -> bool:
        """Tell whether the state in which a case was is one of closed cases."""
        flow = workflow_of(self._desk.conn, one.case.workflow, one.case.workflow_version)
        return one.state in flow.states and flow.states[one.state].is_closed

    def _is_closed(self, one: Listed) -> bool:
        return one.case.closed_at is not None and one.case.closed_at <= self._at

    def _held(self, one: Listed) -> LastAnswer | None:
        if one.case.id not in self._last:
            return None
        lead, unit = self._last[one.case.id]
        return {"lead_leader": self._names.person(lead), "lead_unit": self._names.unit(unit)}

    def _limit(self, nearest: Clock | None) -> LimitAnswer | None:
        if nearest is None:
            return None
        return {"kind": nearest.kind, "due_at": instant(nearest.due_at, self._desk.zone)}

    def _minimum(self, last: Clock | None) -> MinimumAnswer | None:
        if last is None:
            return None
        due_at = instant(last.due_at, self._desk.zone)
        return {"kind": last.kind, "due_at": due_at, "passed": last.due_at < self._at}

    def _outcome(self, one: Listed, requests: Iterable[Request]) -> str | None:
        """Tell the outcome that held: a case that was opened again has lost it from its own row.

        Whatever was granted at the very instant at which a stage began is what closed the case.
        """
        if self._is_closed(one):
            return one.case.outcome
        granted = [r for r in requests if r.state == "granted" and _granted(r)]
        began = self._began(one.case.id) if granted else None
        return next((_granted(r) for r in granted if r.decided_at == began), None)

    def _began(self, case_id: int) -> datetime | None:
        """Give when the stage began in which a case was."""
        stages: list[Stage] = rows.fetch(self._desk.conn, "stage", case_id=case_id)
        return max((s.from_at for s in stages if s.from_at <= self._at), default=None)


def clocks_at(found: Iterable[Clock], at: datetime) -> list[Clock]:
    """Give the clocks that counted at an instant as they were then, running or paused."""
    return [_then(clock, at) for clock in found if clocks.counts_at(clock, at)]


class DayCount:
    """Counts days overdue as of an instant, reading the calendar once for all that are asked."""

    def __init__(self, desk: Desk, at: datetime) -> None:
        self._zone, self._calendar, self._at = desk.zone, desk.calendar_at(at), at

    def days(self, limit: Clock | None) -> DaysAnswer:
        """Tell by how many days a limit had passed; by none where none had."""
        if limit is None:
            return {"calendar": 0, "working": 0}
        today = clocks.effective(limit, self._at).astimezone(self._zone).date()
        days = clocks.days_overdue(limit, self._at, today, self._calendar)
        return {"calendar": days.calendar, "working": days.working}


def _then(clock: Clock, at: datetime) -> Clock:
    paused = clock.paused_at if clock.paused_at is not None and clock.paused_at <= at else None
    if clock.ended_at is None and clock.paused_at == paused:
        return clock
    return replace(clock, ended_at=None, ended_by=None, paused_at=paused)


def _last_minimum(running: Iterable[Clock]) -> Clock | None:
    """Give the minimum that passes last: before that, what it holds back cannot be."""
    held = (clock for clock in running if not clock.is_limit and clock.ended_at is None)
    return max(held, key=lambda clock: (clock.due_at, clock.no), default=None)


def _unit_of(one: Listed) -> int | None:
    return one.lead_unit_id or one.case.planned_unit_id


def _pending(requests: Iterable[Request], at: datetime) -> list[str]:
    return sorted(
        r.disposal or r.kind
        for r in requests
        if r.asked_at <= at and (r.decided_at is None or r.decided_at > at)
    )


def _granted(request: Request) -> str | None:
    return DISPOSALS.get(request.disposal) if request.disposal else request.outcome
