"""The measures of adopted plans, as they stood at an instant.

The rows of measures have the terms of the newest plan. Where a version was written after the one
that was in force, the terms of that one are read from the events that wrote the versions up to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.events import secret_field
from engine.domain.planning import PLANNED
from engine.domain.replay import Change, Event, read
from engine.store.scope import Scope
from engine.store.tables import table

_PLAN, _MEASURE, _PROGRESS = table("plan"), table("measure"), table("progress")
_EVENT, _VAULT = table("event"), table("vault")
_WRITTEN = "plan.written"
Terms = dict[tuple[int, int], "Stood"]


@dataclass(slots=True)
class Stood:
    """A measure of an adopted plan as it stood; a `title` that was erased is None."""

    title: str | None = None
    owner_id: int | None = None
    unit_id: int | None = None
    due_on: date | None = None
    status: str = PLANNED


@dataclass(slots=True)
class _InForce:
    """The version in force: the numbers of its measures, and whether another was written since."""

    no: int
    measures: Sequence[int]
    is_newest: bool = True


def in_force(
    connection: Connection, scope: Scope, case_ids: Sequence[int]
) -> dict[int, list[Stood]]:
    """Read the measures of the plan that was in force for each of some cases; few have none."""
    plans = _plans(connection, scope, case_ids)
    terms = _rows(connection, plans)
    older = [case_id for case_id, plan in plans.items() if not plan.is_newest]
    if older:
        terms |= _written(connection, {case_id: plans[case_id].no for case_id in older}, terms)
    if scope.past:
        _progress(connection, scope, plans, terms)
    return {
        case_id: [terms[case_id, no] for no in plan.measures if (case_id, no) in terms]
        for case_id, plan in plans.items()
    }


def _plans(connection: Connection, scope: Scope, case_ids: Sequence[int]) -> dict[int, _InForce]:
    plan, found = _PLAN.c, dict[int, _InForce]()
    wanted = (
        select(plan.case_id, plan.no, plan.measures, plan.adopted_at)
        .where(plan.case_id.in_(case_ids))
        .order_by(plan.case_id, plan.no)
    )
    for case_id, no, measures, adopted_at in connection.execute(wanted):
        if adopted_at is not None and adopted_at <= scope.at:
            found[case_id] = _InForce(no, measures)
        elif case_id in found:
            found[case_id].is_newest = False
    return found


def _rows(connection: Connection, case_ids: Iterable[int]) -> Terms:
    measure = _MEASURE.c
    wanted = select(
        measure.case_id, measure.no, measure.title, measure.owner_id, measure.unit_id,
        measure.due_on, measure.status,
    ).where(measure.case_id.in_(list(case_ids)))  # fmt: skip
    found = connection.execute(wanted) if case_ids else ()
    return {(case_id, no): Stood(*told) for case_id, no, *told in found}


def _progress(connection: Connection, scope: Scope, case_ids: Iterable[int], terms: Terms) -> None:
    """Put in how far the measures were at the instant, by what had been reported."""
    for stood in terms.values():
        stood.status = PLANNED
    progress = _PROGRESS.c
    wanted = (
        select(progress.case_id, progress.measure_no, progress.status)
        .where(progress.case_id.in_(list(case_ids)), progress.at <= scope.at)
        .order_by(progress.case_id, progress.no)
    )
    for case_id, no, status in connection.execute(wanted) if terms else ():
        if (case_id, no) in terms:
            terms[case_id, no].status = status


def _written(connection: Connection, until: Mapping[int, int], terms: Terms) -> Terms:
    """Fold what was written of measures up to the version in force of each case."""
    event, found, past = _EVENT.c, Terms(), set[int]()
    wanted = (
        select(event.stream, event.seq, event.body)
        .where(event.stream.in_(list(until)), event.kind == _WRITTEN)
        .order_by(event.stream, event.seq)
    )
    opened = _opened(connection, until)
    for case_id, seq, body in connection.execute(wanted):
        said = read(body)
        if said is None or case_id in past:
            continue
        if _version(said) == until[case_id]:
            past.add(case_id)
        for change in said.changes:
            if change.record == "measure":
                _take(change, opened.get((case_id, seq), {}), found)
    for place, stood in found.items():
        stood.status = terms[place].status if place in terms else PLANNED
    return found


def _version(event: Event) -> int | None:
    """Give the number of the plan that an event wrote."""
    return next((c.key[-1] for c in event.changes if c.record == "plan" and c.old is None), None)


def _take(change: Change, opened: Mapping[str, str | None], found: Terms) -> None:
    """Fold in what an event says of a measure."""
    place, new = (change.key[0], change.key[-1]), change.new
    stood = found.setdefault(place, Stood())
    if "title" in new:
        stood.title = opened.get(secret_field(change.record, change.key, "title"))
    if "due_on" in new:
        stood.due_on = None if new["due_on"] is None else date.fromisoformat(new["due_on"])
    stood.owner_id = new.get("owner_id", stood.owner_id)
    stood.unit_id = new.get("unit_id", stood.unit_id)


def _opened(
    connection: Connection, case_ids: Iterable[int]
) -> dict[tuple[int, int], dict[str, Any]]:
    """Read the titles to which the events that wrote plans commit, by event and place."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    wanted = (
        select(_VAULT.c.stream, _VAULT.c.seq, _VAULT.c.field, _VAULT.c.value)
        .join(_EVENT, (_EVENT.c.stream == _VAULT.c.stream) & (_EVENT.c.seq == _VAULT.c.seq))
        .where(_VAULT.c.stream.in_(list(case_ids)), _EVENT.c.kind == _WRITTEN)
    )
    for stream, seq, place, value in connection.execute(wanted):
        found.setdefault((stream, seq), {})[place] = value
    return found
