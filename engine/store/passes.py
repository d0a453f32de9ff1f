"""Which cases were passed on or sent back by an instant, how often, and between whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    func,
    literal,
    literal_column,
    select,
    union_all,
)

from engine.store.held import held, there
from engine.store.keyset import Order, in_order_of_all
from engine.store.moment import CASE, LEAD
from engine.store.scope import Scope
from engine.store.tables import table
from engine.store.turnover import counted_by, each

_ISSUE, _STAGE, _TENURE, _REQUEST = (
    table("issue"),
    table("stage"),
    table("tenure"),
    table("request"),
)
_FIRST, _OTHER = _STAGE.alias("first"), _TENURE.alias("other")


@dataclass(frozen=True, slots=True)
class Passed:
    """A case that was passed on or sent back, and how often in all."""

    case_id: int
    moves: int
    code: str
    title: str
    issue_code: str
    issue_title: str
    state: str
    lead_id: int | None
    lead_unit_id: int | None


@dataclass(frozen=True, slots=True)
class Move:
    """One move: a `decline`, a `handover`, or a `refusal` to take a case over.

    `from_id` is who answered for the case, `to_id` who took it over or would not; of a decline who
    was appointed next, None where nobody was by the instant.
    """

    case_id: int
    kind: str
    at: datetime
    from_id: int | None
    to_id: int | None


def page(
    connection: Connection, scope: Scope, place: Sequence[Any] | None, count: int | None
) -> tuple[list[Passed], int]:
    """Read cases after a place (moves, case), those with most moves first, and how many in all."""
    stood = held(scope)
    sums = _sums(scope).subquery("sums")
    wanted = (
        select(CASE.c.id, sums.c.moves, CASE.c.id.label("again"))
        .select_from(sums.join(CASE, CASE.c.id == sums.c.case_id))
        .where(there(scope, stood))
    )
    orders = [Order(sums.c.moves, down=True), Order(CASE.c.id)]
    found, total = in_order_of_all(connection, wanted, orders, place, count)
    moves = {row[0]: row[1] for row in found}
    told = _told(connection, scope, list(moves))
    return [Passed(i, moves[i], *told[i]) for i in moves], total


def counts(connection: Connection, scope: Scope, by: str) -> dict[int | str | None, int]:
    """Count the cases of each group."""
    moved = CASE.c.id.in_(case_ids(scope))
    return counted_by(connection, each(scope, held(scope), by).where(moved))


def case_ids(scope: Scope) -> Select[Any]:
    """Select the cases that were moved."""
    sums = _sums(scope).subquery("moved")
    return select(sums.c.case_id)


def moves(connection: Connection, scope: Scope, case_ids: Sequence[int]) -> dict[int, list[Move]]:
    """Read the moves of some cases, oldest first."""
    found: dict[int, list[Move]] = {case_id: [] for case_id in case_ids}
    every = union_all(
        _declines(scope).where(_STAGE.c.case_id.in_(case_ids)),
        _handovers(scope).where(_TENURE.c.case_id.in_(case_ids)),
        _refusals(scope).where(_REQUEST.c.case_id.in_(case_ids)),
    ).subquery("every")
    for row in connection.execute(select(every).order_by(every.c.at, every.c.kind)):
        found[row.case_id].append(Move(*row))
    return found


def _sums(scope: Scope) -> Select[Any]:
    """Count the moves of each case."""
    every: CompoundSelect[Any] = union_all(_declined(scope), _handed_over(scope), _refused(scope))
    each = every.subquery("each")
    return select(each.c.case_id, func.count().label("moves")).group_by(each.c.case_id)


def _declined(scope: Scope) -> Select[Any]:
    """Select every return to the first state; whoever had the case sent it back."""
    first = select(func.min(_FIRST.c.no)).where(_FIRST.c.case_id == _STAGE.c.case_id)
    return (
        select(_STAGE.c.case_id)
        .select_from(CASE.join(_STAGE, _STAGE.c.case_id == CASE.c.id))
        .where(CASE.c.declines > literal_column("0"), _STAGE.c.state.in_(scope.initial))
        .where(_STAGE.c.from_at <= scope.at, _STAGE.c.no > first.scalar_subquery())
    )


def _handed_over(scope: Scope) -> Select[Any]:
    return select(_TENURE.c.case_id).where(*_over(scope))


def _refused(scope: Scope) -> Select[Any]:
    return select(_REQUEST.c.case_id).where(*_refusal(scope))


def _over(scope: Scope) -> Sequence[ColumnElement[bool]]:
    tenure = _TENURE.c
    return (
        tenure.basis == literal_column("'accept-handover'"),
        tenure.role == LEAD,
        tenure.from_at <= scope.at,
    )


def _refusal(scope: Scope) -> Sequence[ColumnElement[bool]]:
    request = _REQUEST.c
    return (
        request.kind == literal_column("'handover'"),
        request.state == literal_column("'refused'"),
        request.decided_at <= scope.at,
    )


def _declines(scope: Scope) -> Select[Any]:
    stage, at = _STAGE.c, _STAGE.c.from_at
    return _declined(scope).with_only_columns(
        stage.case_id, literal("decline").label("kind"), at.label("at"),
        _lead_before(stage.case_id, at, stage.no).label("from_id"),
        _lead_after(stage.case_id, stage.no, scope).label("to_id"),
    )  # fmt: skip


def _handovers(scope: Scope) -> Select[Any]:
    tenure, at = _TENURE.c, _TENURE.c.from_at
    return _handed_over(scope).with_only_columns(
        tenure.case_id, literal("handover").label("kind"), at.label("at"),
        _lead_before(tenure.case_id, at, tenure.no).label("from_id"),
        tenure.account_id.label("to_id"),
    )  # fmt: skip


def _refusals(scope: Scope) -> Select[Any]:
    request, at = _REQUEST.c, _REQUEST.c.decided_at
    return _refused(scope).with_only_columns(
        request.case_id, literal("refusal").label("kind"), at.label("at"),
        _lead_at(request.case_id, request.asked_at).label("from_id"),
        request.to_id.label("to_id"),
    )  # fmt: skip


def _lead_before(
    case_id: ColumnElement[Any], at: ColumnElement[Any], no: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Give whose turn ended at an instant: the newest before the part of a number."""
    lead = _OTHER.c
    found = (
        select(lead.account_id)
        .where(lead.case_id == case_id, lead.role == LEAD, lead.to_at == at, lead.no < no)
        .order_by(lead.no.desc())
        .limit(1)
    )
    return found.scalar_subquery()


def _lead_after(
    case_id: ColumnElement[Any], no: ColumnElement[Any], scope: Scope
) -> ColumnElement[Any]:
    """Give who was appointed next after the part of a number."""
    lead = _OTHER.c
    found = (
        select(lead.account_id)
        .where(lead.case_id == case_id, lead.role == LEAD, lead.basis == "assign")
        .where(lead.no > no, lead.from_at <= scope.at)
        .order_by(lead.no)
        .limit(1)
    )
    return found.scalar_subquery()


def _lead_at(case_id: ColumnElement[Any], at: ColumnElement[Any]) -> ColumnElement[Any]:
    lead = _OTHER
    found = (
        select(lead.c.account_id)
        .where(lead.c.case_id == case_id, lead.c.role == LEAD, lead.c.from_at <= at)
        .order_by(lead.c.no.desc())
        .limit(1)
    )
    return found.scalar_subquery()


def _told(
    connection: Connection, scope: Scope, case_ids: Sequence[int]
) -> dict[int, tuple[Any, ...]]:
    stood = held(scope)
    wanted = (
        select(
            CASE.c.id, CASE.c.code, CASE.c.title, _ISSUE.c.code, _ISSUE.c.title, stood.state,
            stood.lead_id, stood.lead_unit_id,
        )
        .select_from(CASE.join(_ISSUE, _ISSUE.c.id == CASE.c.issue_id))
        .where(CASE.c.id.in_(case_ids))
    )  # fmt: skip
    return {row[0]: tuple(row[1:]) for row in connection.execute(wanted)}
