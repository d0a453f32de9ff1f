"""Reminders of one kind and half day stand in an inbox as one entry.

Written once, never edited: what comes later is a further revision.

Messages with the same `entry` are one for their reader; one without is an entry by itself, as are
all that were told before. The index of unread ones counts entries without looking up a row.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the column and what finds by it."""
    op.add_column("message", sa.Column("entry", sa.String(), nullable=True))
    columns = ["account_id", "entry", "id", "read_at"]
    op.create_index("ix_message_account_id_entry", "message", columns, unique=False)
    op.drop_index("ix_message_account_id_unread", "message")
    op.create_index(
        "ix_message_account_id_unread",
        "message",
        ["account_id", "entry"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
