"""Read cases: one by its code, through what the caller may see, with all that its rows name."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.access import Principal
from engine.domain.facts import CaseFacts
from engine.domain.records import CASE_PARTS, Account, Case, Deputy, Issue, Request, Unit
from engine.store import rows
from engine.store.tables import table
from engine.store.visible import visible, visible_in_full

_CASE = table("case")
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
    seen = select(_CASE.c.id).where(_CASE.c.code == code, visible(who, now))
    found = connection.execute(seen).scalar_one_or_none()
    if found is None:
        return None
    case: Case | None = rows.fetch_one(connection, "case", lock=lock, id=found)
    return case


def is_seen_in_full(connection: Connection, case_id: int, who: Principal, now: datetime) -> bool:
    """Tell whether the caller may read all of a case, and not its summary alone."""
    seen = select(_CASE.c.id).where(_CASE.c.id == case_id, visible_in_full(who, now))
    return connection.execute(seen).first() is not None


def load(connection: Connection, case: Case) -> CaseFacts:
    """Read everything about a case."""
    issue: Issue = rows.fetch_one(connection, "issue", id=case.issue_id)
    parts = rows.fetch_parts(connection, [case.id])[case.id]
    survivor = _survivor(connection, parts["request"])
    deputies = _deputies(connection, parts["tenure"])
    named = {"case": [case], **parts}
    people = _ids(named, _ACCOUNTS) | {row.deputy_id for row in deputies}
    return CaseFacts(
        case=case,
        issue=issue,
        **{record: tuple(parts[record]) for record in CASE_PARTS},
        deputies=deputies,
        people=_people(connection, people),
        units=_units(connection, _ids(named, _UNITS) | set(case.planned_supporting)),
        survivor=survivor,
    )


def _ids(named: Mapping[str, Iterable[Any]], columns: Mapping[str, tuple[str, ...]]) -> set[int]:
    found = {getattr(r, c) for record, cs in columns.items() for r in named[record] for c in cs}
    return found - {None}


def _people(connection: Connection, ids: set[int]) -> dict[int, Account]:
    return {row.id: row for row in rows.fetch(connection, "account", id=ids)} if ids else {}


def _units(connection: Connection, ids: set[int]) -> dict[int, Unit]:
    return {row.id: row for row in rows.fetch(connection, "unit", id=ids)} if ids else {}


def _deputies(connection: Connection, tenures: Iterable[Any]) -> tuple[Deputy, ...]:
    leads = {t.account_id for t in tenures if t.role == "lead"}
    return tuple(rows.fetch(connection, "deputy", principal_id=leads)) if leads else ()


def _survivor(connection: Connection, requests: Iterable[Request]) -> Case | None:
    merging = (r for r in requests if r.state == "pending" and r.into_id is not None)
    asked = next(merging, None)
    if asked is None:
        return None
    found: Case | None = rows.fetch_one(connection, "case", id=asked.into_id)
    return found


def codes(connection: Connection, ids: set[int]) -> dict[int, str]:
    """Name cases by their ids."""
    if not ids:
        return {}
    found = select(_CASE.c.id, _CASE.c.code).where(_CASE.c.id.in_(sorted(ids)))
    return {row.id: row.code for row in connection.execute(found)}
