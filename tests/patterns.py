"""Databases of tests: migrated, or with an office in them, once a process, then copied."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest

from engine.store.database import open_database
from engine.store.migrations import upgrade
from tests import postgres

Build = Callable[[str], None]
"""Puts an office into the migrated database at an URL."""


@cache
def empty(folder: Path) -> Path:
    """Migrate one file for all tests of this process."""
    file = folder / "template.db"
    upgrade(f"sqlite:///{file}")
    open_database(f"sqlite:///{file}", serving=True).close()
    return file


@cache
def _sqlite(folder: Path, build: Build) -> Path:
    file = folder / f"pattern-{uuid4().hex}.db"
    shutil.copyfile(empty(folder), file)
    build(f"sqlite:///{file}")
    open_database(f"sqlite:///{file}", serving=True).close()  # folds all into the file
    return file


@cache
def _postgres(server: postgres.Server, build: Build) -> str:
    name = f"pattern_{uuid4().hex}"
    build(server.create(name, postgres.TEMPLATE))
    return name


@contextmanager
def copied(request: pytest.FixtureRequest, kind: str, folder: Path, build: Build) -> Iterator[str]:
    """Give the URL of a copy: of a file in the test's own folder, or on the run's PostgreSQL."""
    if kind == "sqlite":
        base = request.getfixturevalue("tmp_path_factory").getbasetemp()
        shutil.copyfile(_sqlite(base, build), folder / "duban.db")
        yield f"sqlite:///{folder / 'duban.db'}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"t{uuid4().hex}"
    yield server.create(name, _postgres(server, build))
    server.drop(name)
