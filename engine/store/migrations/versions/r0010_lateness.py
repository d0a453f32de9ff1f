"""Indexes from which it is read what is overdue, now or at a past instant, and who may see it.

Written once, never edited: what comes later is a further revision.

SQLite takes "is null" for a strong hint: with an index on all of `closed_at` it reads the rows of
every open case instead of the small indexes of the open ones. So that index holds closed cases
only. A closed case has no running limit, so the nearest limit needs no condition on closure.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the indexes; each holds all that its question asks."""
    op.drop_index("ix_case_limit_due_at_open", "case")
    op.drop_index("ix_case_closed_at", "case")
    op.drop_index("ix_case_lead_unit_id_open", "case")
    op.drop_index("ix_clock_due_at_running", "clock")
    _partial("ix_case_closed_at", "case", ["closed_at"], "closed_at IS NOT NULL")
    _partial(
        "ix_case_lead_unit_id_open",
        "case",
        ["lead_unit_id", "lead_id", "state", "limit_due_at", "acknowledged_at"],
        "closed_at IS NULL",
    )
    _partial(
        "ix_case_limit_due_at",
        "case",
        ["limit_due_at", "id", "lead_unit_id", "lead_id", "state"],
        "limit_due_at IS NOT NULL",
    )
    _partial(
        "ix_clock_due_at_running",
        "clock",
        ["due_at", "case_id", "no", "valid_from", "is_limit", "paused_at", "due_on", "kind"],
        "ended_at IS NULL",
    )
    _partial(
        "ix_clock_ended_at_late",
        "clock",
        ["ended_at", "due_at", "case_id", "no", "valid_from", "is_limit", "paused_at", "due_on"],
        "ended_at > due_at",
    )
    op.create_index(op.f("ix_measure_owner_id"), "measure", ["owner_id"], unique=False)
    names = ["case_id", "unit_id", "account_id"]
    op.create_index("ix_tenure_case_id_unit_id_account_id", "tenure", names, unique=False)


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=False,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
