"""A table as a file: CSV text and an Excel workbook, whose cells a spreadsheet never runs.

Text stays text. In CSV a cell that a spreadsheet would take for a formula begins with an apostrophe
(OWASP, CSV injection); a workbook says of each cell which type it has, so it needs none.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter

Cell = str | int | float | None
LONGEST_CELL = 32767
"""Characters that a cell of a workbook holds."""
_NARROWEST, _WIDEST = 8, 60
_MARK = "\ufeff"
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: what stands above each column, and the rows."""

    title: str
    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def csv_text(sheet: Sheet, *, marked: bool = False) -> str:
    """Write a table as CSV (RFC 4180); `marked` puts first the sign by which Excel knows UTF-8."""
    out = io.StringIO()
    if marked:
        out.write(_MARK)
    writer = csv.writer(out)
    writer.writerow([_harmless(head) for head in sheet.heads])
    writer.writerows([_harmless(cell) for cell in row] for row in sheet.rows)
    return out.getvalue()


def workbook(sheet: Sheet) -> bytes:
    """Write a table as an Excel workbook; every cell has its type, none is a formula or a link."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    page = book.add_worksheet(sheet.title[:31])
    bold = book.add_format({"bold": True})
    widths = [len(head) * 2 for head in sheet.heads]
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            _write(page, number, column, cell)
            widths[column] = max(widths[column], 2 * len(str(cell or "")))
    for column, wide in enumerate(widths):
        page.set_column(column, column, min(_WIDEST, max(_NARROWEST, wide)))
    page.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RUNS) else cell


def _write(page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        page.write_string(row, column, cell[:LONGEST_CELL])
    elif cell is not None:
        page.write_number(row, column, cell)
