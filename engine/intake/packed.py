"""What a packed document says of itself, and whether it would do harm where it is opened.

Only the list of its parts is read, and of an office document what it says of them.
"""

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

_MOST_ENTRIES = 5000
_MOST_LIST = 2 * 1024 * 1024
"""Bytes of the list of parts of an archive: reading a long one takes memory and time."""
_MOST_UNPACKED = 1024 * 1024 * 1024
_MOST_RATIO = 1000
"""How much smaller than its content a part may be that is larger than `_LARGE`."""
_LARGE = 16 * 1024 * 1024
_ENCRYPTED = 0x1
_RUNS = ("vbaproject.bin", "vbadata.xml", "/activex/", "/macrosheets/")
_SAYS_RUNS = (b"macroenabled", b"vbaproject", b"activex")
"""Parts of office documents that hold macros or controls, and what is said of such parts."""
_TYPES, _MOST_TYPES = "[Content_Types].xml", 1024 * 1024
_PLAIN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How office programs pack (ECMA-376, part 2); nothing else is opened."""
_NOT_READ = (
    zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError,
    struct.error, zlib.error,
)  # fmt: skip
_END, _END_64, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", b"PK\x06\x07", 22, 65535
_LOCATOR_SIZE, _SIZE_OF_LIST = 20, 12


@dataclass(frozen=True, slots=True)
class Packed:
    """A packed document: its parts, and what it says of their kinds, in small letters."""

    parts: list[zipfile.ZipInfo]
    types: bytes

    @property
    def names(self) -> list[str]:
        """The names of its parts, as programs compare them: from the root, in small letters."""
        return ["/" + p.orig_filename.replace("\\", "/").casefold() for p in self.parts]

    @property
    def fault(self) -> str | None:
        """The code of why it is not taken; None where there is nothing against it."""
        faults = {
            "file-encrypted": any(part.flag_bits & _ENCRYPTED for part in self.parts),
            "file-runs": self._runs(),
            "file-unpacks-badly": self._unpacks_badly(),
            "file-unpacks-large": self._unpacks_large(),
        }
        return next((code for code, there in faults.items() if there), None)

    def _runs(self) -> bool:
        held = any(word in name for name in self.names for word in _RUNS)
        return held or any(word in self.types for word in _SAYS_RUNS)

    def _unpacks_badly(self) -> bool:
        return len(set(self.names)) < len(self.names) or any(map(_climbs, self.names))

    def _unpacks_large(self) -> bool:
        grows = any(p.file_size > max(_LARGE, p.compress_size * _MOST_RATIO) for p in self.parts)
        return grows or sum(part.file_size for part in self.parts) > _MOST_UNPACKED


def look_into(content: bytes) -> Packed | None:
    """Read what an archive says of itself; None where it is damaged or has too many parts."""
    if not _is_short_list(content):
        return None
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            found = Packed(archive.infolist(), _types_in(archive))
    except _NOT_READ:
        return None
    return found if len(found.parts) <= _MOST_ENTRIES else None


def _is_short_list(content: bytes) -> bool:
    """Tell, from the end of an archive, whether its list of parts is of a size that is read.

    A list of the 64-bit kind is only needed by what is far larger than any upload.
    """
    end = content.rfind(_END, -_END_SIZE - _LONGEST_COMMENT)
    if end < 0 or len(content) < end + _END_SIZE:
        return False
    if content.rfind(_END_64, max(0, end - _LOCATOR_SIZE), end) >= 0:
        return False
    (size,) = struct.unpack_from("<L", content, end + _SIZE_OF_LIST)
    return bool(size <= _MOST_LIST)


def _types_in(archive: zipfile.ZipFile) -> bytes:
    """Read the beginning of the part in which an office document says what its parts are."""
    part = next((one for one in archive.infolist() if one.filename == _TYPES), None)
    if part is None or part.flag_bits & _ENCRYPTED or part.compress_type not in _PLAIN:
        return b""
    with archive.open(part) as opened:
        return opened.read(_MOST_TYPES).replace(b"\x00", b"").lower()


def _climbs(name: str) -> bool:
    """Tell whether a part would be written elsewhere than where its archive is unpacked."""
    return ".." in name.split("/") or name.startswith("//") or bool(set(name) & set(":\x00"))
