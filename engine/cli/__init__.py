"""The command line: `duban`, one face of the verbs."""

import gc
import sys

from engine.cli.root import run


def main() -> int:
    """Run the command of this process and give its exit code.

    0 done, 1 a check did not hold, 2 wrong use or bad input. The process ends with it, so nobody
    need look through all objects once more for garbage: that alone would take a fifth of the time.
    """
    code = run(sys.argv[1:])
    gc.freeze()
    return code
