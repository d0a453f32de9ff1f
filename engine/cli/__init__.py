"""The command line: `duban`, one face of the verbs."""

import sys

from engine import __version__


def main() -> int:
    """Answer the version, until the commands stand here."""
    sys.stdout.write(f"duban {__version__}\n")
    return 0
