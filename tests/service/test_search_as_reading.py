"""Searching by the index gives what reading every text gives: cases, their order, their number.

Each reader is asked on its own, now and as of past instants, and in each way in which a list by
words is read: by ids, by a walk in its order, and by the database alone.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, select

from engine.domain.access import Principal
from engine.domain.events import Delta
from engine.domain.passages import WITHIN, stands
from engine.domain.records import columns
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.service.search import look_for
from engine.store import keyset, rows
from engine.store.database import Database
from engine.store.tables import table
from tests.service import late_office
from tests.service.late_office import NOW, ZONE, grid

TRIALS = int(os.environ.get("DUBAN_TEST_SEARCHES", "16"))
CHARACTERS = "欠薪工地核Aaｂ1%_'\"*-。"
LEADER = Principal(1, "zhangsan", "张", None, frozenset({"leader"}), 3, frozenset({3}))
OFFICER = replace(LEADER, account_id=9, roles=frozenset({"unit"}))
DUTY = replace(LEADER, account_id=3, roles=frozenset({"duty"}), unit_id=1)
LEADING_DUTY = replace(LEADER, roles=frozenset({"leader", "duty"}))
READERS = (READER, LEADER, OFFICER, DUTY, LEADING_DUTY)
WAYS = {"by ids": (500, 10**9, 0), "by walk": (-1, 0, 10**9), "by database": (-1, 10**9, 0)}
"""Up to how many ids are asked for by name, from how many a walk is taken, how far it goes."""


def text_of(rng: Random, most: int = 6) -> str:
    """Make a text."""
    return "".join(rng.choices(CHARACTERS, k=rng.randrange(1, most)))


@dataclass
class Told:
    """A text of a case or an issue: what it is of, and since when it is there.

    Summaries tell what is of kind `title`.
    """

    text: str
    kind: str
    since: datetime | None = None


def write(connection: Connection, rng: Random) -> dict[str, list[Told]]:
    """Write an office with random texts; give those of each case by its code."""
    matters = late_office.imagine(rng, 24)
    late_office.put_office(connection)
    titles = {m.id: text_of(rng) for m in matters}
    more = {m.id: {"title": titles[m.id], "summary": text_of(rng)} for m in matters}
    blank = dict.fromkeys(columns("case"))
    whole = [blank | late_office.row(m) | more[m.id] for m in matters]
    for row in whole:
        row["registered_by"] = rng.choice([None, None, 3])
    rows.bulk_insert(connection, "case", whole)
    late_office.put_parts(connection, matters)
    issue = {1: text_of(rng), 2: text_of(rng)}
    for number, text in issue.items():
        rows.apply(connection, [Delta("issue", (number,), {"summary": text}, {"summary": None})])
    told = {}
    for m in matters:
        names = connection.execute(select(table("issue")).where(table("issue").c.id == m.issue))
        of_issue = names.one()
        told[m.code] = [
            Told(f"{m.code}\n{titles[m.id]}", "title"),
            Told(more[m.id]["summary"], "summary"),
            Told(f"{of_issue.code}\n{of_issue.title}", "issue"),
            Told(issue[m.issue], "issue"),
            *_parts(connection, rng, m.id),
        ]
    return told


def _parts(connection: Connection, rng: Random, case_id: int) -> Iterator[Told]:
    at = grid(rng.randrange(70))
    if rng.random() < 0.5:
        body = text_of(rng)
        note = {"case_id": case_id, "no": 500, "body": body, "by_id": 1, "at": at}
        rows.bulk_insert(connection, "note", [note])
        yield Told(body, "note", at)
    letter = dict.fromkeys(columns("letter")) | {"case_id": case_id, "no": 501, "colour": "red"}
    letter |= {"status": "draft", "demands": text_of(rng), "answer_by": NOW.date()}
    letter |= {"drafted_at": at}
    for step, name in enumerate(("issued_at", "answered_at", "decided_at"), start=1):
        if rng.random() < 0.4:
            break
        text, since = text_of(rng), at + timedelta(hours=12 * step)
        letter |= {name: since, **_written(name, text, case_id, since)}
        told = f"{letter['number']}\n{letter['demands']}" if name == "issued_at" else text
        yield Told(told, "letter", since)
    rows.bulk_insert(connection, "letter", [letter])


def _written(name: str, text: str, case_id: int, at: datetime) -> dict[str, Any]:
    """Give what is written in a letter when it gets one of its instants."""
    given: dict[str, dict[str, Any]] = {
        "issued_at": {"number": f"{text}{case_id}", "issued_by": 1, "signed_at": at},
        "answered_at": {"answer": text},
        "decided_at": {"verdict": text},
    }
    return given[name]


def listed(desk: Desk, who: Principal, query: CaseQuery) -> list[Any]:
    """Read a list whole, page by page; its number is told with each."""
    items, cursor = list[Any](), None
    while True:
        answer = list_cases(desk, who, replace(query, cursor=cursor))
        items += answer["items"]
        cursor = answer["next"]
        if cursor is None:
            assert answer["total"] == len(items)
            return items


@pytest.mark.parametrize("way", WAYS)
def test_what_is_found_is_what_reading_finds(
    database: Database, rng: Random, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    for name, value in zip(("FEW", "MANY", "FAR"), WAYS[way], strict=True):
        monkeypatch.setattr(keyset, name, value)
    hits = 0
    with database.transaction() as connection:
        told = write(connection, rng)
        desk = Desk(connection, NOW, "zh", "web", ZONE)
        for _ in range(TRIALS):
            who = rng.choice(READERS)
            at = rng.choice([None, None, grid(rng.randrange(60))])
            sort = rng.choice(["limit", "-limit", "due", "-registered_at", "code"])
            query, within = CaseQuery(as_of=at, sort=sort), rng.choice([None, None, *WITHIN])
            words = [text_of(rng, 3) for _ in range(rng.choice([1, 1, 2]))]
            wanted = [
                item["code"]
                for item in listed(desk, who, query)
                if all(_stands(word, texts_of(item, told, within), at or NOW) for word in words)
            ]
            q = " ".join(words)
            narrowed = replace(query, q=q, within=within, limit=7)
            found = [item["code"] for item in listed(desk, who, narrowed)]
            if who.has("duty") and within not in {None, "title"}:
                wanted.sort()  # of what is read in full alone the order is another
                found.sort()
            assert found == wanted, (q, who.roles, at, within)
            hits += len(found)
            if at is None and sort == "limit":
                answer = look_for(desk, who, q, within=within)
                codes = {one["case"]["code"] for one in answer["cases"]}
                assert codes <= set(found)
                assert len(codes) == min(20, len(found))
                assert answer["total"] == len(found)
    assert hits


def texts_of(item: dict[str, Any], told: dict[str, list[Told]], within: str | None) -> list[Told]:
    """Give the texts of a case in which its reader looks; of a summary those that it tells."""
    kinds = {within or one for one in WITHIN} & (set(WITHIN) if "issue" in item else {"title"})
    return [one for one in told[item["code"]] if one.kind in kinds]


def _stands(word: str, texts: list[Told], at: datetime) -> bool:
    """Say that a word stands in one of these texts at an instant."""
    return any(stands(word, t.text) for t in texts if t.since is None or t.since <= at)
