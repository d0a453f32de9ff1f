from pathlib import Path

from tests.cli.conftest import Terminal
from tests.provider import FakeProvider


def test_a_fresh_installation_is_sound(duban: Terminal) -> None:
    checks = duban.done("doctor").json()
    assert [check["check"] for check in checks if not check["ok"]] == []
    assert len(checks) == 11


def test_what_is_not_gives_exit_code_one_and_what_to_do(duban: Terminal, tmp_path: Path) -> None:
    (tmp_path / "home" / "keys" / "log.key").chmod(0o640)
    duban.at("2030-05-01T00:00:00Z")
    ran = duban("doctor", "--format", "table")
    assert (ran.code, ran.err) == (1, "")
    wrong = [line for line in ran.out.splitlines() if "  no   " in line]
    assert len(wrong) == 2
    assert "duban calendar import" in ran.out
    assert "chmod" in ran.out


def test_next_year_s_notice_is_asked_for_from_november_and_does_not_hold_in_december(
    duban: Terminal,
) -> None:
    told = "that of 2027 is not"
    for day, code, asked in (("10-31", 0, False), ("11-01", 0, True), ("12-01", 1, True)):
        duban.at(f"2026-{day}T12:00:00+08:00")
        ran = duban("doctor", "--format", "table")
        assert (told in ran.out, "  no   " in ran.out) == (asked, code == 1), day
        assert ran.code == code


def test_nothing_at_all_is_looked_at_without_a_fall(bare: Terminal) -> None:
    ran = bare("doctor")
    assert ran.code == 1
    assert "duban init" in ran.out
    assert "checkpoints" not in ran.out


def test_an_identity_provider_is_asked_who_it_is(duban: Terminal) -> None:
    with FakeProvider().open() as provider:
        for name, value in provider.settings().items():
            duban.set(name, value)
        told = {check["check"]: check for check in duban("doctor").json()}
        assert told["identity provider"]["ok"]
        assert provider.asked == ["/realms/town/.well-known/openid-configuration"]
        duban.set("DUBAN_OUTBOUND_ALLOW", "sso.example.cn:443")
        told = {check["check"]: check for check in duban("doctor").json()}
        assert not told["identity provider"]["ok"]
        assert "is not in DUBAN_OUTBOUND_ALLOW" in told["identity provider"]["says"]
