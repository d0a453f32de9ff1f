"""A report as an Excel workbook, whose cells a spreadsheet never runs.

Rows are written through as they come (`constant_memory`), so that a ledger of any length takes the
room of one row. Each cell says of which type it is: a text stays a text, whatever it looks like.
"""

import io
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, tzinfo
from functools import lru_cache
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter

from engine.errors import InvalidError
from engine.output.legible import cut, legible, moment, room
from engine.output.plain import FEN_PER_YUAN
from engine.output.swift import Speller, SwiftSheet, spelt_text
from engine.output.table import Column, Kind, Paper, Table
from engine.words import Locale, message, say

LONGEST_CELL = 32_767
"""Units of UTF-16 that a cell of a workbook holds."""
MOST_ROWS = 1_048_576
"""Rows that a sheet of a workbook holds."""
LONGEST_NAME = 31
_DAY_NOUGHT = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1).toordinal() - _DAY_NOUGHT
"""Days count from nought; before this one Excel counts a day that there never was."""
_DATE = len("1900-01-01")
_SECONDS = 86_400
_SHORT = 100
_A4 = 9
_MARGINS = {"left": 0.6, "right": 0.6, "top": 0.65, "bottom": 0.75}
_NARROWEST, _WIDEST = 6, 48
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_SHAPES: dict[Kind, str] = {
    "number": "General", "days": "0", "date": _DAY, "instant": _MOMENT, "long": "0.0",
    "fen": "#,##0.00",
}  # fmt: skip
_ROOM: dict[Kind, int] = {"date": 12, "instant": 17, "fen": 14}
_BASE = {"valign": "top", "font_size": 10.5}


def workbook(paper: Paper) -> bytes:
    """Write a report as a workbook: its rows on the first sheet, what sums them up on the second.

    Raises InvalidError where there are more rows than a sheet holds.
    """
    out = io.BytesIO()
    with TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder}
        book = xlsxwriter.Workbook(out, options)
        try:
            _write_book(book, paper)
        finally:
            book.close()
    return out.getvalue()


def _write_book(book: Any, paper: Paper) -> None:  # noqa: ANN401  # untyped
    book.set_properties({"title": legible(paper.title), "author": legible(paper.office)})
    book.set_calc_mode("manual")
    sheet = _Sheet(book, paper, paper.title)
    sheet.write_head(paper)
    sheet.write_table(Table(paper.title, paper.columns, paper.heads, paper.rows), frozen=True)
    if paper.groups:
        summary = _Sheet(book, paper, say(message("paper-groups"), paper.locale))
        summary.write_groups(paper.groups)


class _Sheet:
    """One sheet, written from top to bottom."""

    def __init__(self, book: Any, paper: Paper, title: str) -> None:  # noqa: ANN401  # untyped
        self._page = book.add_worksheet(_name(title, len(book.worksheets()) + 1), SwiftSheet)
        self._zone: tzinfo | None = paper.as_of.tzinfo
        self._locale: Locale = paper.locale
        self._shapes = {
            kind: book.add_format({**_BASE, "num_format": shape, "align": _align(kind)})
            for kind, shape in _SHAPES.items()
        }
        self._texts = book.add_format({**_BASE, "text_wrap": True, "num_format": "@"})
        self._bold = book.add_format({"bold": True, "font_size": 16})
        self._above = book.add_format({
            **_BASE, "bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#E7ECF1",
        })  # fmt: skip
        self._line = 0
        self._rooms: dict[int, int] = {}
        self._page.set_paper(_A4)
        if paper.landscape:
            self._page.set_landscape()
        self._page.set_margins(**_MARGINS)
        self._page.fit_to_pages(1, 0)
        self._page.set_footer("&C— &P —")

    def write_head(self, paper: Paper) -> None:
        """Write what the report is, whose, as of when, and its facts."""
        as_of = message("paper-as-of", at=moment(paper.as_of, paper.locale))
        self._say(paper.title, self._bold)
        self._say(f"{paper.office}    {say(as_of, paper.locale)}")
        for label, value in paper.facts:
            self._say(say(message("paper-fact", label=label, value=value), paper.locale))
        self._line += 1

    def write_groups(self, groups: Sequence[Table]) -> None:
        """Write small tables below each other."""
        for group in groups:
            self._say(group.title, self._bold)
            self.write_table(group)
            self._line += 1

    def write_table(self, table: Table, *, frozen: bool = False) -> None:
        """Write a table; a frozen one stays in sight under its heads and can be filtered."""
        head, last = self._line, len(table.heads) - 1
        for column, words in enumerate(table.heads):
            self._text(column, words, self._above)
            self._widen(column, room(words) + 2)
        self._line += 1
        writers = [self._writer(number, one) for number, one in enumerate(table.columns)]
        for row in table.rows:
            if self._line >= MOST_ROWS:
                raise InvalidError("paper-long", most=MOST_ROWS - head - 1)
            cells = [
                write(cell) for write, cell in zip(writers, row, strict=True) if cell is not None
            ]
            self._page.write_spelt(self._line, cells, last)
            self._line += 1
        if frozen:
            self._page.freeze_panes(head + 1, 0)
            self._page.repeat_rows(head)
            self._page.autofilter(head, 0, max(head, self._line - 1), last)
        for column, wide in self._rooms.items():
            self._page.set_column(column, column, min(_WIDEST, max(_NARROWEST, wide + 1)))

    def _writer(self, number: int, column: Column) -> Callable[[Any], str]:
        """Give what spells the cells of a column; each is what it is, whatever its column holds."""
        shape, texts = self._shapes.get(column.kind, self._texts), self._texts
        spell: Speller = self._page.speller(number)
        wide = _ROOM.get(column.kind)
        divisor = FEN_PER_YUAN if column.kind == "fen" else 1

        def write(cell: str | float | date) -> str:
            if isinstance(cell, str):
                spelt, taken = _spelt(cell, self._locale)
                self._widen(number, taken)
                return spell.text(self._line, spelt, texts)
            if isinstance(cell, date):
                self._widen(number, wide or _ROOM["instant"])
                day = self._local(cell)
                count = _day_number(day)
                if count is None:
                    return spell.text(self._line, spelt_text(day.isoformat()[:_DATE]), texts)
                return spell.number(self._line, count, shape)
            self._widen(number, wide or len(str(cell)))
            return spell.number(self._line, cell / divisor, shape)

        return write

    def _local(self, day: date) -> date:
        """Read an instant on the office's clock; a day, or one without a zone, is as it stands."""
        if isinstance(day, datetime) and day.tzinfo is not None and day.tzinfo is not self._zone:
            return day.astimezone(self._zone)
        return day

    def _say(self, text: str, shape: object = None) -> None:
        self._text(0, text, shape)
        self._line += 1

    def _text(self, number: int, text: str, shape: object) -> None:
        self._page.write_string(
            self._line, number, cut(legible(text), LONGEST_CELL, self._locale), shape
        )

    def _widen(self, number: int, wide: int) -> None:
        if wide > self._rooms.get(number, 0):
            self._rooms[number] = wide


def _day_number(day: date) -> float | None:
    """Count a day, or an instant, as a workbook does; None before the first that it counts."""
    count: float = day.toordinal() - _DAY_NOUGHT
    if count < _FIRST_DAY:
        return None
    if not isinstance(day, datetime):
        return count
    return count + (day.hour * 3600 + day.minute * 60 + day.second) / _SECONDS


def _spelt(text: str, locale: Locale) -> tuple[str, int]:
    """Spell a text so that it fits a cell, and tell the room that it takes."""
    return _kept(text, locale) if len(text) <= _SHORT else _made(text, locale)


def _made(text: str, locale: Locale) -> tuple[str, int]:
    kept = cut(legible(text), LONGEST_CELL, locale)
    return spelt_text(kept), room(kept)


_kept = lru_cache(maxsize=2048)(_made)


def _align(kind: Kind) -> str:
    return "left" if kind in {"date", "instant"} else "right"


def _name(title: str, number: int) -> str:
    """Name a sheet by its title, as far as Excel lets names be."""
    kept = _FORBIDDEN_IN_NAMES.sub(" ", legible(title)).replace("\n", " ")[:LONGEST_NAME]
    return kept.strip(" '") or str(number)
