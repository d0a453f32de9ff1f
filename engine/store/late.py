"""Which cases are or were overdue at an instant: the page, the total and the groups of one query.

For the present instant the cases' own figure of their nearest limit is read, through an index that
holds nothing else; for a past one the clocks themselves. Both mean what
`engine.domain.clocks.overdue_at` says, and tests hold them to it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    True_,
    and_,
    func,
    not_,
    null,
    or_,
    select,
    true,
)

from engine.domain.records import Clock, columns
from engine.store import counted as counted_before
from engine.store.among import among
from engine.store.held_late import first_late, late_cases, late_total, shares_in
from engine.store.held_past import late_then
from engine.store.keyset import Order, in_order, in_order_of_all
from engine.store.moment import (
    CASE,
    CLOCK,
    ISSUE_ID,
    Late,
    counted,
    every_passed,
    first_passed,
    late,
    passed,
    standing,
)
from engine.store.scope import Scope, narrowed
from engine.store.tables import table
from engine.store.visible import since

_ISSUE = table("issue")
_MANY = 500
CaseIds = Select[Any]
"""A statement that selects ids of cases."""


@dataclass(frozen=True, slots=True)
class LateCase:
    """An overdue case, with whoever answered for it and where it stood at the instant."""

    case_id: int
    due_at: datetime
    code: str
    title: str
    issue_code: str
    issue_title: str
    state: str
    lead_id: int | None
    lead_unit_id: int | None


class Share(NamedTuple):
    """So many overdue cases of one group whose limit has the same legal day and pause."""

    key: int | str | None
    due_on: date
    paused_at: datetime | None
    number: int


@dataclass(frozen=True, slots=True)
class Age:
    """A stretch of due times, `before` left out, and cases that are told apart.

    Limits that stand still do not grow older: `besides` are the cases with such a limit, `still`
    those of them that count in the stretch, whenever they were due.
    """

    since: datetime | None
    before: datetime | None
    besides: Collection[int]
    still: Collection[int]


def page(
    connection: Connection,
    query: Scope,
    place: Sequence[Any] | None,
    count: int | None,
    age: Age | None = None,
) -> tuple[list[LateCase], int]:
    """Read overdue cases, those due first before others, and how many there are in all.

    A place is (due_at, case_id). Which cases stand on the page is settled first, so that only they
    are looked up; all of a past instant are gathered once, for the page and for the number.
    """
    chosen: Sequence[Any]
    found = late(query.at, past=query.past)
    orders = [Order(found.due_at), Order(found.case_id)]
    wanted: Select[Any] = select(found.case_id, found.due_at, found.case_id.label("again"))
    asked = _aged(connection, _asked(query, found, wanted), found, age)
    if query.past:
        chosen, total = in_order_of_all(connection, asked, orders, place, count)
    else:
        first = first_late(connection, query, place, count) if age is None else None
        chosen = in_order(connection, asked, orders, place, count) if first is None else first
        total = _total(connection, query, found, age)
    return _look_up(connection, query, {row[0]: row[1] for row in chosen}), total


def count(connection: Connection, query: Scope, now: datetime) -> int:
    """Count the overdue cases; at a past instant each once, whichever of its limits came first.

    `now` is the present instant, as of which it is settled what somebody sees.
    """
    if not query.past:
        return _total(connection, query, late(query.at, past=False), None)
    held = late_then(connection, query, now)
    if held is not None:
        return held
    found = every_passed(query.at)
    number = _asked(query, found, select(func.count(found.case_id.distinct())))
    return int(connection.execute(number).scalar_one())


def _total(connection: Connection, query: Scope, found: Late, age: Age | None) -> int:
    held = None if age is not None else late_total(connection, query)
    if held is not None:
        return held
    number = _aged(connection, _asked(query, found, select(func.count())), found, age)

    def read() -> int:
        return int(connection.execute(number).scalar_one())

    if age is not None or query.key is None:
        return read()
    return counted_before.once(connection, (query.at, since(query.at)), ("late", query.key), read)


def _aged(
    connection: Connection, statement: Select[Any], found: Late, age: Age | None
) -> Select[Any]:
    if age is None:
        return statement
    stretch: list[ColumnElement[bool]] = [not_(among(connection, found.case_id, age.besides))]
    if age.since is not None:
        stretch.append(found.due_at >= age.since)
    if age.before is not None:
        stretch.append(found.due_at < age.before)
    return statement.where(or_(and_(*stretch), among(connection, found.case_id, age.still)))


def late_limits(query: Scope) -> Select[Any]:
    """Select the overdue cases with the day of the limit that had passed, and its pause."""
    first = first_passed(query.at)
    found = Late(first, False, true(), first.c.case_id, first.c.due_at)  # noqa: FBT003  # without `case`
    wanted = select(first.c.case_id, first.c.due_on, first.c.paused_at)
    return _asked(query, found, wanted)


def standing_still(connection: Connection, query: Scope) -> list[tuple[int, date, datetime]]:
    """Read the overdue cases whose limit stood still: (case, the limit's day, since when)."""
    every = late_limits(query).subquery("every")
    asked = select(*every.c).where(every.c.paused_at <= query.at)
    return [(row[0], row[1], row[2]) for row in connection.execute(asked)]


def _look_up(
    connection: Connection, query: Scope, due_at: Mapping[int, datetime]
) -> list[LateCase]:
    ids, told = list(due_at), dict[int, LateCase]()
    for first in range(0, len(ids), _MANY):
        some = _told(query).where(CASE.c.id.in_(ids[first : first + _MANY]))
        for row in connection.execute(some):
            told[row[0]] = LateCase(row[0], due_at[row[0]], *row[1:])
    return [told[case_id] for case_id in ids]


def shares(
    connection: Connection, query: Scope, by: str | None, only: CaseIds | None = None
) -> list[Share]:
    """Count the overdue cases by `unit`, `leader`, `stage` or `issue`, and day of the limit.

    Without a grouping all of them have the key None; `only` selects the cases that are counted.

    Days need the clock itself, so this goes by the clocks for the present instant too, unless the
    open cases are held in memory.
    """
    held = None if only is not None else late_cases(connection, query)
    if held is not None:
        return [Share._make((*key, number)) for key, number in shares_in(held, by).items()]
    first = first_passed(query.at)
    found = Late(first, False, true(), first.c.case_id, first.c.due_at)  # noqa: FBT003  # without `case`
    key = _key(query, found, by)
    columns = (key.label("key"), first.c.due_on, first.c.paused_at)
    asked = _asked(query, found, select(*columns), case=by == "issue")
    each = (asked if only is None else asked.where(found.case_id.in_(only))).subquery("each")
    group = (each.c.key, each.c.due_on, each.c.paused_at)
    counted = connection.execute(select(*group, func.count()).group_by(*group))
    return [Share._make(row) for row in counted.all()]


def shares_of_holders(connection: Connection, query: Scope) -> tuple[list[Share], list[Share]]:
    """Count the overdue cases by unit, and by leader, as `shares` does, looking at them once."""
    held = late_cases(connection, query)
    if held is not None:
        return shares(connection, query, "unit"), shares(connection, query, "leader")
    first = first_passed(query.at)
    found = Late(first, False, true(), first.c.case_id, first.c.due_at)  # noqa: FBT003  # without `case`
    unit, lead = (_key(query, found, by).label(by) for by in ("unit", "leader"))
    asked = _asked(query, found, select(unit, lead, first.c.due_on, first.c.paused_at))
    each = asked.subquery("each")
    counted = connection.execute(select(*each.c, func.count()).group_by(*each.c)).all()
    return (
        [Share(row[0], row[2], row[3], row[4]) for row in counted],
        [Share(row[1], row[2], row[3], row[4]) for row in counted],
    )


def late_by(query: Scope, by: str | None) -> Select[Any]:
    """Select the group of each overdue case; without a grouping all have the key None."""
    found = late(query.at, past=query.past)
    key = _key(query, found, by)
    return _asked(query, found, select(key.label("key")), case=by == "issue")


def _key(query: Scope, found: Late, by: str | None) -> ColumnElement[Any]:
    stood = standing(query.at, found.case_id, past=query.past)
    keys: dict[str | None, ColumnElement[Any]] = {
        "unit": stood.lead_unit_id,
        "leader": stood.lead_id,
        "stage": stood.state,
        "issue": ISSUE_ID,
        None: null(),
    }
    return keys[by]


def passed_limits(
    connection: Connection, at: datetime, case_ids: Sequence[int]
) -> dict[int, list[Clock]]:
    """Read the limits of some cases that had passed at an instant and still counted then."""
    found: dict[int, list[Clock]] = {case_id: [] for case_id in case_ids}
    wanted = select(*(CLOCK.c[name] for name in columns("clock"))).where(*passed(at), counted(at))
    for first in range(0, len(case_ids), _MANY):
        some = wanted.where(CLOCK.c.case_id.in_(case_ids[first : first + _MANY]))
        for row in connection.execute(some):
            found[row.case_id].append(Clock(*row))
    return found


def _told(query: Scope) -> Select[Any]:
    """Select what is told of cases, as they stood."""
    stood = standing(query.at, CASE.c.id, past=query.past)
    columns = [
        CASE.c.id, CASE.c.code, CASE.c.title, _ISSUE.c.code, _ISSUE.c.title,
        stood.state, stood.lead_id, stood.lead_unit_id,
    ]  # fmt: skip
    return select(*columns).select_from(CASE.join(_ISSUE, _ISSUE.c.id == CASE.c.issue_id))


def _asked(query: Scope, found: Late, statement: Select[Any], *, case: bool = False) -> Select[Any]:
    """Narrow a statement to what is asked for; page, total and groups all pass here.

    The `case` table is joined only where something is asked of it: it costs a look-up a case.
    """
    stood = standing(query.at, found.case_id, past=query.past)
    given = narrowed(
        query,
        unit=stood.lead_unit_id,
        lead=stood.lead_id,
        issue=CASE.c.issue_id,
        state=stood.state,
    )
    narrow = query.issue_id is not None or not isinstance(query.seen, True_)
    source = found.source
    if (case or narrow or not query.past) and not found.has_case:
        source = source.join(CASE, CASE.c.id == found.case_id)
    return statement.select_from(source).where(and_(found.where, query.seen, *given))
