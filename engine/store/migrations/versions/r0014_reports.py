"""Indexes from which reports read the course of every case, and who had it.

Written once, never edited: what comes later is a further revision.

Each holds all that its question asks: when cases came and went; who led a case and which unit, a
role apart, newest last; and the few cases that were declined, handed over or refused.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Make the indexes."""
    op.drop_index("ix_case_registered_at", "case")
    columns = ["registered_at", "closed_at", "reopenings", "issue_id"]
    op.create_index("ix_case_registered_at", "case", columns, unique=False)
    _partial("ix_case_declined", "case", ["id"], "declines > 0")
    held = ["case_id", "no", "from_at", "to_at"]
    _partial("ix_tenure_lead", "tenure", [*held, "account_id"], "role = 'lead'")
    _partial("ix_tenure_lead_unit", "tenure", [*held, "unit_id"], "role = 'lead-unit'")
    _partial("ix_tenure_handover", "tenure", ["case_id", "from_at"], "basis = 'accept-handover'")
    _partial(
        "ix_request_refused_handover",
        "request",
        ["case_id", "decided_at"],
        "kind = 'handover' AND state = 'refused'",
    )


def _partial(name: str, table: str, columns: list[str], condition: str) -> None:
    op.create_index(
        name,
        table,
        columns,
        unique=False,
        sqlite_where=sa.text(condition),
        postgresql_where=sa.text(condition),
    )
