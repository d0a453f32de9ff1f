"""An office with the whole cast in it, served to a client that behaves as a browser does."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from anyio.from_thread import BlockingPortal
from fastapi import FastAPI
from starlette.testclient import TestClient

from engine.bootstrap import Application, initialise, open_application
from engine.domain.access import OPERATOR
from engine.service.accounts import NewAccount, add_account
from engine.service.principals import principal_of
from engine.service.units import add_unit
from engine.settings import Settings, load_settings, real_now
from engine.store import access
from engine.store.access import SessionRow
from tests.people import PASSWORD, PEOPLE, UNHURRIED, UNITS, Person
from web.app import create_app
from web.security.cookies import SESSION, name_of

START = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
"""Tuesday, 15:00 in the office."""
ADDRESS = "http://127.0.0.1:8000"


def settings_in(home: Path, **more: str) -> Settings:
    """Give the settings of an office of the tests; its clock is a file that the test writes."""
    given = {
        "DUBAN_HOME": str(home),
        "DUBAN_ENV": "test",
        "DUBAN_CLOCK": f"file:{home / 'clock'}",
        "DUBAN_PUBLIC_URL": ADDRESS,
        **UNHURRIED,
        **more,
    }
    return load_settings(given, home)


def set_clock(home: Path, at: datetime) -> None:
    """Set the office's clock."""
    (home / "clock").write_text(at.isoformat(), encoding="utf-8")


def settle(application: Application, password: str | None = PASSWORD) -> None:
    """Put the units and everybody in; without a password nobody waits for it to be hashed."""
    with application.writing("cli") as desk:
        for unit in UNITS:
            add_unit(desk, OPERATOR, unit.name, unit.parent, unit.kind)
        for who in PEOPLE:
            order = NewAccount(who.login, who.name, who.unit, who.roles, who.post,
                               password=password)  # fmt: skip
            add_account(desk, OPERATOR, order)


def copy_of(model: Path, home: Path, **more: str) -> Application:
    """Open an office that is a copy of another."""
    shutil.copytree(model, home, dirs_exist_ok=True)
    return open_application(settings_in(home, **more), serving=True)


@cache
def _model() -> Path:
    """Make one office for all tests of this process: passwords take their time to hash."""
    home = Path(mkdtemp(prefix="duban-office-"))
    set_clock(home, START)
    initialise(settings_in(home))
    application = open_application(settings_in(home), serving=True)
    settle(application)
    application.close()
    return home


def new_office(home: Path, **more: str) -> Application:
    """Open a fresh office in an empty folder."""
    return copy_of(_model(), home, **more)


def office_on(url: str, home: Path, **more: str) -> Application:
    """Open a fresh office on a migrated database; nobody of it has a password."""
    home.mkdir()
    set_clock(home, START)
    settings = settings_in(home, DUBAN_DATABASE_URL=url, **more)
    initialise(settings)
    application = open_application(settings, serving=True)
    settle(application, None)
    return application


# --- a browser without scripts --------------------------------------------------------------------


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send as it stands."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, given: Mapping[str, object]) -> dict[str, list[str]]:
        """Fill fields in; one that the form does not have is a mistake of the test."""
        sent = dict(self.values)
        for name, value in given.items():
            assert name in sent, f"the form has no field {name!r}, only {sorted(sent)}"
            sent[name] = [str(v) for v in value] if isinstance(value, list) else [str(value)]
        return sent


class _Forms(HTMLParser):
    """Reads the forms of a page, as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in the beginning of a control."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get"))
            self.forms.append(self._open)
        elif self._open is not None:
            self._control(tag, given)

    def handle_endtag(self, tag: str) -> None:
        """Take in the end of one."""
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """Take in what stands in a text area."""
        if self._open is not None and self._area is not None:
            self._open.values[self._area] = [self._open.values[self._area][0] + data]

    def _control(self, tag: str, given: dict[str, str]) -> None:
        form, name = self._open, given.get("name", "")
        if form is None or (not name and tag != "option"):
            return
        if tag == "input" and given.get("type") in {"checkbox", "radio"}:
            kept = form.values.setdefault(name, [])
            if "checked" in given:
                kept.append(given.get("value", "on"))
        elif tag == "input" and given.get("type") == "hidden":
            form.values.setdefault(name, []).append(given.get("value", ""))
        elif tag == "input":
            form.values[name] = [given.get("value", "")]
        elif tag == "textarea":
            self._area, form.values[name] = name, [""]
        elif tag == "select":
            self._select, form.values[name] = name, [""]
        elif tag == "option" and self._select is not None and "selected" in given:
            form.values[self._select] = [given.get("value", "")]


@dataclass
class Browser:
    """Somebody at a browser without scripts: follows links, fills in forms, sends them."""

    client: TestClient

    def get(self, path: str, **more: Any) -> Any:  # noqa: ANN401  # httpx's answer
        """Open a page."""
        return self.client.get(path, follow_redirects=False, **more)

    def forms(self, path: str) -> list[Form]:
        """Give the forms of a page, each with an action."""
        return forms_of(self.get(path).text, path)

    def form(self, path: str, action: str | None = None) -> Form:
        """Give the form of a page that goes to an address, by itself the page's own."""
        wanted = action or path
        found = [form for form in self.forms(path) if form.action == wanted]
        assert found, f"{path} has no form for {wanted}"
        return found[0]

    def post(self, path: str, data: Mapping[str, object], **more: Any) -> Any:  # noqa: ANN401
        """Send what a form of our own page would send."""
        headers = {"Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        return self.client.post(
            path, data=dict(data), headers=headers, follow_redirects=False, **more
        )

    def submit(
        self,
        path: str,
        given: Mapping[str, object],
        action: str | None = None,
        **more: Any,  # noqa: ANN401  # httpx's own
    ) -> Any:  # noqa: ANN401  # httpx's answer
        """Open a page, fill in its form and send it."""
        form = self.form(path, action)
        return self.post(form.action, form.filled(given), **more)

    def sign_in(self, person: Person, password: str = PASSWORD) -> Any:  # noqa: ANN401
        """Sign somebody in through the page."""
        return self.submit("/login", {"login": person.login, "password": password})


def enter(application: Application, person: Person) -> Browser:
    """Give a browser at which somebody has signed in, without hashing a password for it."""
    found = browser(application)
    secret = f"session-of-{person.login}"
    with application.writing("web") as desk:
        who = principal_of(desk, person.login)
        now = real_now()
        row = SessionRow(who.account_id or 0, now, now, b"\xcf" * 32, now + timedelta(hours=1),
                         now, "127.0.0.1", "desktop")  # fmt: skip
        key = sha256(secret.encode()).digest()
        access.end_session(desk.conn, key)
        access.keep_session(desk.conn, key, row)
    name, host = name_of(SESSION, application.settings), urlsplit(ADDRESS).hostname or ""
    found.client.cookies.set(name, secret, domain=host, path="/")
    return found


def age(application: Application, person: Person) -> None:
    """Let the last proof of somebody's sessions be of eleven minutes ago."""
    with application.writing("web") as desk:
        who = principal_of(desk, person.login).account_id or 0
        for hashed, _ in access.sessions_of(desk.conn, who):
            past = real_now() - timedelta(minutes=11)
            access.prove_session(desk.conn, hashed, hashed, past)
            access.see_session(desk.conn, hashed, real_now())


def forms_of(html: str, path: str) -> list[Form]:
    """Read the forms of a page at an address."""
    reader = _Forms()
    reader.feed(html)
    for form in reader.forms:
        form.action = form.action or path
    return reader.forms


_APPS: WeakKeyDictionary[Application, FastAPI] = WeakKeyDictionary()


def app_of(application: Application) -> FastAPI:
    """Give the web of an office, built once for it."""
    if application not in _APPS:
        _APPS[application] = create_app(application)
    return _APPS[application]


def browser(application: Application) -> Browser:
    """Give a browser at an office, with nobody signed in."""
    return Browser(client_of(app_of(application), base_url=ADDRESS, client=("127.0.0.1", 50000)))


def client_of(app: FastAPI, **given: Any) -> TestClient:  # noqa: ANN401  # of the client
    """Give a client of the web. In tests of the web all clients use one loop.

    Starting one for each request takes a tenth of the time.
    """
    client = TestClient(app, **given)
    client.portal = LOOPS[-1] if LOOPS else None
    return client


LOOPS: list[BlockingPortal] = []


def text_of(html: str) -> str:
    """Give the words of a page, without its markup."""
    body = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def later(home: Path, at: datetime, **much: float) -> datetime:
    """Let time pass in an office; give the new instant."""
    moved = at + timedelta(**much)
    set_clock(home, moved)
    return moved
