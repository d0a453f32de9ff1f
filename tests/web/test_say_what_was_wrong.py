"""What a page says to a request that no page of ours sends, and what every such answer carries."""

import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest

from engine.bootstrap import open_application
from engine.domain.access import OPERATOR
from engine.errors import BusyError, ThrottledError
from engine.service import accounts, cases
from tests.people import SHEN, ZHANG, ZHAO
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story
from tests.web.test_forge_nothing import ALWAYS, PUBLIC
from tests.web.test_pass_the_door import WRITES, address
from web.app import declarations
from web.routing import PUBLIC as ANYBODY
from web.security.answers import CSP
from web.security.limits import MOST_FIELDS, MOST_FILES

NOTES = "/cases/DB-2026-0001/notes"
FORM = "application/x-www-form-urlencoded"
Ask = Callable[[Browser, str], Any]


def sent(content: bytes, kind: str, **headers: str) -> Ask:
    """Give a request that sends something as no form of ours does."""
    told = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin", **headers}
    return lambda there, _: there.client.post(
        NOTES, content=content, headers=told, follow_redirects=False
    )


def many(_: Browser, csrf: str) -> dict[str, str]:
    """Give a form of more fields than are read."""
    return {"_csrf": csrf} | {f"a{n}": "1" for n in range(MOST_FIELDS + 1)}


def files(there: Browser, csrf: str) -> Any:  # noqa: ANN401  # httpx's answer
    """Send more files than are taken at once."""
    one = [("file", (f"{n}.txt", b"x")) for n in range(MOST_FILES + 1)]
    return there.post("/cases/DB-2026-0001/files", {"_csrf": csrf}, files=one)


SAID: dict[str, tuple[Ask, int, str, str]] = {
    "another method": (
        lambda there, _: there.client.delete("/cases", follow_redirects=False),
        405, "请求方式不对", "这个地址不接受这种请求方式。"),
    "an address of forms": (lambda there, _: there.get(NOTES),
        405, "请求方式不对", "请从页面上的链接"),
    "without token": (
        lambda there, _: there.post(NOTES, {"text": "x"}), 403, "页面已经过时", "重新打开页面"),
    "from elsewhere": (
        sent(b"text=x", FORM, **{"Sec-Fetch-Site": "cross-site"}),
        403, "表单不是从本站提交的", "请不要再从那里提交"),
    "JSON": (sent(b'{"text": "x"}', "application/json"),
        415, "不是本站的表单", "程序请用接口和令牌"),
    "plain text": (sent(b"text=x", "text/plain"), 415, "不是本站的表单", "只接受本站页面上的表单"),
    "of no kind": (sent(b"text=x", ""), 415, "不是本站的表单", "只接受本站页面上的表单"),
    "too large": (sent(b"x" * (2 << 20), FORM), 413, "内容过大", "上限 1 MB"),
    "too many fields": (
        lambda there, csrf: there.post(NOTES, many(there, csrf)),
        413, "表单栏目过多", "超过2000栏"),
    "too many files": (files, 413, "文件过多", "一次最多上传20个文件"),
    "broken": (sent(b"x", "multipart/form-data"), 422, "所填内容有误", "无法读取提交的内容"),
    "nothing in a word": (
        lambda there, csrf: there.post(NOTES, {"_csrf": csrf, "text": "a\0b"}),
        422, "所填内容有误", "无法保存的字符"),
    "nothing in an address": (
        lambda there, _: there.get("/cases?q=%00"), 422, "所填内容有误", "请核对地址"),
    "no year": (lambda there, _: there.get("/calendar/abc"), 404, "没有找到", "没有这个地址。"),
    "a year too far": (lambda there, _: there.get("/calendar/99999"),
        422, "所填内容有误", "1949至9998"),
    "no address": (lambda there, _: there.get("/no-such-page"), 404, "没有找到", "没有这个地址。"),
    "no number": (lambda there, _: there.get("/runs/none"), 404, "没有找到", "没有这个地址。"),
}  # fmt: skip


@pytest.fixture
def there(calm: Story) -> Browser:
    """Seat the lead leader."""
    return desk.enter(calm.application, ZHANG)


@pytest.mark.parametrize("what", SAID)
def test_a_page_says_what_was_wrong_and_a_way_on(there: Browser, what: str) -> None:
    ask, status, title, says = SAID[what]
    csrf = there.form("/cases/DB-2026-0001", NOTES).values["_csrf"][0]
    answer = ask(there, csrf)
    assert answer.status_code == status
    assert f"<title>{title} — 督办</title>" in answer.text
    main = desk.text_of(answer.text[answer.text.index("<main") : answer.text.index("</main>")])
    assert says in main
    assert "不由您办理" not in main
    ways = re.findall(r'class="btn[^"]*" href="([^"]+)"', answer.text)
    assert ways
    for way in ways:
        assert there.get(way).status_code in {200, 303}, way
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == CSP


def test_the_page_to_open_again_is_there_for_every_form(story: Story) -> None:
    for person in (ZHANG, SHEN):
        browser = desk.enter(story.application, person)
        for declared in WRITES:
            answer = browser.post(address(declared, story), {"text": "x"})
            way = re.search(r'btn--primary" href="([^"]+)"', answer.text)
            if answer.status_code == 403 and way:
                assert browser.get(way[1]).status_code != 405, declared.path
                assert "没有这个地址" not in browser.get(way[1]).text, declared.path


# --- parts of pages -------------------------------------------------------------------------------

PART = {"HX-Request": "true", "HX-Current-URL": f"{desk.ADDRESS}/cases?view=overdue"}


def asked_for() -> set[str]:
    """Give every address that a template has the browser ask for by itself."""
    found: set[str] = set()
    for folder in ("pages", "macros", "parts", "base"):
        for file in resources.files("web").joinpath("templates", folder).iterdir():
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"hx-(post|put|patch|delete)", text), file.name
            found |= set(re.findall(r'hx-get="([^"]+)"', text))
    return found


def test_parts_are_asked_for_at_addresses_of_whole_pages() -> None:
    """So a part is behind the very door of its page."""
    pages = {re.sub(r"\{[^}]+\}", "1", d.path) for d in declarations() if d.method == "GET"}
    asked = asked_for()
    assert len(asked) >= 5
    for one in asked:
        path = re.sub(r"\{\{ base \}\}", "/cases/1", one)
        assert re.sub(r"\{\{[^}]+\}\}", "1", path).partition("?")[0] in pages, one


def test_a_part_for_nobody_leads_the_whole_page_to_the_sign_in_page(story: Story) -> None:
    nobody = desk.browser(story.application)
    for declared in declarations():
        if declared.surface != "page" or declared.method != "GET" or declared.permission == ANYBODY:
            continue
        answer = nobody.get(address(declared, story), headers=PART)
        assert answer.status_code == 401, declared.path
        assert answer.headers["hx-redirect"] == "/login?next=/cases%3Fview%3Doverdue"
        assert "<" not in answer.text


@pytest.mark.parametrize(
    "current",
    ["https://evil.example//evil.example", "javascript:alert(1)", "//evil.example", "", "\\\\evil"],
)
def test_a_part_leads_nobody_elsewhere(story: Story, current: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": current}
    answer = desk.browser(story.application).get("/cases", headers=headers)
    assert answer.headers["hx-redirect"] == "/login"


def test_a_part_that_is_no_longer_ones_own_has_the_whole_page_asked_for(story: Story) -> None:
    browser = desk.enter(story.application, ZHAO)
    assert browser.get("/import", headers=PART).status_code == 200
    with story.application.writing("cli") as at:
        accounts.change_roles(at, OPERATOR, ZHAO.login, add=["auditor"], remove=["office"])
    answer = browser.get("/import", headers=PART)
    assert (answer.status_code, answer.headers["hx-refresh"]) == (403, "true")
    assert browser.get("/cases/none", headers=PART).headers["hx-refresh"] == "true"
    assert "hx-refresh" not in browser.get("/import").headers


# --- what each of them carries --------------------------------------------------------------------


def broken(*_: object) -> None:
    """Break."""
    raise RuntimeError("secret-of-the-house")


def refusing(error: Exception) -> Callable[..., None]:
    """Refuse whatever is asked."""

    def refuse(*_: object) -> None:
        raise error

    return refuse


def test_over_https_every_refusal_break_part_and_head_carries_all_of_it(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "ADDRESS", PUBLIC)
    settings = desk.settings_in(
        story.application.settings.home, DUBAN_ENV="production", DUBAN_CLOCK="system"
    )
    served = Story(open_application(settings), story.issue, story.code)
    browser, nobody = desk.enter(served.application, ZHANG), desk.browser(served.application)
    csrf = browser.form("/cases/DB-2026-0001", NOTES).values["_csrf"][0]
    told = [ask(browser, csrf) for ask, *_ in SAID.values()]
    told += [browser.client.head(path) for path in ("/", "/cases", "/no-such-page", "/healthz")]
    told += [browser.get("/cases", headers=PART), nobody.get("/cases", headers=PART)]
    told += [browser.get(path) for path in ("/accounts", "/cases/DB-2026-0001/files/1")]
    told += [nobody.post(NOTES, {}), nobody.client.get("/api/v1/cases"), nobody.get("/cases")]
    told += [nobody.client.post("/api/v1/issues", json={}), nobody.client.get("/api/v1/x")]
    for error in (BusyError("busy"), ThrottledError("throttled-writes", 7, most=1, seconds=7)):
        monkeypatch.setattr(cases, "show_case", refusing(error))
        told.append(browser.get("/cases/DB-2026-0001"))
    monkeypatch.setattr("web.pages.lists.list_cases", broken)
    told.append(browser.get("/cases"))
    for answer in told:
        name = f"{answer.request.method} {answer.request.url} {answer.status_code}"
        assert {key: answer.headers.get(key) for key in ALWAYS} == ALWAYS, name
        assert answer.headers["cache-control"] == "no-store", name
        assert "default-src 'none'" in answer.headers["content-security-policy"], name
        assert "server" not in answer.headers, name
    statuses = {answer.status_code for answer in told}
    assert statuses >= {200, 303, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503}
    served.application.close()
