"""The second factor on the pages: set up from the QR code, asked for, given up; own sessions."""

import base64
import re
from datetime import timedelta

import pytest

from engine.bootstrap import Application
from engine.settings import real_now
from tests.people import CHEN, PASSWORD, ZHAO
from tests.service.test_prove_by_second_factor import code_of
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story


def set_up(browser: Browser) -> tuple[bytes, list[str]]:
    """Set the factor up as its owner does; give its secret and the recovery codes."""
    begun = browser.submit("/account/factor", {}, action="/account/factor/begin").text
    shown = re.search(r'id="factor-secret">([A-Z2-7]+)<', begun)
    assert shown is not None
    secret = base64.b32decode(shown[1])
    form = next(f for f in desk.forms_of(begun, "/account/factor") if f.action == "/account/factor")
    done = browser.post("/account/factor", form.filled({"code": code_of(secret, real_now())}))
    return secret, re.findall(r'<li class="code">([a-z2-7-]+)</li>', done.text)


def test_it_is_set_up_from_a_picture_or_by_hand_and_then_asked_for(nobody: Browser) -> None:
    nobody.sign_in(ZHAO)
    secret, codes = set_up(nobody)
    assert len(codes) == 10
    assert nobody.get("/account").status_code == 303
    refused = nobody.sign_in(ZHAO)
    assert refused.status_code == 401
    assert "动态验证码" in refused.text
    sent = {"login": ZHAO.login, "password": PASSWORD, "code": "000000"}
    assert "验证码不正确或已用过" in nobody.submit("/login", sent).text
    later = code_of(secret, real_now() + timedelta(seconds=30))
    sent["code"] = codes[0]
    assert nobody.submit("/login", sent).status_code == 303
    assert later not in nobody.get("/account").text


def test_the_picture_is_drawn_without_styles_of_its_own(nobody: Browser) -> None:
    nobody.sign_in(ZHAO)
    begun = nobody.submit("/account/factor", {}, action="/account/factor/begin").text
    assert 'class="qr"' in begun
    assert "style=" not in begun


def test_a_wrong_code_changes_nothing_and_shows_the_same_secret(nobody: Browser) -> None:
    nobody.sign_in(ZHAO)
    begun = nobody.submit("/account/factor", {}, action="/account/factor/begin").text
    form = next(f for f in desk.forms_of(begun, "/account/factor") if f.action == "/account/factor")
    again = nobody.post("/account/factor", form.filled({"code": "12345"}))
    assert again.status_code == 422
    secrets = [re.findall(r'id="factor-secret">([A-Z2-7]+)<', page) for page in (begun, again.text)]
    assert secrets[0] == secrets[1]
    assert nobody.get("/account").status_code == 200


def test_it_is_given_up_with_password_and_code(nobody: Browser) -> None:
    nobody.sign_in(ZHAO)
    _, codes = set_up(nobody)
    nobody.submit("/login", {"login": ZHAO.login, "password": PASSWORD, "code": codes[0]})
    wrong = {"current": "not the password", "code": codes[1]}
    refused = nobody.submit("/account/factor", wrong, action="/account/factor/drop")
    assert refused.status_code == 422
    right = {"current": PASSWORD, "code": codes[1]}
    done = nobody.submit("/account/factor", right, action="/account/factor/drop")
    assert done.headers["location"] == "/login?done=factor-off"
    assert nobody.sign_in(ZHAO).status_code == 303


def test_one_sees_where_one_is_signed_in_and_ends_it(office: Application) -> None:
    here, there = desk.browser(office), desk.browser(office)
    here.sign_in(ZHAO)
    there.sign_in(ZHAO)
    listed = here.get("/account").text
    assert listed.count('action="/account/end-session"') == 2  # the other one, and all others
    form = next(
        f
        for f in desk.forms_of(listed, "/account")
        if f.action == "/account/end-session" and "session" in f.values
    )
    assert here.post(form.action, form.filled({})).status_code == 303
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


@pytest.mark.parametrize("chosen", ["00" * 32, "x", "’"])
def test_a_session_that_is_not_ones_own_is_not_there(nobody: Browser, chosen: str) -> None:
    nobody.sign_in(ZHAO)
    csrf = nobody.form("/account", "/account/password").values["_csrf"][0]
    sent = {"_csrf": csrf, "session": chosen}
    assert nobody.post("/account/end-session", sent).status_code == 404


def checked(browser: Browser, code: str, given: dict[str, str]) -> desk.Form:
    """Fill in the step that closes, go to its check page, and give the form that takes it."""
    at = f"/cases/{code}/do/void"
    shown = browser.submit(at, given, action=f"{at}/confirm").text
    return next(form for form in desk.forms_of(shown, at) if form.action == at)


def test_closing_a_case_asks_for_the_password_when_it_was_given_long_ago(
    office: Application,
) -> None:
    told = Story(office).begin()
    told.step(ZHAO, "void", "重复登记，与另一件相同")
    browser = desk.enter(office, CHEN)
    fresh = checked(browser, told.code, {"reason": "情况属实，同意"})
    assert "again" not in fresh.values
    desk.age(office, CHEN)
    old = checked(browser, told.code, {"reason": "情况属实，同意"})
    refusals = [
        browser.post(old.action, old.filled({"again": typed, "ok": "1"}))
        for typed in ("", "not the password")
    ]
    assert [answer.status_code for answer in refusals] == [422, 422]
    assert all("情况属实，同意" in answer.text for answer in refusals)
    assert told.case()["state"] == "registered"
    done = browser.post(old.action, old.filled({"again": PASSWORD, "ok": "1"}))
    assert done.status_code == 303
    assert told.case()["state"] == "closed"
    assert done.headers["set-cookie"].startswith("duban=")
    assert f"session-of-{CHEN.login}" not in done.headers["set-cookie"]


def test_what_does_not_close_asks_for_no_password(office: Application) -> None:
    told = Story(office).begin()
    browser = desk.enter(office, ZHAO)
    desk.age(office, ZHAO)
    asked = checked(browser, told.code, {"reason": "重复登记，与另一件相同"})
    assert "again" not in asked.values
    assert browser.post(asked.action, asked.filled({"ok": "1"})).status_code == 303
