"""The ladder of product.md, by the workflow's data: which rung is due when, and whom it tells.

What is due may be written down from then on (`may`), and is certain to be once the ladder was
scanned to the end (`must`). A limit is its case, kind, subject, start and due time: one that goes
on with all of them does not begin its ladder anew.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from tests.model.days import ZONE, Days
from tests.model.judging import is_party
from tests.model.matter import Matter, Tick
from tests.model.office import Office

WORKFLOW = Path(__file__).parents[2] / "workflows" / "key-issue.toml"
Key = tuple[str, str, int | None, datetime, datetime, str]
"""Case, kind, subject, start and due time of a limit, and the name of the rung."""


@dataclass(frozen=True)
class Rung:
    """A rung: so many working days after a limit these parties are told."""

    name: str
    days: int
    tells: tuple[str, ...]


@dataclass
class Expected:
    """A rung that is due: since when it may be written down, by when it must be, who may be told.

    `told` has one set for each state in which the case was since, `dues` the due times by each
    calendar that was in force since: one that changes before the rung is written moves it.
    """

    dues: set[datetime]
    first: datetime
    told: list[set[str]]
    certain: datetime | None = None


@dataclass
class Ladder:
    """Everything that was ever due."""

    expected: dict[Key, Expected] = field(default_factory=dict)
    _days: dict[tuple[date, int], date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the rungs, and who must act on each clock."""
        data: dict[str, Any] = tomllib.loads(WORKFLOW.read_text(encoding="utf-8"))
        self.rungs = [
            Rung(r["name"], r["after_working_days"], tuple(r["tells"])) for r in data["rung"]
        ]
        self.by = {kind: clock.get("by", ["lead-leader"]) for kind, clock in data["clock"].items()}

    def may(self, office: Office, matters: Iterable[Matter], now: datetime) -> list[Expected]:
        """Note what a scan at this instant would write down."""
        return [found for matter in matters for found in self._of(office, matter, now)]

    def must(self, office: Office, matters: Iterable[Matter], now: datetime) -> None:
        """Note that a scan at this instant has written it down."""
        for found in self.may(office, matters, now):
            found.certain = now

    def changed(self) -> None:
        """Count days anew: the calendar is another."""
        self._days.clear()

    def _of(self, office: Office, matter: Matter, now: datetime) -> Iterator[Expected]:
        for tick in matter.running if matter.closed_at is None else ():
            for rung in self.rungs if tick.limit else ():
                key = matter.code, tick.kind, tick.subject, tick.started, tick.due_at, rung.name
                known = self.expected.get(key)
                if known is not None and known.certain is not None:
                    continue
                due = self._due(office.days, tick, rung)
                if max(due, tick.since) <= tick.reads(now):
                    found = self.expected.setdefault(key, Expected(set(), now, []))
                    found.dues.add(due)
                    found.told.append(
                        self._told(office, matter, (*rung.tells, *self.by[tick.kind]))
                    )
                    yield found

    def _due(self, days: Days, tick: Tick, rung: Rung) -> datetime:
        """Give the beginning of a rung's day; at the limit itself it is the limit."""
        if rung.days == 0:
            return tick.due_at
        at = tick.due_on, rung.days
        if at not in self._days:
            self._days[at] = _counted(days, *at)
        return datetime.combine(self._days[at], time(), ZONE).astimezone(UTC)

    def _told(self, office: Office, matter: Matter, parties: Iterable[str]) -> set[str]:
        told = {part.who for part in matter.holding("liaison") if part.who and "liaison" in parties}
        acting = [party for party in parties if party != "liaison"]
        return told | {
            login
            for login in office.people
            if any(is_party(office, matter, login, party) for party in acting)
        }


def _counted(days: Days, on: date, count: int) -> date:
    """Go so many working days on, or back."""
    step, left = timedelta(days=1 if count > 0 else -1), abs(count)
    while left:
        on += step
        left -= days.works(on)
    return on
