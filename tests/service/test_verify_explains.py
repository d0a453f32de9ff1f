"""Verify says of each kind of damage what it is; and of what is no damage, nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, delete, text, update

from engine.domain.note import Checkpoint, Note, Signer
from engine.domain.records import RECORDS
from engine.errors import InvalidError
from engine.service import audit
from engine.service.verify import examine, verify
from engine.store import ledger, passages
from engine.store.database import Database
from engine.store.tables import table
from tests.service.audit_office import (
    KEYS,
    SIGNER,
    WHO,
    Desk,
    build,
    case,
)
from tests.service.tampering import kinds, tampering


def test_an_honest_office_is_intact(database: Database, note: str) -> None:
    answer = verify(database, KEYS, [note])
    size = Checkpoint.parse(Note.parse(note).text).size
    assert answer["intact"]
    assert answer["findings"] == []
    assert (answer["size"], answer["unprovable_after"]) == (size, size)
    assert note.split("\n")[2] == answer["root"]


def test_an_empty_log_is_intact(database: Database) -> None:
    answer = verify(database, KEYS)
    assert (answer["intact"], answer["size"], answer["unprovable_after"]) == (True, 0, 0)


def test_what_came_after_the_newest_checkpoint_is_called_unprovable(
    database: Database, note: str
) -> None:
    before = Checkpoint.parse(Note.parse(note).text).size
    with database.transaction() as connection:
        case(connection, 3)
        ledger.sequence(connection, wait=True)
    answer = verify(database, KEYS, [note])
    assert answer["intact"]
    assert answer["unprovable_after"] == before < answer["size"]
    with database.transaction() as connection:
        audit.checkpoint(Desk(connection), WHO, SIGNER)
    assert verify(database, KEYS, [note])["unprovable_after"] == before
    assert verify(database, KEYS)["unprovable_after"] == answer["size"]


def test_a_finding_names_case_event_table_and_column(database: Database, note: str) -> None:
    with tampering(database) as connection:
        connection.execute(update(table("letter")).values(colour="blue").where(text("case_id = 2")))
        (found,) = examine(connection, KEYS, [note]).findings.answers("zh")
    assert (found["kind"], found["case"], found["table"]) == (
        "row-differs",
        "DB-2026-0002",
        "letter",
    )
    assert found["column"] == "colour"
    assert found["detail"] == "letter 2/12 的 colour 在表中为 blue，按日志应为 red。"
    assert found["seq"] == 13


def test_free_text_is_not_repeated_in_a_finding(database: Database, note: str) -> None:
    with tampering(database) as connection:
        connection.execute(update(table("note")).values(body="绝密").where(text("case_id = 2")))
        (found,) = examine(connection, KEYS, [note]).findings.answers("zh")
    assert found["kind"] == "row-text-differs"
    assert "绝密" not in found["detail"]


def test_an_event_waiting_for_its_place_is_no_damage(database: Database, note: str) -> None:
    with database.transaction() as connection:
        case(connection, 3)
    assert verify(database, KEYS, [note])["intact"]


def test_a_note_of_another_log_or_signer_does_not_hold(database: Database, note: str) -> None:
    point = Checkpoint.parse(Note.parse(note).text)
    stranger = Signer.make("stranger", bytes(32))
    elsewhere = SIGNER.sign(replace(point, origin="duban.local/other").text())
    cases = {
        "checkpoint-signature": stranger.sign(point.text()),
        "checkpoint-origin": elsewhere,
        "checkpoint-root": SIGNER.sign(replace(point, root=bytes(32)).text()),
        "checkpoint-beyond": SIGNER.sign(replace(point, size=point.size + 1).text()),
    }
    with database.reading() as connection:
        for kind, forged in cases.items():
            examined = examine(connection, KEYS, [note, forged])
            assert kinds(examined) == {kind}
            assert {f.table for f in examined.findings.listed} == {"against"}
            assert examined.unprovable_after == point.size


def test_a_text_that_is_no_note_is_the_callers_mistake(database: Database) -> None:
    for text_given in ("", "text\n", SIGNER.sign("no checkpoint\n")):
        with pytest.raises(InvalidError):
            verify(database, KEYS, [text_given])


def test_a_rewritten_log_is_caught_by_a_checkpoint_from_outside(
    database: Database, note: str
) -> None:
    """Threat D: everything is rewritten and signed anew, so that it is sound in itself."""
    with tampering(database) as connection:
        for name in ("event", "vault", "log_tile", "log_pending", "checkpoint", "workflow", "blob"):
            connection.execute(delete(table(name)))
        for name in reversed(("unit", "account", "issue", "case", *_others())):
            connection.execute(delete(table(name)))
        passages.rebuild(connection)
        build(connection, cases=2)
        assert kinds(examine(connection, KEYS)) == set()
        assert kinds(examine(connection, KEYS, [note])) == {"checkpoint-root"}


def _others() -> list[str]:
    return [n for n in RECORDS if n not in {"unit", "account", "issue", "case"}]


def _cut(connection: Connection) -> None:
    connection.execute(text("DELETE FROM event WHERE log_index > 20"))


Damage = Callable[[Connection], object]


def _sql(statement: str) -> Damage:
    return lambda connection: connection.execute(text(statement))


def _forge(connection: Connection) -> None:
    """Change one character of the newest signature."""
    note: str = connection.execute(text("SELECT max(note) FROM checkpoint")).scalar_one()
    other = "A" if note[-12] != "A" else "B"
    forged = text("UPDATE checkpoint SET note = :note")
    connection.execute(forged.bindparams(note=note[:-12] + other + note[-11:]))


DAMAGES: list[tuple[str, Damage]] = [
    ("checkpoint-beyond", _cut),
    ("checkpoint-column", _sql("UPDATE checkpoint SET size = size - 1")),
    ("checkpoint-form", _sql("UPDATE checkpoint SET note = 'x'")),
    ("checkpoint-signature", _forge),
    ("definition-digest", _sql("UPDATE workflow SET source = source || '# x'")),
    ("definition-form", _sql("UPDATE workflow SET source = 'x ='")),
    ("step-definition", _sql("DELETE FROM workflow")),
    ("file-missing", _sql("DELETE FROM blob")),
    ("file-size", _sql("UPDATE file SET size = size + 1")),
    ("tile-extra", _sql("INSERT INTO log_tile (level, start, hash) VALUES (1, 0, '')")),
    ("pending-extra", _sql("INSERT INTO log_pending (stream, seq) VALUES (1, 999)")),
    ("event-unplaced", _sql("UPDATE event SET log_index = NULL WHERE stream = 1 AND seq = 3")),
    ("vault-missing", _sql("DELETE FROM vault WHERE stream = 1")),
    ("row-missing", _sql("DELETE FROM note WHERE case_id = 1")),
]


@pytest.mark.parametrize(("kind", "damage"), DAMAGES, ids=[kind for kind, _ in DAMAGES])
def test_each_damage_has_its_name(database: Database, note: str, kind: str, damage: Damage) -> None:
    assert note
    with tampering(database) as connection:
        damage(connection)
        examined = examine(connection, KEYS)
    assert kind in kinds(examined)


def test_changed_bytes_of_a_file_are_found(database: Database, note: str) -> None:
    assert note
    with tampering(database) as connection:
        connection.execute(update(table("blob")).values(content="别的内容".encode()))
        assert kinds(examine(connection, KEYS)) == {"file-bytes"}


def test_a_changed_subtree_hash_is_found(database: Database) -> None:
    with database.transaction() as connection:
        build(connection, cases=17)
    with tampering(database) as connection:
        assert kinds(examine(connection, KEYS)) == set()
        connection.execute(update(table("log_tile")).values(hash=bytes(32)))
        assert kinds(examine(connection, KEYS)) == {"tile-differs"}


def erase(connection: Connection, record: str, column: str, value: str | None) -> None:
    """Erase the text of one part of the first case, in the vault and in its table."""
    kept = table("vault").c
    place = f"{record}.1."
    for seq, values in ledger.opened_all(connection, 1).items():
        for field in values:
            if field.startswith(place):
                assert ledger.erase(connection, 1, seq, field)
    assert kept.value.nullable
    chosen = table(record)
    connection.execute(update(chosen).where(chosen.c.case_id == 1).values({column: value}))


def test_an_erased_text_breaks_nothing(database: Database, note: str) -> None:
    with database.transaction() as connection:
        erase(connection, "note", "body", "")
    assert verify(database, KEYS, [note])["intact"]


def test_a_text_that_was_erased_and_still_stands_in_its_table_is_found(
    database: Database, note: str
) -> None:
    assert note
    with database.transaction() as connection:
        erase(connection, "note", "body", "还在")
    with database.reading() as connection:
        assert kinds(examine(connection, KEYS)) == {"row-not-erased"}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "column", "junk"),
    [
        ("clock", "due_at", "yesterday"), ("clock", "derivation", "{"), ("case", "version", "one"),
        ("event", "at", "x"), ("event", "body", "x"), ("event", "seq", "x"), ("note", "no", "x"),
        ("vault", "salt", "x"), ("event", "log_index", "x"),
        ("event", "leaf_hash", 5), ("event", "body", b"\xff"), ("event", "body", b"{}"),
        ("event", "body", b'{"rows":[{"k":[[1]],"new":{},"t":"note"}]}'), ("note", "body", b"\xff"),
        ("event", "body", b'{"rows":[{"k":[1],"new":{"x":1},"t":"note"}]}'),
    ],
)  # fmt: skip
def test_junk_in_a_cell_is_a_finding_and_stops_nothing(
    database: Database,
    note: str,
    name: str,
    column: str,
    junk: Any,  # noqa: ANN401
) -> None:
    assert note
    with tampering(database) as connection:
        row = connection.exec_driver_sql(f'SELECT min(rowid) FROM "{name}"').scalar_one()
        connection.exec_driver_sql(f'UPDATE "{name}" SET {column} = ? WHERE rowid = ?', (junk, row))
        connection.execute(update(table("letter")).values(colour="blue"))
        examined = examine(connection, KEYS)
    assert {name, "letter"} <= {finding.table for finding in examined.findings.listed}
    assert len(examined.findings.answers("zh")) == len(examined.findings.listed)
