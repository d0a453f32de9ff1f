"""The log: append events, give each its place in the one order of all, and read them back.

On SQLite an event gets its log index in the transaction that writes it. On PostgreSQL writers do
not wait for each other: they leave a note in `log_pending`, and whoever holds one advisory lock
gives out the indexes in batches (`sequence`).
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, text, tuple_, update

from engine.domain.events import Happening, Secret, Told, tell
from engine.store import kept, rows
from engine.store.bulk import insert_many
from engine.store.driver import Prepared, together
from engine.store.tables import table
from engine.store.tiles import hashes, integrate, size

_EVENT, _VAULT, _PENDING = table("event"), table("vault"), table("log_pending")
_COLUMNS = ("stream", "seq", "kind", "at", "recorded_at", "body", "leaf_hash", "log_index")
_SALT_BYTES = 32
_BATCH = 1000
_FEW = 8
_SEQUENCER = 0x44554241
_STREAMS = 0x44554242

__all__ = [
    "Logged", "append", "append_many", "append_told", "erase", "event", "events_in_order",
    "hashes", "head", "history", "hold", "opened", "opened_all", "salt", "sequence",
]  # fmt: skip

Tips = dict[int, kept.Tip]


@dataclass(frozen=True, slots=True)
class Logged:
    """An event as it is kept; `log_index` is None while it has no place in the tree yet."""

    stream: int
    seq: int
    kind: str
    at: datetime
    recorded_at: datetime
    body: bytes
    leaf_hash: bytes
    log_index: int | None


_INSERTS = {
    chosen.name: Prepared(
        insert(chosen).values({c.name: bindparam(c.name, type_=c.type) for c in chosen.c})
    )
    for chosen in (_EVENT, _VAULT, _PENDING)
}
_LOGGED = select(*(_EVENT.c[name] for name in _COLUMNS))


def change(connection: Connection, happening: Happening) -> Told:
    """Write the rows that a happening tells of, and the event that tells of them.

    Raises StaleError where a row is not there any more as it was, and what `append` does.
    """
    with together(connection):
        rows.apply(connection, happening.deltas)
        return append(connection, happening)


def hold(connection: Connection, stream: int) -> None:
    """Keep every other writer off a stream until the transaction ends; read what it wrote after."""
    if connection.dialect.name != "sqlite":
        _LOCK_ONE.run(connection, {"all": _STREAMS, "stream": stream})


def append(connection: Connection, happening: Happening) -> Told:
    """Write one event at the end of its stream, and the values it commits to.

    Raises InvalidError when a value lies outside what the log can say. On PostgreSQL two writers
    of one stream wait for each other until the transaction ends.
    """
    hold(connection, happening.stream)
    return _append(connection, [happening])[0]


def append_many(connection: Connection, happenings: Iterable[Happening]) -> int:
    """Write many events, each at the end of its stream in the order given; give how many.

    On PostgreSQL nobody else appends until the transaction ends: a lock for each stream would be
    more locks than a server keeps.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK_ALL, {"all": _STREAMS})
    source, count = iter(happenings), 0
    while batch := list(islice(source, _BATCH)):
        count += len(_append(connection, batch))
    return count


def append_told(connection: Connection, told: Sequence[Told]) -> None:
    """Write events of streams that have none yet, which the caller told: each stream from seq 1 on.

    Locks as `append_many` does.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_LOCK_ALL, {"all": _STREAMS})
    _write(connection, told)


def salt() -> bytes:
    """Give a fresh salt for a commitment."""
    return secrets.token_bytes(_SALT_BYTES)


def sequence(connection: Connection, *, wait: bool = False) -> int:
    """Give every event that has none its log index; give how many got one. PostgreSQL only.

    One process at a time does it; with `wait` this one waits for its turn, else it gives 0 when
    another is at it. Within a stream the order of `seq` is kept: by then all visible events of a
    stream are a run without gaps, because each waited for the one before to be committed.
    """
    if connection.dialect.name == "sqlite" or not _locked(connection, wait=wait):
        return 0
    waiting = connection.execute(
        select(_PENDING.c.stream, _PENDING.c.seq, _EVENT.c.leaf_hash)
        .join(_EVENT, (_EVENT.c.stream == _PENDING.c.stream) & (_EVENT.c.seq == _PENDING.c.seq))
        .order_by(_PENDING.c.seq, _PENDING.c.stream)
    ).all()
    if not waiting:
        return 0
    first = size(connection)
    placed = [
        {"k_stream": row.stream, "k_seq": row.seq, "b_log_index": first + place}
        for place, row in enumerate(waiting)
    ]
    connection.execute(_PLACE, placed)
    connection.execute(_UNPEND, placed)
    integrate(connection, first, first + len(placed))
    return len(placed)


def history(connection: Connection, stream: int) -> list[Logged]:
    """Read all events of a stream, oldest first."""
    found = connection.execute(_LOGGED.where(_EVENT.c.stream == stream).order_by(_EVENT.c.seq))
    return [Logged(*row) for row in found]


def event(connection: Connection, stream: int, seq: int) -> Logged | None:
    """Read one event; None where there is none such."""
    found = connection.execute(_LOGGED.where(_EVENT.c.stream == stream, _EVENT.c.seq == seq))
    row = found.first()
    return None if row is None else Logged(*row)


def events_in_order(connection: Connection, start: int = 0) -> Iterator[Logged]:
    """Read the events of the tree in log order from an index on, few at a time."""
    while True:
        page = connection.execute(
            _LOGGED.where(_EVENT.c.log_index >= start, _EVENT.c.log_index.is_not(None))
            .order_by(_EVENT.c.log_index)
            .limit(_BATCH)
        ).all()
        if not page:
            return
        yield from (Logged(*row) for row in page)
        start = page[-1].log_index + 1


def head(connection: Connection) -> int:
    """Count the leaves of the tree."""
    return size(connection)


def opened(connection: Connection, stream: int, seq: int) -> dict[str, Secret | None]:
    """Read the values that one event commits to, by their place; None for an erased one."""
    return opened_all(connection, stream, seq).get(seq, {})


def opened_all(
    connection: Connection, stream: int, seq: int | None = None
) -> dict[int, dict[str, Secret | None]]:
    """Read the values that the events of a stream commit to: by `seq`, then by their place."""
    statement = select(_VAULT).where(_VAULT.c.stream == stream)
    if seq is not None:
        statement = statement.where(_VAULT.c.seq == seq)
    found: dict[int, dict[str, Secret | None]] = {}
    for row in connection.execute(statement.order_by(_VAULT.c.seq, _VAULT.c.field)):
        kept = None if row.value is None else Secret(row.field, row.salt, row.value)
        found.setdefault(row.seq, {})[row.field] = kept
    return found


def erase(connection: Connection, stream: int, seq: int, field: str) -> bool:
    """Destroy one value and its salt; the log still proves that there was one. Say if it was there.

    On SQLite the bytes are gone from the disk after the write-ahead log was folded in.
    """
    done = connection.execute(
        update(_VAULT)
        .where(_VAULT.c.stream == stream, _VAULT.c.seq == seq, _VAULT.c.field == field)
        .where(_VAULT.c.value.is_not(None))
        .values(value=None, salt=None)
    )
    return done.rowcount == 1


def _append(connection: Connection, batch: Sequence[Happening]) -> list[Told]:
    tips = _tips(connection, sorted({happening.stream for happening in batch}))
    told = [_told(happening, tips) for happening in batch]
    _write(connection, told)
    return told


def _write(connection: Connection, told: Sequence[Told]) -> None:
    if connection.dialect.name == "sqlite":
        first = size(connection)
        _insert(connection, "event", [_event(t, first + i) for i, t in enumerate(told)])
        integrate(connection, first, first + len(told))
    else:
        _insert(connection, "event", [_event(t, None) for t in told])
        _insert(connection, "log_pending", [{"stream": t.stream, "seq": t.seq} for t in told])
    _keep_values(connection, told)
    kept.told(connection, {t.stream: (t.seq, t.leaf_hash) for t in told})


def _insert(connection: Connection, name: str, new: Sequence[Mapping[str, Any]]) -> None:
    """Write the rows of one event by a statement that is kept, those of many in bulk."""
    if len(new) > _FEW:
        insert_many(connection, name, tuple(new[0]), (tuple(row.values()) for row in new))
    else:
        for row in new:
            _INSERTS[name].run(connection, row)


def _keep_values(connection: Connection, told: Sequence[Told]) -> None:
    values = [
        {"stream": t.stream, "seq": t.seq, "field": s.field, "salt": s.salt, "value": s.value}
        for t in told
        for s in t.vault
    ]
    if values:
        _insert(connection, "vault", values)


def _tips(connection: Connection, streams: Sequence[int]) -> Tips:
    """Find the last event of each stream; the caller has made sure that nobody else appends."""
    if len(streams) == 1:
        last = kept.tip(connection, streams[0])
        return {streams[0]: last} if last else {}
    found = connection.execute(_TIPS, {"streams": streams})
    return {row.stream: (row.seq, row.leaf_hash) for row in found}


def _told(happening: Happening, tips: Tips) -> Told:
    seq, prev = tips.get(happening.stream, (0, None))
    told = tell(happening, seq + 1, prev, salt)
    tips[happening.stream] = (told.seq, told.leaf_hash)
    return told


def _event(told: Told, log_index: int | None) -> dict[str, Any]:
    return {name: getattr(told, name) for name in _COLUMNS[:-1]} | {"log_index": log_index}


def _locked(connection: Connection, *, wait: bool) -> bool:
    if wait:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SEQUENCER})
        return True
    got = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _SEQUENCER})
    return bool(got.scalar_one())


_LOCK_ONE = Prepared(
    text(
        "SELECT pg_advisory_xact_lock_shared(:all), "
        "pg_advisory_xact_lock(CAST(:all AS int), CAST(:stream AS int))"
    )
)
_LOCK_ALL = text("SELECT pg_advisory_xact_lock(:all)")
_LAST = (
    select(_EVENT.c.stream, func.max(_EVENT.c.seq))
    .where(_EVENT.c.stream.in_(bindparam("streams", expanding=True)))
    .group_by(_EVENT.c.stream)
)
_TIPS = select(_EVENT.c.stream, _EVENT.c.seq, _EVENT.c.leaf_hash).where(
    tuple_(_EVENT.c.stream, _EVENT.c.seq).in_(_LAST)
)
_PLACE = (
    update(_EVENT)
    .where(_EVENT.c.stream == bindparam("k_stream"), _EVENT.c.seq == bindparam("k_seq"))
    .values(log_index=bindparam("b_log_index"))
)
_UNPEND = delete(_PENDING).where(
    _PENDING.c.stream == bindparam("k_stream"), _PENDING.c.seq == bindparam("k_seq")
)
