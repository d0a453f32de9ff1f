"""Forged requests on every route that changes something, and every way to lead a visitor away."""

import pytest

from engine.bootstrap import open_application
from tests.people import PASSWORD, QIAN, SHEN, ZHANG, ZHAO
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story
from tests.web.test_pass_the_door import address, answers, events
from web.app import declarations
from web.locations import own_path
from web.routing import SAFE

UNSAFE = [d for d in declarations() if d.method not in SAFE]
PAGES = [d for d in UNSAFE if d.surface == "page"]
AWAY = [
    "https://evil.example", "http://evil.example", "//evil.example", "///evil.example",
    "////evil.example", "/\\evil.example", "\\/evil.example", "\\\\evil.example",
    "/\\/evil.example",
    "http:evil.example", "https:/evil.example", "https:///evil.example", "HTTPS://evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
    "vbscript:x", "file:///etc/passwd", "blob:https://evil.example/1", "/\t/evil.example",
    "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example",
    "\x01//evil.example", "/\x00/evil.example", "/\r\nSet-Cookie: x=1", "/\u2028/evil.example",
    "／／evil.example", "/／evil.example", "。evil.example", "evil.example", "@evil.example",
    "/@evil.example/../\\", "?next=//evil.example", "#//evil.example", "./evil", "../evil", "",
    "%2f%2fevil.example", "%68ttps://evil.example", "/中文", "http://127.0.0.1:8000@evil.example",
]  # fmt: skip


def real(story: Story) -> tuple[Browser, Browser, str, str]:
    """Give two who signed in by the page, and the token of each; no two have one secret."""
    mine, theirs = desk.browser(story.application), desk.browser(story.application)
    mine.sign_in(ZHANG)
    theirs.sign_in(QIAN)
    tokens = [b.form("/account", "/preferences").values["_csrf"][0] for b in (mine, theirs)]
    assert tokens[0] != tokens[1]
    return mine, theirs, tokens[0], tokens[1]


def test_the_token_of_somebody_else_and_of_a_session_that_is_over_change_nothing(
    story: Story,
) -> None:
    mine, _, old, foreign = real(story)
    mine.submit("/account", {}, "/logout")
    mine.sign_in(ZHANG)
    before = events(story)
    for declared in PAGES:
        for token in (old, foreign):
            answer = mine.post(address(declared, story), {"_csrf": token, "text": "x"})
            assert answer.status_code == 403, declared.path
    assert events(story) == before


def test_what_no_form_sends_changes_nothing(story: Story) -> None:
    """A token counts only in a form's own encoding; text and JSON of another site carry none."""
    mine, _, token, _ = real(story)
    before = events(story)
    for declared in PAGES:
        for kind, body in (
            ("text/plain", f"_csrf={token}&text=x"),
            ("application/json", f'{{"_csrf": "{token}"}}'),
            ("", f"_csrf={token}"),
        ):
            answer = mine.client.post(
                f"{address(declared, story)}?_csrf={token}", content=body, follow_redirects=False,
                headers={"Content-Type": kind, "Sec-Fetch-Site": "same-origin",
                         "X-CSRF-Token": token},
            )  # fmt: skip
            assert answer.status_code in {403, 415}, (declared.path, kind)
    assert events(story) == before


def test_a_method_cannot_be_said_beside_the_request(story: Story) -> None:
    mine, _, token, _ = real(story)
    before = events(story)
    for declared in UNSAFE:
        path = address(declared, story)
        for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            answer = mine.get(
                path, params={"_method": declared.method, "_csrf": token},
                headers={header: declared.method},
            )  # fmt: skip
            assert answer.status_code < 500, path
    assert events(story) == before
    assert mine.get("/account").status_code == 200


def test_a_session_alone_changes_nothing_through_the_api(story: Story) -> None:
    mine, _, token, _ = real(story)
    before = events(story)
    for declared in UNSAFE:
        if declared.surface != "api":
            continue
        answer = mine.client.request(
            declared.method, address(declared, story), json={"text": "x", "_csrf": token},
            headers={"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": token},
        )  # fmt: skip
        assert answer.status_code == 401, declared.path
    assert events(story) == before


def test_nobody_is_led_to_another_site_from_wherever_one_goes_on(story: Story) -> None:
    mine, _, token, _ = real(story)
    for wanted in AWAY:
        there = own_path(wanted)
        assert there.startswith("/"), wanted
        assert not there.startswith(("//", "/\\")), wanted
        assert there.isascii(), wanted
        typed = wanted.replace("\x00", "")
        kept = mine.post("/preferences", {"_csrf": token, "theme": "dark", "next": typed})
        assert kept.headers["location"] == own_path(typed), wanted
        shown = mine.get("/account/prove", params={"next": typed})
        form = next(f for f in desk.forms_of(shown.text, "/") if "again" in f.values)
        assert form.values["next"] == [own_path(typed)], wanted


def test_a_session_that_was_put_into_a_browser_does_not_become_that_of_its_owner(
    story: Story,
) -> None:
    """An attacker plants a session, unknown or the attacker's own, and waits for a sign-in."""
    attacker = desk.browser(story.application)
    attacker.sign_in(QIAN)
    own = attacker.client.cookies["duban"]
    for planted in ("planted-by-somebody", own):
        victim = desk.browser(story.application)
        victim.client.cookies.set("duban", planted, domain="127.0.0.1", path="/")
        if planted == own:
            token = victim.form("/account", "/preferences").values["_csrf"]
            sent = {"_csrf": token, "login": ZHAO.login, "password": PASSWORD}
            assert victim.post("/login", sent).status_code == 303
        else:
            assert victim.sign_in(ZHAO).status_code == 303
        assert victim.client.cookies.get("duban", domain="127.0.0.1") != planted
        spy = desk.browser(story.application)
        spy.client.cookies.set("duban", planted)
        assert spy.get("/account").status_code == 303
    assert attacker.get("/account").status_code == 303


# --- over https, as it is served ----------------------------------------------------------------

PUBLIC = "https://duban.example.cn"
ALWAYS = {
    "strict-transport-security": "max-age=31536000", "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin", "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}  # fmt: skip


def test_over_https_every_answer_of_every_route_carries_all_of_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "ADDRESS", PUBLIC)
    home = story.application.settings.home
    settings = desk.settings_in(home, DUBAN_ENV="production", DUBAN_CLOCK="system")
    served, seen = Story(open_application(settings), story.issue, story.code), set()
    for name, answer in answers(served):
        assert {k: answer.headers.get(k) for k in ALWAYS} == ALWAYS, name
        seen.add(answer.status_code)
        for cookie in answer.headers.get_list("set-cookie"):
            parts = [part.strip() for part in cookie.split(";")]
            assert parts[0].startswith("__Host-duban"), name
            assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(parts), name
            assert not any(part.lower().startswith("domain") for part in parts), name
    assert {200, 303, 304, 401, 403, 404, 405, 413} <= seen
    served.application.close()


# --- what asks for a proof of late --------------------------------------------------------------


def test_an_open_browser_that_somebody_finds_binds_nothing_to_the_account(story: Story) -> None:
    browser = desk.enter(story.application, ZHANG)
    desk.age(story.application, ZHANG)
    before = events(story)
    token = browser.form("/account", "/preferences").values["_csrf"]
    for path in ("/account/factor/begin", "/account/factor", "/account/feed"):
        answer = browser.post(path, {"_csrf": token, "code": "000000"})
        assert answer.headers["location"] == "/account/prove?next=/account", path
    assert events(story) == before


def test_every_act_on_an_account_asks_for_a_proof_of_late(story: Story) -> None:
    browser = desk.enter(story.application, SHEN)
    desk.age(story.application, SHEN)
    before = events(story)
    token = browser.form("/account", "/preferences").values["_csrf"]
    acts = [d for d in PAGES if d.path.startswith("/accounts")]
    assert len(acts) >= 6
    for declared in acts:
        path = declared.path.replace("{login}", ZHANG.login)
        if "/identity" in path:
            continue  # there is no provider here
        sent = {"_csrf": token, "login": "x", "name": "x", "unit": "甲镇", "roles": "unit",
                "password": "a long enough one", "repeated": "a long enough one"}  # fmt: skip
        answer = browser.post(path, sent)
        assert (answer.status_code, "再输入一次您的密码" in answer.text) == (422, True), path
    assert events(story) == before
