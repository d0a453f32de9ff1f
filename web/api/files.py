"""Operations on the files of a case."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import case_files
from engine.service.case_answers import FileAnswer
from engine.service.desk import Desk
from web.api.operations import Operations
from web.api.uploads import Uploading
from web.files import Download

OPERATIONS = Operations("files")
ANY = ("*/*",)


@OPERATIONS.post(
    "/cases/{code}/files", permission="case.file", object="case", events=(Kind.FILE_ADDED,),
    status=201, uploads=True,
)  # fmt: skip
def add_file(desk: Desk, who: Principal, code: str, upload: Uploading) -> FileAnswer:
    """Add a file to a case."""
    return case_files.add_file(desk, who, code, upload.name, upload.content)


@OPERATIONS.get("/cases/{code}/files/{id}", permission="case.read", object="case", media=ANY)
def read_file(
    desk: Desk,
    who: Principal,
    code: str,
    id: int,  # noqa: A002  # as the address has it
) -> Download:
    """Read the bytes of a file."""
    return Download(*case_files.read_file(desk, who, code, id))
