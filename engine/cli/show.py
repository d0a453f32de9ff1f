"""How answers are printed: a table for people, JSON or CSV for programs."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import orjson

from engine.cli.params import Shape
from engine.cli.voice import PACKAGE, locale, told
from engine.cli.width import padded, width
from engine.words import entries, wording

Row = Mapping[str, Any]
GAP = "  "
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d")
_LAST = time(23, 59, 59)


def listing(
    rows: Sequence[Row], columns: Sequence[str], shape: Shape | None, whole: object = None
) -> None:
    """Print a list. As JSON it is all there is (`whole`, or the rows), else the named columns.

    A column may be dotted: `issue.code`.
    """
    chosen = shape_of(shape)
    if chosen == "json":
        as_json(rows if whole is None else whole)
    elif chosen == "csv":
        sys.stdout.write(as_csv(rows, columns))
    else:
        _table([heading(name) for name in columns], [_cells(row, columns) for row in rows])


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table whose cells are values in their types."""
    _table(heads, [[_shown(bare(cell)) for cell in row] for row in rows])


def bare(cell: object) -> str | int | float | None:
    """Give a cell as text or number."""
    if isinstance(cell, datetime):
        return instant(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, int | float) else str(cell)


def record(answer: Row, columns: Sequence[str], shape: Shape | None) -> None:
    """Print one thing, a line for each of its named parts."""
    chosen = shape_of(shape)
    if chosen == "json":
        as_json(answer)
    elif chosen == "csv":
        sys.stdout.write(as_csv([answer], columns))
    else:
        pairs(zip([heading(name) for name in columns], _cells(answer, columns), strict=True))


def pairs(rows: Any) -> None:  # noqa: ANN401  # anything that gives two texts at a time
    """Print names and values below each other, aligned."""
    kept = list(rows)
    left = max((width(name) for name, _ in kept), default=0)
    for name, value in kept:
        line(f"{padded(name, left)}{GAP}{value}")


def line(text: str) -> None:
    """Print one line."""
    print(text)


def as_json(value: object) -> None:
    """Print a value as JSON that people can read as well."""
    line(json_text(value))


def json_text(value: object) -> str:
    """Write a value as JSON that people can read as well."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def as_csv(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Write rows as CSV; the heads are the names that JSON has too."""
    from engine.output.plain import csv_text  # noqa: PLC0415  # only who asks pays for it

    cells = [[_plain(part(row, name)) for name in columns] for row in rows]
    return csv_text(list(columns), cells).replace("\r\n", "\n")


def shape_of(shape: Shape | None) -> Shape:
    """Choose the shape: what was asked for, else a table for a terminal and JSON for a program."""
    return shape or ("table" if sys.stdout.isatty() else "json")


def heading(column: str) -> str:
    """Give the words above a column."""
    return wording(f"cli-column-{column}", PACKAGE).in_(locale())


def part(row: Any, column: str) -> Any:  # noqa: ANN401  # whatever the answer holds
    """Take a value out of an answer by its dotted name; None where there is none."""
    for name in column.split("."):
        row = row.get(name) if isinstance(row, Mapping) else None
    return row


def _cells(row: Row, columns: Sequence[str]) -> list[str]:
    return [_said(name, part(row, name)) for name in columns]


def _said(column: str, value: object) -> str:
    """Write a word of a closed set, as `draft` of a letter, in the language of this run."""
    if isinstance(value, list):
        return told("cli-comma").join(_said(column, item) for item in value) or _shown(None)
    code = f"cli-word-{column}-{value}"
    known = isinstance(value, str) and code in entries(PACKAGE)
    return wording(code, PACKAGE).in_(locale()) if known else _shown(value)


def _shown(value: object) -> str:
    """Write a value for people: an account or unit by its name, a list in a row."""
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return told("cli-yes" if value else "cli-no")
    if isinstance(value, Mapping):
        return _named(value)
    if isinstance(value, list):
        return told("cli-comma").join(_shown(item) for item in value)
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return instant(datetime.fromisoformat(value))
    return printable(str(value))


def instant(at: datetime) -> str:
    """Write an instant of the office's zone for a table; the end of a day is that day."""
    day = at.date().isoformat()
    return day if at.time().replace(microsecond=0) == _LAST else f"{day} {at:%H:%M}"


def spoken(at: datetime) -> str:
    """Write an instant of the office's zone within a sentence."""
    return told("cli-instant", day=at.date(), time=f"{at:%H:%M}")


def printable(text: str) -> str:
    """Replace what would move the cursor or change the terminal by a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _named(value: Row) -> str:
    if "login" in value:
        post = f"（{value['post']}）" if locale() == "zh" else f" ({value['post']})"
        return f"{value['name']}{post if value.get('post') else ''}"
    return str(value.get("name") or value.get("title") or json.dumps(value, ensure_ascii=False))


def _plain(value: object) -> str | int | None:
    """Write a value for programs: an account by its login, a unit by its name."""
    if value is None or type(value) is int:
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return str(value.get("login") or value.get("name") or json.dumps(value, ensure_ascii=False))
    if isinstance(value, list):
        return ";".join(str(_plain(item)) for item in value)
    return str(value)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    wide = [max(width(cell) for cell in column) for column in zip(heads, *rows, strict=True)]
    for row in _ruled(heads, rows, wide):
        line(GAP.join(padded(cell, room) for cell, room in zip(row, wide, strict=True)).rstrip())


def _ruled(
    heads: Sequence[str], rows: Sequence[Sequence[str]], wide: Sequence[int]
) -> Iterator[Sequence[str]]:
    yield heads
    yield ["─" * room for room in wide]
    yield from rows
