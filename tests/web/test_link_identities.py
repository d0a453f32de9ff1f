"""Links to identities of a provider, the second factor after it, and proofs of late."""

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service import identities
from engine.service.accounts import disable_account
from engine.settings import real_now
from engine.store import rows
from engine.store.tables import table
from tests.people import PASSWORD, QIAN, SHEN, WU, ZHAO
from tests.provider import FakeProvider
from tests.service.test_prove_by_second_factor import code_of
from tests.web import desk
from tests.web.by_provider import (
    enter,
    freshness,
    is_in,
    leave,
    link,
    prove,
    there_of,
)
from tests.web.test_keep_second_factor import set_up

# --- the second factor, and proofs of late ------------------------------------------------------


def test_the_second_factor_is_asked_for_after_the_provider(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    browser.sign_in(ZHAO)
    secret, codes = set_up(browser)
    answer = enter(browser, provider, "/login?next=/cases")
    assert answer.headers["location"] == "/login/code"
    assert not is_in(browser)
    refused = browser.submit("/login/code", {"code": "000000"})
    assert refused.status_code == 401
    assert not is_in(browser)
    done = browser.submit("/login/code", {"code": codes[0]})
    assert (done.status_code, done.headers["location"]) == (303, "/cases")
    assert is_in(browser)
    del secret


def test_without_an_errand_a_code_opens_nothing(joined: Application) -> None:
    browser = desk.browser(joined)
    browser.sign_in(ZHAO)
    _, codes = set_up(browser)
    other = desk.browser(joined)
    assert other.submit("/login/code", {"code": codes[0]}).status_code == 401
    leave(other)
    assert other.submit("/login/code", {"code": codes[0]}).status_code == 401
    assert not is_in(other)


def test_codes_after_the_provider_are_throttled_like_passwords(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    browser.sign_in(ZHAO)
    _, codes = set_up(browser)
    enter(browser, provider)
    told = [browser.submit("/login/code", {"code": "000000"}).status_code for _ in range(6)]
    assert told == [401] * 5 + [429]
    assert browser.submit("/login/code", {"code": codes[0]}).status_code == 429


def test_an_account_that_is_shut_between_provider_and_code_stays_out(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    browser.sign_in(ZHAO)
    _, codes = set_up(browser)
    enter(browser, provider)
    with joined.writing("cli") as at:
        disable_account(at, OPERATOR, ZHAO.login)
    assert browser.submit("/login/code", {"code": codes[0]}).status_code == 401


def test_a_sign_in_that_the_provider_remembers_is_no_proof_of_late(
    joined: Application, provider: FakeProvider
) -> None:
    for ago, fresh in ((None, False), (5, True), (3600, False)):
        provider.proved_seconds_ago = ago
        browser = desk.browser(joined)
        enter(browser, provider)
        assert freshness(joined, browser) is fresh


def test_one_proves_anew_at_the_provider_and_the_session_gets_a_new_secret(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    enter(browser, provider)
    former = browser.client.cookies["duban"]
    there = prove(browser, "/cases")
    assert "prompt=login" in there
    assert "max_age=0" in there
    done = browser.get(provider.agree(there))
    assert (done.status_code, done.headers["location"]) == (303, "/cases")
    assert freshness(joined, browser)
    assert browser.client.cookies["duban"] != former
    stale = desk.browser(joined)
    stale.client.cookies.set("duban", former)
    assert not is_in(stale)


def test_a_proof_of_long_ago_or_of_somebody_else_proves_nothing(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    enter(browser, provider)
    provider.proved_seconds_ago = 3600
    assert browser.get(provider.agree(prove(browser))).status_code == 403
    provider.proved_seconds_ago = None
    link(joined, QIAN.login, "subject-of-qian")
    provider.subject = "subject-of-qian"
    answer = browser.get(provider.agree(prove(browser)))
    assert answer.status_code == 403
    assert "另一个人" in answer.text
    assert not freshness(joined, browser)


def test_a_proof_with_a_second_factor_takes_its_code_first(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    browser.sign_in(ZHAO)
    secret, codes = set_up(browser)
    enter(browser, provider)
    browser.submit("/login/code", {"code": codes[0]})
    at = "/account/prove/provider"
    refused = browser.submit("/account/prove", {"code": "000000"}, action=at)
    assert refused.status_code == 422
    there = there_of(browser.submit("/account/prove", {"code": codes[1]}, action=at))
    assert browser.get(provider.agree(there)).status_code == 303
    assert freshness(joined, browser)
    assert code_of(secret, real_now())


def test_one_proves_anew_by_password_on_the_same_page(joined: Application) -> None:
    browser = desk.browser(joined)
    browser.sign_in(WU)
    desk.age(joined, WU)
    page = "/account/prove?next=/cases"
    for typed in ("", "not the password"):
        wrong = browser.submit(page, {"again": typed}, action="/account/prove")
        assert wrong.status_code == 422
    done = browser.submit(page, {"again": PASSWORD}, action="/account/prove")
    assert (done.status_code, done.headers["location"]) == (303, "/cases")
    assert freshness(joined, browser)


# --- one's own link, and the administrator's ----------------------------------------------------


def test_one_links_oneself_from_a_session_with_a_proof_of_late(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    browser.sign_in(QIAN)
    provider.subject = "subject-of-qian"
    there = there_of(browser.submit("/account", {}, action="/account/identity/link"))
    done = browser.get(provider.agree(there))
    assert done.headers["location"] == "/account?done=identity-link"
    other = desk.browser(joined)
    assert enter(other, provider).status_code == 303
    assert QIAN.name in other.get("/account").text


def test_an_old_proof_links_and_unlinks_nothing(joined: Application) -> None:
    for person, action in ((QIAN, "link"), (ZHAO, "unlink")):
        browser = desk.enter(joined, person)
        desk.age(joined, person)
        answer = browser.submit("/account", {}, action=f"/account/identity/{action}")
        assert answer.headers["location"] == "/account/prove?next=/account"
        with joined.writing("web") as at:
            linked = identities.identities_of(at, OPERATOR, person.login)
        assert bool(linked) is (person is ZHAO)


def test_a_link_cannot_be_made_from_another_session_than_the_one_that_left(
    joined: Application, provider: FakeProvider
) -> None:
    """A victim who is signed in is sent the attacker's answer: it must not link the victim."""
    attacker, victim = desk.browser(joined), desk.browser(joined)
    attacker.sign_in(QIAN)
    victim.sign_in(WU)
    there = there_of(attacker.submit("/account", {}, action="/account/identity/link"))
    provider.subject = "subject-of-the-attacker"
    back = provider.agree(there)
    victim.client.cookies.set("duban-provider", attacker.client.cookies["duban-provider"])
    assert victim.get(back).status_code == 403
    with joined.reading("web") as at:
        assert identities.identities_of(at, OPERATOR, WU.login) == []


def test_an_identity_that_is_somebody_elses_is_not_linked_again(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.browser(joined)
    browser.sign_in(QIAN)
    there = there_of(browser.submit("/account", {}, action="/account/identity/link"))
    answer = browser.get(provider.agree(there))
    assert answer.status_code == 409
    assert "已经关联到一个账号" in answer.text


def test_ending_ones_link_ends_ones_sessions_but_not_the_only_way_in(
    joined: Application, provider: FakeProvider
) -> None:
    browser, other = desk.browser(joined), desk.browser(joined)
    browser.sign_in(ZHAO)
    enter(other, provider)
    done = browser.submit("/account", {}, action="/account/identity/unlink")
    assert done.headers["location"] == "/login?done=identity-unlinked"
    assert (is_in(browser), is_in(other)) == (False, False)
    assert enter(other, provider).status_code == 401
    link(joined, ZHAO.login, provider.subject)
    with joined.writing("cli") as at:
        account = rows.fetch_one(at.conn, "account", login=ZHAO.login)
        at.conn.execute(table("credential").delete().where(
            table("credential").c.account_id == account.id))  # fmt: skip
    provider.proved_seconds_ago = 1
    enter(other, provider)
    page = other.get("/account").text
    assert "/account/password" not in page
    answer = other.submit("/account", {}, action="/account/identity/unlink")
    assert answer.status_code == 409


def test_the_administrator_links_and_unlinks_with_a_proof_and_the_owner_is_told(
    joined: Application, provider: FakeProvider
) -> None:
    browser = desk.enter(joined, SHEN)
    at = f"/accounts/{QIAN.login}"
    wrong = browser.submit(at, {"subject": "中文"}, action=f"{at}/identity")
    assert wrong.status_code == 422
    taken = browser.submit(at, {"subject": provider.subject}, action=f"{at}/identity")
    assert taken.status_code == 409
    desk.age(joined, SHEN)
    old = browser.submit(at, {"subject": "subject-of-qian"}, action=f"{at}/identity")
    assert old.status_code == 422
    form = next(f for f in desk.forms_of(old.text, at) if f.action == f"{at}/identity")
    assert form.values["subject"] == ["subject-of-qian"]
    done = browser.post(form.action, form.filled({"again": PASSWORD}))
    assert done.headers["location"].endswith("?done=account-identity")
    provider.subject = "subject-of-qian"
    theirs = desk.browser(joined)
    enter(theirs, provider)
    assert "关联到了身份认证服务" in theirs.get("/inbox").text
    assert browser.submit(at, {}, action=f"{at}/identity/end").status_code == 303
    assert not is_in(theirs)


def test_an_account_without_password_is_told_where_it_proves_itself(
    joined: Application, provider: FakeProvider
) -> None:
    link(joined, SHEN.login, "subject-of-shen")
    provider.subject = "subject-of-shen"
    with joined.writing("cli") as at:
        account = rows.fetch_one(at.conn, "account", login=SHEN.login)
        at.conn.execute(table("credential").delete().where(
            table("credential").c.account_id == account.id))  # fmt: skip
    browser = desk.browser(joined)
    enter(browser, provider)
    at_page = f"/accounts/{QIAN.login}"
    refused = browser.submit(at_page, {}, action=f"{at_page}/disable")
    assert refused.status_code == 422
    assert "/account/prove" in refused.text
    browser.get(provider.agree(prove(browser, at_page)))
    assert browser.submit(at_page, {}, action=f"{at_page}/disable").status_code == 303
