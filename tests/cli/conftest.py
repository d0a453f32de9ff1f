"""The command line as tests run it: in this process, in a folder and with a clock of its own."""

import io
import json
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from engine.bootstrap import FirstAdministrator, initialise, open_application
from engine.cli.root import run
from engine.domain.access import OPERATOR
from engine.service.accounts import NewAccount, add_account
from engine.service.units import add_unit
from engine.settings import Settings, load_settings
from engine.store.database import open_database
from tests import postgres
from tests.people import PASSWORD, PEOPLE, SHEN, UNITS

NOW = "2026-03-03T15:00:00+08:00"
"""A Tuesday."""


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401  # whatever was printed
        """Read what was printed."""
        return json.loads(self.out)


class Terminal:
    """Runs commands in one installation. What is printed goes to no terminal, so it is JSON."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._patch = patch
        self.clock = folder / "clock"
        self.at(NOW)

    @property
    def url(self) -> str:
        """The URL of the database."""
        return load_settings().database_url

    def at(self, instant: str) -> None:
        """Move the office's clock."""
        self.clock.write_text(instant)

    def set(self, name: str, value: str | None) -> None:
        """Set a variable of the environment, or take it away."""
        if value is None:
            self._patch.delenv(name, raising=False)
        else:
            self._patch.setenv(name, value)

    def __call__(self, *words: str, given: bytes = b"") -> Ran:
        """Run one command with something on standard input."""
        out, err = io.StringIO(), io.StringIO()
        self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        self._patch.setattr(sys, "stdout", out)
        self._patch.setattr(sys, "stderr", err)
        code = run(words)
        return Ran(code, out.getvalue(), err.getvalue())

    def done(self, *words: str, given: bytes = b"") -> Ran:
        """Run a command that must succeed, without a word on standard error."""
        ran = self(*words, given=given)
        assert (ran.code, ran.err) == (0, ""), ran
        return ran

    def refused(self, *words: str, given: bytes = b"") -> str:
        """Run a command that must be refused as wrong use; give the one line that says why."""
        ran = self(*words, given=given)
        assert ran.code == 2, ran
        assert ran.err.startswith("duban: "), ran
        assert ran.err.count("\n") == 1, ran
        assert "Traceback" not in ran.err, ran
        assert "has a fault" not in ran.err, ran
        return ran.err


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Give a folder in which nothing is installed, with a SQLite database to be."""
    for name in ("DUBAN_DATABASE_URL", "DUBAN_ADMIN_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DUBAN_ENV", "test")
    monkeypatch.setenv("DUBAN_LOCALE", "en")
    monkeypatch.setenv("COLUMNS", "100")
    terminal = Terminal(tmp_path, monkeypatch)
    monkeypatch.setenv("DUBAN_CLOCK", f"file:{terminal.clock}")
    yield terminal
    monkeypatch.undo()


@pytest.fixture
def duban(installed: "Installed") -> Iterator[Terminal]:
    """Give an installation on either kind of database, with the administrator and nobody else."""
    yield from installed.terminal(full=False)


@pytest.fixture
def office(installed: "Installed") -> Iterator[Terminal]:
    """Give an installation with the whole cast in it; nobody but the administrator signs in."""
    yield from installed.terminal(full=True)


class Installed:
    """Copies an installation that was made once for all tests of this process: it takes its time.

    The copies have the key of their pattern, and so the log's name; a test has only one of them.
    """

    def __init__(self, bare: Terminal, base: Path, server: postgres.Server | None) -> None:
        self._bare = bare
        self._base = base
        self._server = server

    def terminal(self, *, full: bool) -> Iterator[Terminal]:
        """Give a terminal in a fresh copy."""
        kept = self._base / f"installed-{'full' if full else 'bare'}-{bool(self._server)}"
        pattern = f"{kept.name.replace('-', '_').lower()}_{os.getpid()}"
        if not kept.exists():
            self._make(kept, pattern, full=full)
        copy = self._bare.folder / "home"
        shutil.copytree(kept, copy)
        if self._server is None:
            yield self._bare
            return
        name = f"t{uuid4().hex}"
        self._bare.set("DUBAN_DATABASE_URL", self._server.create(name, pattern))
        yield self._bare
        self._server.drop(name)

    def _make(self, kept: Path, pattern: str, *, full: bool) -> None:
        clock = os.environ["DUBAN_CLOCK"]
        given = {"DUBAN_HOME": str(kept), "DUBAN_ENV": "test", "DUBAN_CLOCK": clock}
        if self._server is not None:
            given["DUBAN_DATABASE_URL"] = self._server.create(pattern, postgres.TEMPLATE)
        settings = load_settings(given, kept)
        _install(settings, full=full)
        if self._server is None:
            open_database(settings.database_url, serving=True).close()  # folds all into the file


@pytest.fixture
def installed(
    request: pytest.FixtureRequest,
    bare: Terminal,
    database_kind: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Installed:
    """Give the installations of one kind of database."""
    wanted = database_kind == "postgresql"
    server = request.getfixturevalue("postgres_server") if wanted else None
    return Installed(bare, tmp_path_factory.getbasetemp(), server)


def _install(settings: Settings, *, full: bool) -> None:
    initialise(settings, FirstAdministrator(SHEN.login, PASSWORD))
    application = open_application(settings)
    try:
        with application.writing("cli") as desk:
            for unit in UNITS if full else ():
                add_unit(desk, OPERATOR, unit.name, unit.parent, unit.kind)
            for person in PEOPLE[1:] if full else ():
                parts = (person.login, person.name, person.unit, person.roles, person.post)
                add_account(desk, OPERATOR, NewAccount(*parts))
    finally:
        application.close()
