from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.people import PASSWORD, SHEN


def test_a_first_administrator_is_made_with_a_password_that_is_printed_once(
    bare: Terminal, empty_database_url: str
) -> None:
    bare.set("DUBAN_DATABASE_URL", empty_database_url)
    first = bare.done("init")
    assert "admin has the password " in first.out
    assert "key-issue@2" in first.out
    assert "2019 to 2026" in first.out
    again = bare.done("init", "--admin", "another")
    assert again.out.startswith("The database is up to date")
    assert "password" not in again.out
    assert "“another” was not added" in again.out
    assert [a["login"] for a in bare.done("account", "list").json()] == ["admin"]


def test_a_given_password_is_not_printed(bare: Terminal) -> None:
    bare.set("DUBAN_ADMIN_PASSWORD", PASSWORD)
    assert PASSWORD not in bare.done("init", "--admin", SHEN.login).out


@pytest.mark.parametrize(
    ("login", "password", "words"),
    [("a b", PASSWORD, "A login is"), ("admin", "short", "A password has")],
)
def test_an_unfit_login_or_password_is_refused_and_can_be_mended(
    bare: Terminal, login: str, password: str, words: str
) -> None:
    bare.set("DUBAN_ADMIN_PASSWORD", password)
    assert words in bare.refused("init", "--admin", login)
    bare.set("DUBAN_ADMIN_PASSWORD", PASSWORD)
    assert "Added the administrator admin" in bare.done("init").out


def test_without_init_every_command_says_what_to_run(bare: Terminal) -> None:
    for words in (("unit", "list"), ("case", "list"), ("verify",), ("serve",)):
        assert "duban init" in bare.refused(*words), words


def test_a_database_that_is_none_is_told_from_one_that_is_missing(
    bare: Terminal, tmp_path: Path
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "duban.db").write_text("this is a letter, not a database\n" * 100)
    for words in (("init",), ("unit", "list")):
        assert "is no SQLite database" in bare.refused(*words), words


def test_the_language_of_the_settings_is_spoken(bare: Terminal) -> None:
    bare.set("DUBAN_LOCALE", "zh")
    assert "系统管理员 admin 的密码是" in bare.done("init").out
    bare.set("DUBAN_LOCALE", "fr")
    assert "DUBAN_LOCALE" in bare.refused("unit", "list")
