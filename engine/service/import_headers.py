"""Verbs on the columns of an upload: which there are, and which field each of them is.

The command line settles them with `--map`; a page does it with these, on a file that is kept.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.access import Principal, require
from engine.errors import ConflictError, DubanError, InvalidError
from engine.intake.columns import FIELDS, SYNONYMS, fold, is_personal
from engine.intake.reading import Reading, read_head, read_sheet
from engine.intake.table import UNREAD, HeaderError
from engine.service.desk import Desk
from engine.service.import_answers import HeaderAnswer, HeadersAnswer
from engine.service.imports import ImportOrder, find_upload, keep, order_of
from engine.store import imports
from engine.store.imports import Upload

MOST_HEADER = 200


def upload_unread(desk: Desk, who: Principal, order: ImportOrder) -> int:
    """Keep a file whose columns a person has to settle; give the number of the upload.

    Raises ForbiddenError, and what `read_head` refuses; nothing is kept then.
    """
    require(who, "import")
    read_head(order.content, _reading(desk, order))
    return keep(desk, who, order, order.kind).id


def show_headers(desk: Desk, who: Principal, upload_id: int) -> HeadersAnswer:
    """Show the columns of an upload of one's own.

    Raises ForbiddenError; NotFoundError; ConflictError where it was imported already.
    """
    require(who, "import")
    row = _waiting(desk, who, upload_id)
    order = order_of(desk, row)
    how = _reading(desk, order)
    return {
        "id": row.id,
        "name": row.name,
        "kind": order.kind,
        "columns": [
            _column(column.header, column.examples, order.mapping)
            for column in read_head(order.content, how)
        ],
        "why": _why(desk, order, how),
    }


def settle_headers(desk: Desk, who: Principal, upload_id: int, meant: Mapping[str, str]) -> None:
    """Settle which field each header is, `UNREAD` for none, and read the file anew.

    Raises ForbiddenError; NotFoundError; ConflictError where it was imported already; InvalidError
    for a mapping by which the table cannot be read.
    """
    require(who, "import")
    row = _waiting(desk, who, upload_id, lock=True)
    _refuse_twice(meant)
    kept = order_of(desk, row)
    order = ImportOrder(
        kept.name, kept.content, kept.kind, kept.sheet, dict(meant), kept.create_missing
    )
    sheet = read_sheet(order.content, _reading(desk, order))
    options: dict[str, Any] = {**row.options, "mapping": dict(meant)}
    imports.reread_upload(desk.conn, row.id, sheet.kind, options)


def _waiting(desk: Desk, who: Principal, upload_id: int, *, lock: bool = False) -> Upload:
    row = find_upload(desk, who, upload_id, lock=lock)
    if row.answer is not None:
        raise ConflictError("import-settled")
    return row


def _reading(desk: Desk, order: ImportOrder) -> Reading:
    return Reading(desk.zone, desk.now, order.kind, order.sheet, order.mapping)


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


def _why(desk: Desk, order: ImportOrder, how: Reading) -> str | None:
    try:
        read_sheet(order.content, how)
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
