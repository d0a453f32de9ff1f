"""How wide text stands in a terminal: a Chinese character takes two columns."""

import unicodedata
from collections.abc import Iterator

_WIDE = frozenset("WF")


def width(text: str) -> int:
    """Count the columns that a text takes; combining signs take none."""
    return sum(_columns(sign) for sign in text)


def padded(text: str, columns: int) -> str:
    """Fill a text up with spaces to so many columns."""
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int) -> list[str]:
    """Break a text into lines of at most so many columns, at spaces or between wide characters."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()]


def _columns(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in _WIDE else 1


def _pieces(text: str) -> Iterator[str]:
    """Give what may not be broken: a word with the space after it, or a wide character.

    Closing punctuation stays with what it closes.
    """
    piece = ""
    for sign in text:
        starts = _columns(sign) > 1 and unicodedata.category(sign) not in {"Pe", "Pf", "Po"}
        if piece and (starts or piece[-1] == " "):
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece
