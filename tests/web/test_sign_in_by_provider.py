"""Signing in through an identity provider, a real one on loopback, and by whose browser."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.errors import ConflictError
from engine.service import identities
from engine.service.accounts import disable_account
from engine.settings import real_now
from engine.store import ledger
from engine.store.tables import table
from tests.people import QIAN, ZHANG, ZHAO
from tests.provider import FakeProvider
from tests.web import desk
from tests.web.by_provider import (
    BACK,
    enter,
    is_in,
    leave,
    link,
    there_of,
)
from tests.web.desk import Browser
from web.security.answers import CSP

# --- the right way ------------------------------------------------------------------------------


def test_whoever_is_linked_signs_in_and_goes_on_to_what_was_asked_for(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    answer = enter(browser, provider, browser.get("/cases?view=overdue").headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?view=overdue")
    assert ZHAO.name in browser.get("/account").text
    cookies = answer.headers.get_list("set-cookie")
    session = next(c for c in cookies if c.startswith("duban="))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in session.split(";")}
    assert "duban-provider" not in browser.client.cookies


@pytest.mark.parametrize(("kind", "secret"), [("EC", "s"), ("RSA", None)])
def test_other_keys_and_public_clients_work_too(home: Path, kind: str, secret: str | None) -> None:
    with FakeProvider(kind=kind, secret=secret).open() as provider:
        joined = desk.new_office(home, **provider.settings())
        link(joined, ZHAO.login, provider.subject)
        assert enter(desk.browser(joined), provider).status_code == 303
        joined.close()


def test_a_provider_without_basic_gets_the_secret_in_the_form(
    joined: Application, provider: FakeProvider
) -> None:
    methods = ["client_secret_post"]
    provider.lies.description["token_endpoint_auth_methods_supported"] = methods
    assert enter(desk.browser(joined), provider).status_code == 303


def test_a_leader_lands_on_their_own_cases(joined: Application, provider: FakeProvider) -> None:
    link(joined, ZHANG.login, "subject-of-zhang")
    provider.subject = "subject-of-zhang"
    assert enter(desk.browser(joined), provider).headers["location"] == "/my"


def test_the_log_tells_who_signed_in_and_by_what(
    joined: Application, provider: FakeProvider
) -> None:
    enter(desk.browser(joined), provider)
    desk.browser(joined).sign_in(ZHAO)
    with joined.writing("cli") as at:
        ledger.sequence(at.conn, wait=True)
        told = at.conn.execute(table("event").select()).all()
    bodies = [bytes(row.body).decode() for row in told if row.kind == "account.signed-in"]
    assert ['"by":"provider"' in bodies[0], '"by":"password"' in bodies[1]] == [True, True]
    linked = next(bytes(row.body) for row in told if row.kind == "account.identity-linked")
    assert provider.subject.encode() not in linked


def test_without_a_provider_there_is_no_button_and_no_way(nobody: Browser) -> None:
    page = nobody.get("/login")
    assert BACK not in page.text
    token = nobody.form("/login").values["_csrf"]
    assert nobody.post(BACK, {"_csrf": token}).status_code == 404
    assert nobody.get(f"{BACK}?state=x&code=y").status_code == 404


# --- who it is ----------------------------------------------------------------------------------


def test_name_and_mail_address_open_nothing(joined: Application, provider: FakeProvider) -> None:
    provider.subject = ZHAO.login
    provider.lies.claims = {"email": "zhaoliu@example.cn", "email_verified": True,
                            "preferred_username": ZHAO.login}  # fmt: skip
    browser = desk.browser(joined)
    answer = enter(browser, provider)
    assert answer.status_code == 401
    assert "没有关联" in answer.text
    assert not is_in(browser)


def test_the_same_subject_of_another_issuer_is_somebody_else(
    joined: Application, provider: FakeProvider
) -> None:
    with joined.writing("cli") as at:
        identities.link_account(at, OPERATOR, QIAN.login, "https://other.example", "their-subject")
    provider.subject = "their-subject"
    assert enter(desk.browser(joined), provider).status_code == 401


def test_a_disabled_account_is_told_what_an_unlinked_identity_is(
    joined: Application, provider: FakeProvider
) -> None:
    with joined.writing("cli") as at:
        disable_account(at, OPERATOR, ZHAO.login)
    shut = enter(desk.browser(joined), provider)
    provider.subject = "nobody-knows-it"
    unknown = enter(desk.browser(joined), provider)
    words = [re.sub(r'value="[^"]*"', "", page.text) for page in (shut, unknown)]
    assert (shut.status_code, words[0]) == (unknown.status_code, words[1])


def test_a_link_is_of_one_account_and_one_identity(
    joined: Application, provider: FakeProvider
) -> None:
    with pytest.raises(ConflictError, match="one account"):
        link(joined, QIAN.login, provider.subject)
    with pytest.raises(ConflictError, match="End that link first"):
        link(joined, ZHAO.login, "another-subject")


# --- the browser that left is the one that comes back -------------------------------------------


def test_an_answer_works_once(joined: Application, provider: FakeProvider) -> None:
    browser = desk.browser(joined)
    there = leave(browser)
    kept = browser.client.cookies["duban-provider"]
    back = provider.agree(there)
    assert browser.get(back).status_code == 303
    for again in (back, provider.agree(there)):
        browser.client.cookies.clear()
        browser.client.cookies.set("duban-provider", kept)
        answer = browser.get(again)
        assert answer.status_code == 401
        assert "已经用过" in answer.text
        assert not is_in(browser)


def test_an_answer_of_another_browser_signs_nobody_in(
    joined: Application, provider: FakeProvider
) -> None:
    """An attacker sends a victim the attacker's own answer, to have them work in their account."""
    attacker, victim = desk.browser(joined), desk.browser(joined)
    back = provider.agree(leave(attacker))
    for _ in range(2):
        answer = victim.get(back)
        assert answer.status_code == 401
        assert "不是从这个浏览器开始的" in answer.text
        assert not is_in(victim)
        leave(victim)  # the victim has an errand of its own by now; it is another one
    assert attacker.get(back).status_code == 303


def test_another_state_signs_nobody_in_and_spends_nothing(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    for state in ("", "0", "密", "a" * 64):
        back = provider.agree(leave(browser))
        wrong = re.sub(r"state=[^&]*", f"state={state}", back)
        assert browser.get(wrong).status_code == 401
        assert not is_in(browser)
    assert provider.asked.count("/realms/town/token") == 0


def test_an_errand_is_over_after_ten_minutes(joined: Application, provider: FakeProvider) -> None:
    browser = desk.browser(joined)
    back = provider.agree(leave(browser))
    with joined.writing("web") as at:
        past = real_now() - timedelta(seconds=1)
        at.conn.execute(table("errand").update().values(expires_at=past))
    assert "超过10分钟" in browser.get(back).text
    assert not is_in(browser)


def test_nothing_of_an_errand_lies_in_the_database(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    there = leave(browser)
    told = dict(pair.split("=", 1) for pair in there.partition("?")[2].split("&"))
    with joined.reading("web") as at:
        kept = repr(at.conn.execute(table("errand").select()).all())
    for secret in (told["state"], told["nonce"], browser.client.cookies["duban-provider"]):
        assert secret not in kept
    assert len(told["state"]) == 64
    del provider


def test_signing_in_ends_the_session_that_the_browser_had(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    browser.sign_in(QIAN)
    former = browser.client.cookies["duban"]
    token = browser.form("/account", "/logout").values["_csrf"]
    there = there_of(browser.post(BACK, {"_csrf": token}))
    assert browser.get(provider.agree(there)).status_code == 303
    assert browser.client.cookies["duban"] != former
    other = desk.browser(joined)
    other.client.cookies.set("duban", former)
    assert not is_in(other)


def test_nobody_is_sent_to_another_site_afterwards(
    joined: Application, provider: FakeProvider
) -> None:
    for wanted in (
        "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)",
    ):  # fmt: skip
        browser = desk.browser(joined)
        form = browser.form("/login", BACK)
        there = there_of(browser.post(BACK, {**form.values, "next": wanted}))
        assert browser.get(provider.agree(there)).headers["location"] == "/"


def test_the_page_that_leads_on_keeps_to_the_policy(joined: Application) -> None:
    browser = desk.browser(joined)
    answer = browser.submit("/login", {}, action=BACK)
    assert answer.headers["content-security-policy"] == CSP
