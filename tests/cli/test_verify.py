from pathlib import Path

import pytest
from sqlalchemy import text

from engine.store.database import database_url as parsed_url
from engine.store.database import migration_engine
from tests.cli.conftest import Terminal
from tests.people import TOWN


def damage(url: str, statement: str) -> None:
    """Change a row behind Duban's back."""
    engine = migration_engine(parsed_url(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_what_holds_is_said_to(office: Terminal, tmp_path: Path) -> None:
    office.done("audit", "checkpoint", "--out", "first")
    office.done("unit", "add", "新办")
    office.done("audit", "checkpoint", "--out", "second")
    out = office.done("verify", "--against", "first", "--against", "second").out
    assert out.startswith("Intact: all ")
    answer = office.done("verify", "--format", "json").json()
    assert sorted(answer) == ["findings", "intact", "root", "size", "unprovable_after"]
    assert (answer["intact"], answer["findings"]) == (True, [])
    assert answer["root"] == (tmp_path / "second").read_text().splitlines()[2]


def test_newer_entries_are_said_to_be_unproven(office: Terminal) -> None:
    office.done("audit", "checkpoint", "--out", "first")
    office.done("unit", "add", "新办")
    assert "The last 1 entries are newer" in office.done("verify", "--against", "first").out


@pytest.mark.parametrize("shape", [(), ("--format", "json"), ("--format", "csv")])
def test_damage_gives_exit_code_one_and_is_located(
    office: Terminal, shape: tuple[str, ...]
) -> None:
    damage(office.url, f"UPDATE unit SET kind = 'other' WHERE name = '{TOWN.name}'")
    ran = office("verify", *shape)
    assert (ran.code, ran.err) == (1, "")
    assert "unit" in ran.out
    assert "kind" in ran.out


def test_a_checkpoint_of_another_log_does_not_hold(office: Terminal, tmp_path: Path) -> None:
    note = office.done("audit", "checkpoint").out
    size = note.splitlines()[1]
    forged = note.replace(f"\n{size}\n", f"\n{int(size) + 1}\n", 1)
    (tmp_path / "forged").write_text(forged)
    ran = office("verify", "--against", "forged", "--format", "json")
    assert ran.code == 1
    assert not ran.json()["intact"]


def test_what_is_no_note_is_wrong_use(office: Terminal, tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("Dear office,\n")
    office.refused("verify", "--against", "letter")
    assert "gone" in office.refused("verify", "--against", "gone")
