"""Wrong use of any command: exit code 2, one line that says what to do, in either language."""

import pytest

from engine.cli.root import COMMANDS
from tests.cli.conftest import Terminal

WRONG = (
    ("nonsense",),
    ("cases",),
    ("unit",),
    ("unit", "ad"),
    ("unit", "add"),
    ("unit", "add", "a", "b"),
    ("unit", "add", "a", "--parent"),
    ("unit", "list", "--fromat", "json"),
    ("unit", "list", "--format", "xml"),
    ("unit", "list", "--format=json=x"),
    ("unit", "list", "-x"),
    ("serve", "--port", "many"),
    ("serve", "--port", "70000"),
    ("serve", "--workers", "0"),
    ("serve", "--no-timers=yes"),
    ("timers", "--once", "--rules"),
    ("timers", "--preview-at", "2026-03-03", "--once"),
    ("--colour",),
    ("report",),
    ("report", "overdue", "--limit", "-1"),
)


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_wrong_use_is_one_line_in_the_office_s_language(
    bare: Terminal, words: tuple[str, ...], language: str
) -> None:
    bare.set("DUBAN_LOCALE", language)
    line = bare.refused(*words)
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in line)
    assert chinese == (language == "zh"), line


def test_a_slip_is_told_with_what_was_meant(bare: Terminal) -> None:
    assert "did you mean list?" in bare.refused("unit", "lst")
    assert "did you mean --format?" in bare.refused("unit", "list", "--fromat", "json")
    assert "did you mean import?" in bare.refused("imprt")


def test_text_that_is_not_utf8_is_refused(bare: Terminal) -> None:
    assert "not UTF-8" in bare.refused("unit", "add", "\udcff\udcfe")


def test_no_command_at_all_shows_the_help(bare: Terminal) -> None:
    out = bare.done().out
    assert out == bare.done("--help").out
    for name in COMMANDS:
        assert f"\n  {name} " in out


def test_an_unexpected_fault_is_one_line_too(
    bare: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a\nb")

    monkeypatch.setattr("engine.cli.doctor.examine", broken)
    ran = bare("doctor")
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert "ZeroDivisionError" in ran.err
    assert "test_usage.py" in ran.err


def test_an_unknown_key_of_the_file_of_settings_is_named(bare: Terminal) -> None:
    (bare.folder / "duban.toml").write_text('lokale = "en"\n')
    assert "lokale" in bare.refused("doctor")
    assert bare.done("--help").out
