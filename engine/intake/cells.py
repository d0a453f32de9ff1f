"""Single cells in: names without line breaks, persons, lists of units, dates and instants."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

LONGEST_TEXT = 20_000
LONGEST_NAME = 300
_BREAK = re.compile(
    r"(?:(?<![ \t\u3000])[ \t\u3000]+)?+[\r\n\v\f\x85\u2028\u2029]+[ \t\u3000]*"
)  # blanks are looked through from the first of them alone: a cell may hold thousands
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\u200b]")
_LATIN_BOTH = re.compile(r"(?<=[!-~])\n(?=[!-~])")
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
_STRAY_BRACKET = re.compile(r"[()（）]")
_BETWEEN_PEOPLE = re.compile(
    r"[、，,;；/&|]|(?<=\s)and(?=\s)|(?<=[\u4e00-\u9fff]{2})[和与及](?=[\u4e00-\u9fff]{2})"
)
_BETWEEN_UNITS = re.compile(r"[、，,;；\n]")
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?)", re.ASCII)
_CLOCK = re.compile(
    r"[T ]*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_EARLIEST, _LATEST = date(1980, 1, 1), date(2199, 12, 31)


class WrongCell(Exception):  # noqa: N818  # a signal inside this package, never shown
    """What is wrong with a cell: a code of the catalogue and its parameters."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Person:
    """An official as a table names one."""

    name: str
    post: str | None

    def __str__(self) -> str:
        return f"{self.name}({self.post})" if self.post else self.name


def clean(raw: str) -> str:
    """Give a cell's text with plain line breaks, no control characters, nothing around it."""
    if raw.isprintable():
        return raw.strip()
    return _CONTROL.sub("", _BREAK.sub("\n", raw)).strip()


def text(raw: str, longest: int = LONGEST_TEXT) -> str:
    """Read free text. Raises WrongCell when it is too long."""
    found = clean(raw)
    if len(found) > longest:
        raise WrongCell("import-cell-long", longest=longest)
    return found if found.isascii() else unicodedata.normalize("NFC", found)


def name(raw: str) -> str:
    """Read a name: a line break inside is layout, and a blank only between Latin words."""
    found = text(raw, LONGEST_NAME)
    return _LATIN_BOTH.sub(" ", found).replace("\n", "") if "\n" in found else found


@lru_cache(maxsize=4096)
def person(raw: str) -> Person | None:
    """Read exactly one person, `张三(副镇长)` or `张三`; None for a blank cell.

    Raises WrongCell when two are named, or a bracket is left open.
    """
    if not raw:
        return None
    posts = [post.strip() for post in _BRACKETS.findall(raw)]
    bare = _BRACKETS.sub(" ", raw).strip()
    called = _called(bare)
    if len(posts) > 1 or called is None:
        raise WrongCell("import-two-leaders", text=raw[:80])
    if not called or _STRAY_BRACKET.search(bare):
        raise WrongCell("import-leader-shape", text=raw[:80])
    return Person(called, name(posts[0]) or None if posts else None)


def _called(bare: str) -> str | None:
    """Give the one name there is, spaced out or not; None when there are two."""
    if _BETWEEN_PEOPLE.search(bare):
        return None
    parts = bare.split()
    if all(part.isascii() for part in parts):
        return None if "\n" in bare else " ".join(parts)
    if len(parts) == 1 or all(len(part) == 1 for part in parts):
        return "".join(parts)
    return None


@lru_cache(maxsize=4096)
def units(raw: str) -> tuple[str, ...]:
    """Read units split at `、，,;；` and line breaks, each once, in order."""
    found = (part.strip() for part in _BETWEEN_UNITS.split(raw))
    return tuple(dict.fromkeys(part for part in found if part))


def moment(raw: str) -> date | datetime | None:
    """Read a day or an instant; a naive instant is meant in the office's zone; None if blank.

    Raises WrongCell where neither can be read.
    """
    found = clean(raw)
    return _moment(found) if found else None


@lru_cache(maxsize=8192)
def _moment(raw: str) -> date | datetime:
    plain = unicodedata.normalize("NFKC", raw).strip()
    head = _DAY.match(plain) or _DAY.match(plain := plain.replace(" ", ""))
    rest = plain[head.end() :] if head else ""
    clock = _CLOCK.fullmatch(rest)
    if not head or (rest.strip() and not clock):
        raise WrongCell("import-date", text=raw[:40])
    on = _built(head, raw)
    return _instant(on, clock, raw) if clock else on


def _built(found: re.Match[str], raw: str) -> date:
    year, month, number = (int(group) for group in found.groups() if group is not None)
    try:
        on = date(year, month, number)
    except ValueError:
        raise WrongCell("import-no-such-day", text=raw[:40]) from None
    if not _EARLIEST <= on <= _LATEST:
        raise WrongCell("import-date-far", text=on.isoformat())
    return on


def _instant(on: date, clock: re.Match[str], raw: str) -> datetime:
    hour, minute, second, offset = clock.groups()
    spelt = f"{on.isoformat()}T{int(hour):02d}:{minute}:{second or '00'}{offset or ''}"
    try:
        return datetime.fromisoformat(spelt)
    except ValueError:
        raise WrongCell("import-no-such-time", text=raw[:40]) from None
