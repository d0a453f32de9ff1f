"""Table of the checks of the log that were asked for from a page; none of it is logged."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index

from engine.store.tables.columns import Row, at_least, instant, json, key, ref


class VerifyRunRow(Row, table=True):
    """One check of everything, under way or done; `running` is 1 while it is, of one at most.

    `beat_at` is machine time: a check whose process died is told by it. `outcome` is the answer of
    `verify`.
    """

    __tablename__ = "verify_run"
    __table_args__ = (
        at_least("done"),
        at_least("total"),
        Index("ix_verify_run_running", "running", unique=True),
    )

    id: int = key()
    running: int | None
    asked_by: int = ref("account")
    started_at: datetime = instant()
    beat_at: datetime = instant()
    done: int
    total: int
    ended_at: datetime | None = instant()
    intact: bool | None
    outcome: dict[str, Any] | None = json()
