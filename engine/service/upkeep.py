"""What a serving process does beside its requests: places in the log, and signed checkpoints.

On PostgreSQL writers leave their events without a place; whoever holds one lock gives out the
places. Any number of processes may do this at once: the lock decides, and a size is signed once.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Event, Thread
from typing import Protocol

from engine.domain.note import Signer
from engine.errors import BusyError, DubanError
from engine.failpoints import failpoint
from engine.service import audit
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.store import checkpoints, ledger

VIA = "timer"
TICK_SECONDS = 1.0
"""How long an event waits for its place, on PostgreSQL."""
TICKS_TO_SIGN = 10
"""A checkpoint is signed at most every so many ticks, and only if the log grew."""
_LOG = logging.getLogger("duban.upkeep")


class Opener(Protocol):
    """What opens desks: the application."""

    @property
    def writing(self) -> Callable[[str], AbstractContextManager[Desk]]:
        """Open a desk that writes."""

    @property
    def reading(self) -> Callable[[str], AbstractContextManager[Desk]]:
        """Open a desk that reads."""


def place(application: Opener) -> int:
    """Give the events that have none their place in the log; tell how many got one."""
    with application.writing(VIA) as desk:
        return ledger.sequence(desk.conn)


def sign_if_grown(application: Opener, signer: Signer) -> bool:
    """Sign a checkpoint if the log grew since the newest; tell whether it did.

    Raises ConflictError where the log is not a continuation of what was signed.
    """
    with application.reading(VIA) as desk:
        newest = checkpoints.newest(desk.conn)
        if newest is not None and newest.size == ledger.head(desk.conn):
            return False
    with application.writing(VIA) as desk:
        audit.checkpoint(desk, READER, signer)
        failpoint("checkpoint.before-publish")
    return True


class Upkeep(Thread):
    """Does both again and again until it is stopped. A busy database only delays it."""

    def __init__(self, application: Opener, signer: Signer, *, places: bool) -> None:
        super().__init__(name="duban-upkeep", daemon=True)
        self._application = application
        self._signer = signer
        self._places = places
        self._over = Event()

    def run(self) -> None:
        """Work until stopped; what is signed at the end covers what was done till then."""
        ticks = 0
        while not self._over.wait(TICK_SECONDS):
            ticks += 1
            self._tend(sign=ticks % TICKS_TO_SIGN == 0)
        self._tend(sign=True)

    def stop(self) -> None:
        """Let it finish what it is at, and wait for that."""
        self._over.set()
        self.join()

    def _tend(self, *, sign: bool) -> None:
        try:
            if self._places:
                place(self._application)
            if sign:
                sign_if_grown(self._application, self._signer)
        except BusyError:
            return  # the next tick tries again
        except DubanError as error:
            _LOG.error("%s", error.say("en"))
        except Exception:  # noqa: BLE001  # told, and tried again
            _LOG.exception("the log's upkeep failed; it is tried again")
