import csv
import io

from engine.bootstrap import open_application
from engine.service.sessions import Given, sign_in
from engine.settings import load_settings
from tests.cli.conftest import Terminal
from tests.people import BUILDING, PASSWORD, SHEN, SUN, TOWN, ZHANG, ZHAO


def can_sign_in(login: str, password: str) -> bool:
    application = open_application(load_settings())
    try:
        return bool(sign_in(application, Given(login, password)))
    finally:
        application.close()


def test_an_account_with_a_password_signs_in(duban: Terminal) -> None:
    duban.done("unit", "add", TOWN.name)
    parts = ("--name", ZHANG.name, "--unit", TOWN.name, "--post", ZHANG.post)
    words = ("account", "add", ZHANG.login, *parts, "--role", "leader", "--password-stdin")
    made = duban.done(*words, given=f"{PASSWORD}\n".encode()).json()
    assert (made["name"], made["post"], made["roles"]) == (ZHANG.name, ZHANG.post, ["leader"])
    assert made["sign_in"]
    assert can_sign_in(ZHANG.login, PASSWORD)


def test_everybody_is_listed_for_programs(office: Terminal) -> None:
    listed = csv.DictReader(io.StringIO(office.done("account", "list", "--format", "csv").out))
    found = {row["login"]: row for row in listed}
    assert found[ZHANG.login]["roles"] == "leader"
    assert found[ZHANG.login]["sign_in"] == "false"
    assert found[SHEN.login]["sign_in"] == "true"


def test_roles_are_given_and_taken_several_at_once(office: Terminal) -> None:
    changed = office.done("account", "role", SUN.login, "--add", "duty,office").json()
    assert changed["roles"] == ["office", "unit", "duty"]
    words = ("--remove", "duty", "--remove", "unit")
    assert office.done("account", "role", SUN.login, *words).json()["roles"] == ["office"]


def test_a_disabled_account_acts_no_more(office: Terminal) -> None:
    assert office.done("account", "disable", ZHAO.login).json()["still_leads"] == []
    assert "is disabled" in office.refused("unit", "list", "--as", ZHAO.login)


def test_a_password_is_set_from_standard_input(office: Terminal) -> None:
    words = ("account", "password", SUN.login, "--password-stdin")
    assert "former sessions are over" in office.done(*words, given=b"another-long-word\n").out
    assert can_sign_in(SUN.login, "another-long-word")
    assert "has 12 to 256" in office.refused(*words, given=b"short\n")
    assert "no password on standard input" in office.refused(*words)


def test_a_deputy_is_named_for_some_days(office: Terminal) -> None:
    words = ("account", "deputy", ZHANG.login, SUN.login, "--from", "2026-03-04")
    named = office.done(*words, "--to", "2026-03-10", "--reason", "外出培训").json()
    assert (named["principal"]["login"], named["to"]) == (ZHANG.login, "2026-03-10")
    told = office.refused(*words, "--to", "2026-03-01", "--reason", "外出")
    assert "is before the first" in told
    assert "such as 2026-03-03" in office.refused(*words, "--to", "10.3.2026", "--reason", "外出")


def test_several_roles_are_given_by_name_and_every_unknown_one_is_told(office: Terminal) -> None:
    add = ("account", "add", "neu", "--name", "某甲", "--unit", TOWN.name, "--role")
    told = office.refused(*add, "责任领导，boss", "--role", "king")
    assert (
        "--role: There is no role “boss, king”; use: office, leader (lead leader), unit (" in told
    )
    assert office.done(*add, "责任领导，Group head").json()["roles"] == ["leader", "head"]
    role = ("account", "role", "neu")
    assert office.done(*role, "--add", "督查组、unit").json()["roles"] == [
        "leader", "unit", "supervision", "head",
    ]  # fmt: skip
    assert "--add: The role admin goes with no other" in office.refused(*role, "--add", "admin")
    table = office.done("account", "list", "--format", "table").out
    assert "lead leader, unit officer, supervision, group head" in table


WRONG = (
    (("add", "x", "--name", "某", "--unit", TOWN.name, "--role", "boss"), "no role “boss”"),
    (("add", "x", "--name", "某", "--unit", "没有", "--role", "unit"), "no unit “没有”"),
    (("add", "x y", "--name", "某", "--unit", TOWN.name, "--role", "unit"), "A login is"),
    (("add", "x", "--name", "", "--unit", TOWN.name, "--role", "unit"), "one line of text"),
    (("add", "x", "--unit", TOWN.name, "--role", "unit"), "--name is missing"),
    (("add", "x", "--name", "某", "--unit", TOWN.name), "--role is missing"),
    (
        ("add", "x", "--name", "某", "--unit", TOWN.name, "--role", "admin,unit"),
        "goes with no other",
    ),
    (("add", ZHANG.login, "--name", "某", "--unit", TOWN.name, "--role", "unit"), "is taken"),
    (("role", "nobody", "--add", "unit"), "no account"),
    (("role", SHEN.login, "--remove", "admin"), "at least one role"),
    (("disable", SHEN.login), "last administrator"),
    (("deputy", SUN.login, ZHANG.login), "--from is missing"),
    (("list", "--as", ZHANG.login, "--format", "yaml"), "table, json, csv"),
    (("add",), "LOGIN is missing"),
    (("role", ZHANG.login, "--as", ZHAO.login, "--add", "unit"), "not yours to do"),
)


def test_wrong_use_is_told_in_a_sentence(office: Terminal) -> None:
    before = office.done("account", "list").out
    for words, told in WRONG:
        assert told in office.refused("account", *words), words
    assert office.done("account", "list").out == before


def test_a_name_that_would_move_the_cursor_is_shown_without_doing_so(office: Terminal) -> None:
    table = office.done("account", "list", "--format", "table").out
    assert BUILDING.name in table
    assert "\x1b" not in office.refused("account", "role", "a\x1b[2Jb", "--add", "unit")


ISSUER = "https://sso.example.cn/realms/town"


def test_an_account_is_linked_to_an_identity_and_the_link_ends(office: Terminal) -> None:
    words = ("account", "link", SUN.login, "Subject-7")
    assert "No identity provider" in office.refused(*words)
    made = office.done(*words, "--issuer", ISSUER).json()
    assert (made["login"], made["issuer"], made["subject"]) == (SUN.login, ISSUER, "Subject-7")
    taken = office.refused("account", "link", ZHAO.login, "Subject-7", "--issuer", ISSUER)
    assert "One identity is one account" in taken
    assert "403" not in office.refused(*words, "--issuer", ISSUER, "--as", ZHAO.login)
    listed = office.done("account", "links", SUN.login).json()
    assert [link["subject"] for link in listed] == ["Subject-7"]
    office.done("account", "unlink", SUN.login, "--issuer", ISSUER)
    assert office.done("account", "links", SUN.login).json() == []
    assert "linked to no identity" in office.refused(
        "account", "unlink", SUN.login, "--issuer", ISSUER
    )
