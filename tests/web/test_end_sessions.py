"""A session's whole life through pages: renewed with its owner's rights, over in time, ended."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service import account_upkeep, accounts, sessions
from engine.service.account_upkeep import AccountChange
from engine.service.principals import principal_of
from engine.settings import real_now
from engine.store import access
from engine.store.access import SessionRow
from engine.store.tables import table
from tests.people import BUILDING, CHEN, WU, ZHANG, ZHAO, Person
from tests.provider import FakeProvider
from tests.web import desk
from tests.web.by_provider import enter, is_in, link
from tests.web.desk import Browser
from tests.web.story import Story
from tests.web.test_pass_the_door import address
from web.app import declarations
from web.routing import PUBLIC


def secret_of(browser: Browser) -> str:
    """Give the secret that a browser has."""
    return str(browser.client.cookies["duban"])


def give(application: Application, person: Person, role: str) -> None:
    """Give somebody one more role."""
    with application.writing("cli") as at:
        accounts.change_roles(at, OPERATOR, person.login, add=[role])


def kept(application: Application, person: Person) -> list[SessionRow]:
    """Give somebody's sessions as they are kept."""
    with application.reading("cli") as at:
        account = principal_of(at, person.login).account_id or 0
        return [row for _, row in access.sessions_of(at.conn, account)]


# --- new rights, new secret -----------------------------------------------------------------------


def test_with_other_rights_a_session_goes_on_under_a_new_secret(story: Story) -> None:
    browser = desk.enter(story.application, WU)
    form = browser.form(f"/cases/{story.code}", f"/cases/{story.code}/notes")
    former = secret_of(browser)
    give(story.application, WU, "duty")
    answer = browser.get("/account")
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert secret_of(browser) != former
    spy = desk.browser(story.application)
    spy.client.cookies.set("duban", former)
    assert spy.get("/account").status_code == 303
    assert "set-cookie" not in browser.get("/account").headers
    assert browser.post(form.action, form.filled({"text": "写到一半"})).status_code == 303


def test_a_form_sent_right_after_is_done_and_brings_the_new_secret(story: Story) -> None:
    browser = desk.enter(story.application, WU)
    form = browser.form(f"/cases/{story.code}", f"/cases/{story.code}/notes")
    former = secret_of(browser)
    with story.application.writing("cli") as at:
        account_upkeep.change_account(at, OPERATOR, WU.login, AccountChange(unit=BUILDING.name))
    assert browser.post(form.action, form.filled({"text": "写到一半"})).status_code == 303
    assert secret_of(browser) != former
    assert is_in(browser)


def test_what_changes_no_right_renews_nothing(story: Story) -> None:
    browser = desk.enter(story.application, WU)
    with story.application.writing("cli") as at:
        account_upkeep.change_account(at, OPERATOR, WU.login, AccountChange(post="科长"))
        accounts.change_roles(at, OPERATOR, WU.login, add=WU.roles)
    assert "set-cookie" not in browser.get("/account").headers


def test_of_two_requests_at_once_one_renews_and_the_other_is_led_back(story: Story) -> None:
    browser = desk.enter(story.application, WU)
    former = secret_of(browser)
    give(story.application, WU, "duty")
    with story.application.writing("web") as at:
        fresh = sessions.renew(at, former)
    assert browser.get("/account").headers["location"] == "/login?next=/account&done=session-over"
    browser.client.cookies.set("duban", fresh, domain="127.0.0.1", path="/")
    assert browser.get("/login?next=/account").headers["location"] == "/account"
    assert is_in(browser)


# --- over ---------------------------------------------------------------------------------------


def passed(application: Application, person: Person, **columns: timedelta) -> None:
    """Let some of the instants of somebody's sessions lie that much further back."""
    session = table("session")
    for row in kept(application, person):
        moved = {name: getattr(row, name) - much for name, much in columns.items()}
        mine = update(session).where(session.c.account_id == row.account_id)
        with application.writing("cli") as at:
            at.conn.execute(mine.values(moved))


@pytest.mark.parametrize(
    ("over", "columns"),
    [
        (False, {"seen_at": sessions.IDLE - timedelta(seconds=30)}),
        (True, {"seen_at": sessions.IDLE}),
        (False, {"expires_at": timedelta(minutes=59)}),
        (True, {"expires_at": timedelta(hours=1)}),
    ],
    ids=["29:30 idle", "30 idle", "nearly 12 hours", "12 hours"],
)
def test_a_session_that_is_over_opens_no_page_and_sends_no_form(
    story: Story, columns: dict[str, timedelta], *, over: bool
) -> None:
    """In the tests' office a session ends an hour after it began."""
    browser = desk.enter(story.application, WU)
    form = browser.form(f"/cases/{story.code}", f"/cases/{story.code}/notes")
    passed(story.application, WU, **columns)
    sent = browser.post(form.action, form.filled({"text": "写到一半"}))
    assert sent.status_code == (401 if over else 303)
    assert is_in(browser) is not over
    if over:
        asked = [d for d in declarations() if d.surface == "page" and d.permission != PUBLIC]
        reads = [d.path for d in asked if d.method == "GET" and "{" not in d.path]
        there = {browser.get(path).headers["location"].partition("?")[0] for path in reads}
        assert there == {"/login"}


def test_use_does_not_lengthen_a_session_beyond_its_end(story: Story) -> None:
    browser = desk.enter(story.application, WU)
    end = kept(story.application, WU)[0].expires_at
    passed(story.application, WU, seen_at=timedelta(minutes=20))
    assert is_in(browser)
    row = kept(story.application, WU)[0]
    assert row.expires_at == end
    assert row.seen_at > real_now() - timedelta(minutes=1)


def test_a_sign_in_lasts_twelve_hours_at_most(office: Application) -> None:
    desk.browser(office).sign_in(ZHANG)
    row = kept(office, ZHANG)[0]
    assert row.expires_at - row.created_at == timedelta(hours=12)


def test_a_shut_account_is_out_at_its_next_request_by_page_form_and_download(story: Story) -> None:
    browser = desk.enter(story.application, WU)
    form = browser.form(f"/cases/{story.code}", f"/cases/{story.code}/notes")
    with story.application.writing("cli") as at:
        accounts.disable_account(at, OPERATOR, WU.login)
    assert browser.get("/my").headers["location"] == "/login?next=/my&done=session-over"
    door = browser.get("/login?next=/my&done=session-over").text
    assert "您的登录已结束，请重新登录" in door
    refused = browser.post(form.action, form.filled({"text": "x"}))
    assert refused.status_code == 401
    assert f'href="/login?next=/cases/{story.code}"' in refused.text
    assert "没有保存" in refused.text
    assert browser.get(f"/cases/{story.code}/files/1").status_code == 303
    with story.application.writing("cli") as at:
        account_upkeep.enable_account(at, OPERATOR, WU.login)
    assert not is_in(browser)


# --- signing out at the provider ------------------------------------------------------------------

OUT = "https://sso.example.cn/logout?kc=1"


def sign_out(browser: Browser) -> Any:  # noqa: ANN401  # httpx's answer
    """Press the button."""
    return browser.submit("/account", {}, "/logout")


def test_who_came_through_the_provider_signs_out_there_too(
    joined: Application, provider: FakeProvider
) -> None:
    provider.lies.description["end_session_endpoint"] = OUT
    browser = desk.browser(joined)
    enter(browser, provider)
    former = secret_of(browser)
    answer = sign_out(browser)
    back = "http%3A%2F%2F127.0.0.1%3A8000%2Flogin"
    there = f"{OUT}&client_id=duban-test&post_logout_redirect_uri={back}"
    assert answer.status_code == 200
    assert answer.headers["refresh"] == f"0; url={there}"
    assert f'href="{there.replace("&", "&amp;")}"' in answer.text
    assert "您已从督办退出" in answer.text
    assert "duban" not in browser.client.cookies
    spy = desk.browser(joined)
    spy.client.cookies.set("duban", former)
    assert not is_in(spy)


@pytest.mark.parametrize(
    "address",
    [None, "javascript:alert(1)", "//sso.example.cn/x", "", 7, "https:///x", "https://a/#b"],
)
def test_where_the_provider_has_no_fit_place_for_it_one_is_out_here(
    joined: Application, provider: FakeProvider, address: object
) -> None:
    provider.lies.description["end_session_endpoint"] = address
    browser = desk.browser(joined)
    enter(browser, provider)
    answer = sign_out(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert not is_in(browser)


def test_a_provider_that_went_away_keeps_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    provider.lies.description["end_session_endpoint"] = OUT
    browser = desk.browser(joined)
    enter(browser, provider)
    joined.provider._kept.clear()  # type: ignore[union-attr]  # noqa: SLF001  # an hour passes
    provider.mood = "redirect"
    answer = sign_out(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert not is_in(browser)


def test_who_came_by_password_is_not_sent_to_the_provider(
    joined: Application, provider: FakeProvider
) -> None:
    provider.lies.description["end_session_endpoint"] = OUT
    link(joined, CHEN.login, "subject-of-chen")
    for person in (ZHAO, CHEN):
        browser = desk.browser(joined)
        browser.sign_in(person)
        assert sign_out(browser).headers["location"] == "/login"


# --- where the secret of a session never stands ---------------------------------------------------


def test_the_secret_of_a_session_stands_in_no_page_address_header_or_log(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    browser = desk.browser(story.application)
    signed = browser.sign_in(ZHAO)
    secret = secret_of(browser)
    assert secret not in signed.headers["location"]
    for declared in declarations():
        if declared.surface != "page" or declared.method != "GET":
            continue
        answer = browser.get(address(declared, story))
        assert secret not in answer.text, declared.path
        assert secret not in str(answer.headers), declared.path
    assert secret_of(browser) == secret
    assert secret not in caplog.text
    with story.application.reading("cli") as at:
        rows = at.conn.execute(table("session").select()).all()
    assert secret.encode() not in {row.secret_hash for row in rows}
    assert secret not in str(rows)
