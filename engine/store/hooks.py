"""Webhooks: where signed events go out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from engine.domain.events import Told
from engine.store import jobs, kept
from engine.store.tables import table

_HOOK = table("webhook")


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as it is kept; `events` are kinds, an empty list means every one."""

    id: int
    url: str
    events: list[str]
    secret: str = field(repr=False)
    created_by: int
    created_at: datetime
    ended_at: datetime | None


def keep(connection: Connection, hook: Hook) -> None:
    """Write a new webhook."""
    connection.execute(insert(_HOOK), {name: getattr(hook, name) for name in Hook.__slots__})


def find(connection: Connection, hook_id: int) -> Hook | None:
    """Read a webhook."""
    row = connection.execute(_select().where(_HOOK.c.id == hook_id)).first()
    return None if row is None else Hook(*row)


def running(connection: Connection) -> list[Hook]:
    """Read the webhooks that are not ended."""
    found = _select().where(_HOOK.c.ended_at.is_(None)).order_by(_HOOK.c.id)
    return [Hook(*row) for row in connection.execute(found)]


def announce(connection: Connection, told: Told, now: datetime) -> None:
    """Have an event that was just written delivered to every webhook that asks for its kind."""
    _announce(connection, told.kind, [(told.stream, told.seq)], now)


def announce_last(connection: Connection, kind: str, streams: Iterable[int], now: datetime) -> None:
    """Announce the event that was just written, of one kind, at the end of each of some streams."""
    lasts = ((stream, kept.tip(connection, stream)) for stream in streams)
    _announce(connection, kind, [(stream, last[0]) for stream, last in lasts if last], now)


def announce_firsts(
    connection: Connection, kind: str, streams: Iterable[int], now: datetime
) -> None:
    """Announce the event, of one kind, with which each of some new streams begins."""
    _announce(connection, kind, [(stream, 1) for stream in streams], now)


def _announce(
    connection: Connection, kind: str, places: Sequence[tuple[int, int]], now: datetime
) -> None:
    for hook in kept.of_office(connection, "webhooks", lambda: running(connection)) or ():
        if not hook.events or kind in hook.events:
            new = (
                (
                    f"webhook:{hook.id}:{stream}:{seq}",
                    {"webhook": hook.id, "stream": stream, "seq": seq},
                )
                for stream, seq in places
            )
            jobs.put_many(connection, "webhook", now, new)


def end(connection: Connection, hook_id: int, at: datetime) -> bool:
    """End a webhook; tell whether it ran."""
    chosen = update(_HOOK).where(_HOOK.c.id == hook_id, _HOOK.c.ended_at.is_(None))
    return connection.execute(chosen.values(ended_at=at)).rowcount == 1


def _select() -> Select[Any]:
    return select(*(_HOOK.c[name] for name in Hook.__slots__))
