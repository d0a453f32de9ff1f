"""What a file is, by its bytes: the kinds of evidence that are taken, and how each begins."""

import zipfile
from io import BytesIO

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
_MOST_ENTRIES = 5000


def media_of(content: bytes) -> str | None:
    """Give the media type of a file's bytes; None where they are of no kind that is taken."""
    known = next((kind for start, kind in _STARTS.items() if content.startswith(start)), None)
    if known is not None:
        return known
    return _packed(content) if content.startswith(b"PK") else _text(content)


def _packed(content: bytes) -> str | None:
    """Look at the names inside; nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if len(names) > _MOST_ENTRIES:
        return None
    return next((kind for entry, kind in _INSIDE.items() if entry in names), None)


def _text(content: bytes) -> str | None:
    """Take plain text in UTF-8; markup of pages would be text too, so it is always a download."""
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return _TEXT if all(c.isprintable() or c in "\r\n\t" for c in words) else None
