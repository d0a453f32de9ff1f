"""Who sees which cases: the conditions of the store against a plain reading of the rule.

Each random office is small enough to be reasoned about case by case; the model below knows nothing
of SQL. Some sentences of the rule are told by name as well, so that a failure reads as one of them.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, select

from engine.domain.access import OPERATOR, Principal
from engine.domain.records import columns
from engine.store import people, rows
from engine.store.database import Database
from engine.store.tables import table
from engine.store.visible import only_in_summary, visible, visible_in_full

OFFICES = int(os.environ.get("DUBAN_OFFICES", "200"))
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


@dataclass
class Account:
    """An account; `principals` are those whose deputy it is today."""

    id: int
    unit: int
    roles: frozenset[str]
    principals: frozenset[int] = frozenset()


@dataclass
class Office:
    """A small office: units with the unit above each, accounts, cases."""

    units: dict[int, int | None]
    accounts: dict[int, Account]
    cases: list[Case] = field(default_factory=list)

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
            units, frozenset(), account.principals,
        )  # fmt: skip

    def reads(self, account: Account, case: Case) -> bool:
        """Tell by the rule whether an account reads all of a case."""
        if "admin" in account.roles:
            return False
        if account.roles & {"office", "supervision", "head", "auditor"}:
            return True
        if "duty" in account.roles and case.registered_by == account.id:
            return True
        places = {account.id} if account.roles & {"leader", "unit"} else set()
        return any(self.concerns(one, case) for one in places | account.principals)

    def concerns(self, account: int, case: Case) -> bool:
        """Tell whether somebody has or had a part in a case, and it is not closed for too long."""
        if case.closed_at is not None and NOW - case.closed_at >= 90 * DAY:
            return False
        units = self.below(self.accounts[account].unit)
        parts = any(part.account == account or part.unit in units for part in case.parts)
        return parts or (account, "pending") in case.offers


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
    office = Office(units, accounts)
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
    )
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        case.parts.append(_part(rng, office, case))
    for state in rng.sample(["pending", "refused", "withdrawn"], rng.choice([0, 0, 1, 2])):
        case.offers.append((rng.choice(list(office.accounts)), state))
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
    _put(connection, "unit", [
        {"id": i, "name": f"第{i}办", "parent_id": above, "kind": "unit"}
        for i, above in office.units.items()
    ])  # fmt: skip
    for i, above in office.units.items():
        people.link_unit(connection, i, above)
    _put(connection, "account", [
        {"id": a.id, "login": f"u{a.id}", "name": "某", "unit_id": a.unit, "enabled": True,
         "roles": sorted(a.roles), "created_at": NOW}
        for a in office.accounts.values()
    ])  # fmt: skip
    issue = {"id": 1, "code": "ZD-2026-001", "title": "某", "origin": "district", "created_at": NOW}
    _put(connection, "issue", [issue])
    _put(connection, "case", [_row(case) for case in office.cases])
    _put(connection, "tenure", [
        {"case_id": c.id, "no": no, "role": p.role, "account_id": p.account, "unit_id": p.unit,
         "from_at": NOW - 200 * DAY, "to_at": p.ended, "basis": "assign"}
        for c in office.cases for no, p in enumerate(c.parts, start=1)
    ])  # fmt: skip
    _put(connection, "request", [
        {"case_id": c.id, "no": no, "kind": "handover", "state": state, "asked_at": NOW - 2 * DAY,
         "asked_by": account, "to_id": account,
         "decided_at": None if state == "pending" else NOW - DAY}
        for c in office.cases for no, (account, state) in enumerate(c.offers, start=50)
    ])  # fmt: skip


def _row(case: Case) -> dict[str, Any]:
    return {
        "id": case.id, "code": f"DB-2026-{case.id:04d}", "issue_id": 1, "title": "某",
        "workflow": "key-issue", "workflow_version": 1, "state": "assigned", "version": 1,
        "next_no": 99, "registered_at": NOW - 300 * DAY, "registered_by": case.registered_by,
        "closed_at": case.closed_at, "declines": 0, "relapses": 0, "reopenings": 0,
        "imported": False, "planned_supporting": [1], "planned_lead_id": case.planned_lead,
        "planned_unit_id": case.planned_unit,
    }  # fmt: skip


def _put(connection: Connection, record: str, found: list[dict[str, Any]]) -> None:
    blank = dict.fromkeys(columns(record))
    rows.bulk_insert(connection, record, [blank | row for row in found])


def seen(connection: Connection, who: Principal, *, in_full: bool) -> set[int]:
    """Ask the store which cases somebody sees."""
    condition = visible_in_full(who, NOW) if in_full else visible(who, NOW)
    return set(connection.scalars(select(table("case").c.id).where(condition)))


def test_everybody_sees_what_the_rule_says(database: Database, rng: Random) -> None:
    looked = 0
    for _ in range(OFFICES):
        office = imagine(rng)
        with database.transaction() as connection:
            trial = connection.begin_nested()
            put(connection, office)
            for account in office.accounts.values():
                who = office.principal(account)
                read = {case.id for case in office.cases if office.reads(account, case)}
                known = {c.id for c in office.cases} if "duty" in account.roles else read
                assert seen(connection, who, in_full=True) == read, (office, account)
                assert seen(connection, who, in_full=False) == known, (office, account)
                assert only_in_summary(who) or known == read
                looked += len(office.cases)
            trial.rollback()
    assert looked > OFFICES * 10


UNITS = {1: None, 2: 1, 3: 2, 4: 1}
ZHANG, LI, SUN, CLERK = (
    Account(1, 1, frozenset({"leader"})),
    Account(2, 4, frozenset({"leader"})),
    Account(3, 2, frozenset({"unit"})),
    Account(4, 4, frozenset({"unit"})),
)


def sees(database: Database, account: Account, case: Case) -> bool:
    """Tell whether one of four officials reads a case."""
    cast = {a.id: a for a in (ZHANG, LI, SUN, CLERK)} | {account.id: account}
    office = Office(UNITS, cast, [case])
    with database.transaction() as connection:
        trial = connection.begin_nested()
        put(connection, office)
        found = seen(connection, office.principal(account), in_full=True)
        trial.rollback()
    return found == {case.id}


@pytest.mark.parametrize("role", ["lead", "liaison", "member"])
def test_whoever_has_a_part_sees_the_case_and_others_do_not(database: Database, role: str) -> None:
    case = Case(1, parts=[Part(role, LI.id, None, None)])
    assert sees(database, LI, case)
    assert not sees(database, SUN, case)


def test_a_unit_sees_what_units_below_it_do_and_not_the_other_way_round(database: Database) -> None:
    case = Case(1, parts=[Part("supporting-unit", None, 3, None)])
    assert sees(database, SUN, case)
    assert not sees(database, CLERK, case)
    assert not sees(database, SUN, Case(1, parts=[Part("lead-unit", None, 1, None)]))


def test_a_planned_part_is_none(database: Database) -> None:
    assert not sees(database, LI, Case(1, planned_lead=LI.id, planned_unit=LI.unit))


def test_a_former_part_is_in_sight_until_90_days_after_closure(database: Database) -> None:
    former = [Part("lead", LI.id, None, NOW - 100 * DAY)]
    assert sees(database, LI, Case(1, parts=former))
    moment = timedelta(microseconds=1)
    for closed, still in ((NOW - 90 * DAY + moment, True), (NOW - 90 * DAY, False)):
        assert sees(database, LI, Case(1, closed_at=closed, parts=former)) is still


def test_an_offered_case_is_seen_until_the_offer_is_decided(database: Database) -> None:
    assert sees(database, LI, Case(1, offers=[(LI.id, "pending")]))
    assert not sees(database, LI, Case(1, offers=[(LI.id, "refused")]))


def test_a_deputy_sees_what_the_principal_does_whatever_role_it_has(database: Database) -> None:
    case = Case(1, parts=[Part("lead-unit", None, LI.unit, None)])
    duty = replace(SUN, roles=frozenset({"duty"}))
    assert not sees(database, duty, case)
    assert sees(database, replace(duty, principals=frozenset({LI.id})), case)


def test_the_operator_and_an_administrator_see_no_case(database: Database) -> None:
    case = Case(1, registered_by=1, parts=[Part("lead", 1, None, None)])
    admin = replace(ZHANG, roles=frozenset({"admin"}), principals=frozenset({LI.id}))
    assert not sees(database, admin, case)
    with database.reading() as connection:
        assert seen(connection, OPERATOR, in_full=False) == set()
