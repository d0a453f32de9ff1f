"""Whose turn it is to write to a SQLite file: one thread of one process, and nobody for long.

SQLite itself lets who finds the file locked sleep and try again, up to a tenth of a second at a
time; beside a busy process that wakes up too late again and again. So processes queue here, in
front of `BEGIN IMMEDIATE`: one holds the turn, and one other is next. Whoever has just had the turn
and wants it again finds the next one before it. The system frees both locks when a process dies.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from types import ModuleType

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # elsewhere than on POSIX, SQLite's own waiting has to do
    fcntl = None

_PAUSE = 0.002


class Turns:
    """The turns of one process at one file. Safe to share between threads."""

    def __init__(self, file: Path) -> None:
        self._own = Lock()
        self._next = _FileLock(file.with_name(f"{file.name}-next"))
        self._turn = _FileLock(file.with_name(f"{file.name}-turn"))

    def take(self, seconds: float) -> bool:
        """Wait for the turn; tell whether it came in time."""
        last = time.monotonic() + seconds
        if not self._own.acquire(timeout=seconds):
            return False
        taken = False
        try:
            if _until(last, self._next.take):
                try:
                    taken = _until(last, self._turn.take)
                finally:
                    self._next.release()
        finally:
            if not taken:
                self._own.release()
        return taken

    def release(self) -> None:
        """Give the turn to whoever is next."""
        self._turn.release()
        self._own.release()

    def close(self) -> None:
        """Close the files of the locks."""
        self._next.close()
        self._turn.close()


class _FileLock:
    """A lock on a file of its own, held by at most one process and seen by all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._opened: int | None = None

    def take(self) -> bool:
        """Try to take it. Where no file can be made there is nothing to take."""
        if fcntl is None:
            return True
        if self._opened is None:
            try:
                self._opened = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except OSError:
                return True
        try:
            fcntl.flock(self._opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Let it go."""
        if fcntl is not None and self._opened is not None:
            fcntl.flock(self._opened, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close its file."""
        if self._opened is not None:
            os.close(self._opened)
            self._opened = None


def _until(last: float, take: Callable[[], bool]) -> bool:
    """Try again and again until an instant."""
    while not take():
        if time.monotonic() >= last:
            return False
        time.sleep(_PAUSE)
    return True
