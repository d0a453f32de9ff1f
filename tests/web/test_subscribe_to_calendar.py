import re
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service.accounts import disable_account
from engine.service.cases import NewCase, register_case
from engine.service.deputies import NewDeputy, end_deputy, name_deputy
from engine.service.tokens import NewToken, create_token
from tests.people import FENG, SHEN, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import TASK, Story

FEED = "/api/v1/cases.ics"
NASTY = "复工; a, b\\n c：“d”\tBEGIN:VEVENT " + "长" * 60


def token(application: Application, person: Person, scope: str = "feed") -> str:
    with application.writing("cli", "en") as at:
        return create_token(at, OPERATOR, NewToken(person.login, scope))["token"]


def unfolded(text: str) -> list[tuple[str, str]]:
    """Read content lines as RFC 5545 says, with nothing but its own rules."""
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").replace("\r\n\t", "").split("\r\n")[:-1]
    return [(name.partition(";")[0], value) for name, _, value in (x.partition(":") for x in lines)]


def unescaped(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "N": "\n"}.get(found[1], found[1]), value)


@pytest.fixture
def client(story: Story) -> Browser:
    return desk.browser(story.application)


def test_due_dates_are_whole_days_that_two_readers_read_alike(
    story: Story, client: Browser
) -> None:
    answer = client.get(f"{FEED}?token={token(story.application, ZHANG)}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    clocks = {c["kind"]: c for c in story.case(ZHANG)["clocks"] if c["stopped_at"] is None}
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert [str(event["uid"]) for event in events] == ["DB-2026-0001-resolve@127.0.0.1"]
    due = datetime.fromisoformat(clocks["resolve"]["due_at"]).date()
    assert (events[0].decoded("dtstart"), type(events[0].decoded("dtstart"))) == (due, date)
    assert str(events[0]["summary"]) == f"化解：{TASK}（DB-2026-0001）"
    lines = unfolded(answer.text)
    assert lines.count(("BEGIN", "VEVENT")) == 1
    assert dict(lines)["DTSTART"] == f"{due:%Y%m%d}"
    assert dict(lines)["DTEND"] == f"{due + timedelta(days=1):%Y%m%d}"
    assert unescaped(dict(lines)["SUMMARY"]) == str(events[0]["summary"])
    assert urlsplit(dict(lines)["URL"]).path == "/cases/DB-2026-0001"
    assert client.get(f"/cases.ics?token={token(story.application, ZHANG)}").text == answer.text


def test_text_of_people_stays_text(story: Story, client: Browser) -> None:
    story.do(ZHAO, register_case, story.issue, NewCase(NASTY))
    text = client.get(f"{FEED}?token={token(story.application, ZHAO)}").text
    lines = unfolded(text)
    assert lines.count(("BEGIN", "VEVENT")) == 1
    told = unescaped(dict(lines)["SUMMARY"])
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert told == str(event["summary"])
    assert NASTY.replace("\t", " ").split(" ")[-1] in told
    assert "BEGIN:VEVENT" in told
    assert "a, b\\n c" in told


def test_the_same_dates_have_the_same_tag(story: Story, client: Browser, home: Path) -> None:
    given = token(story.application, ZHANG)
    first = client.get(f"{FEED}?token={given}")
    desk.set_clock(home, desk.START.replace(hour=9))
    tag = first.headers["etag"]
    again = client.get(f"{FEED}?token={given}", headers={"If-None-Match": tag})
    assert (again.status_code, again.text, again.headers["etag"]) == (304, "", tag)
    story.step(ZHANG, "request-extension", "材料未到", due="2026-04-20")
    assert client.get(f"{FEED}?token={given}", headers={"If-None-Match": tag}).status_code == 304
    story.do(ZHAO, register_case, story.issue, NewCase("验收"))
    office = client.get(f"{FEED}?token={token(story.application, ZHAO)}")
    assert office.headers["etag"] != tag


def test_no_other_token_opens_it_and_it_opens_nothing_else(story: Story, client: Browser) -> None:
    good = token(story.application, ZHANG)
    for bad in ("", "duban_", good + "x", good[:-1], token(story.application, ZHANG, "write")):
        answer = client.get(f"{FEED}?token={bad}")
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), bad
    assert client.get(FEED).status_code == 401
    for path in ("/api/v1/me", "/api/v1/cases", "/metrics"):
        headers = {"Authorization": f"Bearer {good}"}
        assert client.get(path, headers=headers).status_code == 401
    assert client.get(f"{FEED}?token={good}").status_code == 200
    with story.application.writing("cli", "en") as at:
        disable_account(at, OPERATOR, ZHANG.login)
    assert client.get(f"{FEED}?token={good}").status_code == 401
    assert client.get(f"{FEED}?token={token(story.application, SHEN)}").status_code == 403


def test_session_token_and_feed_of_a_deputy_show_the_case_until_its_time_is_over(
    story: Story, client: Browser
) -> None:
    there, feed = desk.enter(story.application, FENG), token(story.application, FENG)
    bearer = {"Authorization": f"Bearer {token(story.application, FENG, 'read')}"}

    def seen() -> tuple[int, int, bool, bool]:
        told = client.get(f"{FEED}?token={feed}").text, there.get("/cases?view=all").text
        page, answer = f"/cases/{story.code}", f"/api/v1/cases/{story.code}"
        return (
            there.get(page).status_code, client.get(answer, headers=bearer).status_code,
            *(story.code in text for text in told),
        )  # fmt: skip

    assert seen() == (404, 404, False, False)
    today = desk.START.astimezone(story.application.zone).date()
    named = NewDeputy(ZHANG.login, FENG.login, today, today + timedelta(days=9), "开会")
    number = story.do(ZHANG, name_deputy, named)["id"]
    assert seen() == (200, 200, True, True)
    story.do(ZHANG, end_deputy, number)
    assert seen() == (404, 404, False, False)


def test_the_address_is_made_shown_once_replaced_and_ended_on_the_account_page(
    story: Story, client: Browser
) -> None:
    zhang = desk.enter(story.application, ZHANG)
    shown = [made(zhang, client) for _ in range(2)]
    former, address = shown
    assert client.get(former).status_code == 401
    assert client.get(address).status_code == 200
    assert address not in zhang.get("/account").text
    assert zhang.submit("/account", {}, "/account/feed/end").status_code == 303
    assert client.get(address).status_code == 401
    assert 'action="/account/feed/end"' not in zhang.get("/account").text
    assert "/account/feed" not in desk.enter(story.application, SHEN).get("/account").text


def made(person: Browser, client: Browser) -> str:
    """Make an address on the page; give what stands after the host."""
    answer = person.submit("/account", {}, "/account/feed")
    assert answer.status_code == 200
    found = re.search(r'value="([^"]*cases\.ics\?token=[^"]+)"', answer.text)
    assert found is not None
    assert found[1].startswith(f"{desk.ADDRESS}{FEED}")
    address = found[1].removeprefix(desk.ADDRESS)
    assert client.get(address).status_code == 200
    return address
