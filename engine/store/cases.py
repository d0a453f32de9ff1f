"""Read cases: one by its code, through what the caller may see, with all that its rows name."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Connection, bindparam, select

from engine.domain.access import Principal
from engine.domain.facts import CaseFacts
from engine.domain.records import CASE_PARTS, Case, Deputy, columns
from engine.store import kept, rows
from engine.store.driver import Prepared
from engine.store.tables import table
from engine.store.tables.columns import Instant, Json
from engine.store.visible import conditions, since, visible_in_full

_CASE = table("case")
_MANY, _FEW = 500, 10
_FACTS: kept.Kept[CaseFacts] = kept.Kept(2048)
"""Facts of cases by what `kept.histories` gives, without survivors: those have their own."""
_ACCOUNTS = {
    "case": ("lead_id", "registered_by", "planned_lead_id"),
    "tenure": ("account_id",),
    "request": ("asked_by", "to_id", "decided_by"),
    "plan": ("written_by", "adopted_by"),
    "measure": ("owner_id",),
    "progress": ("by_id",),
    "reply": ("by_id",),
    "note": ("by_id",),
    "file": ("by_id",),
    "letter": ("drafted_by", "issued_by", "signed_by", "answered_by", "decided_by"),
}
"""Columns that name an account, by record."""
_UNITS = {
    "case": ("lead_unit_id", "planned_unit_id"),
    "tenure": ("unit_id",),
    "measure": ("unit_id",),
    "letter": ("unit_id",),
}
"""Columns that name a unit, by record."""


def find(
    connection: Connection, code: str, who: Principal, now: datetime, *, lock: bool = False
) -> Case | None:
    """Read a case that the caller may know of; None where there is none such.

    `lock` keeps other writers off the case until the transaction ends.
    """
    row = _find(who, lock).first(connection, {"code": code, "since": since(now)})
    return None if row is None else Case(*row)


def is_seen_in_full(connection: Connection, case_id: int, who: Principal, now: datetime) -> bool:
    """Tell whether the caller may read all of a case, and not its summary alone."""
    return _seen(who).first(connection, {"id": case_id, "since": since(now)}) is not None


def seen_in_full(
    connection: Connection, ids: Collection[int], who: Principal, now: datetime
) -> set[int]:
    """Tell which of some cases the caller may read all of; of few, each is asked for."""
    if len(ids) <= _FEW:
        return {i for i in ids if is_seen_in_full(connection, i, who, now)}
    found, wanted = set[int](), sorted(ids)
    for first in range(0, len(wanted), _MANY):
        some = _CASE.c.id.in_(wanted[first : first + _MANY])
        found |= set(connection.scalars(select(_CASE.c.id).where(some, visible_in_full(who, now))))
    return found


def load(connection: Connection, case: Case, *, locked: bool = False) -> CaseFacts:
    """Read everything about a case as it was just read; `locked` says that nobody else writes it.

    Facts are kept by the histories of the case and of the office. A row of the case that is not
    the one of that history was changed behind the log's back, and then nothing is kept.
    """
    key = kept.histories(connection, case.id)
    facts = None if key is None else _FACTS.get(key)
    if facts is None or facts.case != case:
        facts = _complete(connection, case, rows.fetch_parts(connection, [case.id])[case.id])
        if key is not None and (locked or kept.stands_still(connection)):
            _FACTS.put(key, facts)
    return _with_survivor(connection, facts)


def keep(connection: Connection, before: CaseFacts, after: CaseFacts) -> CaseFacts:
    """Keep and give the facts of a case that this transaction has just changed and told of."""
    parts = {r: _settled(r, getattr(before, r), getattr(after, r)) for r in CASE_PARTS}
    facts = _complete(connection, _as_stored("case", after.case), parts)
    key = kept.histories(connection, after.case.id)
    if key is not None:
        _FACTS.put(key, facts)
    return _with_survivor(connection, facts)


@lru_cache(maxsize=512)
def _find(who: Principal, lock: bool) -> Prepared:  # noqa: FBT001  # part of the cached shape
    named = [_CASE.c[name] for name in columns("case")]
    known, _ = conditions(who)
    statement = select(*named).where(_CASE.c.code == bindparam("code", ""), known)
    if lock:
        statement = statement.with_for_update(of=_CASE)
    return Prepared(statement, [column.type for column in named])


@lru_cache(maxsize=512)
def _seen(who: Principal) -> Prepared:
    _, read = conditions(who)
    return Prepared(select(_CASE.c.id).where(_CASE.c.id == bindparam("id", 0), read))


def _complete(connection: Connection, case: Case, parts: Mapping[str, Sequence[Any]]) -> CaseFacts:
    """Add to a case whatever its rows name in the office."""
    deputies = _deputies(connection, parts["tenure"])
    named = {"case": [case], **parts}
    people = _ids(named, _ACCOUNTS) | {row.deputy_id for row in deputies}
    own: dict[str, Any] = {record: tuple(parts[record]) for record in CASE_PARTS}
    return CaseFacts(
        **own,
        case=case,
        issue=_one(connection, "issue", case.issue_id),
        deputies=deputies,
        people={i: _one(connection, "account", i) for i in people},
        units={
            i: _one(connection, "unit", i)
            for i in _ids(named, _UNITS) | set(case.planned_supporting)
        },
    )


def _settled(record: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give the parts of one kind as the tables give them back."""
    if after is before:
        return after
    known = {id(row) for row in before}
    return tuple([row if id(row) in known else _as_stored(record, row) for row in after])


def _as_stored(record: str, row: Any) -> Any:  # noqa: ANN401  # a record
    """Give a record as its table gives it back: instants in UTC, JSON without tuples."""
    other: dict[str, Any] = {}
    for name, read in _readings(record):
        value = getattr(row, name)
        if value is not None and (stored := read(value)) is not value:
            other[name] = stored
    return replace(row, **other) if other else row


@cache
def _readings(record: str) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    kinds = ((name, table(record).c[name].type) for name in columns(record))
    found = ((name, _READ.get(type(kind))) for name, kind in kinds)
    return tuple((name, read) for name, read in found if read is not None)


_READ: dict[type, Callable[[Any], Any]] = {
    Instant: lambda value: value.astimezone(UTC),
    Json: lambda value: value if value == [] else orjson.loads(orjson.dumps(value)),
}


def _ids(named: Mapping[str, Iterable[Any]], columns: Mapping[str, tuple[str, ...]]) -> set[int]:
    found = {getattr(r, c) for record, cs in columns.items() for r in named[record] for c in cs}
    return found - {None}


def _one(connection: Connection, record: str, row_id: int) -> Any:  # noqa: ANN401  # a record
    return kept.of_office(
        connection, (record, row_id), lambda: rows.fetch_one(connection, record, id=row_id)
    )


def _deputies(connection: Connection, tenures: Iterable[Any]) -> tuple[Deputy, ...]:
    leads = sorted({t.account_id for t in tenures if t.role == "lead"})
    of_each = (_deputies_of(connection, lead) for lead in leads)
    return tuple(sorted(chain.from_iterable(of_each), key=lambda row: row.id))


def _deputies_of(connection: Connection, lead: int) -> list[Deputy]:
    return kept.of_office(
        connection, ("deputies", lead), lambda: rows.fetch(connection, "deputy", principal_id=lead)
    )


def _with_survivor(connection: Connection, facts: CaseFacts) -> CaseFacts:
    merging = (r for r in facts.request if r.state == "pending" and r.into_id is not None)
    asked = next(merging, None)
    if asked is None:
        return facts
    return facts.having(survivor=rows.fetch_one(connection, "case", id=asked.into_id))


def titles(connection: Connection, ids: set[int]) -> dict[int, str]:
    """Give the titles of cases by their ids."""
    if not ids:
        return {}
    found = select(_CASE.c.id, _CASE.c.title).where(_CASE.c.id.in_(sorted(ids)))
    return {row.id: row.title for row in connection.execute(found)}


def codes(connection: Connection, ids: set[int]) -> dict[int, str]:
    """Name cases by their ids."""
    if not ids:
        return {}
    found = select(_CASE.c.id, _CASE.c.code).where(_CASE.c.id.in_(sorted(ids)))
    return {row.id: row.code for row in connection.execute(found)}


def newest_by(connection: Connection, at: datetime) -> int | None:
    """Give the newest case, by its number, of those that were registered by an instant.

    Few are newer: so it is looked for from the newest down.
    """
    found = select(_CASE.c.id).where(_CASE.c.registered_at <= at).order_by(_CASE.c.id.desc())
    newest: int | None = connection.execute(found.limit(1)).scalar()
    return newest
