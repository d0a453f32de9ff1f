"""Words looked for in a large office: processor time of the search and of the list, by database."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import quantiles

from sqlalchemy import Connection

from bench import office
from bench.lines import Line, show
from bench.place import Place, large
from engine.service.principals import principal_of
from engine.service.search import SearchAnswer, look_for

_REPEATS = 20
_GOAL = "≤ 30 ms of 100,000 cases"
WORDS = {
    "two characters, common": "欠薪",
    "two characters, rare": "7项",
    "two characters, absent": "梧桐",
    "one character, common": "薪",
    "one character, absent": "梧",
    "long, common": "加装电梯",
    "long, rare": "农贸市场欠薪核查",
    "two words": "欠薪 河西",
}
"""What is looked for: words that stand in half of the cases, in some, and in none."""
READERS = {
    "clerk": f"u{office.LEADERS + office.OFFICERS + 1}",
    "leader": "u1",
    "officer": f"u{office.LEADERS + 1}",
    "duty": f"u{office.LEADERS + office.OFFICERS + 5}",
}


def measure(home: Path, url: str, cases: int) -> None:
    """Measure every kind of words for every kind of reader."""
    with large(url, home, cases) as place:
        measure_in(place, cases)


def measure_in(place: Place, cases: int) -> None:
    """Measure in an office that is there."""
    with place.application.reading("web") as desk:
        spent = _spent(desk.conn)
        for name, login in READERS.items():
            reader = principal_of(desk, login)
            for what, q in WORDS.items():
                found, taken = _taken(spent, partial(look_for, desk, reader, q))
                told = f"search by {name}, {what} ({found['total']:,} found), {place.of(cases)}"
                middle, late = (quantiles(taken, n=20, method="inclusive")[n] for n in (9, 18))
                show(Line(f"{told}, p50", "ms", [middle], _GOAL))
                show(Line(f"{told}, p95", "ms", [late], _GOAL))


def _taken(
    spent: Callable[[], float], ask: Callable[[], SearchAnswer]
) -> tuple[SearchAnswer, list[float]]:
    """Ask many times; give the answer, and the processor time of each in milliseconds."""
    found, taken = ask(), list[float]()
    for _ in range(_REPEATS):
        before = spent()
        found = ask()
        taken.append((spent() - before) * 1e3)
    return found, taken


def _spent(connection: Connection) -> Callable[[], float]:
    """Give what tells the processor time of this process and of its server of PostgreSQL."""
    if connection.dialect.name == "sqlite":
        return time.process_time
    connection.exec_driver_sql("SET max_parallel_workers_per_gather = 0")  # else some is not seen
    pid = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    told = Path(f"/proc/{pid}/schedstat")
    return lambda: time.process_time() + int(told.read_text().split()[0]) / 1e9
