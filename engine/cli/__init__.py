"""The command line: `duban`, one face of the verbs."""

import sys
from collections.abc import Sequence

from engine.cli.root import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 a check did not hold, 2 wrong use."""
    return run(sys.argv[1:] if arguments is None else arguments)
