"""`duban timers` on several nodes, killed at random and started again at once."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from threading import Event, Lock, Thread

_DUBAN = Path(sys.executable).with_name("duban")
_CRASHED = 86


class Nodes:
    """So many processes of `duban timers`; a thread kills one every few seconds of real time.

    One start in three has a crash armed at some rung's commit, so that nodes also die in the
    middle of writing. On a machine so busy that nodes come to nothing between two kills, the next
    one waits until some work was done (`worked`). `how` counts the ends by what brought them.
    """

    def __init__(self, count: int, environment: dict[str, str], folder: Path, rng: Random) -> None:
        self._environment = {**os.environ, **environment}
        self._folder, self._rng = folder, rng
        self._running: list[subprocess.Popen[bytes] | None] = [None] * count
        self._lock, self._over, self._worked = Lock(), Event(), Event()
        self._up = False
        self.how: Counter[str] = Counter()
        self._killer = Thread(target=self._kill_at_random, daemon=True)

    def start(self) -> None:
        """Start them, all at once."""
        with self._lock:
            self._up = True
            self._running = [self._begin() for _ in self._running]
        if not self._killer.is_alive():
            self._killer.start()

    def stop(self) -> None:
        """Kill them all; they stay away until they are started."""
        with self._lock:
            self._up = False
            for one in self._running:
                self._end(one, "outage")
            self._running = [None] * len(self._running)

    def close(self) -> None:
        """Kill them for good."""
        self._over.set()
        self.stop()
        if self._killer.is_alive():
            self._killer.join()

    def worked(self) -> None:
        """Hear that they have done something since."""
        self._worked.set()

    @property
    def kills(self) -> int:
        """How often a node was killed or crashed in the middle of its work."""
        return self.how["killed"] + self.how["crashed"]

    def said(self) -> str:
        """Give the end of what they wrote."""
        return (self._folder / "nodes.log").read_text(encoding="utf-8")[-3000:]

    def _begin(self) -> subprocess.Popen[bytes]:
        crash = f"step.before-commit:crash:{self._rng.randint(1, 12)}"
        armed = {"DUBAN_FAILPOINTS": crash if self._rng.random() < 1 / 3 else ""}
        with (self._folder / "nodes.log").open("ab") as log:
            return subprocess.Popen(
                [str(_DUBAN), "timers"],
                env=self._environment | armed, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def _end(self, one: subprocess.Popen[bytes] | None, why: str) -> None:
        if one is None:
            return
        one.send_signal(signal.SIGKILL)
        one.wait()
        self.how["crashed" if one.returncode == _CRASHED else why] += 1
        assert one.returncode in {_CRASHED, -signal.SIGKILL}, self.said()

    def _kill_at_random(self) -> None:
        left = self._rng.uniform(2, 6)
        while not self._over.wait(0.05):
            left -= 0.05
            with self._lock:
                if not self._up:
                    continue
                for place, one in enumerate(self._running):
                    if one is not None and one.poll() is not None:
                        self._replace(place)
                if left <= 0 and self._worked.is_set():
                    self._replace(self._rng.randrange(len(self._running)))
                    self._worked.clear()
                    left = self._rng.uniform(2, 6)

    def _replace(self, place: int) -> None:
        self._end(self._running[place], "killed")
        self._running[place] = self._begin()
