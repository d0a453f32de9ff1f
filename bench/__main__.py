"""`python -m bench [NAME…]`: measure everything, or what is named, each beside its limit and goal.

Names are those that `--help` lists. `--quick` measures on small numbers: it shows that everything
can be measured, and its figures mean nothing. `BENCH_OFFICES` names a folder in which large offices
on SQLite are kept for the next run.
"""

import argparse
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import (
    commands,
    decide,
    lines,
    pages,
    place,
    reading,
    reported,
    searching,
    served,
    sinks,
    steps,
)


@dataclass(frozen=True)
class Run:
    """A run in a folder; `scale` of it are the numbers that figures need."""

    home: Path
    scale: float

    def many(self, count: int) -> int:
        """Scale a number."""
        return max(2, int(count * self.scale))

    def sqlite(self, opened: ExitStack, name: str) -> place.Place:
        """Open an installation on SQLite."""
        home = self.home / name
        return opened.enter_context(place.opened(f"sqlite:///{home}/duban.db", home))


def _steps(run: Run, opened: ExitStack) -> None:
    steps.beside(run.sqlite(opened, "steps"), run.many(60), None)


def _postgresql(run: Run, opened: ExitStack) -> None:
    server = opened.enter_context(place.server(run.home / "pg"))
    found = opened.enter_context(place.opened(server.create("duban"), run.home / "home-pg"))
    steps.beside(found, run.many(60), server)


def _crowd(run: Run, opened: ExitStack) -> None:
    steps.at_once(run.sqlite(opened, "crowd"), run.many(4))


def _served(run: Run, opened: ExitStack) -> None:
    served.measure(run.sqlite(opened, "served"))


def _decide(run: Run, opened: ExitStack) -> None:
    decide.measure(run.sqlite(opened, "decide"))


def _verify(run: Run, opened: ExitStack) -> None:
    reading.check_log(run.sqlite(opened, "verify"), run.many(300))


def _large(run: Run, _opened: ExitStack) -> None:
    reading.large_office(run.many(100_000))


def _reports(run: Run, opened: ExitStack) -> None:
    for name, url in _both(run, opened):
        home = run.home / name
        home.mkdir()
        reported.measure(home, url(home), run.many(100_000))


def _search(run: Run, opened: ExitStack) -> None:
    for name, url in _both(run, opened):
        home = run.home / name
        home.mkdir()
        searching.measure(home, url(home), run.many(100_000))


def _pages(run: Run, opened: ExitStack) -> None:
    for name, url in _both(run, opened):
        home = run.home / name
        home.mkdir()
        pages.measure(home, url(home), run.many(100_000), pages.SECONDS * max(run.scale, 0.1))


def _both(run: Run, opened: ExitStack) -> Iterator[tuple[str, Callable[[Path], str]]]:
    """Name both databases, and how to make an empty one for a folder."""
    yield "sqlite", lambda home: f"sqlite:///{home}/large.db"
    server = opened.enter_context(place.server(run.home / "pg"))
    yield "postgresql", lambda home: server.create(f"large_{home.name}")


def _import(run: Run, opened: ExitStack) -> None:
    found, count = run.sqlite(opened, "import"), run.many(100_000)
    commands.ledger(found, count)
    commands.papers(found, count)


def _commands(run: Run, opened: ExitStack) -> None:
    commands.starts(run.sqlite(opened, "commands"))


def _writers(run: Run, opened: ExitStack) -> None:
    commands.writers(run.sqlite(opened, "writers"))


def _sinks(run: Run, opened: ExitStack) -> None:
    home = run.home / "sinks"
    home.mkdir()
    clock = home / "clock"
    clock.write_text(sinks.BEGIN.isoformat())
    url = f"sqlite:///{home}/duban.db"
    found = opened.enter_context(place.opened(url, home, clock=f"file:{clock}"))
    sinks.measure(found, run.many(5), 4.0 * max(run.scale, 0.25))


PARTS: dict[str, Callable[[Run, ExitStack], None]] = {
    "steps": _steps,
    "postgresql": _postgresql,
    "crowd": _crowd,
    "http": _served,
    "decide": _decide,
    "verify": _verify,
    "large": _large,
    "reports": _reports,
    "search": _search,
    "pages": _pages,
    "import": _import,
    "commands": _commands,
    "writers": _writers,
    "sinks": _sinks,
}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="small numbers; figures mean nothing")
    asked = parser.parse_args()
    unknown = set(asked.names) - set(PARTS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(PARTS)}")
    lines.heading()
    for name in asked.names or PARTS:
        with place.folder() as home, ExitStack() as opened:
            PARTS[name](Run(home, 0.02 if asked.quick else 1.0), opened)
    lines.load()


if __name__ == "__main__":
    main()
