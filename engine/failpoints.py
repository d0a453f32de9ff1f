"""Failpoints: named places where a test makes the program crash, fail or wait.

`failpoint("step.before-commit")` stands where a fault would hurt most; unset it costs nothing. Only
`DUBAN_ENV=test` arms one.
"""

import os
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from engine.errors import SettingsError

Action = Literal["crash", "error", "sleep"]
NAMES = (
    "step.before-commit",
    "step.after-commit",
    "outbox.after-claim",
    "outbox.after-send",
    "checkpoint.before-publish",
    "import.mid",
    "migrate.step",
    "upload.after-bytes",
    "erase.mid",
    "page.part",
)
"""Every failpoint there is."""
CRASH_EXIT = 86
"""The exit code of a crash that was asked for, so that a test can tell it from any other."""
_SPELLING = re.compile(r"([a-z.-]+):(crash|error|sleep\(([0-9]{1,6})\))(?::([1-9][0-9]{0,6}))?")


class FailpointError(RuntimeError):
    """The fault that a test asked for; no user ever meets it."""


@dataclass(frozen=True, slots=True)
class Failpoint:
    """What happens at a place: at its `nth` passing, or at every one where that is None."""

    name: str
    action: Action
    milliseconds: int = 0
    nth: int | None = None


_armed: dict[str, Failpoint] = {}
_passed: dict[str, int] = {}


def read_failpoints(text: str) -> tuple[Failpoint, ...]:
    """Read `name:action[:nth]`, several divided by commas. Raises SettingsError."""
    return tuple(_read(item.strip()) for item in text.split(",") if item.strip())


def arm(points: Iterable[Failpoint]) -> None:
    """Set the failpoints of this process and forget those before; an empty list disarms it."""
    _armed.clear()
    _passed.clear()
    _armed.update({point.name: point for point in points})


def failpoint(name: str) -> None:
    """Mark a place by its name. Raises FailpointError, waits or ends the process if so armed."""
    if _armed:
        _meet(name)


def _meet(name: str) -> None:
    point = _armed.get(name)
    if point is None:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if point.nth not in {None, _passed[name]}:
        return
    if point.action == "crash":
        os._exit(CRASH_EXIT)
    if point.action == "error":
        raise FailpointError(name)
    time.sleep(point.milliseconds / 1000)


def _read(text: str) -> Failpoint:
    found = _SPELLING.fullmatch(text)
    if not found or found[1] not in NAMES:
        raise SettingsError("failpoint-unknown", text=text[:80], known=", ".join(NAMES))
    action: Action = "sleep" if found[3] else "crash" if found[2] == "crash" else "error"
    return Failpoint(found[1], action, int(found[3] or 0), int(found[4]) if found[4] else None)
