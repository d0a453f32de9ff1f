"""A year of deadlines on three nodes that are killed: each rung once, none missing, none early.

`DUBAN_TEST_YEAR_DAYS` and `DUBAN_TEST_YEAR_CASES` say how much of it; a soak takes all of it.
"""

import os
from pathlib import Path
from random import Random

from tests.faults.year import begin

DAYS = int(os.environ.get("DUBAN_TEST_YEAR_DAYS", "12"))
CASES = int(os.environ.get("DUBAN_TEST_YEAR_CASES", "10"))


def test_each_rung_is_written_once_none_missing_and_none_early(
    database_url: str, tmp_path: Path, rng: Random
) -> None:
    year = begin(database_url, tmp_path, rng, CASES)
    try:
        year.pass_by(DAYS)
        figures = year.check()
        year.town.check()
    finally:
        year.nodes.close()
        year.town.close()
    print(DAYS, "days:", figures)  # noqa: T201  # the figures of a soak
    assert figures["certain"] > 0
