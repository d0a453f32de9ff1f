"""Verbs on the outbox: what is undelivered, and trying it again."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.service.desk import Desk
from engine.service.office import instant
from engine.store import jobs


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
    """Have dead letters tried again, all of them or those named; give how many."""
    require(who, "outbox.retry")
    return jobs.revive(desk.conn, desk.now, list(keys) or None)
