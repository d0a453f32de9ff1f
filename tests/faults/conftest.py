"""What the tests of faults share: an office, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.apart import Apart, running
from tests.faults.town import Town


@pytest.fixture
def town(database_url: str, tmp_path: Path) -> Iterator[Town]:
    """Give an office with the whole cast in it."""
    opened = Town(database_url, tmp_path)
    opened.settle()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def apart() -> Iterator[Apart]:
    """Give a way to have requests answered each in a process of its own."""
    with running() as found:
        yield found
