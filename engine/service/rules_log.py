"""The newest changes of the rules by which lateness is counted: who made them, what and why.

Of the calendar: a day, or the notices of years. Of the workflows: a version that was published, and
running cases that were taken over to one.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.events import OFFICE_STREAM, Kind
from engine.domain.replay import Change, Event, read
from engine.service.case_parts_view import person_answer
from engine.service.desk import Desk
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.service.workflow_changes import DifferenceAnswer, differences_of, former_version
from engine.service.workflows import workflow_of
from engine.store import kept, ledger, recent, rows
from engine.store.ledger import Logged

CALENDAR = (Kind.CALENDAR_LOADED, Kind.CALENDAR_OVERRIDDEN)
VERSIONS = (Kind.WORKFLOW_PUBLISHED, Kind.WORKFLOW_MIGRATED)
MOST = 10
"""How many changes are told; the log has them all."""


class VersionsAnswer(TypedDict):
    """A version that was published, or, with `cases`, that so many running cases went over to.

    `old` is the version before it, None for the first; `changes` is what they hold otherwise, what
    is looser first.
    """

    name: str
    title: str
    old: int | None
    new: int
    cases: int | None
    changes: Sequence[DifferenceAnswer]


class RuleChangeAnswer(TypedDict):
    """A change of the rules: an exception for one `date`, the notices of `years`, or `workflow`.

    `by` is None for whoever runs commands on the server itself. `reason` is what was given; None
    where nothing was, or it was erased since.
    """

    at: str
    by: PersonAnswer | None
    date: str | None
    works: bool | None
    years: list[int]
    replaced: bool
    workflow: VersionsAnswer | None
    reason: str | None


def recent_changes(desk: Desk, who: Principal) -> list[RuleChangeAnswer]:
    """Tell the newest changes of calendar and workflows. Raises ForbiddenError."""
    require(who, "supervision.read")
    read_anew = partial(recent.newest, desk.conn, OFFICE_STREAM, (*CALENDAR, *VERSIONS), MOST)
    found: list[Logged] = kept.of_office(desk.conn, "rules-log", read_anew)
    told = [(row, event) for row in found if (event := read(row.body))]
    return [_answer(desk, row, event) for row, event in told if event.changes or event.get("wf")]


def _answer(desk: Desk, row: Logged, event: Event) -> RuleChangeAnswer:
    actor = event.get("actor") or {}
    account = rows.fetch_one(desk.conn, "account", id=actor["id"]) if actor.get("id") else None
    first = event.changes[0] if event.changes else None
    day = first.new if first and row.kind == Kind.CALENDAR_OVERRIDDEN else {}
    return {
        "at": instant(row.recorded_at, desk.zone),
        "by": person_answer(account) if account else None,
        "date": day.get("day_on"),
        "works": day.get("works"),
        "years": _years(event.changes),
        "replaced": first is not None and first.old is not None,
        "workflow": None if first else _versions(desk, row.kind, event),
        "reason": None if row.kind == Kind.CALENDAR_LOADED else _reason(desk, row),
    }


def _reason(desk: Desk, row: Logged) -> str | None:
    """Open the reason; that of a notice says nothing besides the notice."""
    reason = ledger.opened(desk.conn, row.stream, row.seq).get("reason")
    return reason.value if reason else None


def _years(changes: Iterable[Change]) -> list[int]:
    return [change.key[0] for change in changes if change.record == "notice"]


def _versions(desk: Desk, kind: str, event: Event) -> VersionsAnswer:
    """Compare the two versions that an event tells of; neither can have changed since."""
    name, _, number = str(event.get("wf")).rpartition("@")
    new, facts = int(number), _facts(event)
    moved = kind == Kind.WORKFLOW_MIGRATED
    old = facts["old"] if moved else former_version(desk.conn, name, new)
    after = workflow_of(desk.conn, name, new)
    before = workflow_of(desk.conn, name, old) if old is not None else after
    return {
        "name": name,
        "title": after.title.in_(desk.locale),
        "old": old,
        "new": new,
        "cases": facts["count"] if moved else None,
        "changes": differences_of(before, after, desk.locale),
    }


def _facts(event: Event) -> dict[str, Any]:
    return event.get("facts") or {}
