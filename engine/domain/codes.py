"""The codes that people call issues and cases by: `ZD-2026-001`, `DB-2026-0018`."""

import re

_ISSUE, _CASE = "ZD", "DB"
_ISSUE_DIGITS, _CASE_DIGITS = 3, 4
_SHAPE = re.compile(r"(ZD|DB)-([0-9]{4})-([0-9]{1,9})", re.ASCII)


def issue_code(year: int, number: int) -> str:
    """Spell the code of the year's `number`-th issue (重点)."""
    return f"{_ISSUE}-{year:04d}-{number:0{_ISSUE_DIGITS}d}"


def case_code(year: int, number: int) -> str:
    """Spell the code of the year's `number`-th case (督办)."""
    return f"{_CASE}-{year:04d}-{number:0{_CASE_DIGITS}d}"


def parse_issue_code(code: str) -> tuple[int, int] | None:
    """Read year and number of an issue's code; None when it is not one, or oddly spelt."""
    found = _read(code)
    return found if found and issue_code(*found) == code else None


def parse_case_code(code: str) -> tuple[int, int] | None:
    """Read year and number of a case's code; None when it is not one, or oddly spelt."""
    found = _read(code)
    return found if found and case_code(*found) == code else None


def _read(code: str) -> tuple[int, int] | None:
    found = _SHAPE.fullmatch(code)
    return (int(found[2]), int(found[3])) if found else None
