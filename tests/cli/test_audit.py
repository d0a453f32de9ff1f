from pathlib import Path

from engine.domain.note import Checkpoint, Note, Verifier, verified
from tests.cli.conftest import Terminal


def test_a_checkpoint_is_signed_by_the_key_that_is_told(duban: Terminal, tmp_path: Path) -> None:
    printed = duban.done("audit", "checkpoint").out
    verifier = Verifier.parse(duban.done("audit", "key").out.strip())
    told = duban.done("audit", "checkpoint", "--out", "note")
    assert "Written to note" in told.out
    assert (tmp_path / "note").read_text() == printed
    note = Note.parse(printed)
    assert [c.name for c in verified(note, [verifier])] == [verifier.name]
    assert Checkpoint.parse(note.text).size > 0


def test_it_covers_whatever_was_committed_before(duban: Terminal) -> None:
    first = duban.done("audit", "checkpoint").out.splitlines()
    duban.done("unit", "add", "新办")
    second = duban.done("audit", "checkpoint").out.splitlines()
    assert int(second[1]) == int(first[1]) + 1


def test_a_key_that_others_can_read_is_refused(duban: Terminal, tmp_path: Path) -> None:
    (tmp_path / "home" / "keys" / "log.key").chmod(0o644)
    for words in (("audit", "checkpoint"), ("audit", "key"), ("serve",), ("verify",)):
        assert "log.key" in duban.refused(*words)


def test_a_file_that_cannot_be_written_is_named(duban: Terminal) -> None:
    assert "no/where" in duban.refused("audit", "checkpoint", "--out", "no/where")
