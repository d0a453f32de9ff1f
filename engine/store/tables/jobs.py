"""Tables of what is still to be done and told: jobs, inboxes, webhooks; none of it is logged."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index

from engine.store.tables.columns import Row, at_least, instant, json, key, ref, where


class JobRow(Row, table=True):
    """Timers and the outbox: one row a key, claimed under a lease, done once or given up."""

    __tablename__ = "job"
    __table_args__ = (
        at_least("attempts"),
        where("ix_job_run_at_waiting", ["run_at"], "done_at IS NULL AND dead_at IS NULL"),
        where("ix_job_kind_waiting", ["kind", "run_at"], "done_at IS NULL AND dead_at IS NULL"),
        where("ix_job_dead_at", ["dead_at"], "dead_at IS NOT NULL"),
    )

    key: str = key()
    kind: str
    run_at: datetime = instant()
    payload: dict[str, Any] = json()
    attempts: int
    leased_by: str | None
    leased_until: datetime | None = instant()
    done_at: datetime | None = instant()
    dead_at: datetime | None = instant()
    last_error: str | None


class MessageRow(Row, table=True):
    """The inbox of each account: what it was told and when it read it.

    Messages with the same `entry` stand there as one; one without stands by itself.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_account_id_id", "account_id", "id"),
        Index("ix_message_account_id_entry", "account_id", "entry", "id", "read_at"),
        where("ix_message_account_id_unread", ["account_id", "entry"], "read_at IS NULL"),
    )

    id: int = key()
    account_id: int = ref("account")
    case_id: int | None = ref("case")
    kind: str
    words: dict[str, Any] = json()
    at: datetime = instant()
    sent_by: str | None
    read_at: datetime | None = instant()
    entry: str | None


class WebhookRow(Row, table=True):
    """Where signed events go out; the secret signs them."""

    __tablename__ = "webhook"

    id: int = key()
    url: str
    events: list[str] = json()
    secret: str
    created_by: int = ref("account")
    created_at: datetime = instant()
    ended_at: datetime | None = instant()


class RuleRunRow(Row, table=True):
    """When each rule of the timers was last evaluated, and how it went."""

    __tablename__ = "rule_run"

    name: str = key()
    at: datetime = instant()
    done: int
    last_error: str | None
