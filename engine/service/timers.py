"""The timers: rules that are evaluated again and again, each on its own, each saying when it ran.

Any number of nodes may run them: a rung is written down under the case's lock, a job is claimed
under a lease. What was missed while nobody ran them is caught up once.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import Protocol

from typing_extensions import TypedDict

from engine.domain.access import OPERATOR, Principal, require
from engine.errors import BusyError, DubanError, SettingsError
from engine.service import ladder
from engine.service.daily_chase import chase
from engine.service.delivery import Node
from engine.service.desk import Desk
from engine.service.expiry import expire
from engine.service.office import instant
from engine.settings import Settings
from engine.store import jobs
from engine.words import Locale

TICK_SECONDS = 15.0
"""How long between two evaluations: a rung is written down that much late at most."""
INSIDE, OUTSIDE = ("ladder", "daily-report", "expiry"), ("outbox",)
EVERY = (*INSIDE, *OUTSIDE)
"""The rules: those that work in the database alone, and the one that reaches others."""
_LOOK_SECONDS = 0.1
_LOG = logging.getLogger("duban.timers")


class Office(Protocol):
    """What the timers need of the application."""

    @property
    def settings(self) -> Settings:
        """The configuration."""

    def now(self) -> datetime:
        """Give the office's instant."""

    def reading(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that reads."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


class RuleAnswer(TypedDict):
    """A rule: when its last evaluation began, how much it did, and what went wrong."""

    name: str
    at: str
    done: int
    last_error: str | None


class RungAnswer(TypedDict):
    """A rung that would be due at an instant."""

    case: str
    clock: str
    due: str
    rung: str
    at: str


@dataclass(slots=True)
class Timers:
    """All rules of one node."""

    office: Office
    node: Node

    def tick(self, names: Sequence[str] = EVERY) -> dict[str, int]:
        """Evaluate rules once; give how much each did. One that fails stops no other."""
        rules: dict[str, Callable[[], int]] = {
            "ladder": lambda: ladder.climb(self.office),
            "daily-report": lambda: chase(self.office),
            "expiry": lambda: expire(self.office),
            "outbox": self.node.drain,
        }
        return {name: self._evaluate(name, rules[name]) for name in names}

    def _evaluate(self, name: str, rule: Callable[[], int]) -> int:
        done, error, began = 0, None, None
        try:
            began = self.office.now()
            done = rule()
        except BusyError as busy:
            error = busy.say("en")
        except DubanError as refused:
            error = refused.say("en")
            _LOG.error("%s: %s", name, error)  # a refusal has its sentence
        except Exception as failed:  # noqa: BLE001  # told, and tried again
            error = type(failed).__name__
            _LOG.exception("the rule %s failed; it is tried again", name)
        if began is not None:
            self._note(name, began, done, error)
        return done

    def _note(self, name: str, began: datetime, done: int, error: str | None) -> None:
        try:
            with self.office.writing("timer") as desk:
                jobs.ran(desk.conn, name, began, done, error)
        except DubanError:
            return  # the next tick notes it


class Ticking(Thread):
    """Evaluates rules again and again, beside whatever else the process does."""

    def __init__(self, of_this_node: Timers, names: Sequence[str]) -> None:
        super().__init__(name=f"duban-{names[0]}", daemon=True)
        self._timers = of_this_node
        self._names = names
        self._over = Event()

    def run(self) -> None:
        """Work until stopped; what was missed meanwhile comes first."""
        while not self._over.is_set():
            self._timers.tick(self._names)
            wait(self._timers.office, self._over.wait)

    def stop(self) -> None:
        """Let it finish what it is at, and wait for that."""
        self._over.set()
        self._timers.node.over.set()
        self.join()


def ticking(office: Office) -> list[Ticking]:
    """Make the threads of a node: one for the rules, and one for the outbox.

    However slow a mail server is, the ladder does not wait for it.
    """
    of_this_node = timers(office)
    return [Ticking(of_this_node, INSIDE), Ticking(of_this_node, OUTSIDE)]


def wait(office: Office, pause: Callable[[float], object]) -> None:
    """Wait for the next evaluation; `pause` waits so many seconds, and says if it was broken off.

    A clock in a file may be moved on at any time: it is looked at again and again, and when it was
    moved it is time.
    """
    if office.settings.clock == "system":
        pause(TICK_SECONDS)
        return
    began, last = _now(office), monotonic() + TICK_SECONDS
    while monotonic() < last and _now(office) == began:
        if pause(_LOOK_SECONDS):
            return


def _now(office: Office) -> datetime | None:
    """Read the clock; None while its file is just being written."""
    try:
        return office.now()
    except SettingsError:
        return None


def timers(office: Office) -> Timers:
    """Make the timers of this process."""
    return Timers(office, Node(office))


def list_rules(desk: Desk, who: Principal) -> list[RuleAnswer]:
    """Say when each rule was last evaluated. Raises ForbiddenError."""
    require(who, "outbox.list")
    return [
        {
            "name": row["name"],
            "at": instant(row["at"], desk.zone),
            "done": row["done"],
            "last_error": row["last_error"],
        }
        for row in jobs.runs(desk.conn)
    ]


def preview_rungs(desk: Desk, who: Principal, at: datetime) -> list[RungAnswer]:
    """List the rungs that would be due at an instant if nothing happened until then.

    They name cases: so they are for the operator, and for those who supervise, never for an
    administrator's account. Raises ForbiddenError.
    """
    if who is not OPERATOR:
        require(who, "supervision.read")
    return [
        {
            "case": foreseen.code,
            "clock": foreseen.clock,
            "due": foreseen.due_on.isoformat(),
            "rung": foreseen.rung,
            "at": instant(foreseen.at, desk.zone),
        }
        for foreseen in ladder.preview(desk, at)
    ]
