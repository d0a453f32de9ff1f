"""Letters with all who signed, the ladder's rungs, the daily report; where notices may go.

Written once, never edited: what comes later is a further revision. No program before this one
wrote a letter, so that table is made anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the tables."""
    op.add_column("account", sa.Column("robot", sa.String(), nullable=True))
    op.drop_table("letter")
    _letter()
    _escalation()
    _daily()
    _unit_report()
    _shift()


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("clock_no", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("demands", sa.String(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("drafted_by", sa.Integer(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Integer(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "colour IN ('blue', 'yellow', 'red')", name=op.f("ck_letter_colour_closed")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'issued', 'signed', 'answered', 'accepted', 'returned')",
            name=op.f("ck_letter_status_closed"),
        ),
        sa.CheckConstraint(
            "(issued_by IS NULL) = (issued_at IS NULL)",
            name=op.f("ck_letter_issued_by_with_issued_at"),
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (issued_at IS NULL)", name=op.f("ck_letter_number_with_issued_at")
        ),
        sa.CheckConstraint(
            "issued_at <= signed_at", name=op.f("ck_letter_signed_at_after_issued_at")
        ),
        sa.CheckConstraint(
            "signed_at <= answered_at", name=op.f("ck_letter_answered_at_after_signed_at")
        ),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["account.id"], name=op.f("fk_letter_answered_by_account")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_letter_case_id_case")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["account.id"], name=op.f("fk_letter_decided_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["account.id"], name=op.f("fk_letter_drafted_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["account.id"], name=op.f("fk_letter_issued_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["account.id"], name=op.f("fk_letter_signed_by_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_letter_unit_id_unit")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number")),
    )


def _escalation() -> None:
    op.create_table(
        "escalation",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clock_no", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tells", sa.Text(), nullable=False),
        sa.Column("does", sa.String(), nullable=True),
        sa.CheckConstraint("due_at <= at", name=op.f("ck_escalation_at_after_due_at")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_escalation_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_escalation")),
        sa.UniqueConstraint(
            "case_id", "clock_no", "rung", name=op.f("uq_escalation_case_id_clock_no_rung")
        ),
    )
    op.create_index(op.f("ix_escalation_at"), "escalation", ["at"], unique=False)


def _daily() -> None:
    op.create_table(
        "daily",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("handed_in_by", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["handed_in_by"], ["account.id"], name=op.f("fk_daily_handed_in_by_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily")),
        sa.UniqueConstraint("day_on", name=op.f("uq_daily_day_on")),
    )


def _unit_report() -> None:
    op.create_table(
        "unit_report",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["account.id"], name=op.f("fk_unit_report_by_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_report_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_report")),
    )
    op.create_index(
        "ix_unit_report_day_on_unit_id", "unit_report", ["day_on", "unit_id"], unique=False
    )


def _shift() -> None:
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("stands_in_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_shift_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["stands_in_id"], ["account.id"], name=op.f("fk_shift_stands_in_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    op.create_index("ix_shift_day_on", "shift", ["day_on"], unique=False)
