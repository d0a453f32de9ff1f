"""Imports and exports that go on behind a page."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add a table."""
    op.create_table(
        "long_run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("order", sa.Text(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.CheckConstraint("done >= 0", name=op.f("ck_long_run_done_least")),
        sa.CheckConstraint("total >= 0", name=op.f("ck_long_run_total_least")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_long_run_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_run")),
    )
    op.create_index(
        "ix_long_run_account_id_running", "long_run", ["account_id", "running"], unique=True
    )
    op.create_index("ix_long_run_account_id_id", "long_run", ["account_id", "id"], unique=False)
