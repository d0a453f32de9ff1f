"""What is done on a case: plan, measures, money, replies, letters, files.

Written once, never edited: what comes later is a further revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables."""
    _plan()
    _measure()
    _progress()
    _claim()
    _reply()
    _note()
    _file()
    _letter()
    _dispute()


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("adopted_by", sa.Integer(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(adopted_by IS NULL) = (adopted_at IS NULL)",
            name=op.f("ck_plan_adopted_by_with_adopted_at"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_plan_version_least")),
        sa.CheckConstraint(
            "written_at <= adopted_at", name=op.f("ck_plan_adopted_at_after_written_at")
        ),
        sa.ForeignKeyConstraint(
            ["adopted_by"], ["account.id"], name=op.f("fk_plan_adopted_by_account")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_plan_case_id_case")),
        sa.ForeignKeyConstraint(
            ["written_by"], ["account.id"], name=op.f("fk_plan_written_by_account")
        ),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_plan")),
        sa.UniqueConstraint("case_id", "version", name=op.f("uq_plan_case_id_version")),
    )


def _measure() -> None:
    op.create_table(
        "measure",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'under-way', 'in-force', 'done')",
            name=op.f("ck_measure_status_closed"),
        ),
        sa.CheckConstraint("start_on <= due_on", name=op.f("ck_measure_due_on_after_start_on")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_measure_case_id_case")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_measure_owner_id_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_measure_unit_id_unit")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_measure")),
    )


def _progress() -> None:
    op.create_table(
        "progress",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("measure_no", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'under-way', 'in-force', 'done')",
            name=op.f("ck_progress_status_closed"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_progress_by_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_progress_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_progress")),
    )


def _claim() -> None:
    op.create_table(
        "claim",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("owed_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=True),
        sa.Column("difference_reason", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("owed_fen >= 0", name=op.f("ck_claim_owed_fen_least")),
        sa.CheckConstraint("paid_fen >= 0", name=op.f("ck_claim_paid_fen_least")),
        sa.CheckConstraint("people >= 0", name=op.f("ck_claim_people_least")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_claim_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_claim")),
    )


def _reply() -> None:
    op.create_table(
        "reply",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("delivered_on", sa.Date(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('interim', 'final')", name=op.f("ck_reply_kind_closed")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_reply_by_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_reply_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_reply")),
    )


def _note() -> None:
    op.create_table(
        "note",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_note_by_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_note_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_note")),
    )


def _file() -> None:
    op.create_table(
        "file",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_file_size_least")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_file_by_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_file_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_file")),
    )
    op.create_index(op.f("ix_file_sha256"), "file", ["sha256"], unique=False)


def _letter() -> None:
    op.create_table(
        "letter",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=True),
        sa.Column("demands", sa.String(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("drafted_by", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'issued', 'signed', 'answered', 'accepted', 'returned')",
            name=op.f("ck_letter_status_closed"),
        ),
        sa.CheckConstraint(
            "issued_at <= signed_at", name=op.f("ck_letter_signed_at_after_issued_at")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_letter_case_id_case")),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["account.id"], name=op.f("fk_letter_drafted_by_account")
        ),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_letter")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_number")),
    )


def _dispute() -> None:
    op.create_table(
        "dispute",
        sa.Column("case_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "opened_at <= decided_at", name=op.f("ck_dispute_decided_at_after_opened_at")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_dispute_case_id_case")),
        sa.PrimaryKeyConstraint("case_id", "no", name=op.f("pk_dispute")),
    )
