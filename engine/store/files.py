"""The bytes of files, each kept once under its SHA-256."""

from sqlalchemy import Connection, insert, select

from engine.store.tables import table

_BLOB = table("blob")


def keep(connection: Connection, sha256: str, content: bytes) -> None:
    """Keep bytes under their hash (hex); bytes that are there already stay as they are."""
    if connection.execute(select(_BLOB.c.sha256).where(_BLOB.c.sha256 == sha256)).first() is None:
        connection.execute(insert(_BLOB), {"sha256": sha256, "content": content})


def read(connection: Connection, sha256: str) -> bytes | None:
    """Read the bytes under a hash; None where there are none."""
    found = select(_BLOB.c.content).where(_BLOB.c.sha256 == sha256)
    content: bytes | None = connection.execute(found).scalar_one_or_none()
    return content
