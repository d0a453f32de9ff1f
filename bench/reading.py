"""Reading: check the whole log, and what is asked of a large office all day."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import sha256

from bench import office
from bench.lines import Line, show
from bench.place import Place, folder
from bench.steps import register, take
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.reports.asking import ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.service.verify import verify
from engine.store import ledger
from engine.store.database import open_database

_REPEATS = 5
_THEN = office.NOW - timedelta(days=200)
_QUERIES = {
    "first page": ReportQuery(),
    "of 200 days ago": ReportQuery(as_of=_THEN),
    "by unit": ReportQuery(by="unit"),
    "by leader, of 200 days ago": ReportQuery(as_of=_THEN, by="leader"),
}


def check_log(place: Place, count: int) -> None:
    """Measure `verify` beside a bare loop of hashes over the same bytes."""
    for _ in take(place, register(place, count)):
        pass
    ours, bare = [], []
    with place.application.writing("cli") as desk:
        ledger.sequence(desk.conn, wait=True)
    for _ in range(_REPEATS):
        began = time.perf_counter()
        found = verify(place.application.database, [], [], "en")
        assert found["intact"], found["findings"]
        ours.append(found["size"] / (time.perf_counter() - began))
        with place.application.reading("cli") as desk:
            bodies = [event.body for event in ledger.events_in_order(desk.conn)]
        began = time.perf_counter()
        _tree([sha256(b"\x00" + body).digest() for body in bodies])
        bare.append(len(bodies) / (time.perf_counter() - began))
    goal = "with replay 10⁶ events in 30 s: ≥ 33,333/s"
    show(Line("verify with replay of every row", "events/s", ours, goal, bare, "bare hashes"))


def _tree(row: list[bytes]) -> bytes:
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        odd = row[-1:] if len(row) % 2 else []
        row = [*(sha256(b"\x01" + a + b).digest() for a, b in pairs), *odd]
    return row[0]


def large_office(cases: int) -> None:
    """Measure lists and reports over many cases."""
    with folder() as home:
        url = f"sqlite:///{home}/large.db"
        office.build(url, cases)
        database = open_database(url, serving=True)
        of = f"of {cases:,} cases"
        with database.reading() as connection:
            desk = Desk(connection, office.NOW, "zh", "api", office.ZONE)
            who = principal_of(desk, "u101")
            asked: dict[str, tuple[Callable[[], object], str]] = {
                f"cases, first page, {of}": (
                    lambda: list_cases(desk, who, CaseQuery()), "≤ 25 ms at 10⁶"
                ),
            }  # fmt: skip
            for name, report in REPORTS.items():
                for when, query in _QUERIES.items():
                    page = partial(report.page, desk, who, query)
                    asked[f"{name}, {when}, {of}"] = (page, "≤ 300 ms at 100,000")
            for what, (ask, goal) in asked.items():
                show(Line(what, "ms", _milliseconds(ask), goal))
        database.close()


def _milliseconds(ask: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1e3)
    return taken
