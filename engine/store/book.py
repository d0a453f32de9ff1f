"""The book of all cases as of an instant: which stand in it, in which order, and what is told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection, select

from engine.store.held import counted, held, there
from engine.store.keyset import Order, in_order
from engine.store.moment import CASE, CLOCK
from engine.store.scope import Scope
from engine.store.tables import table

_ISSUE, _STAGE, _TENURE, _REQUEST = (
    table("issue"),
    table("stage"),
    table("tenure"),
    table("request"),
)
_MANY = 500
Sort = Literal["registered", "issue"]


class Case(NamedTuple):
    """Of a case's row what the book asks for."""

    id: int
    code: str
    title: str
    measures_text: str | None
    registered_at: datetime
    closed_at: datetime | None
    outcome: str | None
    reopenings: int
    due_on: date | None
    planned_due_on: date | None
    planned_lead_id: int | None
    planned_unit_id: int | None
    planned_supporting: list[int]


class Issue(NamedTuple):
    """Of an issue's row what the book asks for."""

    code: str
    title: str
    origin: str
    document_no: str | None
    category: str | None


@dataclass(slots=True)
class Entry:
    """A case in the book: its row, its issue, and what had been of it up to the instant.

    `stages` are (state, from), oldest first. `parts` are (role, account, unit, from, to), an end
    after the instant left out. `outcomes` are (decided_at, disposal, outcome) of what was granted
    to a case that was opened again. `due_on` is the date that was promised last.
    """

    case: Case
    issue: Issue
    stages: list[tuple[str, datetime]] = field(default_factory=list)
    parts: list[tuple[str, int | None, int | None, datetime, datetime | None]] = field(
        default_factory=list
    )
    outcomes: list[tuple[datetime, str | None, str | None]] = field(default_factory=list)
    due_on: date | None = None


def page(
    connection: Connection,
    scope: Scope,
    sort: Sort,
    place: Sequence[Any] | None,
    count: int | None,
) -> list[tuple[Any, ...]]:
    """Read which cases stand in the book after a place: (id, and its place in the order)."""
    stood = held(scope)
    first = CASE.c.registered_at if sort == "registered" else CASE.c.issue_id
    wanted = select(CASE.c.id, first, CASE.c.id.label("again")).where(there(scope, stood))
    found = in_order(connection, wanted, [Order(first), Order(CASE.c.id)], place, count)
    return [tuple(row) for row in found]


def total(connection: Connection, scope: Scope) -> int:
    """Count the cases in the book."""
    number: int = connection.execute(counted(scope, held(scope))).scalar_one()
    return number


def entries(
    connection: Connection, scope: Scope, due_kinds: Collection[str], case_ids: Sequence[int]
) -> list[Entry]:
    """Read what is told of some cases, in the order in which they are named."""
    found: dict[int, Entry] = {}
    for first in range(0, len(case_ids), _MANY):
        some = case_ids[first : first + _MANY]
        new = _rows(connection, some)
        _stages(connection, scope, new)
        _parts(connection, scope, new)
        _outcomes(connection, scope, new)
        _dues(connection, scope, due_kinds, new)
        found |= new
    return [found[case_id] for case_id in case_ids]


def _rows(connection: Connection, case_ids: Sequence[int]) -> dict[int, Entry]:
    wanted = (
        select(*(CASE.c[n] for n in Case._fields), *(_ISSUE.c[n] for n in Issue._fields))
        .select_from(CASE.join(_ISSUE, _ISSUE.c.id == CASE.c.issue_id))
        .where(CASE.c.id.in_(case_ids))
    )
    found, own = {}, len(Case._fields)
    for row in connection.execute(wanted).all():
        found[row[0]] = Entry(Case._make(row[:own]), Issue._make(row[own:]))
    return found


def _stages(connection: Connection, scope: Scope, found: Mapping[int, Entry]) -> None:
    stage = _STAGE.c
    wanted = (
        select(stage.case_id, stage.state, stage.from_at)
        .where(stage.case_id.in_(list(found)), stage.from_at <= scope.at)
        .order_by(stage.case_id, stage.no)
    )
    for case_id, state, from_at in connection.execute(wanted).all():
        found[case_id].stages.append((state, from_at))


def _parts(connection: Connection, scope: Scope, found: Mapping[int, Entry]) -> None:
    tenure, at = _TENURE.c, scope.at
    wanted = (
        select(
            tenure.case_id, tenure.role, tenure.account_id, tenure.unit_id, tenure.from_at,
            tenure.to_at,
        )
        .where(tenure.case_id.in_(list(found)), tenure.from_at <= at)
        .where(tenure.role.in_(("lead", "lead-unit", "supporting-unit")))
        .order_by(tenure.case_id, tenure.no)
    )  # fmt: skip
    for case_id, role, account, unit, from_at, to_at in connection.execute(wanted).all():
        end = None if to_at is None or to_at > at else to_at
        found[case_id].parts.append((role, account, unit, from_at, end))


def _outcomes(connection: Connection, scope: Scope, found: Mapping[int, Entry]) -> None:
    """Read what was granted to cases whose own row has lost the outcome of that time."""
    request = _REQUEST.c
    reopened = [case_id for case_id, entry in found.items() if entry.case.reopenings]
    wanted = (
        select(request.case_id, request.decided_at, request.disposal, request.outcome)
        .where(request.case_id.in_(reopened), request.state == "granted")
        .where(request.kind.in_(("closure", "disposal")), request.decided_at <= scope.at)
        .order_by(request.case_id, request.no)
    )
    for case_id, *told in connection.execute(wanted) if reopened else ():
        found[case_id].outcomes.append((told[0], told[1], told[2]))


def _dues(
    connection: Connection, scope: Scope, kinds: Collection[str], found: Mapping[int, Entry]
) -> None:
    """Tell the date promised for each case: now, or by the newest clock of it at the instant."""
    if not scope.past:
        for entry in found.values():
            entry.due_on = entry.case.due_on or entry.case.planned_due_on
        return
    clock = CLOCK.c
    for entry in found.values():
        entry.due_on = entry.case.planned_due_on
    wanted = (
        select(clock.case_id, clock.due_on)
        .where(clock.case_id.in_(list(found)), clock.kind.in_(sorted(kinds)))
        .where(clock.valid_from <= scope.at)
        .order_by(clock.case_id, clock.no)
    )
    for case_id, due_on in connection.execute(wanted).all():
        found[case_id].due_on = due_on
