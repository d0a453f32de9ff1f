"""Who sees which cases: the conditions of the store against a plain reading of the rule.

Some sentences of the rule are told by name as well, so that a failure reads as one of them.
"""

import os
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Connection, select

from engine.domain.access import OPERATOR, Principal
from engine.store.database import Database
from engine.store.tables import table
from engine.store.visible import only_in_summary, visible, visible_in_full
from tests.store.sight import DAY, NOW, Account, Case, Office, Part, imagine, put

OFFICES = int(os.environ.get("DUBAN_OFFICES", "25"))


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
