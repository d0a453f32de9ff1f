"""The measurements stay ready to run: each module imports, and every part can be named."""

import subprocess
import sys
from importlib import import_module

import pytest

from tests.house.tree import ROOT

MODULES = sorted(f"bench.{file.stem}" for file in (ROOT / "bench").glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_every_module_imports(name: str) -> None:
    assert import_module(name).__doc__


def test_an_unknown_measurement_is_refused_by_naming_those_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nothing"], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "steps" in done.stderr
