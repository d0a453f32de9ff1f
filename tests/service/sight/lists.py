"""What lists show: cases, their totals and searches, key issues, letters, and next things."""

import base64
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from engine.service import case_lists, issues, letter_lists, next_things
from engine.service.case_lists import CaseQuery
from engine.service.paging import PageQuery
from engine.service.search import look_for
from tests.service.sight.asking import Reader, Told, of
from tests.service.sight.furnish import OPEN_STATES
from tests.service.sight.marks import cases
from tests.store.sight import NOW

SUMMARY = {"code", "title", "state", "lead_unit", "due"}
MOST = 200
_INSTANT = re.compile(rb"\d\d:\d\d:\d\d")
NOTHING: frozenset[int] = frozenset()
FOUND_BY = {"summary": "case", "note": "note", "reply": None, "progress": None, "body": None}
"""Texts that are searched, by the record that they stand in; None for those that are not."""


def every_list(reader: Reader) -> Iterator[Told]:
    """Give what lists of cases show, and what they should."""
    sight = reader.sight
    known = sight.known if sight.works else NOTHING
    yield "list", _listed(reader), known
    yield "total", _total(reader), len(known)
    yield "page by page", _by_pages(reader), known
    if known > sight.read:
        yield "a cursor tells no instant", _tells_instants(reader), False
    yield "late ones", _listed(reader, overdue=True), sight.late
    yield "late ones' total", _total(reader, overdue=True), len(sight.late)
    yield "open ones", _listed(reader, closed=False) & sight.read, sight.open
    yield "one's own show no other", _listed(reader, mine=True) - sight.read, NOTHING
    yield "past ones show no other", _listed(reader, as_of=NOW.replace(day=1)) - sight.read, NOTHING
    for state in (*OPEN_STATES, "closed"):
        rows = sight.full.rows["case"]
        stand = frozenset(row["id"] for row in rows if row["state"] == state)
        yield f"list of {state}", _listed(reader, state=state), known & stand
    for row in sight.full.rows["issue"]:
        of_it = frozenset(c.id for c in sight.full.office.cases if c.issue == row["id"])
        if row["id"] in sight.issues and sight.works:
            found = _listed(reader, issue=row["code"])
            yield "list of an issue", found, sight.read & of_it
    for item in _items(reader):
        number = min(cases(item["code"]))
        yield "what is listed in summary", set(item) == SUMMARY, number not in sight.read
    pending = frozenset(
        r["case_id"] for r in sight.full.rows["request"] if r["state"] == "pending"
    )  # fmt: skip
    yield "those that wait for a decision", _listed(reader, pending=True), pending & sight.read
    exported = of(lambda: list(case_lists.every_case(reader.desk, reader.who, CaseQuery())))
    yield "every case for a file", cases(exported), known


def _ask(reader: Reader, **asked: Any) -> Any:  # noqa: ANN401  # of the query
    query = CaseQuery(limit=MOST, **asked)
    return of(lambda: case_lists.list_cases(reader.desk, reader.who, query)) or {}


def _items(reader: Reader) -> list[Mapping[str, Any]]:
    return list(_ask(reader).get("items", ()))


def _listed(reader: Reader, **asked: Any) -> frozenset[int]:  # noqa: ANN401  # of the query
    found = _ask(reader, **asked).get("items", ())
    return frozenset(min(cases(item["code"])) for item in found)


def _total(reader: Reader, **asked: Any) -> int:  # noqa: ANN401  # of the query
    found: int = _ask(reader, **asked).get("total", 0)
    return found


def _tells_instants(reader: Reader) -> bool:
    """Tell whether the cursor of a short page tells an instant: no summary does."""
    query = CaseQuery(limit=1)
    page = of(partial(case_lists.list_cases, reader.desk, reader.who, query))
    cursor = (page and page["next"]) or ""
    return _INSTANT.search(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) is not None


def _by_pages(reader: Reader) -> frozenset[int]:
    found, cursor = set[int](), None
    while True:
        query = CaseQuery(limit=3, cursor=cursor, sort="-code")
        page = of(partial(case_lists.list_cases, reader.desk, reader.who, query))
        found |= {min(cases(item["code"])) for item in (page or {"items": ()})["items"]}
        if page is None or page["next"] is None:
            return frozenset(found)
        cursor = page["next"]


def search(reader: Reader) -> Iterator[Told]:
    """Give what is found by words, in lists and on the page of the search."""
    sight, works = reader.sight, reader.sight.works
    wanted = {"某某小区": sight.known, "zztitle": sight.known, "zzissue": sight.read}
    for kind, record in FOUND_BY.items():
        everywhere = sight.read if record == "case" else sight.holding(record or "")
        wanted[f"zz{kind}"] = everywhere if record else NOTHING
    letters = sight.full.rows.get("letter", ())
    for kind, since in (("demands", "issued_at"), ("answer", "answered_at")):
        told = frozenset(row["case_id"] for row in letters if row.get(since))
        wanted[f"zz{kind}"] = told & sight.read
    for word, expected in wanted.items():
        should = expected if works else NOTHING
        yield f"search for {word}", _listed(reader, q=word), should
        hits = of(partial(look_for, reader.desk, reader.who, word))
        found = hits["cases"] if hits else []
        yield f"hits of {word}", frozenset(min(cases(h["case"]["code"])) for h in found), should
        yield f"number of hits of {word}", hits["total"] if hits else 0, len(should)
        told = cases([hit["case"]["code"] for hit in found if hit["places"]])
        yield f"places of {word} of no other", told - sight.read, NOTHING
    found = of(lambda: look_for(reader.desk, reader.who, "zzissue"))
    codes = {hit["issue"]["code"] for hit in (found or {"issues": ()})["issues"]}
    yield "issues that are found", codes, _issue_codes(reader) if works else set()


def _issue_codes(reader: Reader) -> set[str]:
    sight = reader.sight
    return {row["code"] for row in sight.full.rows["issue"] if row["id"] in sight.issues}


def of_issues(reader: Reader) -> Iterator[Told]:
    """Give which key issues are shown, and how many of their cases."""
    sight = reader.sight
    listed = of(lambda: issues.list_issues(reader.desk, reader.who))
    items = listed["items"] if listed else []
    should = _issue_codes(reader) if sight.works else set()
    yield "issues", {item["code"] for item in items}, should
    yield "number of issues", listed["total"] if listed else 0, len(should)
    for item in items:
        number = next(r["id"] for r in sight.full.rows["issue"] if r["code"] == item["code"])
        of_it = frozenset(c.id for c in sight.full.office.cases if c.issue == number)
        counted = {
            "all": len(sight.read & of_it), "open": len(sight.open & of_it),
            "overdue": len(sight.late & of_it),
        }  # fmt: skip
        yield "counts of an issue in the list", item["counts"], counted
        shown = of(partial(issues.show_issue, reader.desk, reader.who, item["code"]))
        yield "counts of an issue", shown["counts"], counted


def of_letters(reader: Reader) -> Iterator[Told]:
    """Give which letters are listed, for each thing that they wait for, and how many."""
    sight, desk, who = reader.sight, reader.desk, reader.who
    every = {(r["case_id"], r["no"]): r for r in sight.full.rows.get("letter", ())}
    status = {key: row["status"] for key, row in every.items()}
    closed = {case.id for case in sight.full.office.cases if case.closed_at}
    visible = sight.letters if sight.works else frozenset[tuple[int, int]]()
    counted = of(lambda: letter_lists.count_letters(desk, who)) or {}
    for waits_for in (None, *letter_lists.WAITING):
        ask = partial(letter_lists.list_letters, desk, who, waits_for, PageQuery(MOST))
        found = of(ask) or {"items": (), "total": 0}
        statuses = set(letter_lists.WAITING[waits_for][0]) if waits_for else set(status.values())
        mine = {key for key in visible if status[key] in statuses}
        running = {key for key in mine if key[0] not in closed}
        should = mine if waits_for in {None, "nothing"} else running
        numbers = (item["no"].split("-") for item in found["items"])
        told = {(int(case), int(no)) for _, _, case, no in numbers}
        yield f"letters to {waits_for}", told, should
        yield f"number of letters to {waits_for}", found["total"], len(should)
        if waits_for:
            yield f"count of letters to {waits_for}", counted.get(waits_for, 0), len(running)
    urged = of(lambda: letter_lists.cases_to_urge(desk, who))
    shown = cases([item["case"] for item in urged["items"]]) if urged else NOTHING
    yield "cases to urge show no other", shown - sight.open, NOTHING


def of_next_things(reader: Reader) -> Iterator[Told]:
    """Give what waits for the reader, and what the reader watches."""
    sight = reader.sight
    found = of(lambda: next_things.next_things(reader.desk, reader.who))
    act, watch = (found["act"], found["watch"]) if found else ([], [])
    yield "next things show no other", cases([a["case"]["code"] for a in act]) - sight.open, NOTHING
    yield "number of next things", found["act_total"] if found else 0, len(act)
    yield "watched ones show no other", cases([w["code"] for w in watch]) - sight.open, NOTHING
    yield "number of watched ones", found["watch_total"] if found else 0, len(watch)


FACES = (every_list, search, of_issues, of_letters, of_next_things)
