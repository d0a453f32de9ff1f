"""A worksheet that takes rows whose cells are spelt already.

XlsxWriter looks at every cell anew: of which type it is, what its column is called, which format it
has. Of a table of a hundred thousand rows all of that is known once for each column, and takes two
thirds of the time. So rows go straight into the file in which XlsxWriter collects the rows of a
sheet in `constant_memory`; all else of the workbook stays its own.
"""

import re
from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

_ESCAPED = re.compile(r"_x[0-9a-fA-F]{4}_")
"""What Excel reads as a sign by its number; where a text means these very letters, it says so."""
_MARKUP = re.compile("[&<>]")


class Speller:
    """Spells the cells of one column."""

    def __init__(self, column: int) -> None:
        self._start = f'<c r="{xl_col_to_name(column)}'

    def text(self, line: int, spelt: str, shape: Any) -> str:  # noqa: ANN401  # untyped
        """Spell a cell with a text that is `spelt` already."""
        style = shape._get_xf_index()  # noqa: SLF001  # the writer's own number for a format
        return f'{self._start}{line + 1}" s="{style}" t="inlineStr"><is>{spelt}</is></c>'

    def number(self, line: int, number: float, shape: Any) -> str:  # noqa: ANN401  # untyped
        """Spell a number."""
        style = shape._get_xf_index()  # noqa: SLF001
        return f'{self._start}{line + 1}" s="{style}"><v>{number:.16G}</v></c>'


class SwiftSheet(Worksheet):  # type: ignore[misc]  # untyped
    """A worksheet of a workbook in `constant_memory`, written from top to bottom."""

    def speller(self, column: int) -> Speller:
        """Give what spells the cells of a column."""
        return Speller(column)

    def write_spelt(self, line: int, cells: Sequence[str], last: int) -> None:
        """Write a row below all others of which no cell stands beyond the last column."""
        self._check_dimensions(line, last)
        if line > self.previous_row:  # what was written last the usual way waits still
            self._write_single_row(line)
        self.row_data_fh.write(f'<row r="{line + 1}">{"".join(cells)}</row>')
        self.previous_row: int = line + 1


def spelt_text(text: str) -> str:
    """Spell a text as it stands in a cell; what XML cannot hold must be out of it."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: f"_x005F{found.group()}", text)
    if _MARKUP.search(text):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    blank = text[:1].isspace() or text[-1:].isspace()
    return f'<t xml:space="preserve">{text}</t>' if blank else f"<t>{text}</t>"
