"""An office with its cast, calendar and workflows: built once a process, copied for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.database import Database, open_database
from tests import patterns
from tests.service import audit_office
from tests.service.case_office import CaseOffice, pattern


@pytest.fixture
def case_office(
    request: pytest.FixtureRequest, database_kind: str, tmp_path: Path
) -> Iterator[CaseOffice]:
    """Give an office in which cases can be walked."""
    with patterns.copied(request, database_kind, tmp_path, pattern) as url:
        opened = open_database(url)
        yield CaseOffice(opened)
        opened.close()


@pytest.fixture
def note(database: Database) -> str:
    """Build the office; give its checkpoint."""
    with database.transaction() as connection:
        return audit_office.build(connection, cases=2)
