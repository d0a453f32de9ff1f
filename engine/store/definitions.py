"""Published workflow definitions: each version is written once, and never again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from engine.domain.events import OFFICE_STREAM, Kind
from engine.store import kept
from engine.store.tables import table

_WORKFLOW, _CASE, _EVENT = table("workflow"), table("case"), table("event")


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


def versions(connection: Connection) -> list[tuple[str, int]]:
    """List every published version, by name and then the oldest first."""
    return list(kept.of_office(connection, "workflow-versions", lambda: _versions(connection)))


def _versions(connection: Connection) -> list[tuple[str, int]]:
    found = select(_WORKFLOW.c.name, _WORKFLOW.c.version)
    ordered = found.order_by(_WORKFLOW.c.name, _WORKFLOW.c.version)
    return [(row.name, row.version) for row in connection.execute(ordered)]


def open_cases(connection: Connection, name: str, version: int, *, lock: bool) -> list[int]:
    """List the open cases that follow a version, by id; `lock` keeps other writers off them all."""
    found = (
        select(_CASE.c.id)
        .where(_CASE.c.workflow == name, _CASE.c.workflow_version == version)
        .where(_CASE.c.closed_at.is_(None))
        .order_by(_CASE.c.id)
    )
    return list(connection.scalars(found.with_for_update() if lock else found))


def behind(connection: Connection) -> list[tuple[str, int, int, int]]:
    """List older versions that open cases follow: the name, it, the newest, and how many cases."""
    newest = select(func.max(_WORKFLOW.c.version)).where(_WORKFLOW.c.name == _CASE.c.workflow)
    newest_of = newest.scalar_subquery()
    found = (
        select(_CASE.c.workflow, _CASE.c.workflow_version, func.count())
        .where(_CASE.c.closed_at.is_(None), _CASE.c.workflow_version < newest_of)
        .group_by(_CASE.c.workflow, _CASE.c.workflow_version)
        .order_by(_CASE.c.workflow, _CASE.c.workflow_version)
    )
    top = dict(versions(connection))  # the newest of a name comes last
    return [(name, old, top[name], count) for name, old, count in connection.execute(found)]


def closed_cases(connection: Connection, name: str, version: int) -> int:
    """Count the closed cases that follow a version."""
    found = (
        select(func.count())
        .select_from(_CASE)
        .where(_CASE.c.workflow == name, _CASE.c.workflow_version == version)
        .where(_CASE.c.closed_at.is_not(None))
    )
    return int(connection.execute(found).scalar_one())


def announcements(connection: Connection) -> list[bytes]:
    """Read the bytes of the events that tell of published versions, oldest first."""
    chosen = select(_EVENT.c.body).where(_EVENT.c.stream == OFFICE_STREAM)
    told = chosen.where(_EVENT.c.kind == str(Kind.WORKFLOW_PUBLISHED)).order_by(_EVENT.c.seq)
    return list(connection.scalars(told))
