"""How fast one account may try to write, whatever becomes of it: counted in this process alone.

What is really written is counted by all processes together, with the writing itself
(`engine/service/quotas.py`); this spares the database who hammers at it in vain.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from engine.errors import ThrottledError
from engine.settings import real_now

TRIES = 10
"""How many tries are heard for each write that an account may make: people mistype."""
_MINUTE = timedelta(minutes=1)


class Pace:
    """Counts the tries of each account over the last minute."""

    def __init__(self, most: int, clock: Callable[[], datetime] = real_now) -> None:
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._tries: dict[int, deque[datetime]] = {}

    def count(self, account: int) -> None:
        """Count a try. Raises ThrottledError where the account tried too often already."""
        now = self._clock()
        with self._lock:
            tries = self._tries.setdefault(account, deque())
            while tries and tries[0] <= now - _MINUTE:
                tries.popleft()
            if len(tries) >= self._most:
                seconds = max(1, ceil((tries[0] + _MINUTE - now).total_seconds()))
                raise ThrottledError("throttled-writes", seconds, seconds=seconds, most=self._most)
            tries.append(now)
