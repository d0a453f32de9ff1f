"""Repeated requests: the same key of the same account on the same route does its work only once.

`recall` before the work and `remember` after it, in the one transaction of the work, so that an
answer is kept exactly where its effect is. Keys live 24 hours of real time.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.domain.access import Principal
from engine.service.office import Desk, wrong
from engine.settings import real_now
from engine.store import answers
from engine.store.answers import Given

KEPT = timedelta(hours=24)
LONGEST_KEY = 200
_VISIBLE = re.compile(r"[!-~]+")
_CLOCK = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may come again: its route, the caller's key, the digest of its body."""

    route: str
    key: str
    body_digest: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """The first answer to a request: its status and its text, byte for byte."""

    status: int
    answer: str


def digest(body: bytes) -> str:
    """Give the digest by which bodies are compared: SHA-256, hex."""
    return hashlib.sha256(body).hexdigest()


def recall(
    desk: Desk, who: Principal, asked: Asked, *, clock: _CLOCK = real_now
) -> Remembered | None:
    """Give the answer that this request already had, or None where the work is still to be done.

    On PostgreSQL a second request with the key waits for the first one's end. Raises InvalidError
    for an unfit key, or one that was used with another body.
    """
    key = asked.key
    if not 0 < len(key) <= LONGEST_KEY or not _VISIBLE.fullmatch(key):
        raise wrong("Idempotency-Key", "key-spelling", longest=LONGEST_KEY)
    given = answers.find(desk.conn, _owner(who), asked.route, key)
    if given is None or given.created_at + KEPT <= clock():
        return None
    if given.body_digest != asked.body_digest:
        raise wrong("Idempotency-Key", "key-other-body")
    return Remembered(given.status, given.answer)


def remember(
    desk: Desk, who: Principal, asked: Asked, answer: Remembered, *, clock: _CLOCK = real_now
) -> None:
    """Keep the answer to a request whose work is done in this transaction; old ones go."""
    sweep(desk, clock=clock)
    given = Given(asked.body_digest, answer.status, answer.answer, clock())
    answers.keep(desk.conn, _owner(who), asked.route, asked.key, given)


def sweep(desk: Desk, *, clock: _CLOCK = real_now) -> int:
    """Forget answers older than a day; give how many."""
    return answers.sweep(desk.conn, clock() - KEPT)


def _owner(who: Principal) -> int:
    """The operator sends no requests; a caller without account would share keys with another."""
    if who.account_id is None:
        raise ValueError("only an account's requests are remembered")
    return who.account_id
