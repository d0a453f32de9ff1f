"""Bring a database to the shape that this program needs, all of it or nothing.

Alembic is loaded by an upgrade alone: every command asks which shape a database has, and must not
pay for it.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from engine.errors import ConflictError
from engine.store import passages
from engine.store.database import database_url, migration_engine, sqlite_path, told_plainly
from engine.store.grants import grant_application

_FOLDER = Path(__file__).parent
_LOCK = 0x44554240


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade found and did.

    `role_granted` says whether PostgreSQL's application role exists with its narrow rights; it is
    None on SQLite, and False where the user may not create roles: an operator then has to.
    """

    before: str | None
    after: str | None
    role_granted: bool | None


def upgrade(url: str) -> Upgraded:
    """Make or change the tables. Safe to repeat, and to run by several processes at once.

    The index of passages is filled where it is empty.

    Raises ConflictError when the database was made by a newer program, BusyError when it cannot be
    had, SettingsError for a useless URL.
    """
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        sqlite_path(parsed).parent.mkdir(parents=True, exist_ok=True)
    engine = migration_engine(parsed)
    try:
        with told_plainly(), engine.begin() as connection:
            return _upgrade(connection)
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """Give the revision of a database, None for an empty one."""
    engine = migration_engine(database_url(url))
    try:
        with told_plainly(), engine.begin() as connection:
            return current_on(connection)
    finally:
        engine.dispose()


def newest() -> str | None:
    """Give the revision that this program needs."""
    return _known()[-1]


def is_current(url: str) -> bool:
    """Say whether a database has exactly the shape that this program needs."""
    return current(url) == newest()


def current_on(connection: Connection) -> str | None:
    """Give the revision of an open database, as Alembic wrote it down; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def is_current_on(connection: Connection) -> bool:
    """Say the same of a database that is open, without waiting for its writers."""
    return current_on(connection) == newest()


def _upgrade(connection: Connection) -> Upgraded:
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    before = current_on(connection)
    if before not in {None, *_known()}:
        raise ConflictError("database-newer", revision=before)
    _migrate(connection)
    if not postgresql:
        _check_references(connection)
    if passages.is_empty(connection):
        passages.rebuild(connection)
    granted = grant_application(connection) if postgresql else None
    return Upgraded(before, current_on(connection), granted)


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # see the top
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _known() -> list[str]:
    """List the revisions of this program in order; each file is named after its own."""
    files = (_FOLDER / "versions").glob("r[0-9]*.py")
    return sorted(file.name[1:].partition("_")[0] for file in files)


def _check_references(connection: Connection) -> None:
    """Foreign keys are off while SQLite's tables are rebuilt, so they are checked afterwards."""
    if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
        raise ConflictError("database-references")
