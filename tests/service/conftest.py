"""An office with its cast, calendar and workflows: built once a process, copied for a test."""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest

from engine.store.database import Database, open_database
from engine.store.migrations import upgrade
from tests import postgres
from tests.service import audit_office
from tests.service.case_office import CaseOffice, settle


@cache
def _sqlite_office(folder: Path) -> Path:
    """Build the office in a file, for all tests of this process."""
    file = folder / f"office-{os.getpid()}.db"
    upgrade(f"sqlite:///{file}")
    _settle(f"sqlite:///{file}")
    return file


@cache
def _postgres_office(server: postgres.Server) -> str:
    """Build the office in a database of its own, for all tests of this process."""
    name = f"office_{uuid4().hex}"
    _settle(server.create(name, postgres.TEMPLATE))
    return name


def _settle(url: str) -> None:
    opened = open_database(url, serving=True)
    settle(opened)
    opened.close()


@pytest.fixture
def case_office(
    request: pytest.FixtureRequest,
    database_kind: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[CaseOffice]:
    """Give an office in which cases can be walked."""
    if database_kind == "sqlite":
        file = tmp_path / "duban.db"
        shutil.copyfile(_sqlite_office(tmp_path_factory.getbasetemp()), file)
        url, drop = f"sqlite:///{file}", None
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        drop = f"t{uuid4().hex}"
        url = server.create(drop, _postgres_office(server))
    opened = open_database(url)
    yield CaseOffice(opened)
    opened.close()
    if drop is not None:
        request.getfixturevalue("postgres_server").drop(drop)


@pytest.fixture
def note(database: Database) -> str:
    """Build the office; give its checkpoint."""
    with database.transaction() as connection:
        return audit_office.build(connection, cases=2)
