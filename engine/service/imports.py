"""Verbs on imports: a dry run, an upload with its preview, its confirmation, or all at once.

An import is all or nothing, and the same table twice changes nothing: a row that is a case already
stays as it is. Of an upload its table is kept until it is confirmed, never the file.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from engine.domain import personal
from engine.domain.access import Principal, require
from engine.errors import ConflictError, ForbiddenError, NotFoundError
from engine.intake.columns import DECOMPOSITION
from engine.intake.kept import is_kept, pack, unpack
from engine.intake.reading import Reading, read_lines, read_sheet
from engine.intake.table import Numbered
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
"""How long a table that nobody confirms is kept."""


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
    return previewed(desk, _name(order), _digest(order), _plan(desk, order), most)


def run_import(desk: Desk, who: Principal, order: ImportOrder) -> ImportAnswer:
    """Import a file at once.

    Raises ForbiddenError, what `read_sheet` refuses, or InvalidError with every wrong row.
    """
    require(who, "import")
    return _write(desk, who, _plan(desk, order), _digest(order))


def upload(desk: Desk, who: Principal, order: ImportOrder) -> UploadAnswer:
    """Keep the table of a file until it is confirmed, and say what would become of its rows.

    Raises ForbiddenError, and what `read_sheet` refuses; nothing is kept then.
    """
    require(who, "import")
    kept, how = table_of(desk, who, order)
    made = plan(desk, read_lines(unpack(kept), how), creates=order.create_missing)
    row = keep(desk, who, order, kept, made.sheet.kind)
    return _shown(desk, row, made)


def table_of(desk: Desk, who: Principal, order: ImportOrder) -> tuple[bytes, Reading]:
    """Read the table of a file, to keep it, with how it is read.

    Raises ForbiddenError for who has no account, and what `read_sheet` refuses of the file itself.
    """
    if who.account_id is None:
        raise ForbiddenError("import-needs-account")
    how = Reading(desk.zone, desk.now, order.kind, order.sheet, order.mapping)
    return pack(order.content, how), how


def keep(desk: Desk, who: Principal, order: ImportOrder, table: bytes, kind: str | None) -> Upload:
    """Keep the table of a file until it is confirmed, with how it is to be read."""
    forget_old(desk)
    sha256 = hashlib.sha256(table).hexdigest()
    files.keep(desk.conn, sha256, table)
    options = {
        "kind": order.kind,
        "sheet": order.sheet,
        "mapping": dict(order.mapping),
        "create_missing": order.create_missing,
        "file": _digest(order),
    }
    row = Upload(
        counters.take(desk.conn, "upload"), who.account_id or 0, kind or DECOMPOSITION, sha256,
        _name(order), len(order.content), options, WAITING, desk.now, None,
    )  # fmt: skip
    imports.keep_upload(desk.conn, row)
    return row


def has_old(desk: Desk) -> bool:
    """Tell whether a table was not confirmed in time."""
    return imports.has_uploads(desk.conn, WAITING, desk.now - KEPT)


def forget_old(desk: Desk) -> int:
    """Forget the tables that nobody confirmed in time; tell how many."""
    return imports.forget_uploads(desk.conn, WAITING, desk.now - KEPT)


def show_upload(desk: Desk, who: Principal, upload_id: int) -> UploadAnswer:
    """Show an upload of one's own: what would become of its rows now, or what became of them.

    Raises ForbiddenError; NotFoundError where there is none such.
    """
    require(who, "import")
    row = find_upload(desk, who, upload_id)
    if row.answer is not None:
        done: UploadAnswer = row.answer
        return done
    return _shown(desk, row, plan_upload(desk, row))


def confirm(desk: Desk, who: Principal, upload_id: int, digest: str) -> ImportAnswer:
    """Import an upload of one's own, the very bytes that were previewed; safe to repeat.

    Raises ForbiddenError; NotFoundError; ConflictError where `digest` is not that of the upload;
    InvalidError with every wrong row.
    """
    require(who, "import")
    row = find_upload(desk, who, upload_id, lock=True)
    if digest.strip().lower() != digest_of(row):
        raise ConflictError("import-other-bytes")
    if row.answer is not None:
        done: ImportAnswer = row.answer["result"]
        return done
    made = plan_upload(desk, row)
    result = _write(desk, who, made, digest_of(row))
    shown = previewed(desk, row.name, digest_of(row), made, 0)
    answer: UploadAnswer = {**shown, "id": row.id, "state": CONFIRMED, "result": result}
    imports.settle_upload(desk.conn, row.id, CONFIRMED, answer)
    imports.forget_bytes(desk.conn, row.sha256, WAITING)
    return result


def find_upload(desk: Desk, who: Principal, upload_id: int, *, lock: bool = False) -> Upload:
    """Find an upload of one's own. Raises NotFoundError."""
    found = imports.upload(desk.conn, upload_id, who.account_id, lock=lock)
    if found is None:
        raise NotFoundError("import-unknown", id=upload_id)
    return found


def digest_of(row: Upload) -> str:
    """Give the SHA-256 of the file that an upload came in; `row.sha256` is that of its table."""
    return str(row.options.get("file", row.sha256))


def reading_of(desk: Desk, row: Upload) -> Reading:
    """Say how an upload is to be read."""
    given = row.options
    return Reading(desk.zone, desk.now, given["kind"], given["sheet"], given["mapping"])


def rows_of(desk: Desk, row: Upload) -> Iterator[Numbered]:
    """Give the rows of an upload's table. Raises NotFoundError."""
    kept = files.read(desk.conn, row.sha256)
    if kept is None:
        raise NotFoundError("import-unknown", id=row.id)
    return unpack(kept if is_kept(kept) else pack(kept, reading_of(desk, row)))


def plan_upload(desk: Desk, row: Upload) -> Plan:
    """Decide the fate of every row of an upload. Raises NotFoundError."""
    sheet = read_lines(rows_of(desk, row), reading_of(desk, row))
    return plan(desk, sheet, creates=row.options["create_missing"])


def _plan(desk: Desk, order: ImportOrder) -> Plan:
    how = Reading(desk.zone, desk.now, order.kind, order.sheet, order.mapping)
    return plan(desk, read_sheet(order.content, how), creates=order.create_missing)


def _shown(desk: Desk, row: Upload, made: Plan) -> UploadAnswer:
    shown = previewed(desk, row.name, digest_of(row), made, FEW)
    return {**shown, "id": row.id, "state": row.state, "result": None}


def _write(desk: Desk, who: Principal, made: Plan, digest: str) -> ImportAnswer:
    """Write a plan without a fault; one without a new row changes nothing."""
    if made.faults:
        raise refuse(made)
    written = write(desk, who, made, digest) if made.fresh else NOTHING
    return imported(made, digest, written)


def _digest(order: ImportOrder) -> str:
    return hashlib.sha256(order.content).hexdigest()


def _name(order: ImportOrder) -> str:
    """Give the name of a file; numbers that belong to somebody are masked in it too."""
    return clean(personal.masked(order.name))[-LONGEST_NAME:]
