"""The name under which a file is saved: that of whoever sent it, made harmless on any machine.

A file is kept under its hash, so its name is only what people call it. It may still be one that
Windows cannot save, hides what the file is, or makes another program open it than its content is
for. So the name that goes out is made here, from the name that came in and from what the file is.
"""

import re
import unicodedata
from pathlib import PurePosixPath

from engine.intake.media import ENDINGS

_MOST_BYTES = 200
"""Of a name in UTF-8: file systems hold 255, and browsers add a number to what is there already."""
_NEVER = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)", re.IGNORECASE
)
"""Names that Windows takes for devices, whatever comes after a dot."""
_UNSEEN = (
    range(0x115F, 0x1161), range(0x17B4, 0x17B6), range(0x180B, 0x1810), range(0xFE00, 0xFE10),
    range(0xE0000, 0xE1000), (0x034F, 0x2065, 0x2800, 0x3164, 0xFFA0),
)  # fmt: skip
"""Signs that are drawn as nothing (Unicode: Default_Ignorable_Code_Point) beside those of Cf."""
_NOTHING = "file"


def seen(name: str) -> str:
    """Give a name as people see it: composed, without direction marks and other unseen signs."""
    composed = unicodedata.normalize("NFC", name.encode(errors="replace").decode())
    return "".join(c for c in composed if not _is_unseen(c)).strip()


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf" or any(ord(sign) in some for some in _UNSEEN)


def saved_as(name: str, media: str) -> str:
    """Give the name under which a file of some kind is saved; its ending is one of that kind."""
    plain = "".join(c if c.isprintable() else "_" for c in seen(name))
    plain = _NEVER.sub("_", plain).strip(". ") or _NOTHING
    plain = f"_{plain}" if _DEVICES.match(plain) else plain
    usual = ENDINGS.get(media, (PurePosixPath(plain).suffix,))
    ending = next((e for e in usual if plain.casefold().endswith(e)), None)
    stem = plain[: -len(ending)] if ending else plain
    return _shortened(stem) + (plain[-len(ending) :] if ending else usual[0])


def _shortened(stem: str) -> str:
    kept = stem.encode()[:_MOST_BYTES].decode(errors="ignore").rstrip(". ")
    return kept or _NOTHING
