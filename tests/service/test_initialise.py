import stat
from functools import partial
from pathlib import Path

import pytest

from engine.bootstrap import (
    FirstAdministrator,
    initialise,
    log_signer,
    open_application,
)
from engine.domain.access import OPERATOR
from engine.errors import DubanError, InvalidError, SettingsError
from engine.service.accounts import list_accounts
from engine.service.doctor import examine
from engine.service.sessions import Given, sign_in
from engine.settings import Settings, load_settings
from tests.people import PASSWORD, SHEN

FIRST = FirstAdministrator(SHEN.login, PASSWORD)


def settings_in(folder: Path, url: str, **more: str) -> Settings:
    environment = {"DUBAN_HOME": str(folder / "home"), "DUBAN_DATABASE_URL": url, **more}
    return load_settings(environment, folder)


def test_an_installation_has_keys_workflows_calendars_and_an_administrator_who_signs_in(
    empty_database_url: str, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, empty_database_url)
    done = initialise(settings, FIRST)
    assert done.administrator == SHEN.login
    assert {label.partition("@")[0] for label in done.workflows} == {"key-issue", "petition"}
    assert 2026 in done.years
    assert stat.S_IMODE(settings.home.stat().st_mode) == 0o700
    assert stat.S_IMODE((settings.audit_key_dir / "log.key").stat().st_mode) == 0o600
    app = open_application(settings)
    try:
        assert sign_in(app, Given(SHEN.login, PASSWORD))
        with app.reading("cli") as desk:
            assert [a["roles"] for a in list_accounts(desk, OPERATOR)] == [["admin"]]
    finally:
        app.close()


def test_repeating_it_changes_nothing(empty_database_url: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, empty_database_url)
    initialise(settings, FIRST)
    key = log_signer(settings).secret_text()
    again = initialise(settings, FirstAdministrator("another", PASSWORD))
    assert (again.workflows, again.years, again.administrator) == ((), (), None)
    assert again.before == again.after
    assert log_signer(settings).secret_text() == key


def test_an_unfit_password_makes_no_administrator_and_can_be_mended(
    empty_database_url: str, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, empty_database_url)
    with pytest.raises(InvalidError):
        initialise(settings, FirstAdministrator(SHEN.login, "short"))
    assert initialise(settings, FIRST).administrator == SHEN.login


def test_without_init_nothing_opens_and_the_sentence_says_what_to_run(
    empty_database_url: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingsError, match="duban init"):
        open_application(settings_in(tmp_path, empty_database_url))


def test_a_folder_that_cannot_be_made_is_named(empty_database_url: str, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file stands here")
    with pytest.raises(SettingsError, match="DUBAN_HOME"):
        initialise(settings_in(tmp_path, empty_database_url))


def test_the_log_has_the_name_that_was_set_or_one_of_its_own(
    empty_database_url: str, tmp_path: Path
) -> None:
    own = settings_in(tmp_path, empty_database_url)
    initialise(own)
    assert log_signer(own).name.startswith("duban.local/")
    named = settings_in(
        tmp_path, empty_database_url, DUBAN_LOG_ORIGIN="a.cn/log", DUBAN_AUDIT_KEY_DIR=str(tmp_path)
    )
    assert log_signer(named, make=True).name == "a.cn/log"


def test_doctor_finds_a_fresh_installation_sound(empty_database_url: str, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("2026-03-03T15:00:00+08:00")
    settings = settings_in(
        tmp_path, empty_database_url, DUBAN_ENV="test", DUBAN_CLOCK=f"file:{clock}"
    )
    initialise(settings, FIRST)
    assert [c for c in examine(settings, partial(log_signer, settings)) if not c["ok"]] == []
    clock.write_text("2027-03-03T15:00:00+08:00")
    (settings.audit_key_dir / "log.key").chmod(0o644)
    found = {c["check"]: c for c in examine(settings, partial(log_signer, settings), "en")}
    assert [name for name, check in found.items() if not check["ok"]] == ["calendar", "keys"]
    assert "2027" in found["calendar"]["says"]
    assert "log.key" in found["keys"]["says"]


def test_doctor_looks_at_everything_even_where_nothing_is_there(
    empty_database_url: str, tmp_path: Path
) -> None:
    settings = settings_in(tmp_path, empty_database_url, DUBAN_PUBLIC_URL="http://duban.example.cn")
    found = {c["check"]: c for c in examine(settings, partial(log_signer, settings), "en")}
    assert {"configuration", "schema", "calendar", "keys"} <= {
        name for name, check in found.items() if not check["ok"]
    }
    assert "duban init" in found["schema"]["says"]
    assert not (tmp_path / "home").exists()


def test_a_clock_file_that_went_missing_is_a_refusal_with_a_sentence(
    empty_database_url: str, tmp_path: Path
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("2026-03-03T15:00:00+08:00")
    settings = settings_in(
        tmp_path, empty_database_url, DUBAN_ENV="test", DUBAN_CLOCK=f"file:{clock}"
    )
    initialise(settings)
    clock.unlink()
    app = open_application(settings)
    try:
        with pytest.raises(DubanError, match="clock file"):
            app.now()
    finally:
        app.close()
