"""Every case as it stood at an instant, closed ones too, with who answers or answered for it last.

`engine.store.moment` tells who answers for what is open. Responsibility outlives closure: a closed
case stays with whoever answered for it when it was closed, so that figures of units and leaders
count what they finished as well.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, null, or_, select

from engine.store.moment import CASE, LEAD, LEAD_UNIT, standing
from engine.store.scope import Scope, narrowed
from engine.store.tables import table

_RESTED = table("stage").alias("rested")


@dataclass(frozen=True)
class _Part:
    """A part that one has in a case: its tenures, their role and holder, and who has it now."""

    tenure: FromClause
    role: ColumnElement[Any]
    who: ColumnElement[Any]
    now: ColumnElement[Any]


def _part(role: ColumnElement[Any], holder: str, now: ColumnElement[Any]) -> _Part:
    tenure = table("tenure").alias(f"{now.key}_held")
    return _Part(tenure, role, tenure.c[holder], now)


_LEAD = _part(LEAD, "account_id", CASE.c.lead_id)
_LEAD_UNIT = _part(LEAD_UNIT, "unit_id", CASE.c.lead_unit_id)


@dataclass(frozen=True)
class Held:
    """Where cases stood, when they had been closed if they were, and whose they are or were."""

    state: ColumnElement[Any]
    closed_at: ColumnElement[Any]
    lead_id: ColumnElement[Any]
    lead_unit_id: ColumnElement[Any]


def held(scope: Scope) -> Held:
    """Give the columns of `case` at a scope's instant; `case` must be selected from."""
    closed_at = _closed_at(scope)
    stood = standing(scope.at, CASE.c.id, past=scope.past)
    return Held(
        state=stood.state,
        closed_at=closed_at,
        lead_id=_holder(scope, _LEAD, closed_at),
        lead_unit_id=_holder(scope, _LEAD_UNIT, closed_at),
    )


def there(scope: Scope, stood: Held) -> ColumnElement[bool]:
    """Say of a case that it was there, may be seen, and is asked for."""
    return and_(CASE.c.registered_at <= scope.at, asked_for(scope, stood))


def asked_for(scope: Scope, stood: Held) -> ColumnElement[bool]:
    """Say of a case that was there that it may be seen, and is asked for."""
    given = narrowed(
        scope,
        unit=stood.lead_unit_id,
        lead=stood.lead_id,
        issue=CASE.c.issue_id,
        state=stood.state,
    )
    return and_(scope.seen, *given)


def counted(scope: Scope, stood: Held) -> Select[Any]:
    """Select how many cases are asked for."""
    return select(func.count()).select_from(CASE).where(there(scope, stood))


def _closed_at(scope: Scope) -> ColumnElement[Any]:
    """Give when a case had been closed, null while it was not.

    The case's own row tells, but for one that was opened again since.
    """
    if not scope.past:
        return CASE.c.closed_at
    stage, at = _RESTED, scope.at
    rested = (
        select(stage.c.from_at)
        .where(stage.c.case_id == CASE.c.id, stage.c.state.in_(scope.closed))
        .where(stage.c.from_at <= at, stage.c.to_at > at)
        .limit(1)
        .correlate(CASE)
        .scalar_subquery()
    )
    reopened = and_(CASE.c.reopenings > 0, CASE.c.registered_at <= at)
    return case((CASE.c.closed_at <= at, CASE.c.closed_at), (reopened, rested), else_=null())


def _holder(scope: Scope, part: _Part, closed_at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Give who has or, once a case is closed, last had a part."""
    tenure = part.tenure.c
    newest = (
        select(part.who)
        .where(tenure.case_id == CASE.c.id, tenure.role == part.role)
        .order_by(tenure.no.desc())
        .limit(1)
        .correlate(CASE)
    )
    if not scope.past:
        last = newest.where(tenure.to_at == CASE.c.closed_at).scalar_subquery()
        return case((CASE.c.closed_at.is_(None), part.now), else_=last)
    ran_on = or_(tenure.to_at.is_(None), tenure.to_at > scope.at, tenure.to_at == closed_at)
    return newest.where(tenure.from_at <= scope.at, ran_on).scalar_subquery()
