"""Small random offices, and a plain reading of the rule who sees which cases of theirs.

Each is small enough to be reasoned about case by case; the model knows nothing of SQL.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from engine.domain.access import Principal
from engine.domain.records import columns
from engine.store import people, rows

NOW = datetime(2026, 4, 23, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
ROLES = ("office", "leader", "unit", "supervision", "head", "duty", "auditor")
PARTS = ("lead", "lead-unit", "supporting-unit", "liaison", "member")


@dataclass
class Part:
    """A tenure: of an account, of a unit, or of an account for a unit."""

    role: str
    account: int | None
    unit: int | None
    ended: datetime | None


@dataclass
class Case:
    """A case with all that bears on who sees it."""

    id: int
    closed_at: datetime | None = None
    registered_by: int | None = None
    planned_lead: int | None = None
    planned_unit: int | None = None
    parts: list[Part] = field(default_factory=list)
    offers: list[tuple[int, str]] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    issue: int = 1


@dataclass
class Account:
    """An account; `principals` are those whose deputy it is today."""

    id: int
    unit: int
    roles: frozenset[str]
    principals: frozenset[int] = frozenset()


@dataclass
class Office:
    """A small office: units with the unit above each, accounts, cases of a few key issues."""

    units: dict[int, int | None]
    accounts: dict[int, Account]
    cases: list[Case] = field(default_factory=list)
    issues: int = 1

    def below(self, unit: int) -> set[int]:
        """Give a unit and all units below it."""
        found = {unit}
        for one in sorted(self.units):
            if self.units[one] in found:
                found.add(one)
        return found

    def principal(self, account: Account) -> Principal:
        """Give the caller that an account is."""
        units = frozenset(self.below(account.unit))
        return Principal(
            account.id, f"u{account.id}", "某", None, account.roles, account.unit,
            units, frozenset(), frozenset(self.stands_in_for(account)),
        )  # fmt: skip

    def stands_in_for(self, account: Account) -> set[int]:
        """Give those for whom it is deputy today: a leader has one, whoever is none has not."""
        return {i for i in account.principals if "leader" in self.accounts[i].roles}

    def reads(self, account: Account, case: Case) -> bool:
        """Tell by the rule whether an account reads all of a case."""
        if "admin" in account.roles:
            return False
        if account.roles & {"office", "supervision", "head", "auditor"}:
            return True
        if "duty" in account.roles and case.registered_by == account.id:
            return True
        places = {account.id} if account.roles & {"leader", "unit"} else set()
        return any(self.concerns(one, case) for one in places | self.stands_in_for(account))

    def concerns(self, account: int, case: Case) -> bool:
        """Tell whether somebody has or had a part in a case, and it is not closed for too long."""
        if case.closed_at is not None and NOW - case.closed_at >= 90 * DAY:
            return False
        units = self.below(self.accounts[account].unit)
        parts = any(part.account == account or part.unit in units for part in case.parts)
        return parts or (account, "pending") in case.offers or account in case.owners


def imagine(rng: Random) -> Office:
    """Imagine an office in which anything may be the case."""
    units = {1: None} | {i: rng.choice([None, *range(1, i)]) for i in range(2, rng.randint(2, 6))}
    accounts = {}
    for i in range(1, rng.randint(4, 8)):
        several = rng.sample(ROLES, rng.choice([1, 1, 1, 2, 3]))
        roles = frozenset(["admin"] if rng.random() < 0.1 else several)
        accounts[i] = Account(i, rng.choice(list(units)), roles)
    for account in accounts.values():
        others = [i for i in accounts if i != account.id]
        account.principals = frozenset(rng.sample(others, rng.choice([0, 0, 0, 1, 2])))
    office = Office(units, accounts, issues=rng.randint(1, 3))
    office.cases = [_case(rng, i, office) for i in range(1, rng.randint(3, 9))]
    return office


def _case(rng: Random, number: int, office: Office) -> Case:
    ids, units = [None, *office.accounts], [None, *office.units]
    closed = rng.choice([None, None, 0 * DAY, 89 * DAY, 90 * DAY, 90 * DAY - DAY / 9, 91 * DAY])
    case = Case(
        number,
        None if closed is None else NOW - closed,
        rng.choice(ids),
        rng.choice(ids),
        rng.choice(units),
        issue=rng.randint(1, office.issues),
    )
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        case.parts.append(_part(rng, office, case))
    for state in rng.sample(["pending", "refused", "withdrawn"], rng.choice([0, 0, 1, 2])):
        case.offers.append((rng.choice(list(office.accounts)), state))
    case.owners = rng.sample(list(office.accounts), rng.choice([0, 0, 0, 1, 2]))
    return case


def _part(rng: Random, office: Office, case: Case) -> Part:
    role = rng.choice(PARTS)
    account = None if role.endswith("unit") else rng.choice(list(office.accounts))
    unit = None if role == "lead" else rng.choice(list(office.units))
    ended = case.closed_at or rng.choice([None, NOW - DAY])
    if ended is None and role in {"lead", "lead-unit"} and any(p.role == role for p in case.parts):
        ended = NOW - DAY
    return Part(role, account, unit, ended)


def put(connection: Connection, office: Office) -> None:
    """Write the office into its tables."""
    for record, found in rows_of(office).items():
        rows.bulk_insert(connection, record, found)
        if record == "unit":
            for i, above in office.units.items():
                people.link_unit(connection, i, above)


def rows_of(office: Office) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of the office by record, those that others name first."""
    found: dict[str, list[dict[str, Any]]] = {
        "unit": [
            {"id": i, "name": f"第{i}办", "parent_id": above, "kind": "unit"}
            for i, above in office.units.items()
        ],
        "account": [
            {"id": a.id, "login": f"u{a.id}", "name": "某", "unit_id": a.unit, "enabled": True,
             "roles": sorted(a.roles), "created_at": NOW}
            for a in office.accounts.values()
        ],
        "issue": [
            {"id": i, "code": f"ZD-2026-{i:03d}", "title": "某", "origin": "district",
             "created_at": NOW - 300 * DAY}
            for i in range(1, office.issues + 1)
        ],
        "case": [_row(case) for case in office.cases],
        "tenure": [
            {"case_id": c.id, "no": no, "role": p.role, "account_id": p.account,
             "unit_id": p.unit, "from_at": NOW - 200 * DAY, "to_at": p.ended, "basis": "assign"}
            for c in office.cases for no, p in enumerate(c.parts, start=1)
        ],
        "request": [
            {"case_id": c.id, "no": no, "kind": "handover", "state": state,
             "asked_at": NOW - 2 * DAY, "asked_by": account, "to_id": account,
             "decided_at": None if state == "pending" else NOW - DAY}
            for c in office.cases for no, (account, state) in enumerate(c.offers, start=50)
        ],
        "measure": [
            _measure(c, no, owner)
            for c in office.cases for no, owner in enumerate(c.owners, start=60)
        ],
    }  # fmt: skip
    return {record: list(filled(record, some)) for record, some in found.items()}


def filled(record: str, found: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give rows with all the columns of their record."""
    blank = dict.fromkeys(columns(record))
    return (blank | row for row in found)


def _measure(case: Case, no: int, owner: int) -> dict[str, Any]:
    return {
        "case_id": case.id, "no": no, "title": "某措施", "owner_id": owner, "status": "planned",
        "proved": False, "dropped": no % 2 == 0,
    }  # fmt: skip


def _row(case: Case) -> dict[str, Any]:
    return {
        "id": case.id, "code": f"DB-2026-{case.id:04d}", "issue_id": case.issue,
        "title": "某某小区", "workflow": "key-issue", "workflow_version": 2, "state": "assigned",
        "version": 1, "next_no": 999, "registered_at": NOW - 300 * DAY,
        "registered_by": case.registered_by, "closed_at": case.closed_at, "declines": 0,
        "relapses": 0, "reopenings": 0, "imported": False, "planned_supporting": [1],
        "planned_lead_id": case.planned_lead, "planned_unit_id": case.planned_unit,
    }  # fmt: skip
