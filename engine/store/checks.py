"""The checks of the log that were asked for: begun one at a time, heard of, kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from engine.store import counters
from engine.store.tables import table

_RUN = table("verify_run")
_KEPT = 20
"""How many finished checks are kept."""


@dataclass(frozen=True, slots=True)
class Run:
    """A check, under way or done."""

    id: int
    running: int | None
    asked_by: int
    started_at: datetime
    beat_at: datetime
    done: int
    total: int
    ended_at: datetime | None
    intact: bool | None
    outcome: dict[str, Any] | None


def newest(connection: Connection) -> Run | None:
    """Read the newest check, under way or done."""
    found = connection.execute(select(_RUN).order_by(_RUN.c.id.desc()).limit(1)).first()
    return None if found is None else Run(*found)


def last_done(connection: Connection) -> Run | None:
    """Read the newest check that came to an end."""
    done = select(_RUN).where(_RUN.c.intact.is_not(None)).order_by(_RUN.c.id.desc()).limit(1)
    found = connection.execute(done).first()
    return None if found is None else Run(*found)


def begin(connection: Connection, asked_by: int, at: datetime, real: datetime, total: int) -> int:
    """Note that a check begins; give its id. Raises IntegrityError where one is under way."""
    number = counters.take(connection, "verify-run")
    values = {
        "id": number, "running": 1, "asked_by": asked_by, "started_at": at, "beat_at": real,
        "done": 0, "total": total,
    }  # fmt: skip
    connection.execute(insert(_RUN).values(values))
    connection.execute(_RUN.delete().where(_RUN.c.id <= number - _KEPT))
    return number


def give_up(connection: Connection, silent_since: datetime, at: datetime) -> None:
    """Let go of a check that has not been heard of since; its process is gone."""
    dead = _RUN.c.running.is_not(None), _RUN.c.beat_at < silent_since
    connection.execute(update(_RUN).where(*dead).values(running=None, ended_at=at))


def hear(connection: Connection, number: int, done: int, real: datetime) -> bool:
    """Note how far a check has come; say whether it is still the one that runs."""
    runs = _RUN.c.id == number, _RUN.c.running.is_not(None)
    told = connection.execute(update(_RUN).where(*runs).values(done=done, beat_at=real))
    return told.rowcount == 1


def end(
    connection: Connection, number: int, at: datetime, outcome: Mapping[str, Any] | None
) -> None:
    """Note the outcome of a check; None where it could not be brought to an end."""
    intact = None if outcome is None else bool(outcome["intact"])
    values = {"running": None, "ended_at": at, "intact": intact, "outcome": outcome}
    mine = _RUN.c.id == number, _RUN.c.running.is_not(None)
    connection.execute(update(_RUN).where(*mine).values(values))
