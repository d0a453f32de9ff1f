"""What all tests share: databases of both kinds, random seeds that are told, and what is missing.

- `database_url` and `database` give a fresh, empty, migrated database, once on SQLite and once on
  PostgreSQL; `empty_database_url` gives one without any table.
- Random tests run from one seed, printed at the top of the run; `--hypothesis-seed=N` repeats it.
- A test that needs a system package calls `missing(...)` where it is not there. One line at the end
  names each; with DUBAN_TEST_STRICT=1 it is a failure.
- Everything that tests write goes to one folder, in memory where the machine has room there, and
  is gone after the run; `--basetemp=PATH` keeps what is in tests' own folders.
- A test of large data that lies elsewhere calls `shared(...)`. Without DUBAN_TEST_SHARED=PATH one
  line at the end says that it was not run; it is no failure, for an extract of it is in the house.
"""

import os
import random
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Never
from uuid import uuid4

import pytest
from hypothesis import settings

from engine.store import database as databases
from engine.store.database import Database, open_database
from engine.store.migrations import upgrade
from tests import engines, patterns, postgres

_MISSING = "missing here: "
_ELSEWHERE = "not asked for: "
_NAMED = (_MISSING, _ELSEWHERE)
_FOLDER = pytest.StashKey[Path]()
_MEMORY = Path("/dev/shm")  # noqa: S108  # with a folder in it of which nobody knows the name
_ROOM = 3 * 2**30
"""What the folder may need, in bytes, with much to spare."""

settings.register_profile("house", deadline=None, print_blob=True, derandomize=False)
settings.load_profile("house")


# --- the run -----------------------------------------------------------------------------------


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed and the folder of the run; workers are handed the run's own."""
    vars(databases).update(create_engine=engines.create_engine)
    if hasattr(config, "workerinput"):
        return
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(secrets.randbelow(2**32))
    in_memory = "TMPDIR" not in os.environ and _has_room()
    folder = Path(tempfile.mkdtemp(prefix="duban-", dir=_MEMORY if in_memory else None))
    config.stash[_FOLDER] = folder
    (folder / "tmp").mkdir()
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder / "tmp")


def _has_room() -> bool:
    """Say whether files may be kept in memory: containers often have next to none for that."""
    return _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM


class Workers:
    """Hands each worker the folder and the process id of the run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: "object") -> None:
        """Hand them to one worker, before it starts."""
        handed: dict[str, str] = node.workerinput  # type: ignore[attr-defined]
        handed["run_folder"] = str(self._folder)
        handed["run_pid"] = str(os.getpid())


def pytest_sessionstart(session: pytest.Session) -> None:
    """Be ready to hand over before the workers start."""
    folder = session.config.stash.get(_FOLDER, None)
    if folder is not None:
        session.config.pluginmanager.register(Workers(folder))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL of this run, if there is one."""
    folder = config.stash.get(_FOLDER, None)
    if folder is not None:
        postgres.end(folder)


def pytest_report_header(config: pytest.Config) -> str:
    """Say how this run's random tests can be repeated."""
    return f"random seed: --hypothesis-seed={config.option.hypothesis_seed}"


_LONG = (
    "tests/faults/test_office_year.py", "tests/service/test_walk_workflow.py",
    "tests/web/test_decide_every_cell.py", "tests/service/test_verify_mutations.py",
    "tests/service/test_as_of_stays.py", "tests/faults/test_kill_the_server.py",
    "tests/web/api/test_survive_generated.py", "tests/service/test_fill_sample_office.py",
)  # fmt: skip
"""Files with the longest tests. A worker that comes to one last keeps the others waiting for it."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest tests; the others keep their order.

    Each of two workers begins with a half, so every second of these files goes to the second half.
    """
    long: list[list[pytest.Item]] = [[], []]
    others: list[pytest.Item] = []
    for item in items:
        path = item.nodeid.partition("::")[0]
        (long[_LONG.index(path) % 2] if path in _LONG else others).append(item)
    half = len(others) // 2
    items[:] = [*long[0], *others[:half], *long[1], *others[half:]]


# --- what is missing ---------------------------------------------------------------------------


def missing(what: str, how: str) -> Never:
    """Give up a test because a system package is not here; `how` is the command that helps.

    With DUBAN_TEST_STRICT=1 the test fails instead.
    """
    words = f"{_MISSING}{what} (install it with: {how})"
    if os.environ.get("DUBAN_TEST_STRICT") == "1":
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def shared(name: str) -> Path:
    """Give a folder of the data that is shared beside the house; without it, give up the test."""
    found = Path(os.environ.get("DUBAN_TEST_SHARED", "")).resolve()
    if "DUBAN_TEST_SHARED" in os.environ:
        return found / name
    pytest.skip(f"{_ELSEWHERE}the whole of {name} (DUBAN_TEST_SHARED=PATH names its folder)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name in one line each what was not run, because something is missing or lies elsewhere."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        words = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        for sign in _NAMED:
            if sign in words:
                words = words[words.index(sign) :]
                counts[words] = counts.get(words, 0) + 1
    for words, count in sorted(counts.items()):
        terminalreporter.write_line(f"{words}: {count} tests were not run")


# --- random tests ------------------------------------------------------------------------------


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> random.Random:
    """Give a random source of the test's own; its seed is printed with a failure."""
    seed = f"{request.config.option.hypothesis_seed}:{request.node.nodeid}"
    print(f"random source: {seed}")  # noqa: T201 - pytest shows it with a failure only
    return random.Random(seed)


# --- databases ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> postgres.Server:
    """Give the PostgreSQL server of this run, with the migrated template on it."""
    handed = getattr(request.config, "workerinput", None)
    folder = Path(handed["run_folder"]) if handed else request.config.stash[_FOLDER]
    found = postgres.server(folder, int(handed["run_pid"]) if handed else os.getpid())
    with postgres.locked(folder):
        if not found.exists(postgres.TEMPLATE):
            upgrade(found.create(f"{postgres.TEMPLATE}_new"))
            found.run(f"ALTER DATABASE {postgres.TEMPLATE}_new RENAME TO {postgres.TEMPLATE}")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Run the test once for each kind of database."""
    return str(request.param)


@pytest.fixture
def empty_database_url(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path
) -> Iterator[str]:
    """Give the URL of a database without any table."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    yield from _fresh(request.getfixturevalue("postgres_server"), "template0")


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest,
    database_kind: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Give the URL of a migrated database without any row."""
    if database_kind == "sqlite":
        file = tmp_path / "duban.db"
        shutil.copyfile(patterns.empty(tmp_path_factory.getbasetemp()), file)
        yield f"sqlite:///{file}"
        return
    yield from _fresh(request.getfixturevalue("postgres_server"), postgres.TEMPLATE)


def _fresh(server: postgres.Server, template: str) -> Iterator[str]:
    """Give one test a database of its own: a used one made empty, or a new one."""
    if template == postgres.TEMPLATE and _USED:
        name = _USED.pop()
    else:
        server.create(name := f"t{uuid4().hex}", template)
    yield server.url(name)
    if template == postgres.TEMPLATE and server.empty(name, _shape(server)):
        _USED.append(name)
    else:
        server.drop(name)


_USED: list[str] = []
"""Databases of this process that wait, empty, for the next test."""


@cache
def _shape(server: postgres.Server) -> str:
    return server.shape(postgres.TEMPLATE)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open a migrated database without any row."""
    opened = open_database(database_url)
    yield opened
    opened.close()
