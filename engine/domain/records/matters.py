"""The records of an issue and of its cases: where they stand, who answers, which clocks run."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.domain.records.columns import FreeText


@dataclass(frozen=True, slots=True)
class Issue:
    """A key issue 重点问题 that was handed down or found; it is never a person."""

    id: int
    code: str
    title: FreeText
    origin: str
    document_no: FreeText | None
    received_on: date | None
    category: FreeText | None
    summary: FreeText | None
    people_affected: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """One task of a key issue, with the figures that its own parts imply.

    `limit_due_at` and `limit_kind` repeat the earliest running limit clock, so that lists need not
    look at clocks; `next_no` is the number that the next part will get; `version` counts changes.
    """

    id: int
    code: str
    issue_id: int
    title: FreeText
    workflow: str
    workflow_version: int
    state: str
    outcome: str | None
    version: int
    next_no: int
    registered_at: datetime
    registered_by: int | None
    closed_at: datetime | None
    acknowledged_at: datetime | None
    due_on: date | None
    first_due_on: date | None
    lead_id: int | None
    lead_unit_id: int | None
    limit_due_at: datetime | None
    limit_kind: str | None
    declines: int
    relapses: int
    reopenings: int
    imported: bool
    planned_lead_id: int | None
    planned_unit_id: int | None
    planned_supporting: list[int]
    planned_due_on: date | None
    measures_text: FreeText | None
    summary: FreeText | None


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of time that a case spent in one state; `to_at` is open for the present one."""

    case_id: int
    no: int
    state: str
    from_at: datetime
    to_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who had which part in a case from when to when; never edited into another person.

    `role` is `lead` (accountable), `lead-unit`, `supporting-unit`, `liaison` or `member`. An
    officer's row names the unit that the officer stands for. `basis` is the trigger that appointed
    (`assign`, `accept-handover`, `reopen`), `task-force` or `import`.
    """

    case_id: int
    no: int
    role: str
    account_id: int | None
    unit_id: int | None
    from_at: datetime
    to_at: datetime | None
    basis: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One running or ended clock. It is never edited into another date: it is superseded.

    It counts from `valid_from` to `ended_at`; `started_at` is when the first of its line started.
    `ended_by` is `stopped`, `superseded` or `cancelled`. From `paused_at` on it stands still.
    `subject` is the number of the measure, request or letter that it belongs to.
    """

    case_id: int
    no: int
    kind: str
    subject: int | None
    is_limit: bool
    started_at: datetime
    valid_from: datetime
    due_on: date
    due_at: datetime
    provisional: bool
    derivation: dict[str, Any]
    paused_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    replaces: int | None


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked of somebody: a handover, extension, suspension, closure or disposal.

    `kind` is one of those; a disposal's `disposal` is `refer`, `merge` or `void`. `state` is
    `pending`, `granted`, `refused` or `withdrawn`. `digest` binds an approval to what was proposed.
    """

    case_id: int
    no: int
    kind: str
    disposal: str | None
    state: str
    asked_by: int
    asked_at: datetime
    to_id: int | None
    new_due: date | None
    review_on: date | None
    outcome: str | None
    summary: FreeText | None
    body: FreeText | None
    into_id: int | None
    digest: str | None
    decided_by: int | None
    decided_at: datetime | None
