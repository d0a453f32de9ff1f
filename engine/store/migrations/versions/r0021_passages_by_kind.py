"""Passages of one kind lie together in their index; so all of it is emptied, and filled anew.

Written once, never edited: what comes later is a further revision.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
_STATISTICS = """CREATE STATISTICS st_passage_subject
ON (rowid >> 28 & 4294967295) FROM passage"""


def upgrade() -> None:
    """Empty the index; the program fills it after the migrations."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("INSERT INTO passage (passage) VALUES ('delete-all')")
    else:
        op.execute("DELETE FROM passage")
        op.execute("DROP STATISTICS st_passage_subject")
        op.execute(
            "CREATE STATISTICS st_passage_subject ON (rowid >> 28 & 4294967295) FROM passage"
        )
