"""Verbs on the files of a case: add one, read its bytes."""

from hashlib import sha256

from engine.domain import personal
from engine.domain.access import WRITERS, Principal
from engine.domain.draft import Draft
from engine.domain.events import Kind
from engine.domain.records import File
from engine.errors import NotFoundError
from engine.failpoints import failpoint
from engine.intake.media import media_of
from engine.output.filenames import saved_as, seen
from engine.service import case_room
from engine.service.case_answers import FileAnswer
from engine.service.case_fields import Reader
from engine.service.case_parts_view import PartsView
from engine.service.desk import Desk
from engine.store import files
from engine.words import message

LONGEST_NAME = 200


def add_file(desk: Desk, who: Principal, code: str, name: str, content: bytes) -> FileAnswer:
    """Add a file to a case; what it is follows from its bytes, never from its name.

    The face has seen to its size. Raises NotFoundError, ForbiddenError, ConflictError for a closed
    case, UnsupportedError for another kind of file, InvalidError for its name or for no bytes.
    """
    room = case_room.enter_to_write(desk, who, code, "file")
    media = _checked(name, content)
    draft = Draft(room.facts, desk.now)
    draft.bump()
    row = draft.add(
        File, name=seen(name), sha256=sha256(content).hexdigest(), size=len(content),
        media=media, by_id=who.account_id or 0, at=desk.now,
    )  # fmt: skip
    files.keep(desk.conn, row.sha256, content)
    failpoint("upload.after-bytes")
    case_room.save(room, draft, Kind.FILE_ADDED, by=WRITERS["file"])
    return PartsView(case_room.enter(desk, who, code)).files()[-1]


def read_file(desk: Desk, who: Principal, code: str, file_id: int) -> tuple[str, str, bytes]:
    """Give the name to save a file under, its media type and its bytes. Raises NotFoundError."""
    room = case_room.enter(desk, who, code)
    row = next((f for f in room.facts.file if f.no == file_id), None)
    content = files.read(desk.conn, row.sha256) if row else None
    if row is None or content is None:
        what = message("part-file")
        raise NotFoundError("part-unknown", code=room.facts.case.code, id=file_id, what=what)
    return saved_as(row.name, row.media), row.media, content


def _checked(name: str, content: bytes) -> str:
    plain, read = seen(name), Reader()
    if not 0 < len(plain) <= LONGEST_NAME or not plain.isprintable() or set(plain) & set("/\\"):
        read.wrong("file", "file-name", longest=LONGEST_NAME)
    if personal.find(plain) is not None:
        read.wrong("file", "file-private-number")
    if not content:
        read.wrong("file", "file-empty")
    read.refuse("invalid")
    return media_of(content)
