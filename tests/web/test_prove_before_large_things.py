"""What leaves in large numbers, and what moves every limit, asks who it is that asks."""

import json
import re

import pytest

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service.tokens import NewToken, create_token
from engine.store import ledger
from tests.people import PASSWORD, SHEN, ZHAO
from tests.provider import FakeProvider
from tests.web import desk
from tests.web.by_provider import enter
from tests.web.desk import Browser
from tests.web.story import Story
from web.pages import proof

CASES = "/cases/export?q=&format=csv"
REPORT = "/reports/ledger?by=issue&format=csv"


@pytest.fixture
def many(story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Give an office whose lists are longer than what leaves without a proof: of two cases."""
    monkeypatch.setattr(proof, "MOST_ROWS", 1)
    Story(story.application).begin("另一件", "另一项")
    return story


def aged(story: Story) -> Browser:
    """Seat somebody whose last proof is of eleven minutes ago."""
    browser = desk.enter(story.application, ZHAO)
    desk.age(story.application, ZHAO)
    return browser


def test_a_thousand_rows_is_the_limit() -> None:
    assert proof.MOST_ROWS == 1_000


@pytest.mark.parametrize("address", [CASES, REPORT, CASES.replace("csv", "xlsx")])
def test_a_long_list_asks_for_a_proof_and_then_comes(many: Story, address: str) -> None:
    browser = aged(many)
    asked = browser.get(address)
    assert asked.status_code == 303
    page = browser.get(asked.headers["location"])
    assert "要下载的清单超过1行" in page.text
    form = next(f for f in desk.forms_of(page.text, "") if "again" in f.values)
    wrong = browser.post(form.action, form.filled({"again": "not the password"}))
    assert wrong.status_code == 422
    assert "要下载的清单超过1行" in wrong.text
    form = next(f for f in desk.forms_of(wrong.text, "") if "again" in f.values)
    proved = browser.post(form.action, form.filled({"again": PASSWORD}))
    there = browser.get(proved.headers["location"])
    assert there.status_code == 200
    assert there.headers["refresh"] == f"0; url={address}"
    assert f'href="{address.replace("&", "&amp;")}"' in there.text
    file = browser.get(address)
    assert file.status_code == 200
    assert file.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("address", [CASES, REPORT])
def test_a_proof_of_late_and_a_short_list_are_not_asked(story: Story, address: str) -> None:
    fresh = desk.enter(story.application, ZHAO)
    assert fresh.get(address).status_code == 200
    desk.age(story.application, ZHAO)
    assert fresh.get(address).status_code == 200


def test_a_list_that_is_written_behind_the_page_is_neither_begun_nor_handed_out(
    many: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.service.long_runs.LONG_ROWS", 1)
    browser = desk.enter(many.application, ZHAO)
    form = next(f for f in desk.forms_of(browser.get(CASES).text, "") if "ask" in f.values)
    desk.age(many.application, ZHAO)
    for answer in (browser.post("/runs", form.values), browser.get("/runs/1/file")):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/account/prove?why=export&next=/")
    assert "1/file" not in browser.get("/runs").text


@pytest.mark.parametrize("wanted", ["//evil.example/x", "https://evil.example", "javascript:x"])
def test_nobody_is_led_elsewhere_for_a_file(story: Story, wanted: str) -> None:
    fresh = desk.enter(story.application, ZHAO)
    page = fresh.get("/account/prove", params={"why": "export", "next": wanted})
    assert page.headers["refresh"] == "0; url=/"
    assert re.findall(r'href="([^/#][^"]*|//[^"]*)"', page.text) == []
    old = aged(story)
    shown = old.get("/account/prove", params={"why": "export", "next": wanted})
    form = next(f for f in desk.forms_of(shown.text, "") if "again" in f.values)
    assert form.values["next"] == ["/account/prove?why=export&next=/"]


def test_a_program_with_a_token_proves_itself_at_each_request(many: Story) -> None:
    with many.application.writing("cli") as at:
        token = create_token(at, OPERATOR, NewToken(ZHAO.login))["token"]
    client = desk.client_of(desk.app_of(many.application), base_url=desk.ADDRESS)
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.get("/api/v1/reports/ledger?format=csv", headers=headers)
    assert answer.status_code == 200


def test_after_the_provider_the_file_comes_too(
    joined: Application, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof, "MOST_ROWS", -1)
    provider.proved_seconds_ago = 3600
    browser = desk.browser(joined)
    enter(browser, provider)
    asked = browser.get(CASES).headers["location"]
    form = next(f for f in browser.forms(asked) if f.action == "/account/prove/provider")
    provider.proved_seconds_ago = None
    sent = browser.post(form.action, form.values)
    there = re.search(r'href="(http[^"]+)"', sent.text)
    assert there
    back = browser.get(provider.agree(there[1].replace("&amp;", "&")))
    assert browser.get(back.headers["location"]).headers["refresh"] == f"0; url={CASES}"


# --- the calendar -------------------------------------------------------------------------------

DAY = {"date": "2026-03-04", "works": "off", "reason": "防汛停工，县政府通知"}


def looked_at(browser: Browser) -> desk.Form:
    """Fill in a local exception and look at what it moves; give the form that makes it."""
    shown = browser.submit("/calendar/2026", DAY, "/calendar/2026/override")
    return next(f for f in desk.forms_of(shown.text, "") if f.action.endswith("/confirm"))


def events(story: Story) -> int:
    """Count the events there are."""
    with story.application.writing("cli") as at:
        ledger.sequence(at.conn, wait=True)
        return ledger.head(at.conn)


def test_a_calendar_change_asks_for_a_proof_and_keeps_what_was_asked(story: Story) -> None:
    browser = desk.enter(story.application, SHEN)
    assert "again" not in looked_at(browser).values
    desk.age(story.application, SHEN)
    form, before = looked_at(browser), events(story)
    for typed, says in (("", "请再输入一次您的密码"), ("not the password", "当前密码不正确")):
        answer = browser.post(form.action, form.filled({"again": typed}))
        assert answer.status_code == 422
        assert says in answer.text
        assert DAY["reason"] in answer.text
        back = next(f for f in desk.forms_of(answer.text, "") if f.action == form.action)
        assert back.values["date"] == [DAY["date"]]
    assert events(story) == before
    done = browser.post(form.action, form.filled({"again": PASSWORD}))
    assert done.headers["location"] == "/calendar/2026?done=calendar"
    assert events(story) > before


def test_a_notice_is_loaded_only_after_a_proof(story: Story) -> None:
    browser = desk.enter(story.application, SHEN)
    desk.age(story.application, SHEN)
    days = [{"name": "元旦", "date": "2027-01-01", "isOffDay": True}]
    notice = {"year": 2027, "papers": ["https://www.gov.cn/x"], "days": days}
    form = browser.form("/calendar/2027", "/calendar/2027/import")
    files = {"file": ("2027.json", json.dumps(notice).encode())}
    shown = browser.post(form.action, form.values, files=files)
    confirm = next(f for f in desk.forms_of(shown.text, "") if f.action.endswith("/confirm"))
    before = events(story)
    assert browser.post(confirm.action, confirm.filled({})).status_code == 422
    assert events(story) == before
    done = browser.post(confirm.action, confirm.filled({"again": PASSWORD}))
    assert done.headers["location"] == "/calendar/2027?done=calendar"
