"""Whatever people write stays text: on every page, in every answer and in every file."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from starlette.testclient import TestClient

from engine.domain.access import OPERATOR
from engine.service.tokens import NewToken, create_token
from tests.people import CHEN, HAN, SHEN, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser
from tests.web.painted import painted
from tests.web.payloads import PAYLOADS, Page
from tests.web.story import Story
from web.app import declarations

READERS = (ZHAO, CHEN, SHEN, WU)
FILES = ("csv", "xlsx", "docx")


@pytest.fixture(scope="module")
def office() -> Iterator[Story]:
    """Give one painted office for all tests of this file: they only read."""
    story = painted(Story(desk.new_office(Path(mkdtemp(prefix="duban-painted-")))))
    yield story
    story.application.close()


def addresses(story: Story, surface: str) -> Iterator[str]:
    """Give a real address of every route that reads."""
    codes = {"/issues": story.issue, "/letters": "", "/workflows": "key-issue"}
    for declared in declarations():
        if declared.method != "GET" or declared.surface != surface:
            continue
        code = next((v for k, v in codes.items() if declared.path.startswith(k)), story.code)
        given = {
            "code": code, "login": ZHAO.login, "date": "2026-03-03", "year": "2026",
            "trigger": "grant-extension",
            "no": story.letter if "/{no}" in declared.path and "cases" not in declared.path
            else story.code,
            "name": "key-issue", "number": "1", "id": "1", "measure": "1", "key": "none",
        }  # fmt: skip
        path = declared.path.replace(":path", "")
        yield path.format_map(given)


def people(story: Story) -> dict[Person, Browser]:
    """Give a browser to everybody who reads."""
    return {person: desk.enter(story.application, person) for person in READERS}


def test_no_page_has_anything_in_it_that_would_run(office: Story) -> None:
    seen: set[str] = set()
    pages = 0
    for person, browser in people(office).items():
        for path in addresses(office, "page"):
            answer = browser.get(path)
            assert answer.status_code < 500, path
            if answer.status_code != 200 or "html" not in answer.headers["content-type"]:
                continue
            page = Page(answer.text)
            assert page.wrong == [], (person.login, path)
            words = "".join(page.text)
            seen |= {payload for payload in PAYLOADS if payload in words}
            pages += 1
    assert pages > 80
    assert set(PAYLOADS) - seen == set()


def test_what_is_searched_for_and_typed_wrongly_comes_back_as_text(office: Story) -> None:
    browser = desk.enter(office.application, ZHAO)
    for payload in PAYLOADS[::3]:
        answer = browser.get("/cases", params={"q": payload[:60], "state": payload})
        assert Page(answer.text).wrong == [], payload
    form = browser.form("/issues/new")
    for payload in PAYLOADS[::12]:
        typed = {name: [payload] for name in form.values if not name.startswith("_")}
        answer = browser.post("/issues/new", {**form.values, **typed})
        assert answer.status_code == 422
        assert Page(answer.text).wrong == [], payload


def api_of(story: Story, person: Person) -> TestClient:
    """Give a client that asks the API as somebody."""
    with story.application.writing("cli") as at:
        token = create_token(at, OPERATOR, NewToken(person.login))["token"]
    client = TestClient(desk.app_of(story.application), base_url=desk.ADDRESS)
    client.headers["Authorization"] = f"Bearer {token}"
    return client


def test_the_api_answers_in_json_that_no_browser_takes_for_a_page(office: Story) -> None:
    answered = 0
    for person in (HAN, SHEN):
        client = api_of(office, person)
        for path in addresses(office, "api"):
            answer = client.get(path)
            assert answer.status_code < 500, path
            kind = answer.headers["content-type"]
            assert not kind.startswith("text/html"), path
            assert answer.headers["x-content-type-options"] == "nosniff"
            if "json" in kind:
                json.loads(answer.text)
                answered += answer.status_code == 200
    assert answered > 25


def files(story: Story) -> Iterator[tuple[str, Any]]:
    """Give every file that pages hand out."""
    browser = desk.enter(story.application, CHEN)
    reports = ("overdue", "ageing", "ledger", "decomposition", "workload", "responsibility",
               "pingpong")  # fmt: skip
    for report in reports:
        for kind in FILES:
            yield kind, browser.get(f"/reports/{report}?format={kind}")
    for kind in ("xlsx", "csv"):
        yield kind, browser.get(f"/cases/export?format={kind}")
    yield "docx", browser.get(f"/letters/{story.letter}.docx")
    yield "docx", browser.get("/reports/daily/2026-03-03/file")


def test_no_file_has_anything_in_it_that_would_run(office: Story) -> None:
    read: dict[str, str] = dict.fromkeys(FILES, "")
    for kind, answer in files(office):
        assert answer.status_code == 200, (kind, answer.url)
        assert answer.headers["content-disposition"].startswith("attachment"), answer.url
        if kind == "csv":
            read[kind] += _csv(answer.content.decode("utf-8-sig"))
        else:
            read[kind] += "".join(_parts(answer.content))
    for kind, text in read.items():
        assert "duban_ran" in text, kind


def _csv(text: str) -> str:
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell[:1] in {*"=+@＝＋＠", "\t", "\r"}] == []
    assert [cell for cell in cells if cell[:1] == "-" and not re.fullmatch(r"-?[\d.]*", cell)] == []
    return " ".join(cells)


def _parts(content: bytes) -> Iterator[str]:
    """Read the parts of an office document; none refers to anything outside, none computes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            tree = fromstring(archive.read(name))
            tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
            assert not tags & {"f", "instrText", "fldSimple", "object", "script"} or _is_our_own(
                name, tree
            ), (name, tags)
            outside = [e for e in tree.iter() if e.get("TargetMode") == "External"]
            assert outside == [], name
            yield "".join(tree.itertext())


def _is_our_own(name: str, tree: Any) -> bool:  # noqa: ANN401  # an element
    """Page numbers in the foot are fields of ours."""
    told = {(e.text or "").strip() for e in tree.iter() if e.tag.endswith("}instrText")}
    return name.startswith("word/") and told <= {"PAGE", "NUMPAGES", "NUMPAGES "}


def test_a_feed_has_no_line_that_somebody_wrote(office: Story) -> None:
    browser = desk.enter(office.application, ZHANG)
    made = browser.submit("/account", {}, action="/account/feed").text
    address = re.search(r"(/api/v1/cases\.ics\?token=[\w-]+)", made)
    assert address
    lines = browser.get(address[1]).text.split("\r\n")
    unfolded = [line for line in lines if line and not line.startswith(" ")]
    names = {re.split(r"[:;]", line)[0] for line in unfolded}
    assert {line for line in unfolded if line.startswith("BEGIN:")} <= {
        "BEGIN:VCALENDAR", "BEGIN:VEVENT", "BEGIN:VTIMEZONE", "BEGIN:STANDARD",
    }  # fmt: skip
    assert all(re.fullmatch(r"[A-Z-]+", name) for name in names), names


def test_the_reader_of_pages_finds_what_would_run() -> None:
    """What holds the pages above must see each of these, were it taken for markup."""
    told = [p for p in PAYLOADS if p.startswith("<") and "duban_ran" in p and not Page(p).wrong]
    harmless = {"<!--<img src=x onerror=duban_ran(7)>", "<![CDATA[<script>duban_ran(7)</script>]]>"}
    assert set(told) <= harmless
