"""Who answered for which case from when to when, and which of them are overdue at an instant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    True_,
    and_,
    func,
    null,
    or_,
    select,
)

from engine.domain.records import Clock, columns
from engine.store.keyset import Order, in_order
from engine.store.late import late_limits
from engine.store.moment import CASE, CLOCK, ISSUE_ID, LEAD, LEAD_UNIT, standing
from engine.store.scope import Scope, narrowed
from engine.store.tables import table

_ISSUE, _TENURE = table("issue"), table("tenure")
REOPEN = "reopen"
"""The basis of tenures that came back when a closed case was opened again."""
_LEAD, _UNIT = _TENURE.alias("lead"), _TENURE.alias("unit")


@dataclass(frozen=True, slots=True)
class Held:
    """A turn of a lead leader: of which case, the number of its tenure, who, when, and the unit."""

    case_id: int
    no: int
    account_id: int
    from_at: datetime
    to_at: datetime | None
    unit_id: int | None


class LateTurn(NamedTuple):
    """A case that is overdue at the instant, and one of its turns; none where nobody had one.

    Its state and its unit are left out where nobody asks.
    """

    case_id: int
    registered_at: datetime
    issue_id: int
    state: str | None
    due_on: date
    paused_at: datetime | None
    no: int | None
    account_id: int | None
    from_at: datetime | None
    to_at: datetime | None
    unit_id: int | None
    basis: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is told of a case besides its turns."""

    code: str
    title: str
    issue_code: str
    issue_title: str
    state: str
    registered_at: datetime


def page(
    connection: Connection, scope: Scope, place: Sequence[Any] | None, count: int | None
) -> list[Held]:
    """Read turns after a place (case, number), case by case, oldest first."""
    orders = [Order(_LEAD.c.case_id), Order(_LEAD.c.no)]
    return [Held(*row) for row in in_order(connection, _asked(scope), orders, place, count)]


def total(connection: Connection, scope: Scope) -> int:
    """Count the turns."""
    found = select(func.count()).select_from(_asked(scope).subquery())
    number: int = connection.execute(found).scalar_one()
    return number


def counts(connection: Connection, scope: Scope, by: str) -> dict[int | str | None, int]:
    """Count the turns of each group."""
    stood = standing(scope.at, CASE.c.id, past=scope.past)
    # A sum, so that SQLite reads the index that holds all of it and not one in order of accounts.
    keys: dict[str, ColumnElement[Any]] = {
        "unit": _unit(), "leader": _LEAD.c.account_id + 0, "stage": stood.state,
        "issue": ISSUE_ID,
    }  # fmt: skip
    of_case = by in {"stage", "issue"}
    each = _asked(scope, of_case=of_case).with_only_columns(keys[by].label("key")).subquery("each")
    found = connection.execute(select(each.c.key, func.count()).group_by(each.c.key))
    return {row[0]: row[1] for row in found.all()}


def late_turns(connection: Connection, scope: Scope, by: str | None) -> list[LateTurn]:
    """Read every overdue case with each of its turns, case by case, oldest first.

    Only what is asked of cases narrows them; of whom a turn is does not.
    """
    stood = standing(scope.at, CASE.c.id, past=scope.past)
    state = stood.state if by == "stage" else null()
    unit = _unit() if by == "unit" or scope.unit_id is not None else null()
    limits = late_limits(replace(scope, unit_id=None, lead_id=None)).subquery("limits")
    joined = limits.join(CASE, CASE.c.id == limits.c.case_id).outerjoin(
        _LEAD,
        and_(_LEAD.c.case_id == CASE.c.id, _LEAD.c.role == LEAD, _LEAD.c.from_at <= scope.at),
    )
    wanted: Select[Any] = select(
        CASE.c.id, CASE.c.registered_at, CASE.c.issue_id, state, limits.c.due_on,
        limits.c.paused_at, _LEAD.c.no, _LEAD.c.account_id, _LEAD.c.from_at, _LEAD.c.to_at, unit,
        _LEAD.c.basis,
    )  # fmt: skip
    found = connection.execute(wanted.select_from(joined).order_by(CASE.c.id, _LEAD.c.no))
    return [LateTurn._make(row) for row in found.all()]


def taken_up(
    connection: Connection, at: datetime, case_ids: Sequence[int]
) -> dict[tuple[int, int], datetime]:
    """Tell of some cases which turns ended with a closure that did not last, and until when.

    By case and number of the tenure: it outlives the closure, up to the reopening.
    """
    again, before = _TENURE.alias("again"), _TENURE.alias("before")
    wanted = (
        select(again.c.case_id, func.max(before.c.no), again.c.from_at)
        .join(before, and_(before.c.case_id == again.c.case_id, before.c.no < again.c.no))
        .where(again.c.case_id.in_(case_ids), again.c.role == LEAD, again.c.basis == REOPEN)
        .where(again.c.from_at <= at, before.c.role == LEAD)
        .group_by(again.c.case_id, again.c.no, again.c.from_at)
    )
    return {(case_id, no): from_at for case_id, no, from_at in connection.execute(wanted)}


def late_clocks(
    connection: Connection, at: datetime, case_ids: Sequence[int]
) -> dict[int, list[Clock]]:
    """Read the limits of some cases that had passed by an instant, met since or not.

    Why they were due is left out: it is long, and nobody asks.
    """
    clock, found = CLOCK.c, dict[int, list[Clock]]()
    names = columns("clock")
    told = (null() if name == "derivation" else clock[name] for name in names)
    wanted = (
        select(*told)
        .where(clock.case_id.in_(case_ids), clock.is_limit, clock.valid_from <= at)
        .where(clock.due_at < at, or_(clock.ended_at.is_(None), clock.ended_at > clock.due_at))
        .order_by(clock.case_id, clock.no)
    )
    for row in connection.execute(wanted):
        found.setdefault(row[0], []).append(Clock(*row))
    return found


def facts(connection: Connection, scope: Scope, case_ids: Sequence[int]) -> dict[int, Facts]:
    """Read what is told of some cases."""
    stood = standing(scope.at, CASE.c.id, past=scope.past)
    wanted = (
        select(
            CASE.c.id, CASE.c.code, CASE.c.title, _ISSUE.c.code, _ISSUE.c.title, stood.state,
            CASE.c.registered_at,
        )
        .select_from(CASE.join(_ISSUE, _ISSUE.c.id == CASE.c.issue_id))
        .where(CASE.c.id.in_(case_ids))
    )  # fmt: skip
    return {row[0]: Facts(*row[1:]) for row in connection.execute(wanted)}


def _asked(scope: Scope, *, of_case: bool = False) -> Select[Any]:
    """Select the turns that are asked for: those of a leader or unit, of the cases asked for.

    The `case` table is joined only where something is asked of it: it costs a look-up a turn.
    """
    lead, unit = _LEAD.c, _unit()
    stood = standing(scope.at, CASE.c.id, past=scope.past)
    given = narrowed(
        scope, unit=unit, lead=lead.account_id, issue=CASE.c.issue_id, state=stood.state
    )
    of_case |= not isinstance(scope.seen, True_)
    of_case |= scope.issue_id is not None or scope.state is not None
    source: FromClause = _LEAD.join(CASE, CASE.c.id == lead.case_id) if of_case else _LEAD
    return (
        select(lead.case_id, lead.no, lead.account_id, lead.from_at, lead.to_at, unit)
        .select_from(source)
        .where(lead.role == LEAD, lead.from_at <= scope.at, scope.seen, *given)
    )


def _unit() -> ColumnElement[Any]:
    """Give the lead unit in which a turn began."""
    unit, lead = _UNIT.c, _LEAD.c
    newest = (
        select(unit.unit_id)
        .where(unit.case_id == lead.case_id, unit.role == LEAD_UNIT)
        .where(unit.from_at <= lead.from_at)
        .order_by(unit.no.desc())
        .limit(1)
    )
    return newest.correlate(_LEAD).scalar_subquery()
