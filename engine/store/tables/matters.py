"""Tables of issues and cases and of what says where a case stands."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from engine.store.tables.columns import (
    Row,
    at_least,
    closed,
    instant,
    json,
    key,
    ordered,
    ref,
    together,
    where,
)

_LATENESS = ("valid_from", "is_limit", "paused_at", "due_on")
"""What is asked of every clock to tell whether it is late."""
_HELD = ("case_id", "no", "from_at", "to_at")
"""What is asked of every tenure to tell who has or had a part."""


class IssueRow(Row, table=True):
    """Key issues."""

    __tablename__ = "issue"
    __table_args__ = (UniqueConstraint("code"), at_least("people_affected"))

    id: int = key()
    code: str
    title: str
    origin: str
    document_no: str | None
    received_on: date | None
    category: str | None
    summary: str | None
    people_affected: int | None
    created_at: datetime = instant()


class CaseRow(Row, table=True):
    """Cases, one row each, changed only under a guard on `version`."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("code"),
        at_least("version", 1),
        at_least("next_no", 1),
        at_least("declines"),
        at_least("relapses"),
        at_least("reopenings"),
        ordered("registered_at", "closed_at"),
        together("limit_due_at", "limit_kind"),
        where("ix_case_closed_at", ["closed_at"], "closed_at IS NOT NULL"),
        where(
            "ix_case_limit_due_at",
            ["limit_due_at", "id", "lead_unit_id", "lead_id", "state", "planned_unit_id"],
            "limit_due_at IS NOT NULL",
        ),
        where("ix_case_lead_id_open", ["lead_id"], "closed_at IS NULL"),
        where(
            "ix_case_lead_unit_id_open",
            [
                "lead_unit_id",
                "lead_id",
                "state",
                "limit_due_at",
                "acknowledged_at",
                "planned_unit_id",
            ],
            "closed_at IS NULL",
        ),
        Index("ix_case_state_registered_at", "state", "registered_at", "workflow", "closed_at"),
        Index("ix_case_registered_at", "registered_at", "closed_at", "reopenings", "issue_id"),
        where("ix_case_declined", ["id"], "declines > 0"),
    )

    id: int = key()
    code: str
    issue_id: int = ref("issue", index=True)
    title: str
    workflow: str
    workflow_version: int
    state: str
    outcome: str | None
    version: int
    next_no: int
    registered_at: datetime = instant()
    registered_by: int | None = ref("account")
    closed_at: datetime | None = instant()
    acknowledged_at: datetime | None = instant()
    due_on: date | None
    first_due_on: date | None
    lead_id: int | None = ref("account", index=True)
    lead_unit_id: int | None = ref("unit", index=True)
    limit_due_at: datetime | None = instant()
    limit_kind: str | None
    declines: int
    relapses: int
    reopenings: int
    imported: bool
    planned_lead_id: int | None = ref("account")
    planned_unit_id: int | None = ref("unit")
    planned_supporting: list[int] = json()
    planned_due_on: date | None
    measures_text: str | None
    summary: str | None


class StageRow(Row, table=True):
    """Stretches of time in one state; a case has at most one that is open."""

    __tablename__ = "stage"
    __table_args__ = (
        ordered("from_at", "to_at"),
        where("ix_stage_case_id_open", ["case_id"], "to_at IS NULL", unique=True),
        where("ix_stage_lasting", ["state", "from_at", "case_id"], "to_at IS NULL"),
        where("ix_stage_ended", ["to_at", "state", "from_at", "case_id"], "to_at IS NOT NULL"),
    )

    case_id: int = key(foreign_key="case.id")
    no: int = key()
    state: str
    from_at: datetime = instant()
    to_at: datetime | None = instant()


class TenureRow(Row, table=True):
    """Who had which part from when to when; a case has at most one open lead leader and unit."""

    __tablename__ = "tenure"
    __table_args__ = (
        closed("role", "lead", "lead-unit", "supporting-unit", "liaison", "member"),
        ordered("from_at", "to_at"),
        CheckConstraint("account_id IS NOT NULL OR unit_id IS NOT NULL", name="names_somebody"),
        CheckConstraint("role <> 'lead' OR account_id IS NOT NULL", name="lead_is_a_person"),
        where(
            "ix_tenure_case_id_lead",
            ["case_id", "role"],
            "to_at IS NULL AND role IN ('lead', 'lead-unit')",
            unique=True,
        ),
        Index("ix_tenure_case_id_unit_id_account_id", "case_id", "unit_id", "account_id"),
        Index("ix_tenure_account_id", "account_id", "case_id"),
        Index("ix_tenure_unit_id", "unit_id", "case_id"),
        where("ix_tenure_account_id_open", ["account_id"], "to_at IS NULL"),
        where("ix_tenure_unit_id_open", ["unit_id"], "to_at IS NULL"),
        where("ix_tenure_lead", [*_HELD, "account_id"], "role = 'lead'"),
        where("ix_tenure_lead_unit", [*_HELD, "unit_id"], "role = 'lead-unit'"),
        where("ix_tenure_handover", ["case_id", "from_at"], "basis = 'accept-handover'"),
    )

    case_id: int = key(foreign_key="case.id")
    no: int = key()
    role: str
    account_id: int | None = ref("account")
    unit_id: int | None = ref("unit")
    from_at: datetime = instant()
    to_at: datetime | None = instant()
    basis: str


class ClockRow(Row, table=True):
    """Clocks, running and ended; a clock that runs has no `ended_at`."""

    __tablename__ = "clock"
    __table_args__ = (
        closed("ended_by", "stopped", "superseded", "cancelled"),
        together("ended_at", "ended_by"),
        where(
            "ix_clock_due_at_running",
            ["due_at", "case_id", "no", *_LATENESS, "kind"],
            "ended_at IS NULL",
        ),
        where(
            "ix_clock_ended_at_late",
            ["ended_at", "due_at", "case_id", "no", *_LATENESS],
            "ended_at > due_at",
        ),
        where("ix_clock_case_id_running", ["case_id"], "ended_at IS NULL"),
    )

    case_id: int = key(foreign_key="case.id")
    no: int = key()
    kind: str
    subject: int | None
    is_limit: bool
    started_at: datetime = instant()
    valid_from: datetime = instant()
    due_on: date
    due_at: datetime = instant()
    provisional: bool
    derivation: dict[str, Any] = json()
    paused_at: datetime | None = instant()
    ended_at: datetime | None = instant()
    ended_by: str | None
    replaces: int | None


class RequestRow(Row, table=True):
    """Requests; of each kind a case has at most one that is pending."""

    __tablename__ = "request"
    __table_args__ = (
        closed("kind", "handover", "extension", "suspension", "closure", "disposal"),
        closed("disposal", "refer", "merge", "void"),
        closed("state", "pending", "granted", "refused", "withdrawn"),
        CheckConstraint("(kind = 'disposal') = (disposal IS NOT NULL)", name="disposal_of_kind"),
        ordered("asked_at", "decided_at"),
        where("ix_request_case_id_pending", ["case_id", "kind"], "state = 'pending'", unique=True),
        where("ix_request_to_id_pending", ["to_id"], "state = 'pending'"),
        where(
            "ix_request_refused_handover",
            ["case_id", "decided_at"],
            "kind = 'handover' AND state = 'refused'",
        ),
    )

    case_id: int = key(foreign_key="case.id")
    no: int = key()
    kind: str
    disposal: str | None
    state: str
    asked_by: int = ref("account")
    asked_at: datetime = instant()
    to_id: int | None = ref("account")
    new_due: date | None
    review_on: date | None
    outcome: str | None
    summary: str | None
    body: str | None
    into_id: int | None = ref("case")
    digest: str | None
    decided_by: int | None = ref("account")
    decided_at: datetime | None = instant()
