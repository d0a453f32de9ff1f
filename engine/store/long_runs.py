"""Long pieces of work behind a page: begun, heard of, ended, and what they made.

How far one has come is told outside of what it writes, so that it can be told before that is
committed. PostgreSQL takes it in a transaction of its own. SQLite has one writer, which may be the
very work: there it stands in a small file beside the database, as all processes are on that host.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from engine.store.database import Database, sqlite_path
from engine.store.tables import table

_RUN, _BLOB, _FILE, _UPLOAD = table("long_run"), table("blob"), table("file"), table("upload")


@dataclass(frozen=True, slots=True)
class Run:
    """A long piece of work, under way or done."""

    id: int
    account_id: int
    kind: str
    order: dict[str, Any]
    running: int | None
    started_at: datetime
    beat_at: datetime
    phase: str
    done: int
    total: int
    ended_at: datetime | None
    failed: dict[str, Any] | None
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far one has come, and when by the machine's clock."""

    phase: str
    done: int
    total: int
    beat_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """How work ended: when, in which phase, how much was done, what came of it or why nothing."""

    at: datetime
    phase: str
    done: int = 0
    failed: Mapping[str, Any] | None = None
    sha256: str | None = None


_COLUMNS = [_RUN.c[field.name] for field in fields(Run)]


def begin(connection: Connection, run: Run) -> None:
    """Write work that begins. Raises IntegrityError where one of the same account goes on."""
    values = {field.name: getattr(run, field.name) for field in fields(Run)}
    connection.execute(insert(_RUN).values(values))


def find(connection: Connection, number: int, account_id: int | None = None) -> Run | None:
    """Read a piece of work, of one account where that is named, as far as it is heard of."""
    found = select(*_COLUMNS).where(_RUN.c.id == number)
    if account_id is not None:
        found = found.where(_RUN.c.account_id == account_id)
    row = connection.execute(found).first()
    return None if row is None else _heard(connection, Run(*row))


def newest(connection: Connection, account_id: int, most: int) -> list[Run]:
    """Read the newest of an account, the newest first."""
    found = select(*_COLUMNS).where(_RUN.c.account_id == account_id)
    rows = connection.execute(found.order_by(_RUN.c.id.desc()).limit(most))
    return [_heard(connection, Run(*row)) for row in rows]


def under_way(connection: Connection) -> list[Run]:
    """Read all that goes on, whoever asked for it: a few at most."""
    rows = connection.execute(select(*_COLUMNS).where(_RUN.c.running.is_not(None)))
    return [_heard(connection, Run(*row)) for row in rows]


def end(connection: Connection, number: int, ended: Ended) -> bool:
    """Note that work ended; False where it was given up before."""
    mine = _RUN.c.id == number, _RUN.c.running.is_not(None)
    values: dict[str, Any] = {field.name: getattr(ended, field.name) for field in fields(Ended)}
    values |= {"running": None, "total": ended.done, "ended_at": values.pop("at")}
    return connection.execute(update(_RUN).where(*mine).values(values)).rowcount == 1


def has_ended(connection: Connection, before: datetime) -> bool:
    """Tell whether there is something that ended before an instant."""
    old = select(_RUN.c.id).where(_RUN.c.ended_at < before)
    return connection.execute(old.limit(1)).first() is not None


def forget(connection: Connection, before: datetime) -> int:
    """Remove what ended before an instant, and the bytes that it made for nobody else.

    Tells how many there were.
    """
    old = delete(_RUN).where(_RUN.c.ended_at < before)
    gone = connection.execute(old.returning(_RUN.c.sha256)).scalars().all()
    for sha256 in set(gone) - {None}:
        kept = or_(*(exists().where(home.c.sha256 == sha256) for home in (_RUN, _FILE, _UPLOAD)))
        connection.execute(delete(_BLOB).where(_BLOB.c.sha256 == sha256, ~kept))
    return len(gone)


def size_of(connection: Connection, sha256: str) -> int:
    """Give the number of bytes under a hash; 0 where there are none."""
    found = select(func.length(_BLOB.c.content)).where(_BLOB.c.sha256 == sha256)
    return connection.execute(found).scalar() or 0


def hear(database: Database, number: int, mark: Mark) -> None:
    """Take in how far work has come."""
    if database.is_sqlite:
        _write(_beside(database.url, number), mark)
        return
    with database.transaction() as connection:
        values = {field.name: getattr(mark, field.name) for field in fields(Mark)}
        mine = _RUN.c.id == number, _RUN.c.running.is_not(None)
        connection.execute(update(_RUN).where(*mine).values(values))


def hush(database: Database, number: int) -> None:
    """Take away what was heard of work that is over; its row says the rest."""
    if database.is_sqlite:
        _beside(database.url, number).unlink(missing_ok=True)


def _heard(connection: Connection, run: Run) -> Run:
    if run.running is None or connection.dialect.name != "sqlite":
        return run
    with suppress(OSError, ValueError, TypeError, KeyError):
        said = orjson.loads(_beside(connection.engine.url, run.id).read_bytes())
        return replace(
            run, phase=str(said["phase"]), done=int(said["done"]), total=int(said["total"]),
            beat_at=datetime.fromisoformat(said["beat_at"]),
        )  # fmt: skip
    return run


def _beside(url: Any, number: int) -> Path:  # noqa: ANN401  # a database's URL
    file = sqlite_path(url)
    return file.with_name(f"{file.name}-run-{number}")


def _write(file: Path, mark: Mark) -> None:
    """Write in one stride: whoever reads meanwhile reads the former or the new."""
    said = {field.name: getattr(mark, field.name) for field in fields(Mark)}
    fresh = file.with_name(f"{file.name}-new")
    with suppress(OSError):  # a full disk keeps nobody from working; the work itself will tell
        fresh.write_bytes(orjson.dumps(said))
        fresh.replace(file)
