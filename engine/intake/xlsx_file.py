"""Sheets of an Excel file: cells as text, with merged ranges filled down."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from engine.errors import UnsupportedError
from engine.intake.table import MOST_COLUMNS, Numbered
from engine.intake.zipped import damaged

Cell = int | float | str | bool | time | date | datetime | timedelta
Range = tuple[tuple[int, int], tuple[int, int]]
MAIN = ("xl/workbook.xml", "xl/workbook.bin")
_WIDEST = 4 * MOST_COLUMNS


def open_workbook(content: bytes) -> CalamineWorkbook:
    """Open a workbook. Raises InvalidError for a damaged one, UnsupportedError for a locked one."""
    try:
        return CalamineWorkbook.from_filelike(BytesIO(content))
    except PasswordError as locked:
        raise UnsupportedError("import-encrypted") from locked
    except (CalamineError, ValueError, OSError) as broken:
        raise damaged(broken) from broken


def sheet_names(workbook: CalamineWorkbook) -> list[str]:
    """Name the sheets of cells that a user sees, in order."""
    return [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]


def read_sheet(workbook: CalamineWorkbook, name: str) -> Iterator[Numbered]:
    """Read a sheet's rows with their numbers. Raises InvalidError for a damaged one."""
    try:
        sheet = workbook.get_sheet_by_name(name)
        left = sheet.start[1] if sheet.start else 0
        spans = _spans(sheet.merged_cell_ranges or [], left)
        lines = _lines(sheet)
    except (CalamineError, ValueError, OSError) as broken:
        raise damaged(broken) from broken
    return _filled(lines, spans) if spans else lines


def _lines(sheet: CalamineSheet) -> Iterator[Numbered]:
    """Calamine gives the empty rows above the first cell, but not the empty columns left of it."""
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [c if type(c) is str else shown(c) for c in cells[:_WIDEST]]


def _spans(ranges: Sequence[Range], first: int) -> dict[int, dict[int, int]]:
    """Give, by the top row and the column of a merged range (from `first`), its bottom row."""
    spans: dict[int, dict[int, int]] = {}
    for (top, left), (bottom, _) in ranges:
        if bottom > top and 0 <= left - first < _WIDEST:
            spans.setdefault(top, {})[left - first] = bottom
    return spans


def _filled(lines: Iterable[Numbered], spans: dict[int, dict[int, int]]) -> Iterator[Numbered]:
    running: dict[int, tuple[int, str]] = {}
    for number, line in lines:
        row, filled = number - 1, list(line)
        running = {column: span for column, span in running.items() if row <= span[0]}
        for column, (_, text) in running.items():
            filled += [""] * (column + 1 - len(filled))
            filled[column] = text
        for column, bottom in spans.get(row, {}).items():
            running[column] = (bottom, filled[column] if column < len(filled) else "")
        yield number, filled


def shown(cell: Cell) -> str:
    """Spell a cell: whole numbers without a point, days and instants as ISO 8601."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
