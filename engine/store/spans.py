"""Conditions on `case` that ask when: near limits, ages, weeks, and what waits for a decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_, select

from engine.store.moment import CASE
from engine.store.tables import table

_STAGE, _REQUEST, _ISSUE = table("stage"), table("request"), table("issue")
_TENURE = table("tenure")


@dataclass(frozen=True, slots=True)
class Age:
    """Limits that passed before one instant and not before another, None where there is no other.

    Those whose days stand still are told apart: of `still` only `of_it` belong here.
    """

    since: datetime | None
    before: datetime
    of_it: Sequence[int]
    still: Sequence[int]


def near(at: datetime, until: Iterable[datetime | None]) -> list[ColumnElement[bool]]:
    """Say that a limit falls due from an instant up to others."""
    return [CASE.c.limit_due_at.between(at, end) for end in until if end is not None]


def of_age(age: Age) -> ColumnElement[bool]:
    """Say that a limit passed in a stretch of time, as the figures count it."""
    limit = CASE.c.limit_due_at
    since = [] if age.since is None else [limit >= age.since]
    grows = and_(limit < age.before, *since, CASE.c.id.not_in(list(age.still)))
    return or_(grows, CASE.c.id.in_(list(age.of_it)))


def registered_in(since: datetime, before: datetime) -> ColumnElement[bool]:
    """Say that a case was registered in a span of time."""
    return and_(CASE.c.registered_at >= since, CASE.c.registered_at < before)


def rested_in(since: datetime, before: datetime, states: Sequence[str]) -> ColumnElement[bool]:
    """Say that a case came to rest in a span of time, whatever became of it later."""
    stage = _STAGE.c
    came = and_(stage.state.in_(states), stage.from_at >= since, stage.from_at < before)
    return CASE.c.id.in_(select(stage.case_id).where(came))


def of_origin(origin: str) -> ColumnElement[bool]:
    """Say where the key issue of a case came from."""
    return CASE.c.issue_id.in_(select(_ISSUE.c.id).where(_ISSUE.c.origin == origin))


def waits(at: datetime, *, past: bool) -> ColumnElement[bool]:
    """Say that a request of a case waits for a decision, or waited at a past instant."""
    request = _REQUEST.c
    open_then = or_(request.decided_at.is_(None), request.decided_at > at)
    waited = and_(request.asked_at <= at, open_then)
    asked = select(request.case_id).where(waited if past else request.state == "pending")
    return CASE.c.id.in_(asked)


def of_parts(
    parts: tuple[frozenset[int], frozenset[int]] | None, at: datetime, *, past: bool
) -> list[ColumnElement[bool]]:
    """Narrow to cases in which one of some accounts or units has a running part."""
    if parts is None:
        return []
    tenure, (accounts, units) = _TENURE.c, parts
    runs = or_(tenure.to_at.is_(None), *([tenure.to_at > at] if past else []))
    held = and_(tenure.from_at <= at, runs)
    # Apart, so that each goes by its index: asked for in one breath, every tenure is looked at.
    theirs = [
        CASE.c.id.in_(select(tenure.case_id).where(holder.in_(sorted(ids)), held))
        for holder, ids in ((tenure.account_id, accounts), (tenure.unit_id, units))
        if ids
    ]
    return [or_(*theirs) if theirs else false()]
