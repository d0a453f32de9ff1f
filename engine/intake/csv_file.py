"""A CSV file: UTF-8 with or without byte order mark, or GB18030; comma, tab or semicolon."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from io import BytesIO, TextIOWrapper
from itertools import islice

from engine.errors import InvalidError, UnsupportedError
from engine.intake.cells import LONGEST_TEXT
from engine.intake.table import HEADER_WITHIN, Numbered, headers_found
from engine.output.plain import GUARD, RUNS

DELIMITERS = (",", "\t", ";")
_SIXTEEN = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PIECE = 1024 * 1024
_LONGEST_CELL = 4 * LONGEST_TEXT


def read_csv(content: bytes, mapping: Mapping[str, str]) -> Iterator[Numbered]:
    """Read the records of a CSV file with their numbers.

    Raises UnsupportedError for what is no text, InvalidError for text in another encoding or with
    an open quotation mark; the latter while it is read.
    """
    encoding = encoding_of(content)
    heads = {d: _head(content, encoding, d) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: headers_found(heads[d], mapping))
    return _records(content, encoding, best)


def encoding_of(content: bytes) -> str:
    """Tell in which of the encodings the whole of a file is written.

    Raises UnsupportedError where it is no text, InvalidError where it is in none of them.
    """
    if content.startswith(_SIXTEEN):
        return _fits(content, "utf-16")
    if b"\x00" in content:
        raise UnsupportedError("import-no-table")
    try:
        return _fits(content, "utf-8-sig")
    except InvalidError:
        return _fits(content, "gb18030")


def _fits(content: bytes, encoding: str) -> str:
    """Decode piece by piece, so that a large file is never held twice."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), _PIECE):
            decoder.decode(content[start : start + _PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as wrong:
        raise InvalidError("import-encoding") from wrong
    return encoding


def _head(content: bytes, encoding: str, delimiter: str) -> list[Numbered]:
    try:
        return list(islice(_records(content, encoding, delimiter), HEADER_WITHIN))
    except InvalidError:
        return []


def _records(content: bytes, encoding: str, delimiter: str) -> Iterator[Numbered]:
    csv.field_size_limit(_LONGEST_CELL)
    number = 0
    with TextIOWrapper(BytesIO(content), encoding=encoding, newline="") as lines:
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            number += 1
            try:
                record = next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError) as wrong:
                raise InvalidError("import-csv", row=number) from wrong
            yield number, [_unguarded(cell) for cell in record]


def _unguarded(cell: str) -> str:
    """Take away the sign that keeps a spreadsheet from running a cell, as Duban writes it."""
    if cell.startswith(GUARD) and cell.lstrip(GUARD).startswith(RUNS):
        return cell.removeprefix(GUARD)
    return cell
