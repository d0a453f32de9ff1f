"""Who answers for a case, which clocks run, what is asked.

Written once, never edited: what comes later is a further revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    _tenure()
    _clock()
    _request()


def _tenure() -> None:
    op.create_table(
        "tenure",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("basis", sa.String(), nullable=False),
        sa.CheckConstraint(
            "role <> 'lead' OR account_id IS NOT NULL", name=op.f("ck_tenure_lead_is_a_person")
        ),
        sa.CheckConstraint(
            "role IN ('lead', 'lead-unit', 'supporting-unit', 'liaison', 'member')",
            name=op.f("ck_tenure_role_closed"),
        ),
        sa.CheckConstraint(
            "account_id IS NOT NULL OR unit_id IS NOT NULL", name=op.f("ck_tenure_names_somebody")
        ),
        sa.CheckConstraint("from_at <= to_at", name=op.f("ck_tenure_to_at_after_from_at")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_tenure_account_id_account")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_tenure_case_id_case")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_tenure_unit_id_unit")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_tenure")),
    )
    op.create_index(op.f("ix_tenure_account_id"), "tenure", ["account_id"], unique=False)
    op.create_index(
        "ix_tenure_account_id_open",
        "tenure",
        ["account_id"],
        unique=False,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    )
    op.create_index(
        "ix_tenure_case_id_lead",
        "tenure",
        ["case_id", "role"],
        unique=True,
        sqlite_where=sa.text("to_at IS NULL AND role IN ('lead', 'lead-unit')"),
        postgresql_where=sa.text("to_at IS NULL AND role IN ('lead', 'lead-unit')"),
    )
    op.create_index(op.f("ix_tenure_unit_id"), "tenure", ["unit_id"], unique=False)
    op.create_index(
        "ix_tenure_unit_id_open",
        "tenure",
        ["unit_id"],
        unique=False,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    )


def _clock() -> None:
    op.create_table(
        "clock",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=True),
        sa.Column("is_limit", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("derivation", sa.Text(), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "ended_by IN ('stopped', 'superseded', 'cancelled')",
            name=op.f("ck_clock_ended_by_closed"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_clock_ended_at_with_ended_by")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_clock_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_clock")),
    )
    op.create_index(
        "ix_clock_case_id_running",
        "clock",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_clock_due_at_running",
        "clock",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _request() -> None:
    op.create_table(
        "request",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("disposal", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("new_due", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'disposal') = (disposal IS NOT NULL)", name=op.f("ck_request_disposal_of_kind")
        ),
        sa.CheckConstraint(
            "disposal IN ('refer', 'merge', 'void')", name=op.f("ck_request_disposal_closed")
        ),
        sa.CheckConstraint(
            "kind IN ('handover', 'extension', 'suspension', 'closure', 'disposal')",
            name=op.f("ck_request_kind_closed"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'granted', 'refused', 'withdrawn')",
            name=op.f("ck_request_state_closed"),
        ),
        sa.CheckConstraint(
            "asked_at <= decided_at", name=op.f("ck_request_decided_at_after_asked_at")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_request_asked_by_account")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_request_case_id_case")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_request_decided_by_account")
        ),
        sa.ForeignKeyConstraint(["into_id"], ["case.id"], name=op.f("fk_request_into_id_case")),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_request_to_id_account")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_request")),
    )
    op.create_index(
        "ix_request_case_id_pending",
        "request",
        ["case_id", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "ix_request_to_id_pending",
        "request",
        ["to_id"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
