"""How fast one account may write: 600 a minute, counted in this process and on real time."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil
from threading import Lock

from engine.errors import ThrottledError
from engine.settings import real_now

WRITES_A_MINUTE = 600
_MINUTE = timedelta(minutes=1)


class Pace:
    """Counts the writes of each account over the last minute."""

    def __init__(
        self, most: int = WRITES_A_MINUTE, clock: Callable[[], datetime] = real_now
    ) -> None:
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._writes: dict[int, deque[datetime]] = {}

    def count(self, account: int) -> None:
        """Count a write. Raises ThrottledError where the account wrote too often already."""
        now = self._clock()
        with self._lock:
            writes = self._writes.setdefault(account, deque())
            while writes and writes[0] <= now - _MINUTE:
                writes.popleft()
            if len(writes) >= self._most:
                seconds = max(1, ceil((writes[0] + _MINUTE - now).total_seconds()))
                raise ThrottledError("throttled-writes", seconds, seconds=seconds, most=self._most)
            writes.append(now)
