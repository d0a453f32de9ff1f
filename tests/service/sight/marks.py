"""Marks: what a text says of where it stands, to be found again in whatever shows it."""

import json
import re
from typing import Any, NamedTuple

_MARK = re.compile(r"zz([a-z]+)-(\d+)-(\d+)zz")
_CODE = re.compile(r"DB-2026-(\d{4})")


class Mark(NamedTuple):
    """What a text is, the number of its case, issue, account or unit, and its own there."""

    kind: str
    of: int
    no: int


def mark(kind: str, of: int, no: int = 0) -> str:
    """Spell a mark."""
    return f"zz{kind}-{of}-{no}zz"


def marks(found: Any) -> frozenset[Mark]:  # noqa: ANN401  # any answer
    """Give every mark in an answer, wherever in it."""
    return frozenset(Mark(kind, int(of), int(no)) for kind, of, no in _MARK.findall(_text(found)))


def cases(found: Any) -> frozenset[int]:  # noqa: ANN401  # any answer
    """Give every case that an answer names by its code, wherever in it."""
    return frozenset(int(number) for number in _CODE.findall(_text(found)))


def code(case: int) -> str:
    """Give the code of a case."""
    return f"DB-2026-{case:04d}"


def _text(found: Any) -> str:  # noqa: ANN401  # any answer
    if isinstance(found, bytes):
        return found.decode()
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False, default=str)
