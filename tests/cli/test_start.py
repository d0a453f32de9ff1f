"""The command as people start it: a process of its own."""

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from engine import __version__

COMMAND = Path(sys.executable).with_name("duban")
WAIT_SECONDS = 60


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    """Give the variables of a process that knows nothing of this one's installation."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("DUBAN_")}
    home = str(tmp_path / "home")
    return kept | {"DUBAN_HOME": home, "DUBAN_LOCALE": "en", "TMPDIR": str(tmp_path)}


def duban(
    surroundings: dict[str, str], folder: Path, *words: str
) -> subprocess.CompletedProcess[str]:
    """Run one command."""
    return subprocess.run(
        [COMMAND, *words], env=surroundings, cwd=folder, capture_output=True, text=True,
        check=False, timeout=WAIT_SECONDS, stdin=subprocess.DEVNULL,
    )  # fmt: skip


@contextmanager
def started(
    surroundings: dict[str, str], folder: Path, *words: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a command that goes on; give its first line. It must end in order when told to."""
    process = subprocess.Popen(
        [COMMAND, *words], env=surroundings, cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=WAIT_SECONDS)
    assert (process.returncode, err) == (0, ""), out


def until_ready(address: str) -> None:
    """Wait until a server answers that it can serve."""
    last = time.monotonic() + WAIT_SECONDS
    while httpx2.get(f"{address}/readyz", timeout=WAIT_SECONDS).status_code != 200:
        assert time.monotonic() < last
        time.sleep(0.05)


def test_exit_codes_are_those_of_the_contract(surroundings: dict[str, str], tmp_path: Path) -> None:
    assert duban(surroundings, tmp_path, "--version").stdout == f"duban {__version__}\n"
    wrong = duban(surroundings, tmp_path, "unit", "list")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.count("\n") == 1
    assert duban(surroundings, tmp_path, "doctor").returncode == 1
    assert duban(surroundings, tmp_path, "init").returncode == 0
    assert duban(surroundings, tmp_path, "verify").returncode == 0
    listed = duban(surroundings, tmp_path, "unit", "list")
    assert [unit["kind"] for unit in json.loads(listed.stdout)] == ["root"]


def test_whoever_stops_reading_gets_no_complaint(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    pipe = f"'{COMMAND}' --help | true; '{COMMAND}' routes | head -1"
    piped = subprocess.run(
        ["/bin/sh", "-c", pipe], env=surroundings, cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=WAIT_SECONDS,
    )  # fmt: skip
    assert piped.stderr == ""


def test_the_server_serves_signs_checkpoints_and_ends_in_order(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    duban(surroundings, tmp_path, "init")
    with started(surroundings, tmp_path, "serve", "--port", "0", "--no-timers") as (_, line):
        address = line.split()[4]
        assert address.startswith("http://127.0.0.1:")
        until_ready(address)
        assert httpx2.get(f"{address}/login").status_code == 200
        taken = duban(surroundings, tmp_path, "serve", "--port", address.rpartition(":")[2])
        assert taken.returncode == 2
        assert "Choose another --host or --port" in taken.stderr
    verified = json.loads(duban(surroundings, tmp_path, "verify", "--format", "json").stdout)
    assert verified["intact"]
    assert verified["unprovable_after"] == verified["size"]


def test_sqlite_is_served_by_one_process(surroundings: dict[str, str], tmp_path: Path) -> None:
    duban(surroundings, tmp_path, "init")
    refused = duban(surroundings, tmp_path, "serve", "--workers", "2", "--port", "0")
    assert refused.returncode == 2
    assert "need PostgreSQL" in refused.stderr


def test_the_demo_is_an_office_of_its_own_of_which_nothing_is_left(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "duban.toml").write_text('database_url = "sqlite:///real.db"\n')
    with started(surroundings, tmp_path, "demo") as (process, line):
        assert line.startswith("Making the sample office")
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        until_ready(address)
        heads = process.stdout.readline().split()
        assert heads[:2] == ["login", "password"]
        process.stdout.readline()
        login, password = process.stdout.readline().split()[:2]
        export = next(line for line in process.stdout if line.startswith("  export "))
        there = dict(part.split("=", 1) for part in shlex.split(export)[1:])
        listed = duban(surroundings | there, tmp_path, "case", "list", "--limit", "2")
        assert len(json.loads(listed.stdout)["items"]) == 2
        with httpx2.Client(base_url=address, headers={"Origin": address}) as client:
            page = client.get("/login").text
            token = page.partition('name="_csrf" value="')[2].partition('"')[0]
            form = {"login": login, "password": password, "_csrf": token}
            assert client.post("/login", data=form).status_code == 303
            assert client.get("/").status_code == 200
    assert sorted(p.name for p in tmp_path.iterdir()) == ["duban.toml"]


def test_a_port_in_use_is_told_before_anything_is_made(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        refused = duban(surroundings, tmp_path, "demo", "--port", str(busy.getsockname()[1]))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
