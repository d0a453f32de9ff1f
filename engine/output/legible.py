"""Texts as files can hold them: what no XML can carry is replaced, too long ones end visibly."""

import re
from datetime import datetime

from engine.words import Locale, message, say

REPLACEMENT = "\ufffd"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_BEYOND = 0x10000
"""From here on a sign counts as two, where lengths are counted in UTF-16."""


def legible(text: str) -> str:
    """Give a text without what XML 1.0 forbids or discourages, line ends as line feeds."""
    return _UNWRITABLE.sub(REPLACEMENT, text.replace("\r\n", "\n").replace("\r", "\n"))


def cut(text: str, longest: int, locale: Locale) -> str:
    """Cut a text that is longer than `longest` units of UTF-16, and say so at its end."""
    if 2 * len(text) <= longest or _units(text) <= longest:
        return text
    mark = say(message("paper-cut"), locale)
    room, kept = longest - len(mark), 0
    for sign in text:
        room -= 1 + (ord(sign) >= _BEYOND)
        if room < 0:
            break
        kept += 1
    return text[:kept] + mark


def _units(text: str) -> int:
    return len(text) + sum(ord(sign) >= _BEYOND for sign in text)


def room(text: str) -> int:
    """Estimate the room that the widest line of a text takes, in letters."""
    return max((_room(line) for line in text.split("\n")), default=0)


def _room(line: str) -> int:
    return 2 * len(line) - len(line.encode("ascii", "ignore")) if not line.isascii() else len(line)


def moment(at: datetime, locale: Locale) -> str:
    """Write an instant in words, to the minute."""
    parts = {"year": str(at.year), "day": str(at.day), "time": f"{at:%H:%M}"}
    months = say(message("months"), locale).split("|")
    return say(message("paper-moment", month=months[at.month - 1], **parts), locale)
