"""Jobs: timers and the outbox in one table, each key once, claimed under a lease.

Whatever a job does inside the database it does in the transaction that marks it done: exactly once.
What it does outside (mail, robots, webhooks) happens between the claim and the mark: at least once,
under the stable id that its key is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.bulk import insert_many
from engine.store.tables import table

_JOB, _RUN = table("job"), table("rule_run")
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is kept."""

    key: str
    kind: str
    run_at: datetime
    payload: dict[str, Any]
    attempts: int
    leased_by: str | None
    leased_until: datetime | None
    done_at: datetime | None
    dead_at: datetime | None
    last_error: str | None

    @property
    def waits(self) -> bool:
        """Whether nobody has taken it yet, not even once."""
        return self.attempts == 0 and self.done_at is None and self.dead_at is None


_COLUMNS = tuple(f.name for f in fields(Job))


def put(
    connection: Connection, key: str, kind: str, run_at: datetime, payload: Mapping[str, Any]
) -> bool:
    """Add a job unless one with its key is there; tell whether it was added."""
    row = {**dict.fromkeys(_COLUMNS), "key": key, "kind": kind, "run_at": run_at}
    row |= {"payload": dict(payload), "attempts": 0}
    return _added(connection, row)


def put_many(
    connection: Connection,
    kind: str,
    run_at: datetime,
    new: Iterable[tuple[str, Mapping[str, Any]]],
) -> None:
    """Add many jobs whose keys are new, by key and payload."""
    given = {"kind": kind, "run_at": run_at, "attempts": 0}
    rows = ({**given, "key": key, "payload": dict(payload)} for key, payload in new)
    insert_many(connection, "job", _COLUMNS, ([row.get(n) for n in _COLUMNS] for row in rows))


def once(connection: Connection, key: str, now: datetime) -> bool:
    """Tell, for each key, the first who asks that it is the first."""
    row = {**dict.fromkeys(_COLUMNS), "key": key, "kind": "once", "run_at": now, "done_at": now}
    row |= {"payload": {}, "attempts": 0}
    return _added(connection, row)


def claim(
    connection: Connection, node: str, now: datetime, lease: timedelta, kinds: Iterable[str]
) -> Job | None:
    """Take the job of some kinds that is due first and that nobody holds, for the lease.

    One at a time: so no job waits in the hands of a node that is busy with another.
    """
    due = (connection.execute(_due(kind, now)).first() for kind in kinds)
    found = [(row.run_at, row.key) for row in due if row is not None]
    if not found:
        return None
    _, key = min(found)
    connection.execute(
        update(_JOB)
        .where(_JOB.c.key == key)
        .values(leased_by=node, leased_until=now + lease, attempts=_JOB.c.attempts + 1)
    )
    return find(connection, key)


def _due(kind: str, now: datetime) -> Select[Any]:
    """Select the job of a kind that is due first; each kind has its own place in the index."""
    free = or_(_JOB.c.leased_until.is_(None), _JOB.c.leased_until <= now)
    waits = (_JOB.c.done_at.is_(None), _JOB.c.dead_at.is_(None), _JOB.c.run_at <= now, free)
    return (
        select(_JOB.c.run_at, _JOB.c.key)
        .where(_JOB.c.kind == kind, *waits)
        .order_by(_JOB.c.run_at, _JOB.c.key)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def finish(connection: Connection, key: str, node: str, now: datetime) -> bool:
    """Mark a job done; False where another node holds it by now."""
    return _mark(connection, key, node, done_at=now, last_error=None)


def postpone(connection: Connection, key: str, node: str, until: datetime, why: str) -> bool:
    """Give a job back, to be tried again later."""
    return _mark(connection, key, node, run_at=until, last_error=why)


def defer(connection: Connection, key: str, node: str, until: datetime, why: str | None) -> bool:
    """Give a job back that was not tried at all: the claim does not count."""
    return _mark(connection, key, node, run_at=until, last_error=why, attempts=_JOB.c.attempts - 1)


def give_up(connection: Connection, key: str, node: str, now: datetime, why: str) -> bool:
    """Lay a job among the dead letters; it stays there until somebody has it tried again."""
    return _mark(connection, key, node, dead_at=now, last_error=why)


def revive(connection: Connection, now: datetime, keys: Sequence[str] | None = None) -> int:
    """Have dead letters tried again, all of them or those of some keys; give how many."""
    chosen = update(_JOB).where(_JOB.c.dead_at.is_not(None))
    if keys is not None:
        chosen = chosen.where(_JOB.c.key.in_(keys))
    values = {"dead_at": None, "attempts": 0, "run_at": now}
    return connection.execute(chosen.values(values)).rowcount


def waiting(connection: Connection, limit: int = 200) -> list[Job]:
    """Read what is undelivered: dead letters first, then what waits, in the order of its time."""
    found = select(*(_JOB.c[name] for name in _COLUMNS)).where(_JOB.c.done_at.is_(None))
    ordered = found.order_by(_JOB.c.dead_at.is_(None), _JOB.c.run_at, _JOB.c.key).limit(limit)
    return [Job(*row) for row in connection.execute(ordered)]


def find(connection: Connection, key: str, *, lock: bool = False) -> Job | None:
    """Read one job; `lock` keeps every node from taking it until the transaction ends."""
    found = select(*(_JOB.c[name] for name in _COLUMNS)).where(_JOB.c.key == key)
    row = connection.execute(found.with_for_update() if lock else found).first()
    return None if row is None else Job(*row)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much somebody takes: at most so many in so many seconds, several limits at once."""

    name: str
    limits: tuple[tuple[int, float], ...]


def take_turn(connection: Connection, pace: Pace, now: datetime) -> timedelta | None:
    """Take a turn among all nodes, or give how long to wait for one; a row keeps the last turns."""
    key = f"pace:{pace.name}"
    row = {**dict.fromkeys(_COLUMNS), "key": key, "kind": "pace", "run_at": now, "done_at": now}
    _added(connection, row | {"payload": {"turns": []}, "attempts": 0})
    found = find(connection, key, lock=True)
    turns = [datetime.fromisoformat(at) for at in found.payload["turns"]] if found else []
    free = max(_free_at(turns, count, seconds, now) for count, seconds in pace.limits)
    if free > now:
        return free - now
    most = max(count for count, _ in pace.limits)
    kept = [at.isoformat() for at in [*turns, now][-most:]]
    connection.execute(update(_JOB).where(_JOB.c.key == key).values(payload={"turns": kept}))
    return None


def _free_at(turns: Sequence[datetime], count: int, seconds: float, now: datetime) -> datetime:
    """Give when one more is within a limit: so long after the one that is `count` turns ago."""
    return turns[-count] + timedelta(seconds=seconds) if len(turns) >= count else now


def counts(connection: Connection) -> tuple[int, int]:
    """Count the jobs that wait, and the dead letters."""
    dead = func.count().filter(_JOB.c.dead_at.is_not(None))
    found = select(func.count(), dead).select_from(_JOB).where(_JOB.c.done_at.is_(None))
    row = connection.execute(found).one()
    return row[0] - row[1], row[1]


def next_run(connection: Connection) -> datetime | None:
    """Give when the next waiting job is due."""
    open_ones = (_JOB.c.done_at.is_(None), _JOB.c.dead_at.is_(None))
    found = select(func.min(_JOB.c.run_at)).where(*open_ones)
    at: datetime | None = connection.execute(found).scalar()
    return at


def ran(connection: Connection, name: str, at: datetime, done: int, error: str | None) -> None:
    """Note when a rule was last evaluated, how much it did, and what went wrong.

    A node that began earlier and ends later than another leaves the newer note as it is.
    """
    row = {"name": name, "at": at, "done": done, "last_error": error}
    statement = _INSERT[connection.dialect.name](_RUN).values(row)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_=row, where=_RUN.c.at <= row["at"]
        )
    )


def runs(connection: Connection) -> list[dict[str, Any]]:
    """Read when each rule was last evaluated."""
    return [dict(row._mapping) for row in connection.execute(select(_RUN).order_by(_RUN.c.name))]  # noqa: SLF001  # SQLAlchemy's public name for it


def _added(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Add a row unless its key is there; the driver of PostgreSQL counts no inserted rows."""
    statement = _INSERT[connection.dialect.name](_JOB).values(row).on_conflict_do_nothing()
    return connection.execute(statement.returning(_JOB.c.key)).first() is not None


def _mark(connection: Connection, key: str, node: str, **values: Any) -> bool:  # noqa: ANN401  # columns
    mine = update(_JOB).where(_JOB.c.key == key, _JOB.c.leased_by == node, _JOB.c.done_at.is_(None))
    done = connection.execute(mine.values(leased_by=None, leased_until=None, **values))
    return done.rowcount == 1
