"""What a file is, by its bytes: the kinds of evidence that are taken, and how each begins."""

from engine.errors import UnsupportedError
from engine.intake.packed import look_into
from engine.words import listed

KINDS = ("PDF", "PNG", "JPEG", "DOCX", "XLSX", "OFD", "TXT")
"""The kinds of files that are taken, as people call them."""
_STARTS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_INSIDE = {
    "word/document.xml": f"{_OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{_OFFICE}spreadsheetml.sheet",
    "OFD.xml": "application/ofd",
}
"""An entry that each kind of packed document has, with the kind's media type."""
_TEXT = "text/plain; charset=utf-8"
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    f"{_OFFICE}wordprocessingml.document": (".docx",),
    f"{_OFFICE}spreadsheetml.sheet": (".xlsx",),
    "application/ofd": (".ofd",),
    _TEXT: (".txt", ".csv", ".md", ".log"),
}
"""How the name of a file of each kind ends; the first is the usual one."""


def media_of(content: bytes) -> str:
    """Give the media type of a file's bytes.

    Raises UnsupportedError where they are of no kind that is taken, or of one that would do harm.
    """
    known = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    found = known or (_packed(content) if content.startswith(b"PK") else _text(content))
    if found is None:
        raise UnsupportedError("file-kind", known=listed(KINDS))
    return found


def _packed(content: bytes) -> str | None:
    """Look at what is inside. Raises UnsupportedError for what would do harm."""
    packed = look_into(content)
    names = {part.filename for part in packed.parts} if packed else set()
    found = next((kind for entry, kind in _INSIDE.items() if entry in names), None)
    if found and packed and packed.fault:
        raise UnsupportedError(packed.fault)
    return found


def _text(content: bytes) -> str | None:
    """Take plain text in UTF-8; markup of pages would be text too, so it is always a download."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return _TEXT if all(c.isprintable() or c in "\r\n\t" for c in words) else None
