"""Secrets that were planted come out nowhere: answers, error pages, logs, the record, commands.

One office in which everything that is secret is known to the test: passwords, also mistyped ones,
sessions, tokens, a second factor with its recovery codes, a webhook, the provider's and the mail
server's, and the keys. Then all that it says to anybody is looked through for each of them, as it
is and as it may be spelt. What may show a secret once, to its owner, is done while planting.
"""

import base64
import io
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import text

from engine.bootstrap import Application
from engine.cli.root import run
from engine.domain.access import OPERATOR
from engine.service.accounts import set_password
from engine.service.desk import Desk
from engine.service.export import KINDS, export
from engine.service.hooks import NewHook, add_hook
from engine.service.principals import principal_of
from engine.service.tokens import NewToken, create_token
from engine.store import access
from engine.store.tables import METADATA
from tests.people import CHEN, HAN, SHEN, ZHAO
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story, model
from tests.web.test_keep_second_factor import set_up
from tests.web.test_run_nothing_written import FILES, addresses

PASSWORD, MISTYPED = "canary-Zhao-7qxw-pass", "canary-mistyped-4hk2"
SETTINGS = {
    "DUBAN_SMTP_URL": "smtp://duban:canary-smtp-8v1z@127.0.0.1:9",
    "DUBAN_MAIL_FROM": "duban@office.test",
    "DUBAN_OIDC_ISSUER": "http://127.0.0.1:9/realms/town", "DUBAN_OIDC_CLIENT": "duban",
    "DUBAN_OIDC_SECRET": "canary-oidc-3jx9", "DUBAN_OUTBOUND_ALLOW": "127.0.0.1:9",
}  # fmt: skip
COMMANDS = (
    ("doctor",), ("doctor", "--format", "json"), ("account", "list"), ("account", "links"),
    ("token", "list"), ("outbox", "list"), ("verify",), ("routes",), ("audit", "key"),
    ("account", "password", "nobody-there"), ("token", "revoke", "999"),
)  # fmt: skip
READERS = (ZHAO, SHEN)


@dataclass
class Planted:
    """An office, and what must come out nowhere, by what it is."""

    story: Story
    secrets: dict[str, str] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)

    @property
    def application(self) -> Application:
        """The office."""
        return self.story.application

    def plant(self, what: str, secret: str | bytes, *, is_kept: bool = False) -> None:
        """Note a secret; `is_kept` says that the database has to keep it as it is."""
        self.secrets[what] = secret if isinstance(secret, str) else secret.hex()
        if is_kept:
            self.kept.add(what)

    def found_in(self, told: str) -> list[str]:
        """Name the secrets that stand in a text, however they are spelt."""
        return [what for what, one in self.secrets.items() if any(s in told for s in spelt(one))]


@cache
def spelt(secret: str) -> tuple[str, ...]:
    """Spell a secret in the ways in which it might come out."""
    return tuple(_spellings(secret))


def _spellings(secret: str) -> Iterator[str]:
    raw = secret.encode()
    yield secret
    yield quote(secret, safe="")
    yield raw.hex()
    for shift in range(3):  # wherever it begins within three bytes
        yield base64.b64encode(b"\0" * shift + raw).decode()[4 if shift else 0 : -4]
    if re.fullmatch("(?:[0-9a-f]{2}){16,}", secret):
        yield base64.b64encode(bytes.fromhex(secret)).decode().rstrip("=")
        yield base64.b32encode(bytes.fromhex(secret)).decode().rstrip("=")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """Plant everything in one office."""
    home = tmp_path_factory.mktemp("canaries") / "home"
    found = Planted(Story(desk.copy_of(model(), home, **SETTINGS)))
    found.plant("the mail server's password", "canary-smtp-8v1z")
    found.plant("the provider's secret", "canary-oidc-3jx9")
    passwords(found)
    factor(found)
    programs(found)
    for file in sorted((home / "keys").iterdir()):
        if not file.name.endswith(".pub"):
            found.plant(f"the key {file.name}", key_in(file.read_bytes()))
    yield found
    found.application.close()


def passwords(found: Planted) -> None:
    """Sign in with a password, with a wrong one, and with one in the field for the login."""
    with found.application.writing("cli") as at:
        set_password(at, OPERATOR, ZHAO.login, PASSWORD)
        account = principal_of(at, ZHAO.login).account_id or 0
        hashed = str(access.password_hash(at.conn, account))
    found.plant("a password", PASSWORD)
    found.plant("a password's hash", hashed.rpartition("$")[2], is_kept=True)
    browser = desk.browser(found.application)
    assert browser.sign_in(ZHAO, MISTYPED).status_code == 401
    assert browser.submit("/login", {"login": MISTYPED, "password": "x"}).status_code == 401
    found.plant("a mistyped password", MISTYPED)
    assert browser.sign_in(ZHAO, PASSWORD).status_code == 303
    found.plant("a session", str(browser.client.cookies["duban"]))


def factor(found: Planted) -> None:
    """Set up a second factor."""
    seed, codes = set_up(desk.enter(found.application, CHEN))
    found.plant("the seed of a second factor", seed)
    found.plant("a recovery code", codes[0])


def programs(found: Planted) -> None:
    """Make tokens of each kind, and a webhook."""
    with found.application.writing("cli") as at:
        for scope in ("read", "write", "feed"):
            token = create_token(at, OPERATOR, NewToken(HAN.login, scope))["token"]
            found.plant(f"a token to {scope}", token)
        admin = principal_of(at, SHEN.login)
        hook = add_hook(at, admin, NewHook("http://127.0.0.1:9/hook", ("case.stepped",)))
        found.plant("a webhook's secret", hook["secret"], is_kept=True)
        hashes = at.conn.execute(text("SELECT hash FROM token")).scalars()
        found.plant("a token's hash", bytes(next(iter(hashes))), is_kept=True)


def key_in(content: bytes) -> str:
    """Give the middle of a key file: enough to be told by, free of what all such files say."""
    lines = [line for line in content.decode("latin-1").split() if "-----" not in line]
    return max(lines, key=len)[:60]


# --- what is said -------------------------------------------------------------------------------


def told(answer: Any) -> str:  # noqa: ANN401  # httpx's answer
    """Give all of an answer: its head, and its body as text."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{head}\n\n{answer.content.decode('utf-8', 'replace')}"


def browsers(found: Planted) -> Iterator[Browser]:
    """Give a browser to everybody who reads."""
    for person in READERS:
        yield desk.enter(found.application, person)


def test_no_answer_holds_a_secret(planted: Planted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answered = 0
    for browser in browsers(planted):
        for path in addresses(planted.story, "page"):
            answer = browser.get(path)
            assert planted.found_in(told(answer)) == [], path
            answered += answer.status_code == 200
    client = desk.client_of(desk.app_of(planted.application), base_url=desk.ADDRESS)
    for scope, person in (("write", HAN), ("read", SHEN)):
        with planted.application.writing("cli") as at:
            token = create_token(at, OPERATOR, NewToken(person.login, scope))["token"]
        for path in (*addresses(planted.story, "api"), "/api/v1/webhooks"):
            answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
            assert planted.found_in(told(answer)) == [], path
            answered += answer.status_code == 200
    assert answered > 70
    assert said_in(caplog, planted) == []


def test_no_export_holds_a_secret(planted: Planted) -> None:
    browser = desk.enter(planted.application, ZHAO)
    for kind in FILES:
        answer = browser.get("/cases/export", params={"format": kind})
        assert answer.status_code == 200
        assert planted.found_in(told(answer)) == [], kind
    with planted.application.reading("cli") as at:
        who = principal_of(at, HAN.login)
        for kind in KINDS:
            assert planted.found_in("".join(export(at, who, kind))) == [], kind


def test_no_refusal_and_no_error_page_holds_a_secret(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = planted.secrets
    app = desk.app_of(planted.application)
    client = desk.client_of(app, base_url=desk.ADDRESS, raise_server_exceptions=False)
    tries = [
        {"Authorization": f"Bearer {secrets['a token to feed']}"},
        {"Authorization": f"Bearer {secrets['a token to write']}",
         "Cookie": f"duban={secrets['a session']}"},
        {"Cookie": f"duban={secrets['a session']}x"},
        {"Authorization": f"Basic {secrets['a token to read']}"},
    ]  # fmt: skip
    for path in ("/api/v1/me", "/api/v1/cases/DB-2026-9999", "/account", "/nowhere", "/metrics"):
        for given in tries:
            for method in ("GET", "POST", "DELETE"):
                answer = client.request(method, path, follow_redirects=False, headers=given)
                assert planted.found_in(told(answer)) == [], (method, path)

    def broken(at: Desk, *_: object, **__: object) -> None:
        at.conn.execute(text("INSERT INTO nowhere VALUES (:one)"), {"one": PASSWORD})

    monkeypatch.setattr("engine.service.sessions._find", broken)
    monkeypatch.setattr("engine.service.tokens.access.find_token", broken)
    guest = Browser(client)
    form = guest.form("/login")
    token = {"Authorization": f"Bearer {secrets['a token to read']}"}
    for answer in (
        guest.post("/login", form.filled({"login": ZHAO.login, "password": PASSWORD})),
        client.get("/api/v1/me", headers=token),
    ):
        assert answer.status_code == 500
        assert planted.found_in(told(answer)) == []
    assert any("incident" in one.getMessage() for one in caplog.records)
    assert said_in(caplog, planted) == []


def said_in(caplog: pytest.LogCaptureFixture, planted: Planted) -> list[str]:
    """Name the secrets in what was logged, also in what a formatter might add."""
    lines = [f"{one.getMessage()} {one.args!r} {one.exc_text or ''}" for one in caplog.records]
    return planted.found_in("\n".join([*lines, caplog.text]))


def test_no_command_says_a_secret(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = planted.application.settings
    given = SETTINGS | {
        "DUBAN_HOME": str(settings.home), "DUBAN_ENV": "test", "DUBAN_CLOCK": settings.clock,
        "DUBAN_LOCALE": "en",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    heard = 0
    for words in COMMANDS:
        out = io.StringIO()
        for stream in ("stdout", "stderr"):
            monkeypatch.setattr(sys, stream, out)
        run(words)
        heard += bool(out.getvalue())
        assert planted.found_in(out.getvalue()) == [], words
    assert heard >= len(COMMANDS) - 2
    assert planted.found_in(repr(settings)) == []


def test_the_record_and_the_database_hold_no_secret_that_they_need_not(planted: Planted) -> None:
    with planted.application.reading("cli") as at:
        bodies = b"\n".join(at.conn.execute(text("SELECT body FROM event")).scalars())
        assert planted.found_in(bodies.decode()) == []
        for table in METADATA.sorted_tables:
            for row in rows_of(at, table.name):
                found = set(planted.found_in(row)) - planted.kept
                assert found == set(), table.name


def rows_of(at: Desk, table: str) -> Iterator[str]:
    """Give the rows of a table as text; bytes in their digits, and as the text that they may be."""
    for row in at.conn.execute(text(f'SELECT * FROM "{table}"')):
        values = [
            f"{bytes(one).hex()} {bytes(one).decode('utf-8', 'replace')}"
            if isinstance(one, bytes | memoryview) else str(one)
            for one in row
        ]  # fmt: skip
        yield "\n".join(values)


def test_whatever_is_planted_would_be_found(planted: Planted) -> None:
    """The search itself: each secret in each spelling, in the middle of something."""
    assert len(planted.secrets) >= 14
    for what, secret in planted.secrets.items():
        assert len(secret) >= 12, what
        for one in spelt(secret):
            assert len(one) >= 8, (what, one)
            assert what in planted.found_in(f"<p>x{one}y</p>")
    assert planted.found_in("an answer like any other") == []
