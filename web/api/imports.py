"""Operations on imports: upload a table, see what would become of its rows, confirm."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import imports
from engine.service.desk import Desk
from engine.service.import_answers import ImportAnswer, UploadAnswer
from web.api.forms.imports import ConfirmForm, ImportForm
from web.api.operations import Operations
from web.api.uploads import Uploading

OPERATIONS = Operations("imports")


@OPERATIONS.post("/imports", permission="import", object="import", status=201, uploads=True)
def upload_table(desk: Desk, who: Principal, upload: Uploading, form: ImportForm) -> UploadAnswer:
    """Upload a table and see what would become of each of its rows; nothing is imported yet."""
    return imports.upload(desk, who, form.order(upload.name, upload.content))


@OPERATIONS.get("/imports/{id}", permission="import", object="import")
def show_upload(
    desk: Desk,
    who: Principal,
    id: int,  # noqa: A002  # as the address has it
) -> UploadAnswer:
    """Show an upload: what would become of its rows now, or what became of them."""
    return imports.show_upload(desk, who, id)


@OPERATIONS.post(
    "/imports/{id}/confirm", permission="import", object="import",
    events=(
        Kind.IMPORT_CONFIRMED, Kind.ISSUE_OPENED, Kind.CASE_REGISTERED, Kind.CASE_IMPORTED,
        Kind.UNIT_ADDED, Kind.ACCOUNT_ADDED,
    ),
)  # fmt: skip
def confirm_upload(
    desk: Desk,
    who: Principal,
    id: int,  # noqa: A002  # as the address has it
    form: ConfirmForm,
) -> ImportAnswer:
    """Import an upload, the very bytes that were previewed."""
    return imports.confirm(desk, who, id, form.sha256)
