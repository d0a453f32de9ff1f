"""An office that is asked over HTTP: the whole cast, each with a token, and a clock to move."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from httpx2 import Response

from engine.bootstrap import Application, log_signer
from engine.domain.access import OPERATOR
from engine.service.tokens import NewToken, create_token
from engine.settings import load_settings
from engine.store import ledger, rows
from engine.store.database import open_database
from engine.store.migrations import upgrade
from tests.people import PEOPLE, UNHURRIED, Person
from tests.service.people_office import move_in
from tests.web.desk import client_of
from web.app import create_app

START = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
"""Tuesday, 15:00 in the office."""
Json = dict[str, Any]


class Api:
    """The API of one office, asked by its people."""

    def __init__(self, application: Application, clock: Path, tokens: dict[str, str]) -> None:
        self.application = application
        self.app = create_app(application)
        self.client = client_of(self.app, base_url="http://127.0.0.1:8000")
        self._clock = clock
        self.at = START
        self.tokens = tokens

    def ask(
        self,
        person: Person | None,
        method: str,
        path: str,
        **more: Any,  # noqa: ANN401  # httpx's own
    ) -> Response:
        """Send a request as somebody, or as nobody."""
        headers = dict(more.pop("headers", None) or {})
        if person is not None:
            headers.setdefault("Authorization", f"Bearer {self.tokens[person.login]}")
        headers.setdefault("Accept-Language", "en")
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(
        self,
        person: Person | None,
        path: str,
        **more: Any,  # noqa: ANN401  # httpx's own
    ) -> Json:
        """Read something that is there; give the answer."""
        return self._good(self.ask(person, "GET", path, **more), 200)

    def post(
        self,
        person: Person,
        path: str,
        body: object = None,
        status: int = 201,
        **more: Any,  # noqa: ANN401  # httpx's own
    ) -> Json:
        """Make something; give the answer."""
        return self._good(self.ask(person, "POST", path, json=body, **more), status)

    def put(self, person: Person, path: str, body: object) -> Json:
        """Replace something; give the answer."""
        return self._good(self.ask(person, "PUT", path, json=body), 200)

    def upload(self, person: Person, path: str, name: str, content: bytes) -> Json:
        """Upload a file; give the answer."""
        files = {"file": (name, content, "application/octet-stream")}
        return self._good(self.ask(person, "POST", path, files=files), 201)

    def token(self, person: Person, scope: str) -> str:
        """Make somebody another token."""
        with self.application.writing("cli", "en") as desk:
            return create_token(desk, OPERATOR, NewToken(person.login, scope))["token"]

    @property
    def today(self) -> str:
        """The office's day."""
        return self.at.astimezone(self.application.zone).date().isoformat()

    def step(
        self,
        person: Person,
        code: str,
        trigger: str,
        **more: Any,  # noqa: ANN401  # httpx's own
    ) -> Json:
        """Take a step on a case in its present version; give the case after it."""
        version = more.pop("version", None) or self.version(code)
        body = {"trigger": trigger, "version": version, **more}
        return self.post(person, f"/cases/{code}/steps", body, 200)

    def version(self, code: str) -> int:
        """Give the present version of a case, past all permissions."""
        with self.application.reading("api") as desk:
            return int(rows.fetch_one(desk.conn, "case", code=code).version)

    def passes(self, **much: float) -> None:
        """Let time pass in the office."""
        self.at += timedelta(**much)
        self._clock.write_text(self.at.isoformat())

    def told(self) -> int:
        """Count the events there are."""
        with self.application.writing("cli") as desk:
            ledger.sequence(desk.conn, wait=True)
            return ledger.head(desk.conn)

    def _good(self, response: Response, status: int) -> Json:
        assert response.status_code == status, response.text
        found: Json = response.json()
        return found


def settle(application: Application) -> dict[str, str]:
    """Move everybody in; give a token to write with by login."""
    tokens = {}
    with application.writing("cli", "en") as desk:
        move_in(desk)
        for person in PEOPLE:
            order = NewToken(person.login, "write")
            tokens[person.login] = create_token(desk, OPERATOR, order)["token"]
    return tokens


_PATTERNS: dict[str, dict[str, str]] = {}
"""The tokens of the patterns of this process, by the kind of their database."""


def pattern(url: str) -> None:
    """Build the office that others are copies of; its tokens are theirs."""
    folder = Path(mkdtemp())
    with _application(url, folder) as (application, _):
        _PATTERNS[url.partition(":")[0]] = settle(application)


@contextmanager
def copy(url: str, folder: Path) -> Iterator[Api]:
    """Open a copy of the pattern."""
    with _application(url, folder) as (application, clock):
        yield Api(application, clock, _PATTERNS[url.partition(":")[0]])


@contextmanager
def opened(database_url: str, folder: Path, **settings: str) -> Iterator[Api]:
    """Open an office on a migrated database, with its clock at `START`."""
    with _application(database_url, folder, **settings) as (application, clock):
        yield Api(application, clock, settle(application))


@contextmanager
def _application(url: str, folder: Path, **settings: str) -> Iterator[tuple[Application, Path]]:
    clock = folder / "clock"
    clock.write_text(START.isoformat())
    environment = {
        "DUBAN_HOME": str(folder), "DUBAN_DATABASE_URL": url, "DUBAN_ENV": "test",
        "DUBAN_CLOCK": f"file:{clock}", "DUBAN_PUBLIC_URL": "http://127.0.0.1:8000",
        "DUBAN_LOG_ORIGIN": "duban.test/api", **UNHURRIED,
        **{f"DUBAN_{name.upper()}": value for name, value in settings.items()},
    }  # fmt: skip
    known = load_settings(environment, folder)
    log_signer(known, make=True)
    application = Application(known, open_database(known.database_url, serving=True))
    try:
        yield application, clock
    finally:
        application.close()


@contextmanager
def standing(folder: Path) -> Iterator[Api]:
    """Open an office on SQLite for all tests of a file, which each test finds as others left it."""
    url = f"sqlite:///{folder}/duban.db"
    upgrade(url)
    with opened(url, folder) as found:
        yield found
