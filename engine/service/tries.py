"""Tries at a door, counted by login and network, and the waits that too many of them cost.

A try is counted before anything is looked at: tries that run side by side are all counted, and a
refusal cannot take its own count back. The count is of a login *and* a network, so that a stranger
elsewhere locks no official out.
"""

import hashlib
import ipaddress
from datetime import datetime, timedelta
from math import ceil

from engine.errors import ThrottledError
from engine.service.office import Desk, clean
from engine.store import access
from engine.store.access import Tries
from engine.words import Message, message

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
_MINUTE = 60


def count(desk: Desk, door: str, now: datetime) -> None:
    """Count a try, or refuse to hear it; one that is not heard does not lengthen the wait.

    Raises ThrottledError with the seconds to wait.
    """
    row = access.tries(desk.conn, door)
    if row is None or row.last_at + FORGOTTEN_AFTER <= now:
        row = Tries(0, now, None)
    if row.blocked_until is not None and now < row.blocked_until:
        seconds = ceil((row.blocked_until - now).total_seconds())
        raise ThrottledError("sign-in-throttled", seconds, wait=_said(seconds))
    failures = row.failures + 1
    access.keep_tries(desk.conn, door, Tries(failures, now, _wait(failures, now)))


def door_of(login: str, network: str) -> str:
    """Name a login and a network as a hash: people type passwords into the wrong field."""
    spelt = f"{clean(login).lower()}\n{_network(clean(network))}"
    return hashlib.sha256(spelt.encode()).hexdigest()


def _wait(failures: int, now: datetime) -> datetime | None:
    if failures < FREE_TRIES:
        return None
    doublings = 1 << min(failures - FREE_TRIES, 10)
    return now + min(FIRST_WAIT * doublings, LONGEST_WAIT)


def _network(address: str) -> str:
    """One address counts with IPv4; with IPv6 a subscriber has a whole /64 (RFC 6177)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    prefix = 32 if found.version == 4 else 64  # noqa: PLR2004  # the versions of IP
    return str(ipaddress.ip_network((found, prefix), strict=False))


def _said(seconds: int) -> Message:
    """Say how long to wait: in minutes where it is a minute or more, never too short."""
    if seconds < _MINUTE:
        return message("wait-seconds", n=seconds)
    return message("wait-minutes", n=-(-seconds // _MINUTE))
