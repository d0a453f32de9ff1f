"""The ledger 台账: every case with what an import of a ledger reads, as of any instant.

Its instants tell the course that led to where the case stood: what was taken back by a decline, a
relapse or a reopening is not told, so that the ledger can be imported again.
"""

from collections.abc import Iterator
from datetime import datetime

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.domain.moments import ASSIGNED, CLOSED, REGISTERED, STABILIZED, STARTED
from engine.service.case_answers import IssueRef, NamedUnit
from engine.service.desk import Desk
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.service.reports.asking import ReportQuery
from engine.service.reports.book import Book, Told
from engine.service.reports.groups import GroupAnswer
from engine.service.reports.plan import PlannedMeasure

NAME = "ledger"
_STATES = {"assigned": ASSIGNED, "in-resolution": STARTED, "stabilized": STABILIZED}
"""The states of `key-issue` whose beginning a ledger tells besides registration and closure."""
_ORDER = (ASSIGNED, STARTED, STABILIZED)


class LedgerItem(TypedDict):
    """A case in the ledger; `title` is its task.

    `measures` are those of `plan`, the adopted one, in words; without one the text of the import.
    """

    code: str
    title: str
    issue: IssueRef
    origin: str
    document_no: str | None
    category: str | None
    lead_leader: PersonAnswer | None
    lead_unit: NamedUnit | None
    supporting_units: list[NamedUnit]
    measures: str | None
    plan: list[PlannedMeasure] | None
    due: str | None
    registered_at: str
    assigned_at: str | None
    started_at: str | None
    stabilized_at: str | None
    closed_at: str | None
    outcome: str | None
    state: str


class LedgerAnswer(TypedDict):
    """A page of the ledger; `groups` and `total` cover all, whatever the page."""

    as_of: str
    items: list[LedgerItem]
    next: str | None
    total: int
    groups: list[GroupAnswer]


def _item(told: Told) -> LedgerItem:
    case, issue = told.entry.case, told.entry.issue
    zone = told.desk.zone
    at = {name: instant(moment, zone) for name, moment in _moments(told)}.get
    return {
        "code": case.code,
        "title": case.title,
        "issue": {"code": issue.code, "title": issue.title},
        "origin": issue.origin,
        "document_no": issue.document_no,
        "category": issue.category,
        "lead_leader": told.lead_leader,
        "lead_unit": told.lead_unit,
        "supporting_units": told.supporting_units,
        "measures": told.measures,
        "plan": told.plan,
        "due": told.entry.due_on.isoformat() if told.entry.due_on else None,
        "registered_at": at(REGISTERED, ""),
        "assigned_at": at(ASSIGNED),
        "started_at": at(STARTED),
        "stabilized_at": at(STABILIZED),
        "closed_at": at(CLOSED),
        "outcome": told.outcome(),
        "state": told.state,
    }


def _moments(told: Told) -> Iterator[tuple[str, datetime]]:
    """Give when the states on the way to the present one began.

    Work that was begun goes on after a relapse: its first beginning counts, until a decline.
    """
    yield REGISTERED, told.entry.case.registered_at
    reached: dict[str, datetime] = {}
    for state, since in told.entry.stages:
        if state == told.entry.stages[0][0]:
            reached = {}
        elif state in _STATES:
            place = _ORDER.index(_STATES[state])
            kept = {n: at for n, at in reached.items() if n in _ORDER[: place + 1]}
            first = kept.get(STARTED, since) if _ORDER[place] == STARTED else since
            reached = kept | {_ORDER[place]: first}
    yield from reached.items()
    if told.closed_at is not None:
        yield CLOSED, told.closed_at


_BOOK = Book(NAME, "registered", _item)


def ledger(desk: Desk, who: Principal, query: ReportQuery) -> LedgerAnswer:
    """Give a page of the ledger, in order of registration. Raises ForbiddenError, InvalidError."""
    answer: LedgerAnswer = _BOOK.page(desk, who, query)  # type: ignore[assignment]  # by `_item`
    return answer


every = _BOOK.every
