"""Tables of the log: events, the values they commit to, and the Merkle tree over them."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlmodel import Field

from engine.store.tables.columns import Row, at_least, instant, key, where


class EventRow(Row, table=True):
    """Events in their exact bytes. Only `log_index` is ever written later, and once."""

    __tablename__ = "event"
    __table_args__ = (
        at_least("seq", 1),
        where("ix_event_log_index", ["log_index"], "log_index IS NOT NULL", unique=True),
    )

    stream: int = key()
    seq: int = key()
    kind: str
    at: datetime = instant()
    recorded_at: datetime = instant(index=True)
    body: bytes
    leaf_hash: bytes
    log_index: int | None = Field(sa_type=BigInteger)


class VaultRow(Row, table=True):
    """Values that events commit to. Erasing one sets value and salt to null, nothing else may."""

    __tablename__ = "vault"

    stream: int = key()
    seq: int = key()
    field: str = key()
    salt: bytes | None
    value: str | None


class LogPendingRow(Row, table=True):
    """PostgreSQL only: events that are written but have no place in the tree yet."""

    __tablename__ = "log_pending"

    stream: int = key()
    seq: int = key()


class LogTileRow(Row, table=True):
    """Hashes of the tree's full subtrees, so that a root or a proof reads few rows.

    The hash at `level` n and index `start` covers the leaves from `start` * 256**n, 256**n of
    them. Level 0, the leaves, is `event.leaf_hash` by `log_index`.
    """

    __tablename__ = "log_tile"

    level: int = key()
    start: int = key(sa_type=BigInteger)
    hash: bytes


class CheckpointRow(Row, table=True):
    """Signed statements of size and root of the tree; written once."""

    __tablename__ = "checkpoint"

    size: int = key(sa_type=BigInteger)
    root: bytes
    note: str
    signed_at: datetime = instant()


class WorkflowRow(Row, table=True):
    """Published workflow definitions in their source text; written once."""

    __tablename__ = "workflow"

    name: str = key()
    version: int = key()
    digest: str
    source: str
    published_at: datetime = instant()


class BlobRow(Row, table=True):
    """Bytes of files under their SHA-256 (hex)."""

    __tablename__ = "blob"

    sha256: str = key()
    content: bytes


class CounterRow(Row, table=True):
    """The next fresh number of each kind."""

    __tablename__ = "counter"

    name: str = key()
    next: int = Field(sa_type=BigInteger)
