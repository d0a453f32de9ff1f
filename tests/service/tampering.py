"""A connection that nothing protects against, and what verify calls what it finds."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from engine.service.verify import Examined
from engine.store.database import Database, migration_engine
from tests.service.mutations import disarm


@contextmanager
def tampering(database: Database) -> Iterator[Connection]:
    """Open a connection that nothing protects against; it is rolled back."""
    engine = migration_engine(database.url)
    with engine.connect() as connection:
        disarm(connection)
        yield connection
        connection.rollback()
    engine.dispose()


def kinds(examined: Examined) -> set[str]:
    """Name the kinds of what was found; each is said in both languages."""
    found = examined.findings
    assert [a["detail"] for a in found.answers("zh")] != [
        a["detail"] for a in found.answers("en")
    ] or not found.listed
    return {finding.kind for finding in found.listed}
