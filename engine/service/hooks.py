"""Verbs on webhooks: register one, list, end; and what an event says to them.

An event says what happened to which case and when, and its place in the log, so that the receiver
can ask for the rest with rights of its own. No free text, no names.
"""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.events import Kind
from engine.domain.replay import read
from engine.errors import NotFoundError
from engine.service.desk import Desk
from engine.service.office import instant, tell, wrong
from engine.store import counters, hooks, ledger
from engine.store.hooks import Hook

LONGEST_URL = 500
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewHook:
    """Where events shall go, and which kinds; none named means every kind."""

    url: str
    events: tuple[str, ...] = ()


class HookAnswer(TypedDict):
    """A webhook without its secret."""

    id: int
    url: str
    events: list[str]
    created_at: str


class HookMadeAnswer(TypedDict):
    """A new webhook; the only answer that ever holds the secret."""

    id: int
    secret: str


def add_hook(desk: Desk, who: Principal, order: NewHook) -> HookMadeAnswer:
    """Register a webhook. Raises ForbiddenError, or InvalidError for its address or its kinds."""
    require(who, "webhook.add")
    parts = urlsplit(order.url) if len(order.url) <= LONGEST_URL else urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise wrong("url", "webhook-url")
    known = {kind.value for kind in Kind}
    for kind in order.events:
        if kind not in known and not kind.startswith("escalation."):
            raise wrong("events", "webhook-kind", kind=kind[:40])
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    hook = Hook(
        counters.take(desk.conn, "webhook"), order.url, list(order.events), secret,
        who.account_id or 0, desk.now, None,
    )  # fmt: skip
    hooks.keep(desk.conn, hook)
    tell(desk, who, Kind.WEBHOOK_ADDED, [], webhook=hook.id)
    return {"id": hook.id, "secret": secret}


def list_hooks(desk: Desk, who: Principal) -> list[HookAnswer]:
    """List the webhooks that run. Raises ForbiddenError."""
    require(who, "webhook.list")
    return [
        {
            "id": hook.id,
            "url": hook.url,
            "events": hook.events,
            "created_at": instant(hook.created_at, desk.zone),
        }
        for hook in hooks.running(desk.conn)
    ]


def end_hook(desk: Desk, who: Principal, hook_id: int) -> None:
    """End a webhook at once. Raises ForbiddenError, NotFoundError."""
    require(who, "webhook.end")
    if not hooks.end(desk.conn, hook_id, desk.now):
        raise NotFoundError("webhook-unknown", id=hook_id)
    tell(desk, who, Kind.WEBHOOK_ENDED, [], webhook=hook_id)


def body_of(desk: Desk, stream: int, seq: int) -> dict[str, Any] | None:
    """Give what an event says to webhooks; None where there is none such."""
    row = ledger.event(desk.conn, stream, seq)
    event = read(row.body) if row else None
    if row is None or event is None:
        return None
    said = {name: event.get(name) for name in ("case", "trigger", "from", "to", "imported")}
    return {
        "id": f"{stream}-{seq}",
        "kind": row.kind,
        "at": instant(row.at, desk.zone),
        "seq": row.seq,
        "hash": row.leaf_hash.hex(),
        **{name: value for name, value in said.items() if value is not None},
    }
