"""The process that does one check of the whole log: `python -m engine.cli.checking NUMBER`.

It stands behind the server in priority, reads one consistent state, and says every second or so how
far it has come. It ends by itself where nobody waits for it any more, or after an hour.
"""

import os
import signal
import sys
import time
from base64 import b64encode
from typing import Any

from engine.bootstrap import Application, log_signer, open_application
from engine.service.checks import MOST_SECONDS
from engine.service.verify import examine
from engine.settings import load_settings, real_now
from engine.store import checks
from engine.words import LOCALES

LEAST_PRIORITY = 10
SECONDS_BETWEEN = 1.0
EVERY = 200
"""Events between two looks at the clock."""


class Progress:
    """Counts events, and now and then writes down how many there were."""

    def __init__(self, application: Application, number: int) -> None:
        self._application = application
        self._number = number
        self._done = 0
        self._told = time.monotonic()

    def beat(self) -> None:
        """Count one event. Ends the process where the check was given up."""
        self._done += 1
        if self._done % EVERY == 0 and time.monotonic() - self._told > SECONDS_BETWEEN:
            self._told = time.monotonic()
            with self._application.writing("cli") as desk:
                runs = checks.hear(desk.conn, self._number, self._done, real_now())
            if not runs:
                raise SystemExit(1)


def main(number: int) -> None:
    """Do the check, and write down what it came to."""
    signal.alarm(MOST_SECONDS)
    os.nice(LEAST_PRIORITY)
    application = open_application(load_settings())
    outcome = None
    try:
        outcome = check(application, number)
    finally:
        with application.writing("cli") as desk:
            checks.end(desk.conn, number, desk.now, outcome)
        application.close()


def check(application: Application, number: int) -> dict[str, Any]:
    """Check everything; give what was found, its sentences in every language."""
    verifier = log_signer(application.settings).verifier()
    progress = Progress(application, number)
    with application.database.reading() as connection:
        found = examine(connection, [verifier], (), progress.beat)
    said = {locale: found.findings.answers(locale) for locale in LOCALES}
    findings = [
        {**one, "detail": {locale: said[locale][place]["detail"] for locale in LOCALES}}
        for place, one in enumerate(said[LOCALES[0]])
    ]
    return {
        "intact": not findings,
        "size": found.size,
        "root": b64encode(found.root).decode(),
        "findings": findings,
        "unprovable_after": found.unprovable_after,
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
