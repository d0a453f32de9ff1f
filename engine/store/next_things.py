"""The running clocks that wait for somebody: looked up from whichever side is the smaller one.

What waits for a lead leader or an officer is found from their cases, what waits for a role from the
kind of the clock, what waits for a successor or the owner of a measure from what was given to them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    union_all,
)

from engine.store.moment import CASE, CLOCK
from engine.store.tables import table

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Before every date of a case."""
Instant = datetime | BindParameter[datetime]
_REQUEST, _MEASURE = table("request"), table("measure")
Clocks = Subquery
"""The clocks that wait for somebody, as a statement that others read from."""


STALLED = "stalled"
"""The party of a rule by which a clock waits for whoever can hand its case over."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A clock of a workflow, the states in which what it waits for can be done, and by whom.

    `passed` says that it is a minimum, which must have passed. `declines` are the numbers of
    declines between which it waits for the party, both included.
    """

    workflow: str
    kind: str
    states: frozenset[str]
    party: str
    passed: bool
    declines: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks: the accounts whose leads and offers count, and an officer's own unit.

    `shut` are the leaders who can act no more, for whoever can hand their cases over.
    """

    accounts: frozenset[int]
    account_id: int | None
    unit_id: int | None
    shut: frozenset[int] = frozenset()


class Clocked(NamedTuple):
    """A clock that waits for the caller."""

    case_id: int
    workflow: str
    kind: str
    due_at: datetime
    subject: int | None
    no: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits for the caller, and which of its clocks does so first."""

    case_id: int
    workflow: str
    kind: str
    due_at: datetime
    subject: int | None


@dataclass(frozen=True, slots=True)
class Dated:
    """A clock that waits for the caller, with its case, as a calendar shows it."""

    code: str
    title: str
    workflow: str
    kind: str
    subject: int | None
    due_on: date
    valid_from: datetime


def waiting(rules: Sequence[Rule], caller: Caller, at: datetime) -> Subquery | None:
    """Select the clocks that wait for the caller; None where none ever does."""
    found = _each(rules, caller, at)
    return union_all(*found).subquery("waiting") if found else None


def clocks(
    connection: Connection,
    rules: Sequence[Rule],
    caller: Caller,
    at: datetime,
    only: Collection[int] | None = None,
) -> list[Clocked]:
    """Read the clocks that wait for the caller, or those of a few cases; some repeatedly."""
    asked = _spelt(tuple(rules), caller, some=only is not None)
    given = {"at": at} | ({} if only is None else {"only": sorted(only)})
    return [] if asked is None else [Clocked(*row) for row in connection.execute(asked, given)]


@lru_cache(maxsize=512)
def _spelt(rules: tuple[Rule, ...], caller: Caller, *, some: bool) -> CompoundSelect[Any] | None:
    """Spell a statement once: to put all of these rules together takes longer than to ask it."""
    found = _each(rules, caller, bindparam("at", type_=CLOCK.c.due_at.type))
    if some:
        only = CLOCK.c.case_id.in_(bindparam("only", expanding=True))
        found = [one.where(only) for one in found]
    return union_all(*found) if found else None


def _each(rules: Sequence[Rule], caller: Caller, at: Instant) -> list[Select[Any]]:
    """Select the clocks that wait for the caller as each party that it may be."""
    by_party: dict[str, list[Rule]] = {}
    for rule in rules:
        by_party.setdefault(rule.party, []).append(rule)
    return [_found(party, some, caller, at) for party, some in sorted(by_party.items())]


def first_of_each(
    found: Iterable[Clocked], letters: Collection[str], count: int
) -> tuple[list[Waiting], int]:
    """Choose what waits, what is due first before others, and count all of it.

    A case waits once, and each letter of it for itself; `letters` are the kinds of their clocks.
    """
    first: dict[tuple[int, int | None], Clocked] = {}
    for one in sorted(found, key=attrgetter("due_at", "no")):
        first.setdefault((one.case_id, one.subject if one.kind in letters else 0), one)
    chosen = sorted(first.values(), key=attrgetter("due_at", "case_id"))
    return [Waiting(*one[:-1]) for one in chosen[:count]], len(chosen)


def every_one(connection: Connection, each: Subquery, count: int) -> list[Dated]:
    """Read the clocks that wait, those due first before others, each once."""
    clock = CLOCK.c
    case = (CASE.c.code, CASE.c.title, CASE.c.workflow)
    found = (
        select(*case, clock.kind, clock.subject, clock.due_on, clock.valid_from)
        .join_from(CLOCK, CASE, CASE.c.id == clock.case_id)
        .where(tuple_(clock.case_id, clock.no).in_(select(each.c.case_id, each.c.no)))
        .order_by(clock.due_at, clock.case_id, clock.no)
        .limit(count)
    )
    return [Dated(*row) for row in connection.execute(found)]


def _found(party: str, rules: Sequence[Rule], caller: Caller, at: Instant) -> Select[Any]:
    """Select the clocks that wait for the caller as one party."""
    clock = CLOCK.c
    columns = (
        clock.case_id, CASE.c.workflow, clock.kind, clock.due_at, clock.subject, clock.no,
    )  # fmt: skip
    wanted: Select[Any] = select(*columns)
    source = CLOCK.join(CASE, CASE.c.id == clock.case_id)
    runs = and_(clock.ended_at.is_(None), clock.paused_at.is_(None))
    condition = or_(*(_fits(rule, at) for rule in rules))
    mine = _PARTIES.get(party)
    narrow = _by_kind(rules) if mine is None else and_(mine(caller), CASE.c.closed_at.is_(None))
    return wanted.select_from(source).where(runs, narrow, condition)


def _by_kind(rules: Sequence[Rule]) -> ColumnElement[bool]:
    """Narrow to kinds of clocks, of which an index of the running ones tells.

    Closure is asked in a way that leads no database to go by the open cases first.
    """
    kinds = sorted({rule.kind for rule in rules})
    is_open = func.nullif(CASE.c.closed_at, _LONG_AGO).is_(None)
    return and_(CLOCK.c.kind.in_(kinds), CLOCK.c.due_at > _LONG_AGO, is_open)


def _fits(rule: Rule, at: Instant) -> ColumnElement[bool]:
    clock, case = CLOCK.c, CASE.c
    fits = [clock.kind == rule.kind, case.workflow == rule.workflow]
    fits.append(case.state.in_(sorted(rule.states)))
    if rule.passed:
        asked = _REQUEST.c.case_id == case.id, _REQUEST.c.state == "pending"
        closing = select(_REQUEST.c.no).where(*asked, _REQUEST.c.kind == "closure")
        fits += [clock.due_at < at, ~closing.exists()]
    if rule.declines is not None:
        fits.append(case.declines.between(*rule.declines))
    return and_(*fits)


def _leads(caller: Caller) -> ColumnElement[bool]:
    return CASE.c.lead_id.in_(sorted(caller.accounts))


def _is_stalled(caller: Caller) -> ColumnElement[bool]:
    """Say that the leader of a case can act no more, and that nobody was offered it who can."""
    shut = sorted(caller.shut)
    pending = _REQUEST.c.state == "pending", _REQUEST.c.to_id.not_in(shut)
    offered = select(_REQUEST.c.case_id).where(*pending, _REQUEST.c.kind == "handover")
    return and_(CASE.c.lead_id.in_(shut), CASE.c.id.not_in(offered))


def _of_unit(caller: Caller) -> ColumnElement[bool]:
    return CASE.c.lead_unit_id == caller.unit_id


def _is_offered(caller: Caller) -> ColumnElement[bool]:
    offered = _REQUEST.c.state == "pending", _REQUEST.c.to_id == caller.account_id
    return CASE.c.id.in_(select(_REQUEST.c.case_id).where(*offered))


def _owns(caller: Caller) -> ColumnElement[bool]:
    """Say that the clock is of a measure of the caller's; its case is said first, for the index."""
    measure = _MEASURE.c
    owned = measure.owner_id == caller.account_id
    in_case = CASE.c.id.in_(select(measure.case_id).where(owned))
    pair = tuple_(CLOCK.c.case_id, CLOCK.c.subject)
    return and_(in_case, pair.in_(select(measure.case_id, measure.no).where(owned)))


_PARTIES = {
    "lead-leader": _leads,
    STALLED: _is_stalled,
    "officer": _of_unit,
    "successor": _is_offered,
    "owner": _owns,
}
"""The parties that are somebody's in a case; the others are roles, whoever holds them."""
