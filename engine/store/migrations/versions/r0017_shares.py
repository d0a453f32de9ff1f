"""An index from which each kind of what goes out is taken in its own order.

Written once, never edited: what comes later is a further revision.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Make the index."""
    waiting = sa.text("done_at IS NULL AND dead_at IS NULL")
    op.create_index(
        "ix_job_kind_waiting",
        "job",
        ["kind", "run_at"],
        unique=False,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
