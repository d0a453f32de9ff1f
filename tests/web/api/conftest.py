"""An office that is asked over HTTP, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import patterns
from tests.web.api import api_office
from tests.web.api.api_office import Api


@pytest.fixture
def api(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[Api]:
    """Give an office with everybody in it, and no issue yet."""
    with (
        patterns.copied(request, database_kind, tmp_path, api_office.pattern) as url,
        api_office.copy(url, tmp_path) as found,
    ):
        yield found
