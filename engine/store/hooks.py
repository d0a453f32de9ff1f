"""Webhooks: where signed events go out."""

from collections.abc import Sequence
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
    for hook in _running(connection):
        if not hook.events or told.kind in hook.events:
            jobs.put(connection, _key(hook, told), "webhook", now, _payload(hook, told))


def announce_many(connection: Connection, told: Sequence[Told], now: datetime) -> None:
    """Have new events delivered in the same way, as an import does that writes very many."""
    for hook in _running(connection):
        asked = [one for one in told if not hook.events or one.kind in hook.events]
        new = [(_key(hook, one), _payload(hook, one)) for one in asked]
        jobs.put_many(connection, "webhook", now, new)


def _running(connection: Connection) -> Sequence[Hook]:
    return kept.of_office(connection, "webhooks", lambda: running(connection)) or ()


def _key(hook: Hook, told: Told) -> str:
    return f"webhook:{hook.id}:{told.stream}:{told.seq}"


def _payload(hook: Hook, told: Told) -> dict[str, int]:
    return {"webhook": hook.id, "stream": told.stream, "seq": told.seq}


def end(connection: Connection, hook_id: int, at: datetime) -> bool:
    """End a webhook; tell whether it ran."""
    chosen = update(_HOOK).where(_HOOK.c.id == hook_id, _HOOK.c.ended_at.is_(None))
    return connection.execute(chosen.values(ended_at=at)).rowcount == 1


def _select() -> Select[Any]:
    return select(*(_HOOK.c[name] for name in Hook.__slots__))
