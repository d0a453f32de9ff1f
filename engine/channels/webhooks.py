"""Signed events to other programs: what happened, to whoever was registered for it."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from engine.channels.outbound import Outbound


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one address. The same `event_id` may come twice: the same event."""

    url: str
    secret: str = field(repr=False)
    event_id: str
    body: bytes


def send(outbound: Outbound, delivery: Delivery, at: datetime) -> None:
    """Deliver an event. Raises ChannelError.

    `Duban-Signature` is `t=<seconds>,v1=<hex HMAC-SHA256 over t, a dot and the body>`.
    """
    headers = {
        "Content-Type": "application/json",
        "Duban-Event-Id": delivery.event_id,
        "Duban-Signature": signature(delivery.secret, delivery.body, at),
    }
    outbound.post(delivery.url, delivery.body, headers)


def signature(secret: str, body: bytes, at: datetime) -> str:
    """Sign a body at an instant."""
    stamp = str(int(at.timestamp()))
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={signed}"
