"""Verbs on the outbox: what is undelivered, and trying it again."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.errors import ConflictError, NotFoundError
from engine.service.desk import Desk
from engine.service.office import clean, instant
from engine.store import jobs

LONGEST_KEY = 80


class UndeliveredAnswer(TypedDict):
    """A notice that waits or was laid aside; `dead` ones are tried again on request alone."""

    key: str
    kind: str
    run_at: str
    attempts: int
    dead: bool
    last_error: str | None


def list_outbox(desk: Desk, who: Principal) -> list[UndeliveredAnswer]:
    """List what is undelivered, dead letters first. Raises ForbiddenError."""
    require(who, "outbox.list")
    return [
        {
            "key": job.key,
            "kind": job.kind,
            "run_at": instant(job.run_at, desk.zone),
            "attempts": job.attempts,
            "dead": job.dead_at is not None,
            "last_error": job.last_error,
        }
        for job in jobs.waiting(desk.conn)
    ]


def retry_outbox(desk: Desk, who: Principal, keys: Sequence[str] = ()) -> int:
    """Have dead letters tried again, all of them or those named; give how many.

    Raises ForbiddenError; NotFoundError for a key that no dead letter has: then none is tried.
    """
    require(who, "outbox.retry")
    for key in keys:
        job = jobs.find(desk.conn, clean(key), lock=True)
        if job is None or job.done_at is not None:
            raise NotFoundError("outbox-unknown", key=clean(key)[:LONGEST_KEY])
        if job.dead_at is None:
            raise ConflictError("outbox-waits", key=clean(key)[:LONGEST_KEY])
    return jobs.revive(desk.conn, desk.now, list(map(clean, keys)) or None)
