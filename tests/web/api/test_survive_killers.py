"""Requests that break careless programs: each is answered with a problem, and changes nothing."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.people import CHEN, SUN, ZHANG, ZHAO, Person
from tests.web.api.api_office import Api
from tests.web.api.story import MEASURE, TASK_FORCE, started

JSON = {"Content-Type": "application/json"}
Killer = tuple[str, Person, str, str, dict[str, Any]]


def raw(body: bytes, **headers: str) -> dict[str, Any]:
    """Send bytes as they are, as JSON unless a header says otherwise."""
    return {"content": body, "headers": JSON | headers}


def note(text: str) -> dict[str, Any]:
    """Write a note in JSON as it is spelt here."""
    return raw(b'{"text": "' + text.encode(errors="surrogatepass") + b'"}')


def step(**change: object) -> dict[str, Any]:
    """Ask for a step with something odd in it."""
    return {"json": {"trigger": "stabilize", "version": 1} | change}


def of_bodies() -> Iterator[Killer]:
    """Bodies that are no JSON, or JSON that two programs read apart."""
    notes = "/cases/{code}/notes"
    bodies: dict[str, dict[str, Any]] = {
        "no body": raw(b""),
        "half a body": raw(b'{"text": "x'),
        "two bodies": raw(b'{"text": "x"} {"text": "y"}'),
        "a key twice": raw(b'{"text": "x", "text": "y"}'),
        "a key twice, escaped": raw(rb'{"text": "x", "te\u0078t": "y"}'),
        "NaN": raw(b'{"text": NaN}'),
        "Infinity": raw(b'{"text": -Infinity}'),
        "1e400": raw(b'{"text": 1e400}'),
        "2^63": raw(b'{"text": 9223372036854775808}'),
        "10^5000": raw(b'{"text": 1' + b"0" * 5000 + b"}"),
        "200k deep list": raw(b"[" * 200_000),
        "200k deep object": raw(b'{"text":' * 200_000 + b"1" + b"}" * 200_000),
        "a raw null character": note("a\x00b"),
        "an escaped null character": note(r"a\u0000b"),
        "half a character": note(r"\ud800"),
        "half a character, raw": note("\ud800"),
        "half a character in a name": raw(rb'{"text": "x", "\udc00": 1}'),
        "a bell": note(r"\u0007"),
        "only spaces": note("  "),
        "only wide spaces": note("　　"),
        "an empty text": note(""),
        "20,001 characters": note("x" * 20_001),
        "a list": raw(b"[1]"),
        "a text": raw(b'"x"'),
        "null": raw(b"null"),
        "true": raw(b"true"),
        "UTF-16": raw('{"text": "x"}'.encode("utf-16")),
        "UTF-32": raw('{"text": "x"}'.encode("utf-32")),
        "GB18030": raw('{"text": "已查看"}'.encode("gb18030")),
        "a byte-order mark": raw(b'\xef\xbb\xbf{"text": "x"}'),
        "overlong UTF-8": raw(b'{"text": "\xc0\xaf"}'),
        "no content type": {"content": b'{"text": "x"}'},
        "a form": raw(b"text=x", **{"Content-Type": "application/x-www-form-urlencoded"}),
        "plain text": raw(b'{"text": "x"}', **{"Content-Type": "text/plain"}),
        "an odd content type": raw(b'{"text": "x"}', **{"Content-Type": ";;;=\t"}),
        "a wrong charset": raw(
            b'{"text": "x"}', **{"Content-Type": "application/json; charset=gb2312"}
        ),
        "a megabyte and more": raw(b'{"text": "' + b"x" * 1_100_000 + b'"}'),
        "a comment": raw(b'{"text": "x" /* y */}'),
        "many unknown fields": raw(json.dumps({f"f{n}": n for n in range(5000)}).encode()),
        "a deep unknown field": raw(b'{"text": "x", "y": ' + b"[" * 900 + b"]" * 900 + b"}"),
        "a key that is none": raw(b'{"text": "x"}', **{"Idempotency-Key": " "}),
        "a very long key": raw(b'{"text": "x"}', **{"Idempotency-Key": "k" * 5000}),
        "broken multipart": raw(b"--x\r\n", **{"Content-Type": "multipart/form-data; boundary=x"}),
        "multipart without boundary": raw(b"", **{"Content-Type": "multipart/form-data"}),
    }
    for name, more in bodies.items():
        yield name, CHEN, "POST", notes, more


def of_steps() -> Iterator[Killer]:
    """Steps with odd values where numbers, dates, people and triggers belong."""
    orders: dict[str, dict[str, Any]] = {
        "version as text": step(version="1"),
        "version as fraction": step(version=1.0),
        "version as truth": step(version=True),
        "version 2^53": step(version=2**53),
        "version below zero": step(version=-1),
        "version null": step(version=None),
        "trigger as number": step(trigger=1),
        "trigger as list": step(trigger=["stabilize"]),
        "a very long trigger": step(trigger="x" * 5000),
        "data as list": step(data=[]),
        "data as text": step(data="{}"),
        "reason as object": step(reason={}),
        "a state to jump to": step(state="closed"),
        "a trigger of python": step(trigger="__class__"),
        "a trigger of transitions": step(trigger="to_closed"),
    }
    for name, more in orders.items():
        yield f"step: {name}", ZHANG, "POST", "/cases/{code}/steps", more


def of_forms() -> Iterator[Killer]:
    """Other forms with odd values."""
    measure = MEASURE | {"owner": "x" * 70}
    plan = {"version": 1, "measures": [measure] * 101}
    force = TASK_FORCE | {"version": 1}
    claim = {"kind": "wages", "people": 1, "owed_fen": 10**30}
    reply = {"kind": "final", "text": "x", "means": "letter"}
    forms: list[tuple[str, Person, str, str, object]] = [
        ("too many measures", SUN, "PUT", "plan", plan),
        ("measures as object", SUN, "PUT", "plan", plan | {"measures": {}}),
        ("members as text", ZHANG, "PUT", "task-force", force | {"members": "x"}),
        ("a member as list", ZHANG, "PUT", "task-force", force | {"members": [[]]}),
        ("10^30 fen", ZHANG, "POST", "claims", claim),
        ("a fraction of a fen", ZHANG, "POST", "claims", claim | {"owed_fen": 0.5}),
        ("fen below zero", ZHANG, "POST", "claims", claim | {"owed_fen": -1}),
        ("year 0", ZHAO, "POST", "replies", reply | {"delivered_on": "0000-01-01"}),
        ("year 9999", ZHAO, "POST", "replies", reply | {"delivered_on": "9999-12-31"}),
        ("year 10000", ZHAO, "POST", "replies", reply | {"delivered_on": "10000-01-01"}),
        ("30 February", ZHAO, "POST", "replies", reply | {"delivered_on": "2026-02-30"}),
        ("an instant as day", ZHAO, "POST", "replies", reply | {"delivered_on": "2026-03-03T00Z"}),
        ("a number as day", ZHAO, "POST", "replies", reply | {"delivered_on": 20260303}),
        ("a measure 2^64", SUN, "POST", f"measures/{2**64}/progress", {}),
        ("a measure below zero", SUN, "POST", "measures/-1/progress", {}),
        ("a claim of letters", ZHANG, "PATCH", "claims/abc", {"paid_fen": 1}),
        ("a claim in wide digits", ZHANG, "PATCH", "claims/１", {"paid_fen": 1}),
    ]  # fmt: skip
    for name, person, method, part, body in forms:
        yield name, person, method, f"/cases/{{code}}/{part}", {"json": body}


def of_addresses() -> Iterator[Killer]:
    """Addresses with odd characters, numbers and parameters."""
    paths = (
        "/cases/%00", "/cases/%ff%fe", "/cases/{code}%00", "/cases/" + "x" * 5000,
        "/cases/{code}/files/99999999999999999999", "/cases/{code}/files/1e3", "/cases/..%2f..",
        "/cases/{code}/history?cursor=AAAA", "/cases/{code}/history?limit=1000",
        "/cases?limit=0", "/cases?limit=-1", "/cases?limit=9999999999999999999",
        "/cases?limit=1&limit=2", "/cases?cursor=%F0%9F", "/cases?cursor=" + "A" * 5000,
        "/cases?as_of=0000-00-00T00:00:00Z", "/cases?as_of=9999-12-31T23:59:59-23:59",
        "/cases?as_of=NaN", "/cases?overdue=2", "/cases?sort=__class__", "/cases?q=" + "字" * 101,
        "/cases?q=%00", "/cases?state=%ED%A0%80", "/cases?id=1", "/cases?version=1",
        "/issues?offset=5", "/issues/ZD-2026-99999999999999999999", "/imports/0x10",
        "/calendar/0", "/calendar/99999", "/calendar/due?from=2026-03-03&days=1e9",
        "/calendar/due?from=9999-12-31&days=1", "/calendar/due?days=1", "/workflows/__init__",
        "/audit/proofs/inclusion?index=-1&size=1", "/audit/proofs/inclusion?index=1&size=1",
        "/audit/proofs/inclusion?index=0&size=9007199254740991",
        "/audit/proofs/consistency?old=5&new=3", "/audit/proofs/consistency?old=a&new=b",
        "/reports/overdue?by=citizen", "/reports/overdue?format=exe", "/reports/overdue?as_of=",
        "/nowhere", "/cases/{code}/", "//cases",
    )  # fmt: skip
    for path in paths:
        yield path[:60], CHEN, "GET", path, {}
    yield "an odd method", CHEN, "TRACE", "/cases", {}
    yield "a method that is none here", CHEN, "DELETE", "/cases/{code}", {}
    yield "a method in a header", CHEN, "GET", "/nowhere", {"headers": {"X-HTTP-Method": "DELETE"}}
    yield "a megabyte of header", CHEN, "POST", "/cases", {"headers": {"X-Big": "x" * 1_000_000}}
    yield "many headers", CHEN, "POST", "/cases", {"headers": {f"X-{n}": "x" for n in range(999)}}


KILLERS = [*of_bodies(), *of_steps(), *of_forms(), *of_addresses()]


def test_there_are_enough_of_them() -> None:
    assert len(KILLERS) >= 60
    assert len({name for name, *_ in KILLERS}) == len(KILLERS)


def test_each_is_answered_with_a_problem_and_changes_nothing(api: Api) -> None:
    """All of them on one office: what one of them breaks, the next ones would show."""
    code, before = started(api), api.told()
    for name, person, method, path, more in KILLERS:
        answer = api.ask(person, method, path.format(code=code), **more)
        assert 400 <= answer.status_code < 500, (name, answer.status_code, answer.text)
        assert answer.headers["content-type"] == "application/problem+json", name
        told = answer.json()
        assert told["status"] == answer.status_code, name
        assert told["detail"], name
        assert told["code"], name
        assert told["title"], name
    assert api.told() == before
    assert api.get(CHEN, f"/cases/{code}")["state"] == "in-resolution"


ODD = (
    "\u202eevil", "a\u200bb", "𠮷野家", "e\u0301", "'; DROP TABLE x;--", "{{7*7}}", "%s%n",
    "<script>alert(1)</script>", "=1+1",
)  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_odd_text_that_can_be_kept_comes_back_as_it_was(api: Api, text: str) -> None:
    code = started(api)
    api.post(CHEN, f"/cases/{code}/notes", {"text": text})
    assert api.get(CHEN, f"/cases/{code}")["notes"][-1]["text"] == text
