"""The door: what every request must show, and what every answer carries."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import anyio
import pytest
from fastapi.routing import APIRoute
from sqlalchemy.pool import QueuePool
from starlette.requests import Request
from starlette.testclient import TestClient

from engine.bootstrap import Application
from engine.domain.access import ACTS, OPERATOR
from engine.service.accounts import change_roles
from engine.service.tokens import NewToken, create_token
from engine.store import ledger
from tests.people import PEOPLE, SHEN, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story
from web.app import declarations, listed
from web.files import SANDBOX
from web.routing import OF_A_CASE, PUBLIC, Declared, Routes
from web.security.addresses import client_address
from web.security.answers import CSP

PAGES = [d for d in declarations() if d.surface == "page"]
WRITES = [d for d in PAGES if d.method == "POST"]
NAMES = [f"{d.method} {d.path}" for d in declarations()]


def address(declared: Declared, story: Story) -> str:
    """Give a real address of a route."""
    code = story.issue if declared.path.startswith("/issues") else story.code
    given = {"code": code, "trigger": "acknowledge", "name": "duban.css"}
    return re.sub(r"\{(\w+)(?::path)?\}", lambda m: given.get(m[1], "1"), declared.path)


def events(story: Story) -> int:
    """Count the events there are."""
    with story.application.writing("cli") as at:
        ledger.sequence(at.conn, wait=True)
        return ledger.head(at.conn)


# --- declarations -------------------------------------------------------------------------------


def test_a_route_without_permission_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="declares no permission"):
        Routes("page").get("/x")(lambda: None)


def test_a_route_with_an_unknown_permission_cannot_be_declared() -> None:
    with pytest.raises(ValueError, match="unknown permission, 'anybody'"):
        Routes("page").get("/x", permission="anybody")(lambda: None)


def test_a_route_that_is_a_coroutine_cannot_be_declared() -> None:
    async def endpoint() -> None:
        """Do nothing."""

    with pytest.raises(TypeError, match="plain functions"):
        Routes("page").get("/x", permission=PUBLIC)(endpoint)


def test_what_is_served_is_what_is_declared(office: Application) -> None:
    served = [
        (method, route.path)
        for route in desk.app_of(office).router.routes
        if isinstance(route, APIRoute)
        for method in (route.methods or set()) - {"HEAD"}
    ]
    assert sorted(served) == sorted((d.method, d.path) for d in declarations())


def test_no_route_is_declared_twice() -> None:
    assert len(NAMES) == len(set(NAMES))


def test_every_write_is_listed_with_how_a_forged_one_is_told() -> None:
    told = {(row["surface"], row["csrf"]) for row in listed() if row["method"] != "GET"}
    assert told <= {("page", "token"), ("api", "bearer")}


def test_only_signing_in_health_descriptions_help_and_feeds_are_public() -> None:
    """A feed is let in by the token in its address, which opens nothing else."""
    public = {d.path for d in declarations() if d.permission == PUBLIC}
    assert public <= {
        "/login", "/login/provider", "/login/code", "/logout", "/preferences", "/healthz",
        "/readyz", "/metrics",
        "/static/{name:path}", "/api/v1/openapi.json", "/cases.ics", "/api/v1/cases.ics",
        "/help", "/glossary",
    }  # fmt: skip


# --- who is let in ------------------------------------------------------------------------------


def test_nobody_sees_a_page_without_signing_in(story: Story) -> None:
    nobody = desk.browser(story.application)
    for declared in PAGES:
        if declared.permission == PUBLIC:
            continue
        path = address(declared, story)
        if declared.method == "GET":
            answer = nobody.get(path)
            assert (answer.status_code, answer.headers["location"][:6]) == (303, "/login"), path
        else:
            assert nobody.post(path, {}).status_code == 401, path


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.login)
def test_each_role_comes_in_where_its_permission_says(story: Story, person: Person) -> None:
    there = desk.enter(story.application, person)
    for declared in PAGES:
        if declared.method != "GET" or declared.permission not in ACTS:
            continue
        answer = there.get(address(declared, story))
        mine = bool(ACTS[declared.permission] & set(person.roles))
        assert (answer.status_code != 403) is mine, (declared.path, answer.status_code)
        assert answer.status_code < 500


def test_an_administrator_sees_no_case(story: Story) -> None:
    admin = desk.enter(story.application, SHEN)
    for path in ("/cases", f"/cases/{story.code}", "/my", "/issues", "/reports/overdue"):
        assert admin.get(path).status_code == 403, path
    assert story.code not in admin.get("/").text


def test_a_role_that_was_taken_away_is_gone_at_the_next_request(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    assert there.get("/import").status_code == 200
    with story.application.writing("cli") as at:
        change_roles(at, OPERATOR, ZHAO.login, add=["auditor"], remove=["office"])
    assert there.get("/import").status_code == 403


def test_whoever_is_not_let_in_is_told_nothing_of_what_else_is_wrong(story: Story) -> None:
    nobody, admin = desk.browser(story.application), desk.enter(story.application, SHEN)
    wrong = f"/cases/{story.code}/files/none"
    assert nobody.get(wrong).headers["location"].startswith("/login")
    assert nobody.get("/api/v1/cases?limit=many").status_code == 401
    assert admin.get(wrong).status_code == 403
    assert desk.enter(story.application, ZHAO).get(wrong).status_code == 404


def test_no_answer_keeps_a_connection(story: Story) -> None:
    pool = story.application.database._reader.pool  # noqa: SLF001  # nothing else counts them
    assert isinstance(pool, QueuePool)
    for _, answer in answers(story):
        assert pool.checkedout() == 0, answer.request.url


# --- forged requests ----------------------------------------------------------------------------

FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": desk.ADDRESS + ".evil.example"},
    {"Origin": desk.ADDRESS.upper()},
    {"Referer": desk.ADDRESS + "/cases"},
    {},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_form_from_elsewhere_changes_nothing(calm: Story, headers: dict[str, str]) -> None:
    there, before = desk.enter(calm.application, ZHANG), events(calm)
    token = there.form(f"/cases/{calm.code}", f"/cases/{calm.code}/notes").values["_csrf"]
    for declared in WRITES:
        answer = there.client.post(
            address(declared, calm), data={"_csrf": token, "text": "x", "version": "1"},
            headers=headers, follow_redirects=False,
        )  # fmt: skip
        assert answer.status_code == 403, declared.path
    assert events(calm) == before
    assert there.get("/account").status_code == 200


def test_a_form_without_the_token_of_this_session_changes_nothing(story: Story) -> None:
    there, before = desk.enter(story.application, ZHANG), events(story)
    mine = there.form(f"/cases/{story.code}", f"/cases/{story.code}/notes").values["_csrf"][0]
    other = desk.browser(story.application)
    stranger = other.form("/login").values["_csrf"][0]
    for token in ("", "0", mine[:-1], mine + "0", mine.upper(), stranger, "\ud800"):
        sent = {"_csrf": token.encode("utf-8", "replace").decode(), "text": "x"}
        for declared in WRITES:
            answer = there.post(address(declared, story), sent)
            assert answer.status_code == 403, (declared.path, token)
    assert events(story) == before


def test_reading_never_writes(story: Story) -> None:
    there, before = desk.enter(story.application, ZHANG), events(story)
    for declared in PAGES:
        if declared.method == "GET":
            there.get(address(declared, story), params={"_method": "POST", "text": "x"})
    assert events(story) == before


def test_a_session_does_not_open_the_api(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    answer = there.get(f"/api/v1/cases/{story.code}")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_a_session_and_a_token_together_are_refused(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    with story.application.writing("cli") as at:
        token = create_token(at, OPERATOR, NewToken(ZHAO.login, "write"))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert there.get("/api/v1/me", headers=headers).status_code == 401
    assert there.get("/account", headers=headers).status_code == 303
    there.client.cookies.clear()
    assert there.get("/api/v1/me", headers=headers).status_code == 200
    assert there.get("/account", headers=headers).status_code == 303


# --- what every answer carries ------------------------------------------------------------------


def answers(story: Story) -> Iterator[tuple[str, Any]]:
    """Give an answer of every route, and of every way to be refused."""
    there, nobody = desk.enter(story.application, ZHAO), desk.browser(story.application)
    for declared in declarations():
        path = address(declared, story)
        yield (
            f"{declared.method} {path}",
            there.client.request(declared.method, path, follow_redirects=False),
        )
    yield "404", there.get("/no-such-page")
    yield "404 api", there.get("/api/v1/none")
    yield "405", there.client.delete("/cases")
    yield "413", there.client.post("/login", content=b"x" * (2 * 1024 * 1024))
    tag = there.get("/static/duban.css").headers["etag"]
    yield "304", there.get("/static/duban.css", headers={"If-None-Match": tag})
    yield "303", nobody.get("/cases")
    yield "422", nobody.post("/login", {})


def test_every_answer_carries_the_headers_that_protect(story: Story) -> None:
    for name, answer in answers(story):
        headers = answer.headers
        saved = headers.get("content-disposition", "").startswith("attachment")
        assert headers["content-security-policy"] == (SANDBOX if saved else CSP), name
        assert headers["x-content-type-options"] == "nosniff", name
        assert headers["referrer-policy"] == "same-origin", name
        assert headers["cross-origin-opener-policy"] == "same-origin", name
        assert headers["cache-control"] == "no-store" or "/static/" in name or name == "304", name
        assert "server" not in headers, name


def test_the_policy_is_the_one_that_was_designed() -> None:
    parts = dict(part.strip().split(" ", 1) for part in CSP.split(";"))
    assert parts == {
        "default-src": "'none'", "style-src": "'self'", "img-src": "'self'",
        "script-src": "'self'", "connect-src": "'self'", "form-action": "'self'",
        "base-uri": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip


def test_what_breaks_gives_a_number_and_nothing_else(
    office: Application, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("secret-of-the-house")

    there = desk.enter(office, ZHAO)
    monkeypatch.setattr("web.pages.lists.list_cases", breaks)
    answer = there.get("/cases")
    number = re.search(r"编号(?:<[^>]+>)?(E-\d{4}-\d{4}-[0-9a-f]{4})", answer.text)
    assert answer.status_code == 500
    assert number
    assert number[1] in caplog.text
    assert "secret-of-the-house" not in answer.text
    assert answer.headers["content-security-policy"] == CSP


def test_what_breaks_in_the_very_templates_still_gives_an_answer(
    office: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("no template")

    there = desk.enter(office, ZHAO)
    monkeypatch.setattr("web.shell.render", breaks)
    answer = there.get("/account")
    assert (answer.status_code, answer.headers["content-security-policy"]) == (500, CSP)
    assert re.fullmatch(r"500 E-\d{4}-\d{4}-[0-9a-f]{4}\n", answer.text)


# --- what is too much, and what cannot be read --------------------------------------------------


def test_a_body_over_the_limit_is_refused_before_the_rest_is_read(office: Application) -> None:
    parts, sent = 0, []

    async def receive() -> Any:  # noqa: ANN401  # an ASGI message
        nonlocal parts
        parts += 1
        return {"type": "http.request", "body": b"a" * 65536, "more_body": True}

    async def send(message: Any) -> None:  # noqa: ANN401  # an ASGI message
        sent.append(message)

    headers = {"host": "127.0.0.1:8000", "content-type": "text/plain",
               "sec-fetch-site": "same-origin"}  # fmt: skip
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/login",
        "raw_path": b"/login", "query_string": b"", "scheme": "http", "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8000), "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    with ThreadPoolExecutor(1) as apart:  # a browser of other tests may run a loop in this thread
        apart.submit(anyio.run, desk.app_of(office), scope, receive, send).result()
    assert sent[0]["status"] == 413
    assert "上限 1 MB" in b"".join(m.get("body", b"") for m in sent).decode()
    assert parts == 1024 * 1024 // 65536 + 1


def test_a_body_that_announces_too_much_is_refused_at_once(nobody: Browser) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = nobody.client.post("/login", content=b"x" * (1024 * 1024 + 1), headers=headers)
    assert answer.status_code == 413


def test_uploads_may_be_larger_than_forms(story: Story) -> None:
    there = desk.enter(story.application, ZHANG)
    form = there.form(f"/cases/{story.code}/files")
    large = b"%PDF-1.7\n" + b"x" * (3 * 1024 * 1024)
    answer = there.post(form.action, form.values, files={"file": ("large.pdf", large)})
    assert answer.headers.get("location") == f"/cases/{story.code}?done=file#files"
    form = there.form(f"/cases/{story.code}/files")
    huge = b"%PDF-1.7\n" + b"x" * (20 * 1024 * 1024)
    assert there.post(form.action, form.values, files={"file": ("h.pdf", huge)}).status_code == 413


MALFORMED: list[tuple[str, bytes]] = [
    ("application/x-www-form-urlencoded", b"\xff\xfe%zz&&&===%00"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % n for n in range(5000))),
    ("multipart/form-data", b"no boundary at all"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\n" * 5000),
    ("multipart/form-data; boundary=" + "x" * 300, b"--"),
    ("application/json", b'{"a": '),
    ("text/plain", b"\x00" * 100),
    ("multipart/form-data; boundary=x; charset=no-such", b"--x--\r\n"),
    ("", b"a=1"),
]


@pytest.mark.parametrize(("kind", "body"), MALFORMED, ids=range(len(MALFORMED)))
def test_no_malformed_form_breaks_anything(story: Story, kind: str, body: bytes) -> None:
    there = desk.enter(story.application, ZHANG)
    for declared in WRITES:
        answer = there.client.post(
            address(declared, story), content=body, follow_redirects=False,
            headers={"Content-Type": kind, "Sec-Fetch-Site": "same-origin"},
        )  # fmt: skip
        assert 400 <= answer.status_code < 500, (declared.path, answer.status_code)


ODD = [
    "\x00", "%00", "%zz", "’ or 1=1", "../../etc/passwd", "a" * 900, "％２７", "-1", "0",
    str(2**63), str(10**30), "1e400", "NaN", "<script>alert(1)</script>", "\u202e", "🀄",
]  # fmt: skip


READ = ("q", "state", "unit", "leader", "issue", "sort", "cursor", "view", "as_of", "by", "stage",
        "history", "done", "next")  # fmt: skip
"""Every parameter that any page reads from its address."""


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_no_odd_address_breaks_anything(calm: Story, odd: str) -> None:
    there, spelt = desk.enter(calm.application, ZHAO), quote(odd, safe="%")
    paths = [d.path for d in PAGES if d.method == "GET"]
    asked = [re.sub(r"\{\w+\}", spelt.replace("/", "%2F"), path) for path in paths if "{" in path]
    listings = ("/cases", "/issues", "/reports/overdue")
    asked += [f"{path}?{name}={spelt}" for path in listings for name in READ]
    everything = "&".join(f"{name}={spelt}" for name in READ)
    asked += [f"{address(d, calm)}?{everything}" for d in PAGES if d.method == "GET"]
    for path in asked:
        answer = there.get(path)
        assert answer.status_code < 500, path
        assert "<script>alert" not in answer.text


# --- the address of the caller ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        ("", "203.0.113.9", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1,10.0.0.0/8", "198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, nonsense", "127.0.0.1"),
    ],
)
def test_forwarded_addresses_count_only_from_trusted_proxies(
    home: Path, trusted: str, forwarded: str, seen: str
) -> None:
    scope = {"type": "http", "client": ("127.0.0.1", 1),
             "headers": [(b"x-forwarded-for", forwarded.encode())]}  # fmt: skip
    settings = desk.settings_in(home, DUBAN_TRUSTED_PROXIES=trusted) if trusted else None
    proxies = settings.trusted_proxies if settings else ()
    assert client_address(Request(scope), proxies) == seen


def test_figures_are_for_this_machine_or_a_token(office: Application) -> None:
    app = desk.app_of(office)
    here = TestClient(app, client=("127.0.0.1", 1))
    assert "duban_http_requests_total" in here.get("/metrics").text
    assert here.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    away = TestClient(app, client=("203.0.113.9", 1))
    assert away.get("/metrics").status_code == 403
    assert away.get("/metrics", headers={"Authorization": "Bearer duban_x"}).status_code == 401
    with office.writing("cli") as at:
        token = create_token(at, OPERATOR, NewToken(SHEN.login))["token"]
    assert away.get("/metrics", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_readiness_is_the_database(office: Application) -> None:
    client = TestClient(desk.app_of(office))
    assert client.get("/readyz").json() == {"status": "ready"}
    office.database.close()
    (office.settings.home / "duban.db").unlink()
    (office.settings.home / "duban.db").mkdir()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_permissions_of_routes_are_acts_or_of_a_case() -> None:
    used = {d.permission for d in declarations()}
    assert used <= {PUBLIC, *ACTS, *OF_A_CASE}
