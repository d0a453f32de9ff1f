"""A file in, of whatever kind its content is: its table, row by row, each with its verdict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from zoneinfo import ZoneInfo

from engine.domain import personal
from engine.errors import InvalidError, TooLargeError, UnsupportedError
from engine.intake.apart import read_apart
from engine.intake.cells import clean
from engine.intake.columns import FIELDS
from engine.intake.csv_file import read_csv
from engine.intake.rows import ImportRow, RowFault, RowReader
from engine.intake.table import (
    HEADER_WITHIN,
    Layout,
    Numbered,
    body,
    check_options,
    find_layout,
    header_row,
)
from engine.progress import counted

MOST_BYTES = 128 * 1024 * 1024
"""The largest file that is looked at; what a browser may send is a setting, and less."""
MOST_UNREAD = 1000
"""Of so many rows that cannot be read it is kept what stood in them, to show it."""
LONGEST_UNREAD = 200
EXAMPLES = 2
"""How many rows below a header are shown of each column that has to be settled."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = (
    b"%PDF",
    b"{\\rtf",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)


@dataclass(frozen=True, slots=True)
class ImportSheet:
    """A whole table: the rows that can be read, what is wrong, and which columns were not read.

    `unread` is what stood in the rows that cannot be read, by row and field, and `partly` what of
    these could be read: so that all that is wrong with a row is told at once.
    """

    layout: Layout
    rows: Sequence[ImportRow]
    faults: Sequence[RowFault]
    unread: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    partly: Sequence[ImportRow] = ()

    @property
    def kind(self) -> str:
        """Decomposition or ledger."""
        return self.layout.kind

    def header(self, name: str) -> str:
        """Give the header of a field's column, or its usual one where the file has none."""
        return self.layout.headers.get(name) or FIELDS[name].headers[0]


@dataclass(frozen=True, slots=True)
class HeadColumn:
    """A column as the file has it: its header, and some of what stands below it."""

    header: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: the kind of table, its sheet, what headers mean, zone and day."""

    zone: ZoneInfo
    now: datetime
    kind: str | None = None
    sheet: str | None = None
    mapping: Mapping[str, str] | None = None


def read_sheet(content: bytes, how: Reading) -> ImportSheet:
    """Read a Word, Excel or CSV file, told apart by content.

    Raises UnsupportedError for another kind of file, TooLargeError, and InvalidError for a damaged
    one, a sheet that is not there, or a table without the columns that it must have.
    """
    return read_lines(lines_of(content, how), how)


def read_lines(lines: Iterator[Numbered], how: Reading) -> ImportSheet:
    """Read the rows of a table, as `lines_of` gives them. Raises what `read_sheet` raises."""
    mapping = how.mapping or {}
    check_options(how.kind, mapping)
    head = list(islice(lines, HEADER_WITHIN))
    layout = find_layout(head, how.kind, mapping)
    reader = RowReader(layout, how.zone, how.now)
    rows: list[ImportRow] = []
    faults: list[RowFault] = []
    unread: dict[int, dict[str, str]] = {}
    partly: list[ImportRow] = []
    for number, cells in counted("read", body(chain(head, lines), layout)):
        row, wrong = reader.read(number, cells)
        faults += wrong
        if row is not None and not wrong:
            rows.append(row)
        elif len(unread) < MOST_UNREAD:
            partly += [] if row is None else [row]
            texts = (clean(cell)[:LONGEST_UNREAD] for cell in cells)
            unread[number] = dict(zip(layout.places, texts, strict=True))
    if not rows and not faults:
        raise InvalidError("import-no-rows")
    return ImportSheet(layout, rows, faults, unread, partly)


def read_head(lines: Iterator[Numbered], how: Reading) -> list[HeadColumn]:
    """Read the columns of a table whose headers nobody knows yet, for a person to settle them.

    Raises what `read_sheet` raises of the file itself; InvalidError where no row could be a header.
    """
    mapping = how.mapping or {}
    check_options(how.kind, mapping)
    head = list(islice(lines, HEADER_WITHIN))
    number, line = header_row(head, mapping)
    below = [row for at, row in head if at > number and any(map(clean, row))][:EXAMPLES]
    return [
        HeadColumn(
            clean(cell).replace("\n", ""),
            tuple(clean(row[place])[:LONGEST_UNREAD] for row in below if place < len(row)),
        )
        for place, cell in enumerate(line)
        if clean(cell)
    ]


def lines_of(content: bytes, how: Reading) -> Iterator[Numbered]:
    """Read the rows of a file's table; numbers that belong to somebody are masked in all of them.

    So nothing that is made of a table, nor any sentence about it, can tell one. Raises what
    `read_sheet` raises of the file itself.
    """
    check_options(how.kind, how.mapping or {})
    return _masked(_lines(content, how.sheet, how.mapping or {}))


def _masked(lines: Iterator[Numbered]) -> Iterator[Numbered]:
    for number, line in lines:
        if personal.may_hold("\n".join(line)):
            yield number, [personal.masked(cell) for cell in line]
        else:
            yield number, line


def _lines(content: bytes, sheet: str | None, mapping: Mapping[str, str]) -> Iterator[Numbered]:
    if len(content) > MOST_BYTES:
        raise TooLargeError("import-file-large", megabytes=MOST_BYTES // (1024 * 1024))
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise InvalidError("import-empty")
    if content.startswith(_ZIP):
        return read_apart(content, sheet, mapping)
    if content.startswith(_OLE):
        raise UnsupportedError("import-encrypted" if _LOCKED in content else "import-legacy")
    if content.startswith(_OTHERS):
        raise UnsupportedError("import-no-table")
    if sheet is not None:
        raise InvalidError("import-csv-sheet")
    return read_csv(content, mapping)
