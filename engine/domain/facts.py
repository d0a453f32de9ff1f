"""A frozen snapshot of one case: everything that needs, clocks and answers read about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from engine.domain.records import (
    Account,
    Case,
    Claim,
    Clock,
    Deputy,
    Dispute,
    Escalation,
    File,
    Issue,
    Letter,
    Measure,
    Note,
    Plan,
    Progress,
    Reply,
    Request,
    Stage,
    Tenure,
    Unit,
)

FINISHED = frozenset({"done", "in-force"})
"""The statuses of a measure that count as finished, given evidence: `is_finished`."""
UNIT_ROLES = ("lead-unit", "supporting-unit")
"""The parts in a case that units have."""
UNANSWERED = frozenset({"issued", "signed", "returned"})
"""The statuses of an urging letter that still waits for an answer that is accepted."""


def is_finished(measure: Measure) -> bool:
    """Tell whether a measure is done or in force, with evidence: a claim alone ends no limit."""
    return measure.status in FINISHED and measure.proved


@dataclass(frozen=True)
class CaseFacts:
    """One case with its parts, and whoever and whatever its rows name.

    `deputies` are those named for anybody who ever led the case. `survivor` is the case into which
    a pending merger would go. Parts stand in the order of their numbers.
    """

    case: Case
    issue: Issue
    stage: tuple[Stage, ...] = ()
    tenure: tuple[Tenure, ...] = ()
    clock: tuple[Clock, ...] = ()
    request: tuple[Request, ...] = ()
    plan: tuple[Plan, ...] = ()
    measure: tuple[Measure, ...] = ()
    progress: tuple[Progress, ...] = ()
    claim: tuple[Claim, ...] = ()
    reply: tuple[Reply, ...] = ()
    note: tuple[Note, ...] = ()
    file: tuple[File, ...] = ()
    letter: tuple[Letter, ...] = ()
    dispute: tuple[Dispute, ...] = ()
    escalation: tuple[Escalation, ...] = ()
    deputies: tuple[Deputy, ...] = ()
    people: Mapping[int, Account] = field(default_factory=dict)
    units: Mapping[int, Unit] = field(default_factory=dict)
    survivor: Case | None = None

    def having(self, **changes: Any) -> "CaseFacts":  # noqa: ANN401  # any of the fields above
        """Give the same facts with some of them replaced.

        A draft does this several times a row, so it takes the short way round `replace`.
        """
        other = object.__new__(CaseFacts)
        other.__dict__.update({name: getattr(self, name) for name in _NAMES} | changes)
        return other

    @cached_property
    def holders(self) -> tuple[Tenure, ...]:
        """Tenures that run now."""
        return tuple(t for t in self.tenure if t.to_at is None)

    def holding(self, role: str) -> tuple[Tenure, ...]:
        """Tenures of one role that run now."""
        return tuple(t for t in self.holders if t.role == role)

    @property
    def lead(self) -> Account | None:
        """The lead leader who answers for the case now."""
        return None if self.case.lead_id is None else self.people[self.case.lead_id]

    @property
    def lead_unit(self) -> Unit | None:
        """The lead unit now."""
        return None if self.case.lead_unit_id is None else self.units[self.case.lead_unit_id]

    @cached_property
    def unit_ids(self) -> frozenset[int]:
        """Lead and supporting units now."""
        parts = ("lead-unit", "supporting-unit")
        return frozenset(
            t.unit_id for t in self.holders if t.role in parts and t.unit_id is not None
        )

    def pending(self, kind: str) -> Request | None:
        """The request of a kind that waits for a decision; there is at most one."""
        return next((r for r in self.request if r.kind == kind and r.state == "pending"), None)

    @cached_property
    def running(self) -> tuple[Clock, ...]:
        """Clocks that run or stand paused."""
        return tuple(c for c in self.clock if c.ended_at is None)

    def clock_of(self, kind: str, subject: int | None = None) -> Clock | None:
        """The running clock of a kind, and of one measure, request or letter where it has some."""
        fits = (c for c in self.running if c.kind == kind and c.subject == subject)
        return next(fits, None)

    @property
    def suspended(self) -> bool:
        """Whether the resolve clock stands still."""
        return any(c.paused_at is not None for c in self.running)

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Measures of the newest plan."""
        return tuple(m for m in self.measure if not m.dropped)

    @property
    def newest_plan(self) -> Plan | None:
        """The newest version of the plan."""
        return max(self.plan, key=lambda p: p.version, default=None)


_NAMES = tuple(f.name for f in fields(CaseFacts))
