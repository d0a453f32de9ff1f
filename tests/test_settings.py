from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.errors import SettingsError
from engine.settings import VARIABLES, Settings, load_settings, office_clock, real_now

TEST = {"DUBAN_ENV": "test"}


def refusal(folder: Path, **environment: str) -> str:
    """Give the sentence with which these settings are refused, after saying it in Chinese too."""
    with pytest.raises(SettingsError) as refused:
        load_settings(environment, folder)
    assert refused.value.say("zh").endswith("。") or "？" in refused.value.say("zh")
    return str(refused.value)


def test_without_anything_the_documented_defaults_hold(tmp_path: Path) -> None:
    found = load_settings({}, tmp_path)
    assert found.home == Path("duban-data")
    assert found.database_url == "sqlite:///duban-data/duban.db"
    assert (found.env, found.clock, found.failpoints) == ("production", "system", ())
    assert (found.time_zone, found.locale) == ("Asia/Shanghai", "zh")
    assert (found.max_body, found.max_upload) == (1024**2, 20 * 1024**2)
    assert (found.writes_a_minute, found.exports_an_hour) == (60, 10)
    assert found.audit_key_dir == Path("duban-data/keys")


def test_every_documented_variable_exists() -> None:
    assert set(VARIABLES) == {
        "DUBAN_HOME", "DUBAN_DATABASE_URL", "DUBAN_ENV", "DUBAN_CLOCK", "DUBAN_FAILPOINTS",
        "DUBAN_TIME_ZONE", "DUBAN_LOCALE", "DUBAN_PUBLIC_URL", "DUBAN_TRUSTED_PROXIES",
        "DUBAN_SMTP_URL", "DUBAN_MAIL_FROM", "DUBAN_OUTBOUND_ALLOW", "DUBAN_MAX_BODY",
        "DUBAN_MAX_UPLOAD", "DUBAN_AUDIT_KEY_DIR", "DUBAN_LOG_ORIGIN",
        "DUBAN_OIDC_ISSUER", "DUBAN_OIDC_CLIENT", "DUBAN_OIDC_SECRET", "DUBAN_OIDC_NAME",
        "DUBAN_OIDC_ACR", "DUBAN_WRITES_A_MINUTE", "DUBAN_EXPORTS_AN_HOUR",
    }  # fmt: skip
    assert len(fields(Settings)) == len(VARIABLES)


def test_the_environment_wins_over_the_file_and_an_empty_variable_over_nothing(
    tmp_path: Path,
) -> None:
    (tmp_path / "duban.toml").write_text(
        'locale = "en"\nmax_body = 4096\ntime_zone = "UTC"\noutbound_allow = ["a:1", "b:2"]\n'
    )
    found = load_settings({"DUBAN_MAX_BODY": "2 MiB", "DUBAN_LOCALE": ""}, tmp_path)
    assert (found.locale, found.max_body, found.time_zone) == ("en", 2 * 1024**2, "UTC")
    assert found.outbound_allow == ("a:1", "b:2")


def test_what_lies_in_home_follows_it(tmp_path: Path) -> None:
    found = load_settings({"DUBAN_HOME": str(tmp_path / "h")}, tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path}/h/duban.db"
    assert found.audit_key_dir == tmp_path / "h" / "keys"


@pytest.mark.parametrize(
    ("key", "near"),
    [("max_bdy", "max_body"), ("DUBAN_HOME", "home"), ("Locale", "locale")],
)
def test_an_unknown_key_is_named_with_the_nearest(tmp_path: Path, key: str, near: str) -> None:
    (tmp_path / "duban.toml").write_text(f'{key} = "x"\n')
    said = refusal(tmp_path)
    assert f"“{key}”" in said
    assert f"“{near}”" in said


def test_a_key_like_no_other_is_told_all_of_them(tmp_path: Path) -> None:
    (tmp_path / "duban.toml").write_text("qqqqqq = 1\n")
    assert "time_zone" in refusal(tmp_path)


@pytest.mark.parametrize("text", ["home = [", "home = true\n", "home = {a = 1}\n", "home = 1.5\n"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "duban.toml").write_text(text)
    assert "duban.toml" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUBAN_ENV", "prod"),
        ("DUBAN_CLOCK", "tomorrow"),
        ("DUBAN_CLOCK", "file:"),
        ("DUBAN_TIME_ZONE", "Mars/Base"),
        ("DUBAN_TIME_ZONE", "../etc"),
        ("DUBAN_LOCALE", "fr"),
        ("DUBAN_PUBLIC_URL", "duban.example.cn"),
        ("DUBAN_PUBLIC_URL", "https://u:p@h"),
        ("DUBAN_PUBLIC_URL", "https://h:99999"),
        ("DUBAN_PUBLIC_URL", "https://h/?a=b"),
        ("DUBAN_TRUSTED_PROXIES", "10.0.0.300"),
        ("DUBAN_SMTP_URL", "mail.example.cn"),
        ("DUBAN_MAIL_FROM", "duban"),
        ("DUBAN_OUTBOUND_ALLOW", "host"),
        ("DUBAN_OUTBOUND_ALLOW", "host:70000"),
        ("DUBAN_MAX_BODY", "0"),
        ("DUBAN_MAX_BODY", "-1"),
        ("DUBAN_MAX_UPLOAD", "much"),
        ("DUBAN_WRITES_A_MINUTE", "0"),
        ("DUBAN_WRITES_A_MINUTE", "60/min"),
        ("DUBAN_EXPORTS_AN_HOUR", "-1"),
        ("DUBAN_EXPORTS_AN_HOUR", "1000000"),
        ("DUBAN_DATABASE_URL", "mysql://h/d"),
        ("DUBAN_LOG_ORIGIN", "a b"),
    ],
)
def test_a_value_of_no_use_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    assert name in refusal(tmp_path, **{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUBAN_SMTP_URL", "ftp://u:canary@mail"),
        ("DUBAN_DATABASE_URL", "mysql://u:canary@h/d"),
        ("DUBAN_PUBLIC_URL", "https://u:canary@h:x"),
    ],
)
def test_no_refusal_repeats_a_password(tmp_path: Path, name: str, value: str) -> None:
    assert "canary" not in refusal(tmp_path, **{name: value})


def test_the_spelling_of_settings_hides_passwords(tmp_path: Path) -> None:
    found = load_settings(
        {"DUBAN_DATABASE_URL": "postgresql://u:canary@h/d", "DUBAN_SMTP_URL": "smtp://u:canary@h"},
        tmp_path,
    )
    assert "canary" not in repr(found)


@pytest.mark.parametrize("env", ["production", "demo"])
@pytest.mark.parametrize(
    ("name", "value"), [("DUBAN_CLOCK", "file:x"), ("DUBAN_FAILPOINTS", "import.mid:error")]
)
def test_only_a_test_may_set_the_clock_or_a_failpoint(
    tmp_path: Path, env: str, name: str, value: str
) -> None:
    assert name in refusal(tmp_path, **{"DUBAN_ENV": env, name: value})
    assert load_settings(TEST | {name: value}, tmp_path).env == "test"


def test_the_origin_of_a_page_has_no_path(tmp_path: Path) -> None:
    found = load_settings({"DUBAN_PUBLIC_URL": "https://h.example.cn:8443/duban/"}, tmp_path)
    assert found.public_url == "https://h.example.cn:8443/duban"
    assert found.origin == "https://h.example.cn:8443"


def test_a_clock_file_is_read_again_at_every_use(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    clock = office_clock(load_settings(TEST | {"DUBAN_CLOCK": f"file:{file}"}, tmp_path))
    file.write_text("2026-03-03T15:00:00+08:00\n")
    assert clock() == datetime(2026, 3, 3, 7, tzinfo=UTC)
    file.write_text("2026-03-04T00:00:00.5Z")
    assert clock() == datetime(2026, 3, 4, microsecond=500000, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "now", "2026-03-03", "2026-03-03T15:00:00", "2026-13-03T15:00:00Z", "\udcff",
             "0001-01-01T00:00:00+08:00"]
)  # fmt: skip
def test_a_clock_file_without_an_instant_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "clock"
    file.write_bytes(text.encode(errors="surrogateescape"))
    clock = office_clock(Settings(clock=f"file:{file}", env="test"))
    with pytest.raises(SettingsError, match="clock"):
        clock()


def test_a_missing_clock_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="missing"):
        office_clock(Settings(clock=f"file:{tmp_path}/none", env="test"))()


def test_the_real_clock_is_aware() -> None:
    assert office_clock(Settings())().tzinfo is real_now().tzinfo is UTC


OIDC = {"DUBAN_OIDC_ISSUER": "https://sso.example.cn/r/", "DUBAN_OIDC_CLIENT": "duban"}


def test_an_identity_provider_is_named_whole_or_not_at_all(tmp_path: Path) -> None:
    found = load_settings(OIDC | {"DUBAN_OIDC_ACR": "gold silver"}, tmp_path)
    assert (found.oidc_issuer, found.oidc_acr) == (OIDC["DUBAN_OIDC_ISSUER"], ("gold", "silver"))
    for name in OIDC:
        half = {other: value for other, value in OIDC.items() if other != name}
        assert name in refusal(tmp_path, **half)
    assert "DUBAN_OIDC_ISSUER" in refusal(tmp_path, DUBAN_OIDC_SECRET="canary")


@pytest.mark.parametrize(
    "issuer",
    ["sso.example.cn", "http://sso.example.cn", "https://u:canary@sso.example.cn", "https://",
     "https://sso.example.cn/?a=b", "https://sso.example.cn/#x", "ftp://sso.example.cn"],
)  # fmt: skip
def test_an_issuer_of_no_use_is_refused_and_no_password_repeated(
    tmp_path: Path, issuer: str
) -> None:
    told = refusal(tmp_path, **(OIDC | {"DUBAN_OIDC_ISSUER": issuer}))
    assert "DUBAN_OIDC_ISSUER" in told
    assert "canary" not in told


def test_plain_http_to_a_provider_is_for_this_machine_and_never_for_real(tmp_path: Path) -> None:
    local = OIDC | {"DUBAN_OIDC_ISSUER": "http://127.0.0.1:9/r"}
    assert load_settings(TEST | local, tmp_path).oidc_issuer == "http://127.0.0.1:9/r"
    assert "https" in refusal(tmp_path, **local)


def test_the_spelling_of_settings_hides_the_secret_of_the_provider(tmp_path: Path) -> None:
    assert "canary" not in repr(load_settings(OIDC | {"DUBAN_OIDC_SECRET": "canary"}, tmp_path))
