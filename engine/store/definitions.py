"""Published workflow definitions: each version is written once, and never again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from engine.store import kept
from engine.store.tables import table

_WORKFLOW = table("workflow")


@dataclass(frozen=True, slots=True)
class Published:
    """A published definition: its source text, and the SHA-256 of that in hex."""

    name: str
    version: int
    digest: str
    source: str
    published_at: datetime


def publish(connection: Connection, row: Published) -> None:
    """Write a definition that is not there yet."""
    kept.untold(connection)
    values = {name: getattr(row, name) for name in Published.__slots__}
    connection.execute(insert(_WORKFLOW), values)


def published(connection: Connection, name: str, version: int | None = None) -> Published | None:
    """Read a definition, the newest where no version is asked for."""
    columns = (_WORKFLOW.c[column] for column in Published.__slots__)
    found = select(*columns).where(_WORKFLOW.c.name == name)
    if version is not None:
        found = found.where(_WORKFLOW.c.version == version)
    row = connection.execute(found.order_by(_WORKFLOW.c.version.desc()).limit(1)).first()
    return Published(*row) if row else None


def digest(connection: Connection, name: str, version: int | None = None) -> str | None:
    """Read the digest of a definition, the newest where no version is asked for."""
    found = select(_WORKFLOW.c.digest).where(_WORKFLOW.c.name == name)
    if version is not None:
        found = found.where(_WORKFLOW.c.version == version)
    newest = found.order_by(_WORKFLOW.c.version.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def names(connection: Connection) -> list[str]:
    """Name every workflow of which a version is published."""
    found = select(_WORKFLOW.c.name).distinct().order_by(_WORKFLOW.c.name)
    return list(connection.scalars(found))
