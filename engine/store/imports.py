"""What an import asks of the database: which of its matters are there, and its uploaded files."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from engine.store.tables import table

_ISSUE, _CASE = table("issue"), table("case")
_UPLOAD, _BLOB, _FILE = table("upload"), table("blob"), table("file")
_MANY = 500


@dataclass(frozen=True, slots=True)
class CaseThere:
    """A case that an imported row may be."""

    code: str
    issue_id: int
    title: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded table: whose, of which bytes, how it is to be read, and what became of it.

    `sha256` is that of the table as it is kept, `name` and `size` are those of its file.
    """

    id: int
    account_id: int
    kind: str
    sha256: str
    name: str
    size: int
    options: dict[str, Any]
    state: str
    created_at: datetime
    answer: Any | None


def issues_titled(connection: Connection, titles: Collection[str]) -> dict[str, tuple[int, str]]:
    """Find the key issue of each title: id and code, the oldest where two have the same."""
    found: dict[str, tuple[int, str]] = {}
    columns = select(_ISSUE.c.id, _ISSUE.c.title, _ISSUE.c.code)
    for some in _few(sorted(titles)):
        rows = connection.execute(columns.where(_ISSUE.c.title.in_(some)).order_by(_ISSUE.c.id))
        for row in rows:
            found.setdefault(row.title, (row.id, row.code))
    return found


def cases_of(connection: Connection, issue_ids: Collection[int]) -> Iterator[CaseThere]:
    """Read the cases of some issues, oldest first."""
    for some in _few(sorted(issue_ids)):
        rows = connection.execute(_there().where(_CASE.c.issue_id.in_(some)).order_by(_CASE.c.id))
        yield from (CaseThere(*row) for row in rows)


def cases_coded(connection: Connection, codes: Collection[str]) -> dict[str, CaseThere]:
    """Read the cases that have some codes."""
    found = {}
    for some in _few(sorted(codes)):
        for row in connection.execute(_there().where(_CASE.c.code.in_(some))):
            found[row.code] = CaseThere(*row)
    return found


def keep_upload(connection: Connection, row: Upload) -> None:
    """Write a new upload."""
    connection.execute(insert(_UPLOAD), {n: getattr(row, n) for n in Upload.__slots__})


def upload(
    connection: Connection, upload_id: int, account_id: int | None, *, lock: bool = False
) -> Upload | None:
    """Read an account's upload, to change it with `lock`; None where it has none such."""
    found = select(*(_UPLOAD.c[name] for name in Upload.__slots__))
    found = found.where(_UPLOAD.c.id == upload_id, _UPLOAD.c.account_id == account_id)
    row = connection.execute(found.with_for_update() if lock else found).first()
    return Upload(*row) if row else None


def settle_upload(connection: Connection, upload_id: int, state: str, answer: object) -> None:
    """Write what became of an upload."""
    chosen = update(_UPLOAD).where(_UPLOAD.c.id == upload_id)
    connection.execute(chosen.values(state=state, answer=answer))


def reread_upload(
    connection: Connection, upload_id: int, kind: str, options: dict[str, Any]
) -> None:
    """Write that an upload is to be read otherwise."""
    chosen = update(_UPLOAD).where(_UPLOAD.c.id == upload_id)
    connection.execute(chosen.values(kind=kind, options=options))


def has_uploads(connection: Connection, state: str, before: datetime) -> bool:
    """Tell whether an upload has stayed in a state since before an instant."""
    old = select(_UPLOAD.c.id).where(_UPLOAD.c.state == state, _UPLOAD.c.created_at < before)
    return connection.execute(old.limit(1)).first() is not None


def forget_uploads(connection: Connection, state: str, before: datetime) -> int:
    """Remove the uploads that have stayed in a state since before an instant; tell how many."""
    old = delete(_UPLOAD).where(_UPLOAD.c.state == state, _UPLOAD.c.created_at < before)
    gone = connection.execute(old.returning(_UPLOAD.c.sha256)).scalars().all()
    for sha256 in set(gone):
        forget_bytes(connection, sha256, state)
    return len(gone)


def forget_bytes(connection: Connection, sha256: str, state: str) -> None:
    """Remove bytes that no file is made of, and no upload in a state waits for."""
    waits = exists().where(_UPLOAD.c.sha256 == sha256, _UPLOAD.c.state == state)
    is_file = exists().where(_FILE.c.sha256 == sha256)
    connection.execute(delete(_BLOB).where(_BLOB.c.sha256 == sha256, ~or_(waits, is_file)))


def _there() -> Any:  # noqa: ANN401  # a select of four columns
    return select(_CASE.c.code, _CASE.c.issue_id, _CASE.c.title, _CASE.c.registered_at)


def _few(values: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(values)
    while some := list(islice(source, _MANY)):
        yield some
