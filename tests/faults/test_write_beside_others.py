"""Several processes on one database: nobody is refused for it, and a lock that stays is told."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from starlette.testclient import TestClient

from engine.errors import BusyError
from engine.store.database import database_url as read_url
from tests.faults.town import Answer, Town, environment
from tests.people import LI, ZHANG
from web.app import create_app

PROCESSES, EACH = 8, 12


def test_eight_processes_write_without_being_refused(
    town: Town, database_url: str, tmp_path: Path
) -> None:
    known = os.environ | environment(database_url, tmp_path)
    command = [sys.executable, "-m", "tests.faults.beside", str(PROCESSES), str(EACH)]
    with subprocess.Popen(
        command, env=known, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert [running.stdout.readline() for _ in range(PROCESSES)] == ["ready\n"] * PROCESSES
        told, _ = running.communicate("!" * PROCESSES)
    assert running.returncode == 0
    taken = [second for line in told.splitlines() for second in json.loads(line)]
    assert [code for code in taken if isinstance(code, str)] == []
    assert len(taken) == PROCESSES * EACH
    slowest = sorted(taken)[-len(taken) // 20]
    print(f"{len(taken)} cases, one in twenty took longer than {slowest:.3f} s")  # noqa: T201
    town.check()


@contextmanager
def held(url: str, code: str) -> Iterator[None]:
    """Hold what a step on a case has to write, as somebody else."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(read_url(url).database or "", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    with psycopg.connect(url) as other:
        other.execute('SELECT 1 FROM "case" WHERE code = %s FOR UPDATE', (code,))
        yield
        other.rollback()


def test_a_lock_that_stays_is_told_as_busy_and_reading_goes_on(
    town: Town, database_url: str
) -> None:
    case = town.assigned()
    code, token = case["code"], town.tokens(ZHANG)[ZHANG.login]
    client = TestClient(create_app(town.application), base_url="http://127.0.0.1:8000")
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    order: Answer = {"trigger": "hand-over", "version": case["version"], "reason": "出差"}
    order["data"] = {"to": LI.login}
    path = f"/api/v1/cases/{code}"
    with held(database_url, code):
        refused = client.post(f"{path}/steps", json=order, headers=headers)
        assert refused.status_code == 503
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.json()["type"].endswith(":busy")
        with pytest.raises(BusyError):
            town.step(ZHANG, code, "hand-over", case["version"], "出差", to=LI.login)
        shown = client.get(path, headers=headers)
        assert (shown.status_code, shown.json()["version"]) == (200, case["version"])
    assert client.post(f"{path}/steps", json=order, headers=headers).status_code == 200
    town.check()
