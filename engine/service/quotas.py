"""How much one account may do in a while: writes and exports, counted by all processes together.

A write is counted in its own transaction: it costs no second one, and what is refused or undone
counts for nothing. Only what an account does itself counts against it, so that no stranger keeps
anybody out. Counts run on real time.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
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
EXPORTS = Quota("exports", timedelta(hours=1), "throttled-exports")


def count(desk: Desk, who: Principal, quota: Quota, most: int) -> None:
    """Count one of a quota in this transaction; the operator at the machine has none.

    Raises ThrottledError with the seconds until there is another one.
    """
    if who.account_id is None:
        return
    now = real_now()
    counted, began = quotas.count_up(desk.conn, f"{quota.name}:{who.account_id}", now, quota.span)
    if counted > most:
        seconds = max(1, ceil((began + quota.span - now).total_seconds()))
        minutes = ceil(seconds / _MINUTE_SECONDS)
        raise ThrottledError(quota.words, seconds, most=most, seconds=seconds, minutes=minutes)


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
