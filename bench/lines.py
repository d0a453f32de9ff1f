"""What is printed: one line a measurement, with what it is held against and its goal."""

import platform
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from os import cpu_count, getloadavg
from statistics import median

from bench.limit import PRAGMAS

_LIBRARIES = ("duban", "sqlalchemy", "sqlmodel", "psycopg", "transitions", "fastapi", "uvicorn")


@dataclass(frozen=True)
class Line:
    """A measurement: its samples, those of what it is measured beside, and the goal for both.

    With `beside` the goal is for the ratio of each pair, else for the figure itself.
    """

    what: str
    unit: str
    ours: Sequence[float]
    goal: str
    beside: Sequence[float] = ()
    of: str = ""

    def text(self) -> str:
        """Spell it: medians, with the smallest and the largest sample in brackets."""
        words = f"{self.what:<52} {_spread(self.ours)} {self.unit}"
        if self.beside:
            ratios = [one / other for one, other in zip(self.ours, self.beside, strict=True)]
            words += f"; {self.of} {_spread(self.beside)}; ratio {_spread(ratios)}"
        return f"{words}; goal {self.goal}" if self.goal else words


def _spread(samples: Sequence[float]) -> str:
    middle = _short(median(samples))
    if len(samples) == 1:
        return middle
    return f"{middle} [{_short(min(samples))} … {_short(max(samples))}]"


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.3g}"  # noqa: PLR2004  # three figures


def show(line: Line) -> None:
    """Print a line as soon as it is there."""
    print(line.text(), flush=True)


def heading() -> None:
    """Print on what is measured."""
    print(f"python {platform.python_version()} on {platform.platform()}, {cpu_count()} cores")
    print(", ".join(f"{name} {version(name)}" for name in _LIBRARIES))
    print(f"SQLite {sqlite3.sqlite_version}: {', '.join(PRAGMAS)}")
    print("PostgreSQL: fsync and synchronous_commit on, a socket on this machine")
    print("median [smallest … largest]; pairs are measured in turn within this run")
    load()


def load() -> None:
    """Print how much else the machine has to do: absolute figures mean little beside that."""
    print(f"load average {getloadavg()[0]:.1f}", flush=True)
    sys.stdout.flush()
