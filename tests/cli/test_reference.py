"""The reference lists exactly the commands, options and settings that there are."""

import re
from pathlib import Path

from engine.settings import VARIABLES, Settings, load_settings
from tests.cli.reference import BEGINS, PAGE, written

SETTINGS = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_reference_lists_every_command_and_option_as_the_help_does() -> None:
    listed = PAGE.read_text(encoding="utf-8").partition(BEGINS)[2]
    assert listed == written(), "run: python -m tests.cli.reference"


def test_the_reference_lists_every_setting_and_no_other() -> None:
    text = SETTINGS.read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\| `(DUBAN_[A-Z_]+)` \|", text, re.MULTILINE)) == VARIABLES


def test_defaults_are_those_of_the_program(tmp_path: Path) -> None:
    rows = re.findall(
        r"^\| `DUBAN_([A-Z_]+)` \|.*\| `([^`]*)` \|$",
        SETTINGS.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert len(rows) > 6
    plain, none = load_settings({}, tmp_path), Settings()
    for name, default in rows:
        given = load_settings({f"DUBAN_{name}": default}, tmp_path)
        assert getattr(given, name.lower()) == getattr(plain, name.lower()), (name, none)
