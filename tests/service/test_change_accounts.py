"""Accounts and units kept right: names, units, where notices go, moved, opened again."""

import pytest
from sqlalchemy import Connection

from engine.domain.access import OPERATOR
from engine.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.service.account_upkeep import AccountChange, change_account, enable_account
from engine.service.accounts import NewAccount, add_account, disable_account
from engine.service.principals import principal_of
from engine.service.sessions import Given, sign_in
from engine.service.units import UnitChange, change_unit, list_units
from engine.store import people, rows
from engine.store.database import Database
from tests.people import BUILDING, LABOUR, PASSWORD, SHEN, SITE, SUN, TOWN, UNITS, ZHAO
from tests.service.people_office import build, told, who

ROBOT = "wecom+https://robot.example/send?key=k#secret"


def test_what_is_given_changes_and_the_rest_stays(database: Database) -> None:
    office = build(database, SHEN)
    with office.writing() as desk:
        order = AccountChange(name=" 孙新 ", unit=LABOUR.name, email="sun@example.cn", robot=ROBOT)
        answer = change_account(desk, who(desk, SHEN), SUN.login, order)
        kept = rows.fetch_one(desk.conn, "account", login=SUN.login)
    assert (answer["name"], answer["post"], answer["unit"]) == ("孙新", SUN.post, LABOUR.name)
    assert (answer["email"], kept.robot) == ("sun@example.cn", ROBOT)


def test_an_empty_post_mail_and_robot_are_taken_away(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        change_account(desk, OPERATOR, SUN.login, AccountChange(email="a@b.cn", robot=ROBOT))
        answer = change_account(
            desk, OPERATOR, SUN.login, AccountChange(post="", email="", robot="")
        )
        kept = rows.fetch_one(desk.conn, "account", login=SUN.login)
    assert (answer["post"], answer["email"], kept.robot) == (None, None, None)


def test_changing_nothing_tells_nothing(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        before = told(desk)
        change_account(desk, OPERATOR, SUN.login, AccountChange(name=SUN.name, unit=SUN.unit))
        assert told(desk) == before


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (AccountChange(name=" "), "name"),
        (AccountChange(email="no address"), "email"),
        (AccountChange(robot="https://robot.example"), "robot"),
        (AccountChange(robot="slack+https://robot.example"), "robot"),
    ],
)
def test_an_unfit_field_is_named(database: Database, order: AccountChange, field: str) -> None:
    with build(database).writing() as desk, pytest.raises(InvalidError) as refused:
        change_account(desk, OPERATOR, SUN.login, order)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_only_an_administrator_changes_accounts_and_units(database: Database) -> None:
    office = build(database, ZHAO)
    with office.writing() as desk:
        for forbidden in (
            lambda: change_account(desk, who(desk, ZHAO), SUN.login, AccountChange(name="某")),
            lambda: enable_account(desk, who(desk, ZHAO), SUN.login),
            lambda: change_unit(desk, who(desk, ZHAO), SITE.name, UnitChange(name="某")),
        ):
            with pytest.raises(ForbiddenError):
                forbidden()


def test_a_shut_account_is_opened_again_with_its_password(database: Database) -> None:
    office = build(database, ZHAO)
    with office.writing() as desk:
        disable_account(desk, OPERATOR, ZHAO.login)
        assert enable_account(desk, OPERATOR, ZHAO.login)["enabled"]
    assert sign_in(office, Given(ZHAO.login, PASSWORD), clock=office.clock)


def test_an_account_is_made_with_its_robot(database: Database) -> None:
    with build(database).writing() as desk:
        order = NewAccount("new", "新人", TOWN.name, ("leader",), robot=ROBOT)
        add_account(desk, OPERATOR, order)
        assert rows.fetch_one(desk.conn, "account", login="new").robot == ROBOT


def test_a_renamed_unit_keeps_its_place(database: Database) -> None:
    with build(database).writing() as desk:
        answer = change_unit(desk, OPERATOR, BUILDING.name, UnitChange(name="乙住建办"))
        tree = [(unit["name"], unit["depth"]) for unit in list_units(desk, OPERATOR)]
    assert answer["parent"] == TOWN.name
    assert ("乙住建办", 1) in tree
    assert (SITE.name, 2) in tree


def test_a_moved_unit_is_seen_from_its_new_place_with_all_below_it(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        change_unit(desk, OPERATOR, BUILDING.name, UnitChange(parent=LABOUR.name))
        ids = {unit.name: rows.fetch_one(desk.conn, "unit", name=unit.name).id for unit in UNITS}
        below = people.units_below(desk.conn, ids[LABOUR.name])
        assert below == {ids[LABOUR.name], ids[BUILDING.name], ids[SITE.name]}
        assert people.units_above(desk.conn, ids[SITE.name]) == {
            ids[SITE.name], ids[BUILDING.name], ids[LABOUR.name], ids[TOWN.name],
        }  # fmt: skip
        assert below <= principal_of(desk, "wushi").units


def tree_of(conn: Connection) -> list[tuple[int, ...]]:
    """Give every unit with all above it."""
    units = rows.fetch(conn, "unit")
    return sorted((unit.id, *sorted(people.units_above(conn, unit.id))) for unit in units)


def test_moved_to_the_top_and_back_the_tree_is_as_it_was(database: Database) -> None:
    with build(database).writing() as desk:
        before = sorted(
            (u.id, *sorted(people.units_above(desk.conn, u.id)))
            for u in rows.fetch(desk.conn, "unit")
        )
        change_unit(desk, OPERATOR, BUILDING.name, UnitChange(parent=None))
        change_unit(desk, OPERATOR, BUILDING.name, UnitChange(parent=TOWN.name))
        after = sorted(
            (u.id, *sorted(people.units_above(desk.conn, u.id)))
            for u in rows.fetch(desk.conn, "unit")
        )
    assert after == before


@pytest.mark.parametrize("parent", [BUILDING.name, SITE.name])
def test_a_unit_is_not_put_below_itself(database: Database, parent: str) -> None:
    with (
        build(database).writing() as desk,
        pytest.raises(ConflictError, match=SITE.name if parent == SITE.name else BUILDING.name),
    ):
        change_unit(desk, OPERATOR, BUILDING.name, UnitChange(parent=parent))


def test_a_taken_name_and_an_unknown_place_are_refused(database: Database) -> None:
    with build(database).writing() as desk:
        with pytest.raises(ConflictError, match="already"):
            change_unit(desk, OPERATOR, SITE.name, UnitChange(name=TOWN.name))
        with pytest.raises(NotFoundError, match="某办"):
            change_unit(desk, OPERATOR, SITE.name, UnitChange(parent="某办"))
