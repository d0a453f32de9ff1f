"""Issues and cases, and the states that a case went through.

Written once, never edited: what comes later is a further revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _issue()
    _case()
    _stage()


def _issue() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("category", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("people_affected", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("people_affected >= 0", name=op.f("ck_issue_people_affected_least")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
        sa.UniqueConstraint("code", name=op.f("uq_issue_code")),
    )


def _case() -> None:
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("issue_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("workflow", sa.String(), nullable=False),
        sa.Column("workflow_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("next_no", sa.Integer(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("first_due_on", sa.Date(), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("lead_unit_id", sa.Integer(), nullable=True),
        sa.Column("limit_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("limit_kind", sa.String(), nullable=True),
        sa.Column("declines", sa.Integer(), nullable=False),
        sa.Column("relapses", sa.Integer(), nullable=False),
        sa.Column("reopenings", sa.Integer(), nullable=False),
        sa.Column("imported", sa.Boolean(), nullable=False),
        sa.Column("planned_lead_id", sa.Integer(), nullable=True),
        sa.Column("planned_unit_id", sa.Integer(), nullable=True),
        sa.Column("planned_supporting", sa.Text(), nullable=False),
        sa.Column("planned_due_on", sa.Date(), nullable=True),
        sa.Column("measures_text", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(limit_due_at IS NULL) = (limit_kind IS NULL)",
            name=op.f("ck_case_limit_due_at_with_limit_kind"),
        ),
        sa.CheckConstraint("declines >= 0", name=op.f("ck_case_declines_least")),
        sa.CheckConstraint("next_no >= 1", name=op.f("ck_case_next_no_least")),
        sa.CheckConstraint(
            "registered_at <= closed_at", name=op.f("ck_case_closed_at_after_registered_at")
        ),
        sa.CheckConstraint("relapses >= 0", name=op.f("ck_case_relapses_least")),
        sa.CheckConstraint("reopenings >= 0", name=op.f("ck_case_reopenings_least")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_case_version_least")),
        sa.ForeignKeyConstraint(["issue_id"], ["issue.id"], name=op.f("fk_case_issue_id_issue")),
        sa.ForeignKeyConstraint(["lead_id"], ["account.id"], name=op.f("fk_case_lead_id_account")),
        sa.ForeignKeyConstraint(
            ["lead_unit_id"], ["unit.id"], name=op.f("fk_case_lead_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["planned_lead_id"], ["account.id"], name=op.f("fk_case_planned_lead_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["planned_unit_id"], ["unit.id"], name=op.f("fk_case_planned_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["account.id"], name=op.f("fk_case_registered_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("code", name=op.f("uq_case_code")),
    )
    op.create_index(op.f("ix_case_closed_at"), "case", ["closed_at"], unique=False)
    op.create_index(op.f("ix_case_issue_id"), "case", ["issue_id"], unique=False)
    op.create_index(op.f("ix_case_lead_id"), "case", ["lead_id"], unique=False)
    op.create_index(
        "ix_case_lead_id_open",
        "case",
        ["lead_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_case_lead_unit_id"), "case", ["lead_unit_id"], unique=False)
    op.create_index(
        "ix_case_lead_unit_id_open",
        "case",
        ["lead_unit_id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_case_limit_due_at_open",
        "case",
        ["limit_due_at"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(op.f("ix_case_registered_at"), "case", ["registered_at"], unique=False)
    op.create_index("ix_case_state_registered_at", "case", ["state", "registered_at"], unique=False)


def _stage() -> None:
    op.create_table(
        "stage",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("from_at <= to_at", name=op.f("ck_stage_to_at_after_from_at")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_stage_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_stage")),
    )
    op.create_index(
        "ix_stage_case_id_open",
        "stage",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("to_at IS NULL"),
        postgresql_where=sa.text("to_at IS NULL"),
    )
