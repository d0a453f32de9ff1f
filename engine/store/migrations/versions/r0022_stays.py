"""Indexes from which it is read how long cases have been where they are, and what came and went.

Written once, never edited: what comes later is a further revision.

Stays that last stand in the order of their beginning, state by state, so that the one in the middle
is found by counting; those that ended, in the order of their ends. The indexes of open cases tell
the unit planned as well, that of states the workflow, those of parts the case: what is counted by
them looks up no row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Make the indexes."""
    _partial("ix_stage_lasting", "stage", ["state", "from_at", "case_id"], "to_at IS NULL")
    ended = ["to_at", "state", "from_at", "case_id"]
    _partial("ix_stage_ended", "stage", ended, "to_at IS NOT NULL")
    op.drop_index("ix_case_state_registered_at", "case")
    columns = ["state", "registered_at", "workflow", "closed_at"]
    op.create_index("ix_case_state_registered_at", "case", columns, unique=False)
    op.drop_index("ix_case_limit_due_at", "case")
    _partial(
        "ix_case_limit_due_at",
        "case",
        ["limit_due_at", "id", "lead_unit_id", "lead_id", "state", "planned_unit_id"],
        "limit_due_at IS NOT NULL",
    )
    for holder in ("account_id", "unit_id"):
        op.drop_index(f"ix_tenure_{holder}", "tenure")
        op.create_index(f"ix_tenure_{holder}", "tenure", [holder, "case_id"], unique=False)
    op.drop_index("ix_case_lead_unit_id_open", "case")
    held = ["lead_unit_id", "lead_id", "state", "limit_due_at", "acknowledged_at"]
    _partial("ix_case_lead_unit_id_open", "case", [*held, "planned_unit_id"], "closed_at IS NULL")


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=False,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
