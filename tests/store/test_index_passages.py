"""The index of passages says what reading every text would say, whatever is written and erased."""

import os
from collections.abc import Iterator
from random import Random
from typing import Any

from sqlalchemy import Connection, select, update

from engine.domain.events import Delta
from engine.domain.passages import KINDS, TOUCHING, Passage, passages_of, stands
from engine.domain.records import columns, key_columns
from engine.store import passages, rows
from engine.store.database import Database
from engine.store.search import places, subjects
from engine.store.tables import table
from tests.service import late_office
from tests.service.late_office import grid

ROUNDS = int(os.environ.get("DUBAN_TEST_PASSAGES", "4"))
LETTERS = "欠薪工资工地核查AaÉéＡ１1%_\\'\"*^:-+(){} 　\n，。〔〕ß\U00020000"
"""Of what texts are made; few, so that words stand in several."""


def text_of(rng: Random) -> str:
    """Make a text."""
    return "".join(rng.choices(LETTERS, k=rng.choice([1, 2, 3, 8, 40]))).strip() or "空"


def word_of(rng: Random, texts: list[str]) -> str:
    """Make a word: out of a text or, at times, of nothing that is there."""
    source = rng.choice(texts) if texts and rng.random() < 0.8 else text_of(rng)
    parts = source.split() or ["无"]
    part = rng.choice(parts)
    start = rng.randrange(len(part))
    return part[start : start + rng.choice([1, 2, 2, 3, 5, 30])]


def office(connection: Connection, rng: Random) -> None:
    """Write an office whose titles and summaries are random texts."""
    matters = late_office.imagine(rng, 6)
    late_office.put_office(connection)
    more = [late_office.row(m) | {"title": text_of(rng), "summary": text_of(rng)} for m in matters]
    blank = dict.fromkeys(columns("case"))
    rows.bulk_insert(connection, "case", [blank | one for one in more])


class Pen:
    """Writes random changes of what has passages, as the verbs do, and as erasing would."""

    def __init__(self, connection: Connection, rng: Random) -> None:
        self.connection, self.rng, self.no = connection, rng, 1000

    def write(self) -> None:
        """Write some changes at once."""
        made = [getattr(self, f"_{what}") for what in ("note", "letter", "change", "erase")]
        rows.apply(self.connection, [d for make in self.rng.sample(made, 2) for d in make()])

    def _note(self) -> Iterator[Delta]:
        yield self._new("note", {"body": text_of(self.rng), "by_id": 1, "at": grid(50)})

    def _letter(self) -> Iterator[Delta]:
        values: dict[str, Any] = {"status": "draft", "colour": "red", "demands": text_of(self.rng)}
        values |= {"answer_by": grid(60).date(), "drafted_at": grid(40)}
        yield self._new("letter", values)

    def _new(self, record: str, values: dict[str, Any]) -> Delta:
        self.no += 1
        key = (self.rng.randrange(1, 7), self.no)
        row = dict.fromkeys(columns(record)) | {"case_id": key[0], "no": key[1]} | values
        return Delta(record, key, row)

    def _change(self) -> Iterator[Delta]:
        new: dict[str, Any] = {"issue": "summary", "case": "title", "note": "body"}
        for record in self.rng.sample(list(TOUCHING), 2):
            if (row := self._any(record)) is not None:
                text = {new[record]: text_of(self.rng)} if record in new else self._step(row)
                yield _changed(record, row, text)

    def _step(self, letter: dict[str, Any]) -> dict[str, Any]:
        """Send a letter, or answer or judge it."""
        if letter["issued_at"] is None:
            number = f"{text_of(self.rng)}{letter['no']}"
            return {"number": number, "issued_at": grid(51), "issued_by": 1, "status": "issued"}
        if letter["answered_at"] is None:
            return {"answer": text_of(self.rng), "answered_at": grid(52), "signed_at": grid(52)}
        return {"verdict": text_of(self.rng), "decided_at": grid(53)}

    def _erase(self) -> Iterator[Delta]:
        for record, name in (("case", "summary"), ("issue", "summary"), ("letter", "answer")):
            row = self._any(record)
            if row is not None and row[name] is not None and self.rng.random() < 0.5:
                yield _changed(record, row, {name: None})

    def _any(self, record: str) -> dict[str, Any] | None:
        found = self.connection.execute(select(table(record))).mappings().all()
        return dict(self.rng.choice(found)) if found else None


def _changed(record: str, row: dict[str, Any], new: dict[str, Any]) -> Delta:
    key = tuple(row[name] for name in key_columns(record))
    return Delta(record, key, new, {name: row[name] for name in new})


def plain(connection: Connection) -> list[Passage]:
    """Read all texts as they stand in the tables."""
    return [
        one
        for record in TOUCHING
        for row in connection.execute(select(table(record))).mappings()
        for one in passages_of(record, dict(row))
    ]


def test_the_index_finds_what_reading_every_text_finds(database: Database, rng: Random) -> None:
    hits = 0
    with database.transaction() as connection:
        office(connection, rng)
        pen = Pen(connection, rng)
        for _ in range(ROUNDS):
            for _ in range(6):
                pen.write()
            hits += compare(connection, rng)
        before = everything(connection)
        count = passages.rebuild(connection)
        assert everything(connection) == before
        assert count == len(plain(connection))
        hits += compare(connection, rng)
    assert hits > ROUNDS * 10


def compare(connection: Connection, rng: Random) -> int:
    """Look for random words; give how often one stood somewhere."""
    texts, hits = plain(connection), 0
    for _ in range(40):
        word = word_of(rng, [one.text for one in texts])
        wanted = {one.place for one in texts if stands(word, one.text)}
        found = list(connection.scalars(places(word, *KINDS)))
        assert sorted(found) == sorted(wanted), word
        hits += len(found)
    return hits


def everything(connection: Connection) -> list[Any]:
    """Give what the index holds, however it is kept."""
    if connection.dialect.name == "sqlite":
        asked = "SELECT term, doc, cnt FROM passage_pairs"
        return list(connection.exec_driver_sql(asked))
    return sorted(connection.exec_driver_sql("SELECT rowid, text FROM passage"))


def test_what_is_erased_is_gone_from_the_index_at_once(database: Database) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(Random(1), 3))
    for no, body in enumerate(("梧桐路欠薪", "海棠路欠薪"), start=200):
        row = {"case_id": 1, "no": no, "body": body, "by_id": 1, "at": grid(50)}
        with database.transaction() as connection:
            rows.apply(connection, [Delta("note", (1, no), row)])
    with database.reading() as connection:
        assert "桐" in kept(connection)
    with database.transaction() as connection:
        rows.apply(connection, [Delta("note", (1, 200), {"body": ""}, {"body": "梧桐路欠薪"})])
    with database.reading() as connection:
        assert not set("梧桐") & set(kept(connection))
        assert set(connection.scalars(subjects("梧桐", *KINDS))) == set()
        assert set(connection.scalars(subjects("海棠", *KINDS))) == {1}
        assert set(connection.scalars(subjects("欠薪", *KINDS))) == {1}


def kept(connection: Connection) -> str:
    """Give all bytes of the index, as far as they are text."""
    if connection.dialect.name == "sqlite":
        blocks = connection.exec_driver_sql("SELECT block FROM passage_data").scalars()
        return b"".join(blocks).decode(errors="ignore")
    return "".join(connection.exec_driver_sql("SELECT text FROM passage").scalars())


def test_a_change_that_is_taken_back_leaves_the_index_as_it_was(database: Database) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(Random(1), 3))
        before = everything(connection)
        nested = connection.begin_nested()
        row = {"case_id": 1, "no": 200, "body": "梧桐", "by_id": 1, "at": grid(50)}
        rows.apply(connection, [Delta("note", (1, 200), row)])
        assert everything(connection) != before
        nested.rollback()
        assert everything(connection) == before


def test_a_step_that_touches_no_text_touches_no_passage(database: Database) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(Random(1), 3))
        case = table("case")
        connection.execute(update(case).where(case.c.id == 1).values(title="不经索引"))
        rows.apply(connection, [Delta("case", (1,), {"relapses": 3}, {"relapses": 0})])
        assert set(connection.scalars(subjects("不经", "head"))) == set()
        assert passages.rebuild(connection) == 5
        assert set(connection.scalars(subjects("不经", "head"))) == {1}


def test_the_index_begins_with_its_rows(database: Database) -> None:
    with database.transaction() as connection:
        assert passages.is_empty(connection)
        late_office.put(connection, late_office.imagine(Random(1), 1))
        assert not passages.is_empty(connection)
        note = {"case_id": 1, "no": 200, "body": "同时", "by_id": 1, "at": grid(50)}
        new = Delta("note", (1, 200), note)
        later = Delta("note", (1, 200), {"body": "之后"}, {"body": "同时"})
        rows.apply(connection, [new, later])
        assert set(connection.scalars(subjects("同时", "note"))) == set()
        assert set(connection.scalars(subjects("之后", "note"))) == {1}
