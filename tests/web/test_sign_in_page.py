"""Signing in and out through the page: who gets in, with which cookies, and where they land."""

import pytest
from starlette.testclient import TestClient

from engine.bootstrap import Application, open_application
from tests.people import PASSWORD, QIAN, SHEN, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser


def test_signing_in_leads_to_what_was_asked_for(nobody: Browser) -> None:
    asked = nobody.get("/cases?view=overdue")
    assert asked.status_code == 303
    form = nobody.form(asked.headers["location"], "/login")
    sent = form.filled({"login": ZHAO.login, "password": PASSWORD})
    answer = nobody.post("/login", sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases?view=overdue")
    assert nobody.get("/account").status_code == 200


def test_the_session_is_a_cookie_that_scripts_and_other_sites_cannot_use(nobody: Browser) -> None:
    cookies = nobody.sign_in(ZHAO).headers.get_list("set-cookie")
    session = next(c for c in cookies if c.startswith("duban="))
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in session.split(";")}


def test_in_production_cookies_are_bound_to_the_very_host(office: Application) -> None:
    home = office.settings.home
    settings = {"DUBAN_ENV": "production", "DUBAN_CLOCK": "system",
                "DUBAN_PUBLIC_URL": "https://duban.example.cn"}  # fmt: skip
    application = open_application(desk.settings_in(home, **settings))
    client = TestClient(desk.app_of(application), base_url="https://duban.example.cn")
    answer = client.get("/login")
    assert answer.headers["set-cookie"].startswith("__Host-duban-sign-in=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    application.close()


def test_each_sign_in_makes_a_session_of_its_own(nobody: Browser) -> None:
    nobody.sign_in(ZHAO)
    first = nobody.client.cookies["duban"]
    nobody.client.cookies.delete("duban")
    nobody.sign_in(ZHAO)
    assert nobody.client.cookies["duban"] != first


@pytest.mark.parametrize("login", [ZHAO.login, "nobody-at-all", SHEN.login])
def test_a_wrong_password_and_an_unknown_login_look_alike(nobody: Browser, login: str) -> None:
    answer = nobody.submit("/login", {"login": login, "password": "not the password"})
    assert answer.status_code == 401
    assert "登录名或密码不正确" in answer.text
    assert 'id="f-password-e"' in answer.text
    assert "not the password" not in answer.text


def test_what_was_typed_as_login_stays_and_the_password_does_not(nobody: Browser) -> None:
    answer = nobody.submit("/login", {"login": "zhaoliu", "password": "wrong-secret"})
    form = next(f for f in desk.forms_of(answer.text, "/login") if f.action == "/login")
    assert (form.values["login"], form.values["password"]) == (["zhaoliu"], [""])


def test_after_five_failures_there_is_a_wait(nobody: Browser) -> None:
    for _ in range(5):
        nobody.submit("/login", {"login": ZHAO.login, "password": "wrong"})
    answer = nobody.sign_in(ZHAO)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "秒后再试" in answer.text
    assert "需要改正" not in answer.text
    assert nobody.sign_in(QIAN).status_code == 303


def test_signing_out_ends_the_session_everywhere(nobody: Browser, office: Application) -> None:
    nobody.sign_in(ZHAO)
    stolen = nobody.client.cookies["duban"]
    assert nobody.submit("/account", {}, "/logout").headers["location"] == "/login"
    other = desk.browser(office)
    other.client.cookies.set("duban", stolen)
    assert other.get("/account").status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "http:evil.example", "javascript:alert(1)", "/\t/evil.example", " //evil.example",
        "///evil.example", "%2f%2fevil.example", "/\r\nSet-Cookie: x=1", "data:text/html,x",
        "/\u2028/evil", "https:/evil.example", "evil.example", "@evil.example", "/中文",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site_after_signing_in(nobody: Browser, wanted: str) -> None:
    form = nobody.form("/login")
    sent = form.filled({"login": ZHAO.login, "password": PASSWORD, "next": wanted})
    assert nobody.post("/login", sent).headers["location"] == "/"


@pytest.mark.parametrize("person", [ZHAO, SHEN])
def test_the_account_page_says_who_one_is(nobody: Browser, person: Person) -> None:
    nobody.sign_in(person)
    words = desk.text_of(nobody.get("/account").text)
    assert person.name in words
    assert person.unit in words


def test_a_changed_password_is_the_one_that_counts(nobody: Browser) -> None:
    nobody.sign_in(ZHAO)
    new = "another long password 7"
    given = {"current": PASSWORD, "password": new, "repeated": new}
    answer = nobody.submit("/account", given, "/account/password")
    assert answer.headers["location"] == "/login?done=password"
    assert nobody.get("/account").status_code == 303
    assert nobody.sign_in(ZHAO).status_code == 401
    assert nobody.sign_in(ZHAO, new).status_code == 303


def test_a_password_that_was_repeated_wrongly_changes_nothing(nobody: Browser) -> None:
    nobody.sign_in(ZHAO)
    given = {"current": PASSWORD, "password": "one long password", "repeated": "another one"}
    answer = nobody.submit("/account", given, "/account/password")
    assert answer.status_code == 422
    assert "不一致" in answer.text
    assert "one long password" not in answer.text


def test_language_and_theme_are_kept_with_the_account(nobody: Browser, office: Application) -> None:
    nobody.sign_in(ZHAO)
    assert nobody.submit("/account", {"next": "/account"}, "/preferences").status_code == 303
    form = nobody.form("/account", "/preferences")
    nobody.post("/preferences", {**form.values, "locale": "en", "theme": "dark"})
    elsewhere = desk.browser(office)
    elsewhere.sign_in(ZHAO)
    page = elsewhere.get("/account", headers={"Accept-Language": "zh"}).text
    assert '<html lang="en" data-theme="dark">' in page
    assert "My account" in page


ACCEPTED = [
    ("en;q=0.9, zh;q=0.5", "Sign in"), ("zh-CN,en;q=0.8", "登录"), ("fr, de", "登录"),
    ("en-GB", "Sign in"), ("*;q=0, x" * 500, "登录"),
]  # fmt: skip


def test_the_browser_chooses_the_language_until_somebody_does(nobody: Browser) -> None:
    for header, title in ACCEPTED:
        page = nobody.get("/login", headers={"Accept-Language": header}).text
        assert f"<title>{title} " in page
    form = nobody.form("/login", "/preferences")
    nobody.post("/preferences", {**form.values, "locale": "en"})
    assert "<title>Sign in " in nobody.get("/login", headers={"Accept-Language": "zh"}).text


def test_a_preference_that_there_is_not_is_refused(nobody: Browser) -> None:
    form = nobody.form("/login", "/preferences")
    answer = nobody.post("/preferences", {**form.values, "theme": "<b>pink</b>"})
    assert answer.status_code == 422
    assert "<b>pink" not in answer.text
