"""An office that is asked over HTTP, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.api.api_office import Api, opened


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[Api]:
    """Give an office with everybody in it, and no issue yet."""
    with opened(database_url, tmp_path) as found:
        yield found
