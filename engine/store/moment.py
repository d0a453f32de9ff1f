"""Cases as they stand now, or as they stood at a past instant.

What holds now is read from the cases' own rows, which repeat what their parts imply. What held at a
past instant is read from stages, tenures and clocks: each row of them tells from when to when it
held, so whatever was done since changes no answer about an instant before it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Subquery,
    and_,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from engine.store.tables import table

CASE, CLOCK = table("case"), table("clock")
ISSUE_ID: ColumnElement[Any] = CASE.c.issue_id + 0
"""The issue to count by: a sum, so that SQLite reads an index that holds all that is asked of a
case, and does not walk through the cases in the order of their issues."""
_STAGE = table("stage").alias("stage_then")
_LEAD, _UNIT = table("tenure").alias("lead_then"), table("tenure").alias("unit_then")
"""Made once: an alias learns its columns anew each time that it is made."""
LEAD: ColumnElement[Any] = literal_column("'lead'")
LEAD_UNIT: ColumnElement[Any] = literal_column("'lead-unit'")
"""Roles as they stand in the conditions of indexes, which serve only what is spelt like them."""


@dataclass(frozen=True)
class Standing:
    """Where a case stood at an instant, and who answered for it; `there` says that it existed."""

    there: ColumnElement[bool]
    state: ColumnElement[Any]
    lead_id: ColumnElement[Any]
    lead_unit_id: ColumnElement[Any]


@dataclass(frozen=True)
class Late:
    """The cases that were overdue at an instant, each with the earliest limit that had passed.

    `has_case` says that the source holds the `case` table.
    """

    source: FromClause
    has_case: bool
    where: ColumnElement[bool]
    case_id: ColumnElement[Any]
    due_at: ColumnElement[Any]


def standing(at: datetime, case_id: ColumnElement[Any], *, past: bool) -> Standing:
    """Give where cases stand now (`case` must be selected from), or stood at a past instant."""
    case = CASE.c
    if not past:
        return Standing(true(), case.state, case.lead_id, case.lead_unit_id)
    stage, lead, unit = _STAGE, _LEAD, _UNIT
    return Standing(
        case.registered_at <= at,
        _scalar(stage.c.state, stage, at, stage.c.case_id == case_id),
        _scalar(lead.c.account_id, lead, at, lead.c.case_id == case_id, lead.c.role == LEAD),
        _scalar(unit.c.unit_id, unit, at, unit.c.case_id == case_id, unit.c.role == LEAD_UNIT),
    )


def late(at: datetime, *, past: bool) -> Late:
    """Look at the cases that are overdue, or were at a past instant."""
    if past:
        first = _first_due(at)
        return Late(first, False, true(), first.c.case_id, first.c.due_at)  # noqa: FBT003  # named above
    return Late(CASE, True, CASE.c.limit_due_at < at, CASE.c.id, CASE.c.limit_due_at)  # noqa: FBT003  # named above


def every_passed(at: datetime) -> Late:
    """Look at the limits that had passed at a past instant: a case has several, it may be."""
    both = _passed(at)
    return Late(both, False, true(), both.c.case_id, both.c.due_at)  # noqa: FBT003  # without `case`


def first_passed(at: datetime) -> Subquery:
    """Select the first limit clock of each case that was past due at an instant.

    The same as `engine.domain.clocks.overdue_at`.
    """
    both = _passed(at, CLOCK.c.no, CLOCK.c.due_on, CLOCK.c.paused_at)
    rank = func.row_number().over(partition_by=both.c.case_id, order_by=(both.c.due_at, both.c.no))
    ranked = select(both, rank.label("rank")).subquery("ranked")
    return select(ranked).where(ranked.c.rank == 1).subquery("first_passed")


def _first_due(at: datetime) -> Subquery:
    """Select the cases of `first_passed` with no more than the due time of that clock."""
    both = _passed(at)
    due_at = func.min(both.c.due_at).label("due_at")
    return select(both.c.case_id, due_at).group_by(both.c.case_id).subquery("first_due")


def _passed(at: datetime, *more: ColumnElement[Any]) -> Subquery:
    """Select the limits that had passed at an instant and counted then.

    Clocks that run still and those that have ended since are looked up apart, each through an
    index of its own.
    """
    clock = CLOCK.c
    late = select(clock.case_id, clock.due_at, *more).where(*passed(at))
    return union_all(
        late.where(clock.ended_at.is_(None)),
        late.where(clock.ended_at > clock.due_at, clock.ended_at > at),
    ).subquery("passed")


def passed(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say that a limit clock was past due at an instant, but for whether it had ended.

    One that stood still by then was past due if it was when it was paused; one that was paused
    later, if it was at the instant (`engine.domain.clocks.limit_passed`).
    """
    clock = CLOCK.c
    before_pause = or_(clock.paused_at.is_(None), clock.due_at < clock.paused_at)
    return (clock.is_limit, clock.valid_from <= at, clock.due_at < at, before_pause)


def counted(at: datetime) -> ColumnElement[bool]:
    """Say that a clock had not ended at an instant."""
    return or_(CLOCK.c.ended_at.is_(None), CLOCK.c.ended_at > at)


def _scalar(
    column: ColumnElement[Any], part: FromClause, at: datetime, *which: ColumnElement[bool]
) -> Any:  # noqa: ANN401  # a scalar subquery
    """Select a column of the part that held at an instant, from its start up to before its end."""
    held = and_(part.c.from_at <= at, or_(part.c.to_at.is_(None), part.c.to_at > at))
    return select(column).select_from(part).where(*which, held).limit(1).scalar_subquery()
