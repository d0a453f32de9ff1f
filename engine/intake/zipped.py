"""Word and Excel files are zip archives: look at one before anything in it is unpacked.

Limits hold for what an archive claims; that the claims are true is held by the memory and time of
the process in which it is read (`child.py`).
"""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from engine.errors import DubanError, InvalidError, TooLargeError, UnsupportedError

MOST_ENTRIES = 2_000
MOST_BYTES = 400 * 1024 * 1024
"""Unpacked; a ledger of 100,000 rows has some 150 MB."""
MOST_RATIO = 250
"""How much smaller than its content a large part may be."""
SMALL = 1024 * 1024
_HEAD = 64 * 1024
_ENCRYPTED = 0x1
_DECLARES = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_NOT_ZIP = (BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError)


def open_zip(content: bytes) -> ZipFile:
    """Open an archive that is safe to unpack.

    Raises InvalidError for a damaged or dangerous one, TooLargeError for one that is too large.
    """
    try:
        archive = ZipFile(BytesIO(content))
    except _NOT_ZIP as broken:
        raise InvalidError("import-damaged") from broken
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise TooLargeError("import-unpacks-large", megabytes=MOST_BYTES // SMALL)
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise InvalidError("import-damaged")
    for entry in entries:
        _check(entry)
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _check_head(archive, entry)
    return archive


def part(archive: ZipFile, name: str) -> bytes:
    """Unpack one part. Raises InvalidError where it is not there or damaged."""
    try:
        return archive.read(name)
    except (KeyError, *_NOT_ZIP) as broken:
        raise damaged(broken) from broken
    except Exception as broken:
        if type(broken).__module__ in {"zlib", "lzma"}:
            raise damaged(broken) from broken
        raise


def damaged(_: Exception) -> DubanError:
    """Say that a file is damaged, whatever its parser made of it."""
    return InvalidError("import-damaged")


def _check(entry: ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise UnsupportedError("import-encrypted")
    path = entry.filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or ":" in path:
        raise InvalidError("import-dangerous")
    if entry.file_size > SMALL and entry.file_size > entry.compress_size * MOST_RATIO:
        raise TooLargeError("import-unpacks-large", megabytes=MOST_BYTES // SMALL)


def _check_head(archive: ZipFile, entry: ZipInfo) -> None:
    """No office program declares a document type; whoever does wants a parser to fetch things."""
    try:
        with archive.open(entry) as stream:
            head = stream.read(_HEAD)
    except Exception as broken:
        raise damaged(broken) from broken
    if _DECLARES.search(head.replace(b"\x00", b"")):
        raise InvalidError("import-dangerous")
