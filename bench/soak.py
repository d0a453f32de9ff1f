"""`python -m bench.soak`: the tests of faults at length, a hundred kills on each database."""

import os
import sys

import pytest

_KILLS = "100"

if __name__ == "__main__":
    os.environ.setdefault("DUBAN_TEST_KILLS", _KILLS)
    sys.exit(pytest.main(["-q", "-s", "tests/faults", *sys.argv[1:]]))
