"""Table of long pieces of work that go on behind a page; none of it is logged."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index

from engine.store.tables.columns import Row, at_least, instant, json, key, ref


class LongRunRow(Row, table=True):
    """One import or export that takes long; `running` is 1 while it does, one an account at most.

    `order` says what is to be done. `beat_at` is machine time: work whose process died is told by
    it. `failed` says in each language why nothing came of it. `sha256` is that of the file that an
    export made.
    """

    __tablename__ = "long_run"
    __table_args__ = (
        at_least("done"),
        at_least("total"),
        Index("ix_long_run_account_id_running", "account_id", "running", unique=True),
        Index("ix_long_run_account_id_id", "account_id", "id"),
    )

    id: int = key()
    account_id: int = ref("account")
    kind: str
    order: dict[str, Any] = json()
    running: int | None
    started_at: datetime = instant()
    beat_at: datetime = instant()
    phase: str
    done: int
    total: int
    ended_at: datetime | None = instant()
    failed: dict[str, Any] | None = json()
    sha256: str | None
