"""Read one Word or Excel file in a process of its own, with bounded memory and time.

Standard input: a line of JSON (`sheet`, `mapping`), then the file. Standard output: a line of JSON
that names the table or says what is wrong, then a line for each row.
"""

import os
import resource
import sys
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

import orjson

from engine.domain import personal
from engine.errors import DubanError, InvalidError, TooLargeError, UnsupportedError
from engine.intake.cells import LONGEST_TEXT
from engine.intake.table import HEADER_WITHIN, MOST_ROWS, Numbered, matches

MEMORY = 768 * 1024 * 1024
"""Address space, of which the interpreter and its libraries take some 150 MB."""
SECONDS = 10
MOST_TEXT = 200_000_000
"""Characters of all cells together."""
Tables = list[tuple[str, Iterator[Numbered]]]


def main() -> None:
    """Read and answer. Out of memory the process ends without an answer."""
    bound()
    order = orjson.loads(sys.stdin.buffer.readline())
    try:
        name, lines = choose(sys.stdin.buffer.read(), order["sheet"], order["mapping"])
        _say({"table": name})
        write(lines)
    except DubanError as refused:
        _refuse(refused)
    except MemoryError:
        os._exit(1)
    except BaseException:  # noqa: BLE001  # parsers of hostile files fail in ways of their own
        _refuse(InvalidError("import-damaged"))


def bound() -> None:
    """Give up memory, time and files beyond what reading one table takes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def choose(content: bytes, sheet: str | None, mapping: Mapping[str, str]) -> tuple[str, Any]:
    """Choose the table to read: the asked one, or the first that has the required columns.

    Raises UnsupportedError for another kind of archive, InvalidError for a damaged or empty one
    and for a sheet that is not there, TooLargeError.
    """
    tables = _tables(content)
    if not tables:
        raise InvalidError("import-no-tables")
    if sheet is not None:
        return _named(tables, sheet)
    first: tuple[str, Iterator[Numbered]] | None = None
    for name, lines in tables:
        head = list(islice(lines, HEADER_WITHIN))
        whole = chain(head, lines)
        if matches(head, mapping):
            return name, whole
        first = first or (name, whole)
    return first or tables[0]


def write(lines: Iterator[Numbered]) -> None:
    """Write the rows, up to what a table may have in all. Raises TooLargeError."""
    total = 0
    for number, line in lines:
        cells = [_kept(cell) for cell in line]
        total += sum(map(len, cells))
        if number > MOST_ROWS + HEADER_WITHIN:
            raise TooLargeError("import-too-many-rows", most=MOST_ROWS)
        if total > MOST_TEXT:
            raise TooLargeError("import-too-much-text", millions=MOST_TEXT // 1_000_000)
        _say([number, cells])


def _kept(cell: str) -> str:
    """Keep of a cell as much as tells that it is too long, and no halves of characters."""
    return cell[: LONGEST_TEXT + 1].encode(errors="replace").decode()


def _tables(content: bytes) -> Tables:
    # Each library is loaded only where its kind of file is read, and only behind the limits.
    from engine.intake.zipped import open_zip  # noqa: PLC0415

    archive = open_zip(content)
    names = set(archive.namelist())
    if not names.isdisjoint({"xl/workbook.xml", "xl/workbook.bin"}):
        return list(_sheets(content))
    if any(name.startswith("word/") for name in names):
        from engine.intake.docx_file import numbered, word_tables  # noqa: PLC0415

        found = word_tables(archive)
        return [(str(place), numbered(table)) for place, table in enumerate(found, start=1)]
    raise UnsupportedError("import-no-table")


def _sheets(content: bytes) -> Iterator[tuple[str, Iterator[Numbered]]]:
    from engine.intake.xlsx_file import open_workbook, read_sheet, sheet_names  # noqa: PLC0415

    workbook = open_workbook(content)
    for name in sheet_names(workbook):
        yield name, _later(lambda name=name: read_sheet(workbook, name))


def _later(read: Any) -> Iterator[Numbered]:  # noqa: ANN401  # a call that gives rows
    yield from read()


def _named(tables: Tables, sheet: str) -> tuple[str, Iterator[Numbered]]:
    for place, (name, lines) in enumerate(tables, start=1):
        if sheet in {name, str(place)}:
            return name, lines
    known = "、".join(personal.masked(name)[:60] for name, _ in tables[:20])
    raise InvalidError("import-no-sheet", sheet=sheet[:60], known=known)


def _refuse(refused: DubanError) -> None:
    words = refused.message
    _say({"refused": refused.code, "code": words.code, "params": dict(words.params)})


def _say(value: object) -> None:
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))


if __name__ == "__main__":
    main()
