"""Open a database, and the two ways to use it: a writing transaction, or reading.

SQLite keeps one writer at a time (`BEGIN IMMEDIATE`, in turn: see `turns`), a write-ahead
log with full syncs, and a second engine that cannot write. PostgreSQL writes at READ COMMITTED;
what must not interleave takes row or advisory locks.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from engine.errors import BusyError, SettingsError
from engine.store import kept
from engine.store.turns import Turns

WAIT_SECONDS = 5
"""How long a writer waits for another before the request is refused as busy."""

_FULL_CODES = ("53100",)
_BUSY_CODES = ("08", "40001", "40P01", "53300", "55P03", "57P", "25006")
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={WAIT_SECONDS * 1000}",
    "foreign_keys=ON",
    "recursive_triggers=ON",
    "secure_delete=ON",
    "mmap_size=0",
    "trusted_schema=OFF",
)


class Database:
    """An open database. Safe to share between threads; close it at the end of the process."""

    def __init__(self, url: URL, writer: Engine, reader: Engine) -> None:
        self.url = url
        self._writer = writer
        self._reader = reader
        self._turns = Turns(sqlite_path(url)) if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        """Say whether this is SQLite: one host, one writer, no row locks."""
        return self._writer.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write: all of the block is committed at its end, or nothing of it.

        Raises BusyError when another writer does not finish in time, when the connection is lost
        or the disk is full; then nothing was changed.
        """
        with told_plainly(), self._in_turn(), self._writer.begin() as connection:
            kept.begin(connection)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state; any attempt to write fails. Raises BusyError."""
        with told_plainly(), self._reader.connect() as connection, connection.begin():
            kept.begin(connection, reads=True)
            yield connection

    def close(self) -> None:
        """Give back all connections. On SQLite the last one out folds the write-ahead log in."""
        self._reader.dispose()
        self._writer.dispose()
        if self._turns is not None:
            self._turns.close()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if self._turns is None:
            yield
            return
        if not self._turns.take(WAIT_SECONDS):
            raise BusyError("database-busy")
        try:
            yield
        finally:
            self._turns.release()


def open_database(url: str, *, serving: bool = False) -> Database:
    """Open the database at an URL (`sqlite:///path` or `postgresql://…`); it must be migrated.

    Only the serving process folds SQLite's write-ahead log into the file: two processes doing so
    at once can lose commits in SQLite before 3.51.3. Raises SettingsError for another kind of URL.
    """
    parsed = database_url(url)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed)
    return _sqlite(parsed, serving=serving)


def database_url(url: str) -> URL:
    """Read a database URL and name its driver. Raises SettingsError when it is of no use."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError("database-url") from error
    if parsed.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername != "sqlite" or parsed.database in {None, "", ":memory:"}:
        raise SettingsError("database-url")
    return parsed


def migration_engine(url: URL) -> Engine:
    """Connect for changing tables. SQLite's foreign keys are off: rebuilding a table drops it."""
    if url.get_backend_name() == "postgresql":
        return create_engine(url, hide_parameters=True)
    engine = create_engine(url, hide_parameters=True)
    _prepare(engine, "BEGIN IMMEDIATE", (*_PRAGMAS, "wal_autocheckpoint=0", "foreign_keys=OFF"))
    return engine


def sqlite_path(url: URL) -> Path:
    """Give the file of a SQLite database."""
    return Path(url.database or "")


def sqlite_version() -> tuple[int, int, int]:
    """Give the version of SQLite that Python brings."""
    return sqlite3.sqlite_version_info


def _postgresql(url: URL) -> Database:
    arguments = {"options": f"-c timezone=UTC -c lock_timeout={WAIT_SECONDS * 1000}"}
    writer = create_engine(
        url, hide_parameters=True, pool_pre_ping=True, pool_timeout=WAIT_SECONDS,
        pool_size=10, max_overflow=30, connect_args=arguments, isolation_level="READ COMMITTED",
    )  # fmt: skip
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(url, writer, reader)


def _sqlite(url: URL, *, serving: bool) -> Database:
    options: dict[str, Any] = {"hide_parameters": True, "pool_timeout": WAIT_SECONDS}
    writer = create_engine(url, pool_size=4, max_overflow=40, **options)
    reader = create_engine(url, pool_size=10, max_overflow=40, **options)
    folding = "wal_autocheckpoint=1000" if serving else "wal_autocheckpoint=0"
    _prepare(writer, "BEGIN IMMEDIATE", (*_PRAGMAS, folding))
    _prepare(reader, "BEGIN", (*_PRAGMAS, "wal_autocheckpoint=0", "query_only=ON"))
    return Database(url, writer, reader)


def _prepare(engine: Engine, begin: str, pragmas: tuple[str, ...]) -> None:
    """Set up each new connection, and start transactions ourselves: the driver starts them late."""

    def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.isolation_level = None
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn failures that are nobody's mistake (lock, lost connection, full disk) into BusyError.

    A file that is no SQLite database, or a damaged one, is a SettingsError: trying again is vain.
    """
    try:
        yield
    except PoolTimeoutError as error:
        raise BusyError("database-busy") from error
    except DBAPIError as error:
        if _is_no_database(error):
            raise SettingsError("database-damaged") from error
        words = _words(error)
        if words is None:
            raise
        raise BusyError(words) from error


def _is_no_database(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


def _words(error: DBAPIError) -> str | None:
    """Choose the sentence for a failure that is nobody's mistake; None for any other."""
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_words(error.orig)
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith(_FULL_CODES):
        return "database-full"
    lost = error.connection_invalidated or (not state and _is_operational(error))
    return "database-busy" if lost or state.startswith(_BUSY_CODES) else None


def _sqlite_words(error: sqlite3.Error) -> str | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return "database-full"
    busy = {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
    return "database-busy" if code in busy else None


def _is_operational(error: DBAPIError) -> bool:
    return type(error.orig).__name__ == "OperationalError"
