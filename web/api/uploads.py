"""Files that come in by multipart/form-data."""

import hashlib
from dataclasses import dataclass, field

from starlette.datastructures import FormData, UploadFile

from engine.errors import FieldFault, InvalidError
from engine.words import message

_BYTES_PER_READ = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Uploading:
    """One uploaded file, and the texts that came with it."""

    name: str
    content: bytes = field(repr=False)


def upload_of(form: FormData) -> Uploading:
    """Give the one file of a form. Raises InvalidError where there is none, or another one."""
    files = [value for value in form.getlist("file") if isinstance(value, UploadFile)]
    others = [name for name, value in form.multi_items() if isinstance(value, UploadFile)]
    if len(files) != 1 or len(others) != 1 or not files[0].filename:
        raise InvalidError("invalid", [FieldFault("file", message("field-file"))])
    files[0].file.seek(0)
    return Uploading(files[0].filename, files[0].file.read())


def texts_of(form: FormData) -> dict[str, list[str]]:
    """Give the texts of a form by name, all that stand under one."""
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


def digest_of(form: FormData) -> str:
    """Give the digest of what a form says, whatever boundary its parts were divided by."""
    whole = hashlib.sha256()
    for name, value in form.multi_items():
        is_file = isinstance(value, UploadFile)
        told = (value.filename or "") if isinstance(value, UploadFile) else value
        whole.update(repr((name, is_file, told)).encode(errors="replace"))
        if isinstance(value, UploadFile):
            value.file.seek(0)
            whole.update(hashlib.file_digest(value.file, "sha256").digest())  # type: ignore[arg-type]
    return whole.hexdigest()
