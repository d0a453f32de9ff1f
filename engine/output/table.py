"""A report as it stands on a sheet: worded in one language, its cells typed, its rows streamed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.words import Locale

Kind = Literal["text", "code", "number", "days", "date", "instant", "long", "fen"]
"""What a column holds. Texts and codes are never read as anything else; fen are shown in yuan."""
Cell = str | int | float | date | datetime | None
"""A value; of a `fen` column the whole number of fen, of a `long` column days."""
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in JSON, dotted where it lies deeper, and what it holds."""

    key: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what stands above each column, and the rows, which may come one by one."""

    title: str
    columns: tuple[Column, ...]
    heads: tuple[str, ...]
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Paper:
    """A report as it is written on a sheet.

    `name` is the name of its files, `as_of` an instant in the office's time zone, `facts` are lines
    below the title (a label and a value), `groups` small tables that sum up, and the rows come
    last. Rows are read once.
    """

    name: str
    title: str
    office: str
    as_of: datetime
    facts: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    heads: tuple[str, ...]
    rows: Iterable[Row]
    groups: tuple[Table, ...] = ()
    landscape: bool = False
    locale: Locale = "zh"
