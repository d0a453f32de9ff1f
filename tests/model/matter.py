"""A case of the model, with everything that is remembered about it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

FINISHED = {"done", "in-force"}
UNIT_PARTS = {"lead-unit", "supporting-unit"}


@dataclass
class Part:
    """Who had which part in the case from when to when. `rested` tells: until it was closed."""

    role: str
    who: str | None
    unit: str | None
    since: datetime
    basis: str
    until: datetime | None = None
    rested: bool = False


@dataclass
class Tick:
    """A clock. `counted` is the day from which so many working days were counted, if they were.

    `follows` is when it took the place of another one, whose start it kept.
    """

    kind: str
    subject: int | None
    started: datetime
    due_on: date
    due_at: datetime
    limit: bool = True
    provisional: bool = False
    counted: tuple[date, int] | None = None
    paused: datetime | None = None
    ended: datetime | None = None
    how: str | None = None
    why: str = ""
    days: int = 0
    follows: datetime | None = None

    @property
    def since(self) -> datetime:
        """When it began to count."""
        return self.follows or self.started

    def reads(self, at: datetime) -> datetime:
        """Give the instant that this clock shows: it stands still while paused."""
        return min(at, self.paused) if self.paused else at

    def late(self, at: datetime) -> bool:
        """Tell whether it is a limit that has passed."""
        return self.limit and self.due_at < self.reads(at)


@dataclass
class Asked:
    """Something that waits for somebody's decision, or was decided."""

    kind: str
    by: str
    at: datetime
    state: str = "pending"
    disposal: str | None = None
    to: str | None = None
    new_due: date | None = None
    review_on: date | None = None
    outcome: str | None = None
    summary: str | None = None
    body: str | None = None
    into: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    rests_on: Any = None


@dataclass
class Task:
    """A measure of the plan, as its newest version has it."""

    id: int
    title: str
    owner: str | None
    unit: str | None
    start: date | None
    due: date | None
    evidence: str | None
    status: str = "planned"
    proved: bool = False
    dropped: bool = False
    reports: list[tuple[str, str, date, tuple[int, ...], str]] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether it is done or in force, and that is proved."""
        return self.status in FINISHED and self.proved


@dataclass
class Version:
    """A version of the plan."""

    tasks: list[int]
    by: str
    adopted_by: str | None = None


@dataclass
class Owed:
    """A claim."""

    id: int
    kind: str
    people: int
    owed: int
    paid: int | None
    reason: str | None = None


@dataclass
class Matter:
    """A case."""

    code: str
    title: str
    registered_by: str
    registered_at: datetime
    state: str = "registered"
    version: int = 1
    events: int = 1
    outcome: str | None = None
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None
    due: date | None = None
    first_due: date | None = None
    declines: int = 0
    relapses: int = 0
    reopenings: int = 0
    planned: tuple[str, ...] = ()
    stages: list[tuple[str, datetime]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    plans: list[Version] = field(default_factory=list)
    claims: list[Owed] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    urges: dict[int, tuple[str, date]] = field(default_factory=dict)

    def holding(self, role: str) -> list[Part]:
        """Give the parts of one sort that run now."""
        return [p for p in self.parts if p.role == role and p.until is None]

    @property
    def lead(self) -> str | None:
        """The one who answers for it now."""
        return next((p.who for p in self.holding("lead")), None)

    @property
    def lead_unit(self) -> str | None:
        """The lead unit now."""
        return next((p.unit for p in self.holding("lead-unit")), None)

    @property
    def units(self) -> set[str]:
        """Lead and supporting units now."""
        return {p.unit for p in self.parts if p.role in UNIT_PARTS and not p.until and p.unit}

    @property
    def answered(self) -> set[str]:
        """Everybody who ever answered for it."""
        return {p.who for p in self.parts if p.role == "lead" and p.who}

    def pending(self, kind: str) -> Asked | None:
        """Give what waits for a decision, of one kind."""
        return next((a for a in self.asked if a.kind == kind and a.state == "pending"), None)

    @property
    def running(self) -> list[Tick]:
        """Clocks that have not ended."""
        return [t for t in self.ticks if t.ended is None]

    def tick(self, kind: str, subject: int | None = None) -> Tick | None:
        """Give a running clock."""
        return next((t for t in self.running if (t.kind, t.subject) == (kind, subject)), None)

    @property
    def suspended(self) -> bool:
        """Whether a clock stands still."""
        return any(t.paused for t in self.running)

    @property
    def plan(self) -> list[Task]:
        """The measures of the newest plan."""
        return [t for t in self.tasks if not t.dropped]

    def overdue(self, at: datetime) -> Tick | None:
        """Give the clock that makes it overdue: of those that have passed, the earliest due."""
        return min((t for t in self.running if t.late(at)), key=lambda t: t.due_at, default=None)

    def rests_on(self) -> Any:  # noqa: ANN401  # compared with itself only
        """Say on what a proposal to close rests."""
        return (
            self.lead,
            len(self.plans),
            [(t.id, t.status, t.proved) for t in self.plan],
            [(c.id, c.people, c.owed, c.paid, bool(c.reason)) for c in self.claims],
            list(self.replies),
        )

    def disposed_from(self) -> Any:  # noqa: ANN401  # compared with itself only
        """Say on what a proposal to refer, merge or void rests."""
        return self.state, self.lead, self.due
