from engine.bootstrap import open_application
from engine.service.tokens import bearer
from engine.settings import load_settings
from tests.cli.conftest import Terminal
from tests.people import SUN, ZHANG


def owner(token: str) -> str:
    application = open_application(load_settings())
    try:
        with application.reading("api") as desk:
            return bearer(desk, token).login
    finally:
        application.close()


def test_a_token_stands_alone_on_its_line_and_lets_its_owner_in(office: Terminal) -> None:
    out = office.done("token", "create", ZHANG.login).out
    assert out.startswith("duban_")
    assert out.count("\n") == 1
    assert owner(out.strip()) == ZHANG.login


def test_as_json_it_comes_with_its_id_and_last_day(office: Terminal) -> None:
    words = ("token", "create", ZHANG.login, "--scope", "write", "--format", "json")
    made = office.done(*words).json()
    assert sorted(made) == ["expires", "id", "token"]
    listed = office.done("token", "list", ZHANG.login).json()
    assert [(t["id"], t["scope"], t["expires"]) for t in listed] == [
        (made["id"], "write", made["expires"])
    ]
    assert made["token"] not in office.done("token", "list").out


def test_a_revoked_token_is_listed_as_such(office: Terminal) -> None:
    number = office.done("token", "create", SUN.login, "--format", "json").json()["id"]
    office.done("token", "revoke", str(number))
    assert [t["revoked"] for t in office.done("token", "list", SUN.login).json()] == [True]


def test_what_cannot_be_is_refused(office: Terminal) -> None:
    assert "no account" in office.refused("token", "create", "nobody")
    assert "read, write" in office.refused("token", "create", ZHANG.login, "--scope", "all")
    assert "ends on a day" in office.refused(
        "token", "create", ZHANG.login, "--expires", "2099-01-01"
    )
    assert "no token 77" in office.refused("token", "revoke", "77")
    assert "a whole number from 1" in office.refused("token", "revoke", "first")
    assert "owner's" in office.refused("token", "list", SUN.login, "--as", ZHANG.login)
