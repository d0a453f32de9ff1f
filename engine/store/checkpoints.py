"""The signed checkpoints that were handed out; rows are written once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from engine.store.tables import table

_CHECKPOINT = table("checkpoint")
_COLUMNS = [_CHECKPOINT.c[name] for name in ("size", "root", "note")]


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it is kept: the signed note, and its size and root for look-ups."""

    size: int
    root: bytes
    note: str


def newest(connection: Connection) -> Kept | None:
    """Read the checkpoint of the largest size."""
    statement = select(*_COLUMNS).order_by(_CHECKPOINT.c.size.desc()).limit(1)
    row = connection.execute(statement).first()
    return None if row is None else Kept(*row)


def keep(connection: Connection, kept: Kept, at: datetime) -> None:
    """Write a checkpoint of a size that has none yet."""
    values = {"size": kept.size, "root": kept.root, "note": kept.note, "signed_at": at}
    connection.execute(insert(_CHECKPOINT), values)


def every(connection: Connection) -> list[Kept]:
    """Read all checkpoints by size."""
    found = connection.execute(select(*_COLUMNS).order_by(_CHECKPOINT.c.size))
    return [Kept(*row) for row in found]


def signed_at(connection: Connection, size: int) -> datetime:
    """Read when the checkpoint of a size was signed."""
    statement = select(_CHECKPOINT.c.signed_at).where(_CHECKPOINT.c.size == size)
    at: datetime = connection.execute(statement).scalar_one()
    return at
