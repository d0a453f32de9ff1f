"""Checks of the log that are asked for from a page, and letters found by what they wait for."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add a table and an index."""
    op.create_table(
        "verify_run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("intact", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("done >= 0", name=op.f("ck_verify_run_done_least")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_verify_run_total_least")),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_verify_run_asked_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verify_run")),
    )
    op.create_index("ix_verify_run_running", "verify_run", ["running"], unique=True)
    op.create_index("ix_letter_status_answer_by", "letter", ["status", "answer_by"], unique=False)
