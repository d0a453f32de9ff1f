"""The process that does one long piece of work: `python -m engine.cli.running NUMBER`.

It stands behind the server in priority, says twice a second how far it has come, and ends by itself
after half an hour. An import is one transaction: whatever ends it before leaves nothing behind.
"""

import hashlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.bootstrap import Application, open_application
from engine.domain.access import Principal
from engine.errors import DubanError
from engine.output.paper import TEMPLATES, paper_bytes
from engine.output.table import Paper
from engine.progress import Phase, listening
from engine.service import imports
from engine.service.case_lists import CaseQuery
from engine.service.case_paper import case_paper
from engine.service.desk import Desk
from engine.service.long_runs import ENDED, MOST_SECONDS, unpacked
from engine.service.principals import principal_of
from engine.service.reports import papers
from engine.service.reports.asking import ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.settings import load_settings, real_now
from engine.store import files
from engine.store import long_runs as stored
from engine.store.long_runs import Ended, Mark, Run
from engine.words import LOCALES, message, say

PRIORITY = 5
SECONDS_BETWEEN = 0.5


@dataclass(slots=True)
class Telling:
    """Takes in how far the work has come, and tells it now and then."""

    application: Application
    number: int
    done: int = 0
    _phase: str = ""
    _told: float = field(default_factory=time.monotonic)

    def came(self, phase: Phase, done: int, total: int) -> None:
        """Take in how far it has come; a new phase is told at once."""
        self.done = done
        now = time.monotonic()
        if phase == self._phase and now - self._told < SECONDS_BETWEEN:
            return
        self._phase, self._told = phase, now
        mark = Mark(phase, done, total, real_now())
        stored.hear(self.application.database, self.number, mark)


def main(number: int) -> None:
    """Do the work, and write down what came of it."""
    signal.alarm(MOST_SECONDS)
    os.nice(PRIORITY)
    application = open_application(load_settings())
    try:
        work(application, number)
    finally:
        application.close()


def work(application: Application, number: int) -> None:
    """Do the work under a number, if it goes on; every refusal is kept in all languages."""
    with application.reading("cli") as desk:
        run = stored.find(desk.conn, number)
    if run is None or run.running is None:
        return
    telling = Telling(application, number)
    try:
        with listening(telling.came):
            telling.came("begin", 0, 0)
            sha256 = _WORK[run.kind](application, run)
    except DubanError as error:
        _end(application, telling, {locale: error.say(locale) for locale in LOCALES})
    except BaseException:  # whatever it is, who waits for it is told, and it goes on as it would
        broke = message("run-broke")
        _end(application, telling, {locale: say(broke, locale) for locale in LOCALES})
        raise
    else:
        _end(application, telling, None, sha256)


def _end(
    application: Application,
    telling: Telling,
    failed: Mapping[str, str] | None,
    sha256: str | None = None,
) -> None:
    with application.writing("cli") as desk:
        phase = ENDED if failed is None else "begin"
        stored.end(desk.conn, telling.number, Ended(desk.now, phase, telling.done, failed, sha256))
    stored.hush(application.database, telling.number)


def _import(application: Application, run: Run) -> None:
    with application.writing(run.order["via"], run.order["locale"]) as desk:
        who = principal_of(desk, run.account_id)
        imports.confirm(desk, who, run.order["upload"], run.order["sha256"])


def _export(application: Application, run: Run) -> str:
    """Write the file on one consistent state, and keep its bytes."""
    order = run.order
    with application.reading(order["via"], order["locale"]) as desk:
        who = principal_of(desk, run.account_id)
        paper = _paper(desk, who, run)
        templates = application.settings.home / TEMPLATES
        content = paper_bytes(paper, order["ending"], templates)
    sha256 = hashlib.sha256(content).hexdigest()
    with application.writing(order["via"], order["locale"]) as desk:
        files.keep(desk.conn, sha256, content)
    return sha256


def _paper(desk: Desk, who: Principal, run: Run) -> Paper:
    order = run.order
    if order["what"] == "cases":
        query = unpacked(CaseQuery, order["query"])
        return case_paper(desk, who, query, [(label, value) for label, value in order["facts"]])
    report, asked = REPORTS[order["what"]], unpacked(ReportQuery, order["query"])
    whole = replace(asked, cursor=None)
    return papers.paper_of(desk, who, report, whole, report.every(desk, who, whole))


_WORK = {"import": _import, "export": _export}


if __name__ == "__main__":
    main(int(sys.argv[1]))
