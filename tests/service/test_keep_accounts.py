import pytest

from engine.domain.access import OPERATOR
from engine.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.service.accounts import (
    NewAccount,
    add_account,
    change_roles,
    disable_account,
    list_accounts,
    set_password,
)
from engine.service.principals import me, principal_of
from engine.service.units import add_unit, list_units
from engine.store.database import Database
from tests.people import (
    BUILDING,
    FENG,
    LABOUR,
    LI,
    OFFICE,
    PASSWORD,
    PEOPLE,
    SHEN,
    SITE,
    SUN,
    TOWN,
    UNITS,
    ZHANG,
    ZHAO,
)  # fmt: skip
from tests.service.people_office import build, everything, lead, told, who

FRESH = NewAccount("new", "新人", TOWN.name, ("leader",))


def test_units_are_listed_as_a_tree_in_the_order_of_their_making(database: Database) -> None:
    with build(database).reading() as desk:
        found = list_units(desk, OPERATOR)
    assert [(u["name"], u["depth"]) for u in found] == [
        (TOWN.name, 0), (OFFICE.name, 1), ("甲镇督查组", 1), (BUILDING.name, 1), (SITE.name, 2),
        (LABOUR.name, 1), ("丁司法所", 1),
    ]  # fmt: skip


def test_a_unit_needs_a_name_of_its_own(database: Database) -> None:
    office = build(database)
    with office.writing() as desk, pytest.raises(ConflictError, match="already"):
        add_unit(desk, OPERATOR, f" {TOWN.name} ")
    with office.writing() as desk, pytest.raises(InvalidError) as refused:
        add_unit(desk, OPERATOR, "  ")
    assert [fault.field for fault in refused.value.faults] == ["name"]


def test_a_unit_below_an_unknown_one_is_refused(database: Database) -> None:
    with build(database).writing() as desk, pytest.raises(NotFoundError, match="某办"):
        add_unit(desk, OPERATOR, "新办", "某办")


def test_a_caller_sees_its_own_unit_all_below_and_all_above(database: Database) -> None:
    with build(database).reading() as desk:
        sun, feng = who(desk, SUN), who(desk, FENG)
        assert me(desk, sun)["units"] == [BUILDING.name, SITE.name]
    assert sun.unit_id in feng.above
    assert feng.unit_id in sun.units
    assert sun.unit_id not in feng.units


def test_everybody_is_listed_with_unit_roles_and_whether_they_can_sign_in(
    database: Database,
) -> None:
    with build(database, ZHAO).reading() as desk:
        found = list_accounts(desk, who(desk, ZHANG))
    assert [a["login"] for a in found] == [p.login for p in PEOPLE]
    assert {a["login"]: a["unit"] for a in found} == {p.login: p.unit for p in PEOPLE}
    assert [a["login"] for a in found if a["sign_in"]] == [ZHAO.login]


def test_only_an_administrator_adds_accounts(database: Database) -> None:
    with build(database).writing() as desk:
        with pytest.raises(ForbiddenError):
            add_account(desk, who(desk, ZHAO), FRESH)
        assert add_account(desk, who(desk, SHEN), FRESH)["roles"] == ["leader"]


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (NewAccount("no spaces", "新人", TOWN.name, ("leader",)), "login"),
        (NewAccount("", "新人", TOWN.name, ("leader",)), "login"),
        (NewAccount("new", "", TOWN.name, ("leader",)), "name"),
        (NewAccount("new", "新\n人", TOWN.name, ("leader",)), "name"),
        (NewAccount("new", "新人", TOWN.name, ()), "roles"),
        (NewAccount("new", "新人", TOWN.name, ("king",)), "roles"),
        (NewAccount("new", "新人", TOWN.name, ("admin", "office")), "roles"),
        (NewAccount("new", "新人", TOWN.name, ("leader",), email="nobody"), "email"),
        (NewAccount("new", "新人", TOWN.name, ("leader",), password="short"), "password"),
        (NewAccount("new", "新人", TOWN.name, ("leader",), password="a" * 20), "password"),
        (NewAccount("newcomer", "新人", TOWN.name, ("unit",), password="newcomer2026"), "password"),
        (NewAccount("new", "新人", TOWN.name, ("leader",), password="x1y2z" * 60), "password"),
    ],
)
def test_an_unfit_field_is_named(database: Database, order: NewAccount, field: str) -> None:
    with build(database).writing() as desk, pytest.raises(InvalidError) as refused:
        add_account(desk, OPERATOR, order)
    assert [fault.field for fault in refused.value.faults] == [field]
    assert refused.value.say("zh").endswith("。")


def test_logins_are_one_in_whatever_case(database: Database) -> None:
    with build(database).writing() as desk:
        with pytest.raises(ConflictError):
            add_account(desk, OPERATOR, NewAccount("ZhangSan", "另一人", TOWN.name, ("unit",)))
        assert principal_of(desk, "ZHANGSAN").name == ZHANG.name


@pytest.mark.parametrize("login", ["nobody", "\ud800", "nul\x00", "’; --"])
def test_an_unknown_login_is_not_found(database: Database, login: str) -> None:
    with build(database).reading() as desk, pytest.raises(NotFoundError) as refused:
        principal_of(desk, login)
    assert refused.value.message.code == "account-unknown"


def test_a_disabled_account_acts_no_more(database: Database) -> None:
    with build(database).writing() as desk:
        disable_account(desk, who(desk, SHEN), ZHANG.login)
        with pytest.raises(ForbiddenError, match="disabled"):
            principal_of(desk, ZHANG.login)
        before = len(told(desk))
        disable_account(desk, OPERATOR, ZHANG.login)
        assert len(told(desk)) == before


def test_who_leads_open_cases_stays_a_leader(database: Database) -> None:
    with build(database).writing() as desk:
        lead(desk, ZHANG, "DB-2026-0001")
        with pytest.raises(ConflictError, match="DB-2026-0001"):
            change_roles(desk, OPERATOR, ZHANG.login, add=["unit"], remove=["leader"])
        with pytest.raises(ConflictError, match="open cases: 1 in all") as refused:
            change_roles(desk, who(desk, SHEN), ZHANG.login, add=["unit"], remove=["leader"])
        assert "DB-2026-0001" not in refused.value.say("en")
        answer = change_roles(desk, OPERATOR, LI.login, add=["unit"], remove=["leader"])
    assert answer["roles"] == ["unit"]


def test_the_last_administrator_stays(database: Database) -> None:
    second = NewAccount("second", "副管理", TOWN.name, ("admin",))
    with build(database).writing() as desk:
        with pytest.raises(ConflictError, match="last administrator"):
            disable_account(desk, OPERATOR, SHEN.login)
        with pytest.raises(ConflictError, match="last administrator"):
            change_roles(desk, OPERATOR, SHEN.login, add=["unit"], remove=["admin"])
        add_account(desk, OPERATOR, second)
        assert disable_account(desk, OPERATOR, SHEN.login)["leads"] == 0


def test_no_change_of_roles_makes_an_administrator_who_is_something_else(
    database: Database,
) -> None:
    with build(database).writing() as desk, pytest.raises(InvalidError, match="no other"):
        change_roles(desk, OPERATOR, ZHAO.login, add=["admin"])


def test_every_change_is_told_and_no_event_holds_a_name_or_a_password(database: Database) -> None:
    with build(database).writing() as desk:
        begun = len(told(desk))
        add_account(desk, OPERATOR, FRESH)
        change_roles(desk, OPERATOR, "new", add=["unit"])
        change_roles(desk, OPERATOR, "new", add=["unit"])
        set_password(desk, OPERATOR, "new", PASSWORD)
        disable_account(desk, OPERATOR, "new")
        fresh = told(desk)[begun:]
        assert [kind for kind, _ in fresh] == [
            "account.added", "account.changed", "account.password-set", "account.disabled",
        ]  # fmt: skip
        bodies = b"".join(body for _, body in fresh).decode()
        assert PASSWORD not in bodies
        assert "新人" not in bodies
        assert PASSWORD not in everything(desk, "credential", "vault", "account")


def test_the_tree_is_told_unit_by_unit(database: Database) -> None:
    with build(database).reading() as desk:
        kinds = [kind for kind, _ in told(desk)]
    assert kinds.count("unit.added") == len(UNITS)
    assert kinds.count("account.added") == len(PEOPLE)


def test_a_refusal_leaves_nothing_behind(database: Database) -> None:
    office = build(database)

    def twice() -> None:
        with office.writing() as desk:
            add_account(desk, OPERATOR, FRESH)
            add_account(desk, OPERATOR, FRESH)

    with pytest.raises(ConflictError):
        twice()
    with office.reading() as desk:
        assert [a["login"] for a in list_accounts(desk, OPERATOR)] == [p.login for p in PEOPLE]
        assert told(desk)[-1][0] == "account.added"
        assert len(told(desk)) == len(UNITS) + len(PEOPLE)
