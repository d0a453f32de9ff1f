"""Processes that write beside others: `python -m tests.faults.beside PROCESSES COUNT`.

Each of them registers so many cases. All have the program imported before they are split off; they
wait for a byte on standard input, so that all begin at once, and write the seconds that each
registration took, or the code of its refusal.
"""

import json
import os
import sys
import time

from engine.bootstrap import open_application
from engine.errors import DubanError
from engine.service.cases import NewCase, register_case
from engine.service.principals import principal_of
from engine.settings import load_settings
from engine.store import rows
from tests.people import ZHAO


def register(count: int) -> None:
    """Register so many cases, each in a transaction of its own."""
    application = open_application(load_settings())
    with application.reading("cli") as desk:
        issue = rows.fetch(desk.conn, "issue")[0].code
    _tell("ready")
    os.read(sys.stdin.fileno(), 1)
    taken: list[float | str] = []
    for _ in range(count):
        began = time.perf_counter()
        try:
            with application.writing("cli") as desk:
                register_case(desk, principal_of(desk, ZHAO.login), issue, NewCase("复工"))
        except DubanError as refusal:
            taken.append(refusal.code)
        else:
            taken.append(time.perf_counter() - began)
    application.close()
    _tell(json.dumps(taken))


def _tell(line: str) -> None:
    """Write a line to the test in one piece, for the others write to the same place."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def main() -> None:
    """Split the processes off and wait until all have ended; one that breaks breaks them all."""
    processes, count = map(int, sys.argv[1:])
    split = []
    for _ in range(processes):
        child = os.fork()
        if child == 0:
            register(count)
            return
        split.append(child)
    ended = [os.waitpid(child, 0)[1] for child in split]
    sys.exit(int(any(ended)))


if __name__ == "__main__":
    main()
