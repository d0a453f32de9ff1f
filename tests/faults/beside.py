"""A process that writes beside others: `python -m tests.faults.beside COUNT` registers cases.

It waits for a line on standard input, so that all begin at once, and writes the seconds that each
registration took, or the code of its refusal.
"""

import json
import sys
import time

from engine.bootstrap import open_application
from engine.errors import DubanError
from engine.service.cases import NewCase, register_case
from engine.service.principals import principal_of
from engine.settings import load_settings
from engine.store import rows
from tests.people import ZHAO


def main() -> None:
    """Register so many cases, each in a transaction of its own."""
    application = open_application(load_settings())
    with application.reading("cli") as desk:
        issue = rows.fetch(desk.conn, "issue")[0].code
    print("ready", flush=True)  # noqa: T201  # to the test
    sys.stdin.readline()
    taken: list[float | str] = []
    for _ in range(int(sys.argv[1])):
        began = time.perf_counter()
        try:
            with application.writing("cli") as desk:
                register_case(desk, principal_of(desk, ZHAO.login), issue, NewCase("复工"))
        except DubanError as refusal:
            taken.append(refusal.code)
        else:
            taken.append(time.perf_counter() - began)
    application.close()
    print(json.dumps(taken))  # noqa: T201  # to the test


if __name__ == "__main__":
    main()
