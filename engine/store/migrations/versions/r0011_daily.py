"""The daily report as it was answered when handed in, its draft, and units that were chased.

Written once, never edited: what comes later is a further revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add a column and two tables."""
    op.add_column("daily", sa.Column("archived", sa.String(), nullable=True))
    _daily_draft()
    _unit_chase()


def _daily_draft() -> None:
    op.create_table(
        "daily_draft",
        sa.Column("day_on", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_daily_draft_version_least")),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["account.id"], name=op.f("fk_daily_draft_saved_by_account")
        ),
        sa.PrimaryKeyConstraint("day_on", name=op.f("pk_daily_draft")),
    )


def _unit_chase() -> None:
    op.create_table(
        "unit_chase",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("anew", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_unit_chase_by_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_chase_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_chase")),
    )
    op.create_index("ix_unit_chase_day_on", "unit_chase", ["day_on"], unique=False)
