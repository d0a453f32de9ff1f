"""An event log, format apart: cases as traces of what happened in each.

Nothing here is free text: codes, names of the vocabulary, instants, and officials by their login.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

Value = str | int | bool | datetime


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One thing that happened: `activity` is the step, or the kind of what was done.

    `at` is when it held, `recorded_at` when Duban learned of it. `resource` is the official's
    login, None where time or an import did it; `group` that one's unit.
    """

    seq: int
    activity: str
    kind: str
    at: datetime
    recorded_at: datetime
    via: str
    resource: str | None = None
    group: str | None = None
    on_behalf_of: str | None = None
    source: str | None = None
    target: str | None = None
    imported: bool = False

    def said(self) -> Iterator[tuple[str, Value]]:
        """Give what is said of it besides activity, instant and who did it."""
        optional: tuple[tuple[str, Value | None], ...] = (
            ("seq", self.seq),
            ("kind", self.kind),
            ("from", self.source),
            ("to", self.target),
            ("on_behalf_of", self.on_behalf_of),
            ("via", self.via),
            ("imported", self.imported or None),
            ("recorded", None if self.recorded_at == self.at else self.recorded_at),
        )
        return ((name, value) for name, value in optional if value is not None)


@dataclass(frozen=True, slots=True)
class Trace:
    """A case with its events in their order.

    `states` are its states with the instants from which they held. `units` and `officials` are
    names and logins with the part that each has or had.
    """

    code: str
    issue: str
    workflow: str
    version: int
    state: str
    outcome: str | None
    registered_at: datetime
    events: Sequence[LoggedEvent]
    states: Sequence[tuple[datetime, str]] = ()
    units: Sequence[tuple[str, str]] = ()
    officials: Sequence[tuple[str, str]] = ()

    def said(self) -> Iterator[tuple[str, Value]]:
        """Give what is said of the case besides its code."""
        optional: tuple[tuple[str, Value | None], ...] = (
            ("issue", self.issue),
            ("workflow", self.workflow),
            ("version", self.version),
            ("state", self.state),
            ("outcome", self.outcome),
        )
        return ((name, value) for name, value in optional if value is not None)
