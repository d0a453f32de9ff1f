"""Verbs on the columns of an upload: which there are, and which field each of them is.

The command line settles them with `--map`; a page does it with these, on a file that is kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.domain.access import Principal, require
from engine.errors import ConflictError, DubanError, InvalidError
from engine.intake.columns import FIELDS, SYNONYMS, fold, is_personal
from engine.intake.kept import unpack
from engine.intake.reading import read_head, read_lines
from engine.intake.table import UNREAD, HeaderError
from engine.service.desk import Desk
from engine.service.import_answers import HeaderAnswer, HeadersAnswer
from engine.service.imports import (
    ImportOrder,
    find_upload,
    keep,
    reading_of,
    rows_of,
    table_of,
)
from engine.store import imports
from engine.store.imports import Upload

MOST_HEADER = 200


def upload_unread(desk: Desk, who: Principal, order: ImportOrder) -> int:
    """Keep a table whose columns a person has to settle; give the number of the upload.

    Raises ForbiddenError, and what `read_head` refuses; nothing is kept then.
    """
    require(who, "import")
    kept, how = table_of(desk, who, order)
    read_head(unpack(kept), how)
    return keep(desk, who, order, kept, order.kind).id


def show_headers(desk: Desk, who: Principal, upload_id: int) -> HeadersAnswer:
    """Show the columns of an upload of one's own.

    Raises ForbiddenError; NotFoundError; ConflictError where it was imported already.
    """
    require(who, "import")
    row = _waiting(desk, who, upload_id)
    given = row.options
    return {
        "id": row.id,
        "name": row.name,
        "kind": given["kind"],
        "columns": [
            _column(column.header, column.examples, given["mapping"])
            for column in read_head(rows_of(desk, row), reading_of(desk, row))
        ],
        "why": _why(desk, row),
    }


def settle_headers(desk: Desk, who: Principal, upload_id: int, meant: Mapping[str, str]) -> None:
    """Settle which field each header is, `UNREAD` for none, and read the file anew.

    Raises ForbiddenError; NotFoundError; ConflictError where it was imported already; InvalidError
    for a mapping by which the table cannot be read.
    """
    require(who, "import")
    row = _waiting(desk, who, upload_id, lock=True)
    _refuse_twice(meant)
    options: dict[str, Any] = {**row.options, "mapping": dict(meant)}
    sheet = read_lines(rows_of(desk, row), reading_of(desk, replace(row, options=options)))
    imports.reread_upload(desk.conn, row.id, sheet.kind, options)


def _waiting(desk: Desk, who: Principal, upload_id: int, *, lock: bool = False) -> Upload:
    row = find_upload(desk, who, upload_id, lock=lock)
    if row.answer is not None:
        raise ConflictError("import-settled")
    return row


def _column(header: str, examples: tuple[str, ...], mapping: Mapping[str, str]) -> HeaderAnswer:
    personal = is_personal(header)
    meant = {fold(name): field for name, field in mapping.items()}
    usual = None if SYNONYMS.get(fold(header)) in meant.values() else SYNONYMS.get(fold(header))
    found = meant.get(fold(header), usual)
    return {
        "header": header[:MOST_HEADER],
        "field": None if personal or found == UNREAD else found,
        "personal": personal,
        "examples": [] if personal else [text for text in examples if text],
    }


def _why(desk: Desk, row: Upload) -> str | None:
    try:
        read_lines(rows_of(desk, row), reading_of(desk, row))
    except HeaderError as error:
        return error.say(desk.locale)
    except DubanError:
        return None
    return None


def _refuse_twice(meant: Mapping[str, str]) -> None:
    """Refuse two columns for one field, naming both."""
    first: dict[str, str] = {}
    for header, field in meant.items():
        if field in first and field in FIELDS:
            called, other = FIELDS[field].called, first[field][:60]
            raise InvalidError("import-two-columns", field=called, first=other, second=header[:60])
        first.setdefault(field, header)
