"""Where is measured: fresh installations on SQLite and on a real, durable PostgreSQL."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg

from bench import office
from engine.bootstrap import Application, initialise, open_application
from engine.domain.access import OPERATOR
from engine.service import issues
from engine.service.accounts import NewAccount, add_account
from engine.service.issues import NewIssue
from engine.service.principals import principal_of
from engine.service.units import add_unit
from engine.settings import load_settings
from engine.store.database import database_url
from tests import postgres
from tests.people import PEOPLE, UNITS, ZHAO

_WAIT_SECONDS = 30.0
_CLOCK = "clock"


@dataclass(frozen=True)
class Place:
    """An installation in a folder of its own, with the cast of the tests in it."""

    folder: Path
    url: str
    application: Application
    issue: str

    @property
    def is_sqlite(self) -> bool:
        """Say which database it is on."""
        return self.url.startswith("sqlite")

    def of(self, cases: int) -> str:
        """Say how large it is and, where it is not SQLite, on what."""
        return f"{cases:,} cases{'' if self.is_sqlite else ' on PostgreSQL'}"


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder that is gone afterwards; on the disk of TMPDIR, so not on one in memory."""
    made = Path(tempfile.mkdtemp(prefix="duban-bench-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def opened(url: str, home: Path, **settings: str) -> Iterator[Place]:
    """Make an installation on an empty database, with units, accounts and one issue."""
    home.mkdir(exist_ok=True)
    named = {f"DUBAN_{name.upper()}": value for name, value in settings.items()}
    environment = {"DUBAN_HOME": str(home), "DUBAN_DATABASE_URL": url, "DUBAN_ENV": "test", **named}
    known = load_settings(environment, home)
    initialise(known)
    application = open_application(known, serving=True)
    with application.writing("cli") as desk:
        for unit in UNITS:
            add_unit(desk, OPERATOR, unit.name, unit.parent, unit.kind)
        for one in PEOPLE:
            add_account(desk, OPERATOR, NewAccount(one.login, one.name, one.unit, one.roles))
        clerk = principal_of(desk, ZHAO.login)
        issue = issues.open_issue(desk, clerk, NewIssue("某某小区停工", "district"))["code"]
    try:
        yield Place(home, url, application, issue)
    finally:
        application.close()


@contextmanager
def large(url: str, home: Path, cases: int) -> Iterator[Place]:
    """Fill a large office, whose clock stands still in a file (`frozen`), and open it."""
    _build(url, cases)
    home.joinpath(_CLOCK).write_text(office.NOW.isoformat())
    named = {"DUBAN_HOME": str(home), "DUBAN_DATABASE_URL": url, "DUBAN_ENV": "test"}
    settings = load_settings({**named, **frozen(home)}, home)
    initialise(settings)
    application = open_application(settings, serving=True)
    try:
        yield Place(home, url, application, "")
    finally:
        application.close()


def _build(url: str, cases: int) -> None:
    """Build a large office, or copy the one on SQLite that a run before this one left behind.

    The folder that `BENCH_OFFICES` names keeps them, by all that they are built from.
    """
    kept, target = os.environ.get("BENCH_OFFICES"), url.removeprefix("sqlite:///")
    if not kept or target == url:
        office.build(url, cases)
        return
    known = Path(kept) / f"{_built_from()}-{cases}.db"
    if not known.is_file():
        known.parent.mkdir(parents=True, exist_ok=True)
        making = known.with_suffix(".making")
        making.unlink(missing_ok=True)
        office.build(f"sqlite:///{making}", cases)
        making.rename(known)
    shutil.copyfile(known, target)


def _built_from() -> str:
    """Name the sources of an office: schema, records, workflows, calendars and its own."""
    root, digest = Path(office.__file__).parents[1], sha256()
    for folder in ("engine/domain", "engine/store", "workflows", "engine/service"):
        for file in sorted((root / folder).rglob("*.*")):
            if file.suffix in {".py", ".toml"}:
                digest.update(file.read_bytes())
    digest.update(Path(office.__file__).read_bytes())
    return digest.hexdigest()[:16]


def frozen(home: Path) -> dict[str, str]:
    """Give the setting by which a server reads the clock of a large office."""
    return {"DUBAN_CLOCK": f"file:{home / _CLOCK}"}


@contextmanager
def server(home: Path) -> Iterator[postgres.Server]:
    """Run a PostgreSQL that syncs every commit, on a socket in a folder."""
    home.mkdir(mode=0o700)
    data = str(home / "data")
    making = postgres.command("initdb", "-D", data, "-U", "duban", "-A", "trust", "-E", "UTF8")
    subprocess.run(making, check=True, capture_output=True, cwd="/")
    switches = ("listen_addresses=", f"unix_socket_directories={home}", "max_connections=200")
    options = [word for switch in switches for word in ("-c", switch)]
    log = (home / "log").open("w")
    running = subprocess.Popen(
        postgres.command("postgres", "-D", data, *options), stdout=log, stderr=log, cwd="/"
    )
    found = postgres.Server(home)
    try:
        _wait(found)
        yield found
    finally:
        running.terminate()
        running.wait()
        log.close()


def _wait(server: postgres.Server) -> None:
    last = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            psycopg.connect(server.url(postgres.ADMIN)).close()
        except psycopg.OperationalError:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)
        else:
            return


def copied(place: Place, name: str, found: postgres.Server | None) -> str:
    """Copy the database as it is now, for others to write into; give the copy's URL."""
    if found is None:
        target = place.folder / f"{name}.db"
        source = sqlite3.connect(place.url.removeprefix("sqlite:///"))
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
        return f"sqlite:///{target}"
    current = database_url(place.url).database or ""
    place.application.close()  # a template must have no visitors; connections come back by need
    return found.create(name, current)
