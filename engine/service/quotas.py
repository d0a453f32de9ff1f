"""How much one account may do in a while: writes and exports, counted by all processes together.

A write is counted in its own transaction: it costs no second one, and what is refused or undone
counts for nothing. The first few of a minute each process only notes: who writes as people do costs
the database nothing, and the others are told as soon as somebody writes faster than that. Only what
an account does itself counts against it, so that no stranger keeps anybody out. Counts run on real
time.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING

from engine.domain.access import Principal
from engine.errors import BusyError, ThrottledError
from engine.service.office import Desk
from engine.settings import real_now
from engine.store import quotas

if TYPE_CHECKING:
    from engine.bootstrap import Application

_LOG = logging.getLogger("duban.quotas")
_MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Quota:
    """What is counted, over how long, and the code of the words that refuse more of it."""

    name: str
    span: timedelta
    words: str


WRITES = Quota("writes", timedelta(minutes=1), "throttled-writes")
NOTED = 10
"""A process notes this part of the writes by itself, before it tells the others."""
EXPORTS = Quota("exports", timedelta(hours=1), "throttled-exports")


def count(desk: Desk, who: Principal, quota: Quota, most: int, more: int = 1) -> None:
    """Count one of a quota, or some, in this transaction; the operator at the machine has none.

    Raises ThrottledError with the seconds until there is another one.
    """
    if who.account_id is None:
        return
    now = real_now()
    key = f"{quota.name}:{who.account_id}"
    counted, began = quotas.count_up(desk.conn, key, now, quota.span, more)
    if counted > most:
        seconds = max(1, ceil((began + quota.span - now).total_seconds()))
        minutes = ceil(seconds / _MINUTE_SECONDS)
        raise ThrottledError(quota.words, seconds, most=most, seconds=seconds, minutes=minutes)


class Writes:
    """Counts the writes of accounts for one process. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._noted: dict[int, tuple[datetime, int]] = {}

    def count(self, desk: Desk, who: Principal) -> None:
        """Count a write in this transaction, as the last thing in it. Raises ThrottledError."""
        if who.account_id is None:
            return
        few, noted = self._most // NOTED, self._note(who.account_id)
        if noted <= few:
            return
        try:
            count(desk, who, WRITES, self._most, noted if noted == few + 1 else 1)
        except ThrottledError:
            self._forget(who.account_id)
            raise

    def _note(self, account: int) -> int:
        """Note one more; give how many this process has noted within the span."""
        now = real_now()
        with self._lock:
            began, noted = self._noted.get(account, (now, 0))
            if not began <= now < began + WRITES.span:
                began, noted = now, 0
            self._noted[account] = (began, noted + 1)
            return noted + 1

    def _forget(self, account: int) -> None:
        """Take back the note of a write that came to nothing."""
        with self._lock:
            began, noted = self._noted[account]
            self._noted[account] = (began, noted - 1)


def count_export(application: "Application", who: Principal, via: str) -> None:
    """Count the export of a list before it is written, in a transaction of its own.

    Where nothing can be written for now (a long import, a full disk) the list goes out uncounted:
    what only reads must go on. Raises ThrottledError.
    """
    try:
        with application.writing(via) as desk:
            count(desk, who, EXPORTS, application.settings.exports_an_hour)
    except BusyError as error:
        _LOG.warning("an export of account %s was not counted: %s", who.account_id, error)
