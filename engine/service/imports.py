"""Verbs on imports: a dry run, an upload with its preview, its confirmation, or all at once.

An import is all or nothing, and the same table twice changes nothing: a row that is a case already
stays as it is.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from engine.domain.access import Principal, require
from engine.errors import ConflictError, ForbiddenError, NotFoundError
from engine.intake.columns import DECOMPOSITION
from engine.intake.reading import Reading, read_sheet
from engine.service.desk import Desk
from engine.service.import_answers import (
    ImportAnswer,
    PreviewAnswer,
    UploadAnswer,
    imported,
    previewed,
    refuse,
)
from engine.service.import_plan import Plan, plan
from engine.service.import_write import Written, write
from engine.service.office import clean
from engine.store import counters, files, imports
from engine.store.imports import Upload

WAITING, CONFIRMED = "previewed", "confirmed"
FEW = 500
"""How many rows a preview shows of an upload; the wrong ones come first."""
LONGEST_NAME = 255
NOTHING = Written((), 0, (), ())
KEPT = timedelta(days=7)
"""How long a file that nobody confirms is kept."""


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """A file and how to read it; what is None is told by the file itself.

    `mapping` names the field of a header that is none of the usual ones. `create_missing` makes
    accounts (which cannot sign in) and units that the table names and nobody knows.
    """

    name: str
    content: bytes
    kind: str | None = None
    sheet: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    create_missing: bool = False


def preview(
    desk: Desk, who: Principal, order: ImportOrder, most: int | None = None
) -> PreviewAnswer:
    """Say what would become of every row of a file; nothing is written.

    Shows at most `most` rows. Raises ForbiddenError, and what `read_sheet` refuses.
    """
    require(who, "import")
    return previewed(desk, order.name, _digest(order), _plan(desk, order), most)


def run_import(desk: Desk, who: Principal, order: ImportOrder) -> ImportAnswer:
    """Import a file at once.

    Raises ForbiddenError, what `read_sheet` refuses, or InvalidError with every wrong row.
    """
    require(who, "import")
    return _write(desk, who, _plan(desk, order), _digest(order))


def upload(desk: Desk, who: Principal, order: ImportOrder) -> UploadAnswer:
    """Keep a file until it is confirmed, and say what would become of its rows.

    Raises ForbiddenError, and what `read_sheet` refuses; nothing is kept then.
    """
    require(who, "import")
    if who.account_id is None:
        raise ForbiddenError("import-needs-account")
    name = clean(order.name)[-LONGEST_NAME:]
    shown = previewed(desk, name, _digest(order), _plan(desk, order), FEW)
    row = keep(desk, who, order, shown["kind"])
    return {**shown, "id": row.id, "state": row.state, "result": None}


def keep(desk: Desk, who: Principal, order: ImportOrder, kind: str | None) -> Upload:
    """Keep a file until it is confirmed, with how it is to be read. Raises ForbiddenError."""
    if who.account_id is None:
        raise ForbiddenError("import-needs-account")
    imports.forget_uploads(desk.conn, WAITING, desk.now - KEPT)
    sha256 = _digest(order)
    files.keep(desk.conn, sha256, order.content)
    options = {
        "kind": order.kind,
        "sheet": order.sheet,
        "mapping": dict(order.mapping),
        "create_missing": order.create_missing,
    }
    row = Upload(
        counters.take(desk.conn, "upload"), who.account_id, kind or DECOMPOSITION, sha256,
        clean(order.name)[-LONGEST_NAME:], len(order.content), options, WAITING, desk.now, None,
    )  # fmt: skip
    imports.keep_upload(desk.conn, row)
    return row


def show_upload(desk: Desk, who: Principal, upload_id: int) -> UploadAnswer:
    """Show an upload of one's own: what would become of its rows now, or what became of them.

    Raises ForbiddenError; NotFoundError where there is none such.
    """
    require(who, "import")
    row = find_upload(desk, who, upload_id)
    if row.answer is not None:
        done: UploadAnswer = row.answer
        return done
    shown = previewed(desk, row.name, row.sha256, _plan(desk, order_of(desk, row)), FEW)
    return {**shown, "id": row.id, "state": row.state, "result": None}


def confirm(desk: Desk, who: Principal, upload_id: int, digest: str) -> ImportAnswer:
    """Import an upload of one's own, the very bytes that were previewed; safe to repeat.

    Raises ForbiddenError; NotFoundError; ConflictError where `digest` is not that of the upload;
    InvalidError with every wrong row.
    """
    require(who, "import")
    row = find_upload(desk, who, upload_id, lock=True)
    if digest.strip().lower() != row.sha256:
        raise ConflictError("import-other-bytes")
    if row.answer is not None:
        done: ImportAnswer = row.answer["result"]
        return done
    made = _plan(desk, order_of(desk, row))
    result = _write(desk, who, made, row.sha256)
    shown = previewed(desk, row.name, row.sha256, made, 0)
    answer: UploadAnswer = {**shown, "id": row.id, "state": CONFIRMED, "result": result}
    imports.settle_upload(desk.conn, row.id, CONFIRMED, answer)
    imports.forget_bytes(desk.conn, row.sha256, WAITING)
    return result


def _plan(desk: Desk, order: ImportOrder) -> Plan:
    how = Reading(desk.zone, desk.now, order.kind, order.sheet, order.mapping)
    return plan(desk, read_sheet(order.content, how), creates=order.create_missing)


def _write(desk: Desk, who: Principal, made: Plan, digest: str) -> ImportAnswer:
    """Write a plan without a fault; one without a new row changes nothing."""
    if made.faults:
        raise refuse(made)
    written = write(desk, who, made, digest) if made.fresh else NOTHING
    return imported(made, digest, written)


def _digest(order: ImportOrder) -> str:
    return hashlib.sha256(order.content).hexdigest()


def find_upload(desk: Desk, who: Principal, upload_id: int, *, lock: bool = False) -> Upload:
    """Find an upload of one's own. Raises NotFoundError."""
    found = imports.upload(desk.conn, upload_id, who.account_id, lock=lock)
    if found is None:
        raise NotFoundError("import-unknown", id=upload_id)
    return found


def order_of(desk: Desk, row: Upload) -> ImportOrder:
    """Give the file of an upload as the order it came with. Raises NotFoundError."""
    content = files.read(desk.conn, row.sha256)
    if content is None:
        raise NotFoundError("import-unknown", id=row.id)
    return ImportOrder(row.name, content, **row.options)
