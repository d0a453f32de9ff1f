"""A table as text for programs and spreadsheets: CSV (RFC 4180) and JSON.

In CSV a cell that a spreadsheet would take for a formula begins with an apostrophe (OWASP, CSV
injection); only texts are touched, numbers stay numbers.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import orjson

from engine.output.legible import legible
from engine.output.table import Cell, Column, Paper, Table

MARK = "\ufeff"
"""The sign by which spreadsheets know a CSV file as UTF-8."""
FEN_PER_YUAN = 100
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Signs with which a formula begins."""
GUARD = "'"


def csv_text(heads: Sequence[Cell], rows: Iterable[Sequence[Cell]]) -> str:
    """Write rows as CSV, with what stands above them."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_harmless(head) for head in heads])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_bytes(paper: Paper) -> bytes:
    """Write the rows of a report as a CSV file for people, in UTF-8 with its mark."""
    zone = paper.as_of.tzinfo or UTC
    rows = (
        [_spelt(cell, column, zone) for cell, column in zip(row, paper.columns, strict=True)]
        for row in paper.rows
    )
    return (MARK + csv_text(paper.heads, rows)).encode()


def json_bytes(paper: Paper) -> bytes:
    """Write a report as JSON: its rows by the names of their columns, and what sums them up."""
    zone = paper.as_of.tzinfo or UTC
    told = {
        "name": paper.name,
        "title": paper.title,
        "office": paper.office,
        "as_of": paper.as_of.isoformat(),
        "facts": [{"label": label, "value": value} for label, value in paper.facts],
        "items": list(_items(paper.columns, paper.rows, zone)),
        "groups": [_group(group, zone) for group in paper.groups],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2) + b"\n"


def nested(columns: Sequence[Column], row: Sequence[Cell]) -> dict[str, Any]:
    """Give the cells of a row by name; dotted names lie in each other."""
    found: dict[str, Any] = {}
    for column, cell in zip(columns, row, strict=True):
        *path, name = column.key.split(".")
        place = found
        for step in path:
            place = place.setdefault(step, {})
        place[name] = cell
    return found


def _items(
    columns: Sequence[Column], rows: Iterable[Sequence[Cell]], zone: tzinfo
) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield nested(columns, [_told(cell, zone) for cell in row])


def _group(group: Table, zone: tzinfo) -> dict[str, Any]:
    return {"title": group.title, "items": list(_items(group.columns, group.rows, zone))}


def _told(cell: Cell, zone: tzinfo) -> Cell:
    """Write a cell for programs: dates and instants by RFC 3339, money in fen."""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return legible(cell) if isinstance(cell, str) else cell


def _spelt(cell: Cell, column: Column, zone: tzinfo) -> Cell:
    """Write a cell for people: as for programs, but money in yuan."""
    if column.kind == "fen" and isinstance(cell, int):
        return cell / FEN_PER_YUAN
    return _told(cell, zone)


def _harmless(cell: Cell) -> Cell:
    """Disarm a text; one that looks disarmed already is guarded too, so that each reads back."""
    if not isinstance(cell, str) or not cell.lstrip(GUARD).startswith(RUNS):
        return cell
    return GUARD + cell
