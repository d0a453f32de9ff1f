"""`python -m bench.soak`: the tests of faults at length, on each database.

A hundred kills of the server, and an office year of 200 cases on three nodes that are killed.
"""

import os
import sys

import pytest

_LONG = {
    "DUBAN_TEST_KILLS": "100",
    "DUBAN_TEST_YEAR_DAYS": "365",
    "DUBAN_TEST_YEAR_CASES": "200",
}

if __name__ == "__main__":
    for name, value in _LONG.items():
        os.environ.setdefault(name, value)
    sys.exit(pytest.main(["-q", "-s", "tests/faults", *sys.argv[1:]]))
