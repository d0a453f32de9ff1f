"""Numbers that belong to somebody: no text about an issue or an official may hold one.

Three kinds are known by their shape: the number of an identity card, also the old one of fifteen
digits, that of a mobile line and that of a bank card, which has a sign to check by. What
offices do write, such as document numbers, codes, dates and amounts, must not be taken for them, so
a number counts only where it stands by itself.
"""

import re
from calendar import monthrange

_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ＋－．　\xa0", "0123456789Xx+-.  ")
_RUN = re.compile(r"\d(?:[ .\-．－　\xa0]?\d){10}")
"""What any kind has at least; most texts have no such run, and need not be read closer."""
_ALONE = r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z][-_〕\]])(?<!\d\.)(?<![年第字])"
"""A number that follows letters, digits or the head of a document number is part of one."""
_END = r"(?![0-9A-Za-z_])(?![-_][0-9A-Za-z])(?!\.\d)"
_LINE = re.compile(
    _ALONE
    + r"(?<![¥￥$])(?<!人民币)(?:(?i:tel|phone|mobile)[.: ]*)?(?:(?:\+|00)?86[ -]?)?"
    + r"1[3-9]\d(?:\d{8}|\d{4} \d{4}|[ -]\d{4}[ -]?\d{4}|\.\d{4}\.\d{4})"
    + _END
    + r"(?! ?(?:[元圆万亿角吨份件户%％㎡]|分(?!机)|平方|立方))",
    re.ASCII,
)
"""Eleven digits, at once or as 3, 4 and 4; an amount has a sign before or a unit behind it."""
_CARD = re.compile(
    _ALONE + r"(\d\d)\d{4}[ -]?(\d{4})(\d\d)(\d\d)[ -]?\d{3}[0-9Xx]" + _END, re.ASCII
)
"""A place, a day of birth, three digits and a sign to check by."""
_OLD_CARD = re.compile(_ALONE + r"(\d\d)\d{4}(\d\d)(\d\d)(\d\d)\d{3}" + _END, re.ASCII)
"""A place, a day of birth of the last century, and three digits."""
_BANK_CARD = re.compile(_ALONE + r"62\d{14,17}" + _END, re.ASCII)
"""What cards of this country begin with, and as many digits as they have."""
_ANNOUNCED = re.compile(r"身份|证件|证号|\bID\b")
_MASK = "＊"
_NEAR = 12
"""How many characters before a number may say what it is."""
_PLACES = frozenset(
    f"{first}{last}"
    for first, lasts in {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234",
                         "6": "12345", "7": "1", "8": "123"}.items()
    for last in lasts
)  # fmt: skip
"""The first two digits of a place: provinces and what ranks with them."""
_BORN_FROM, _NUMBERED_FROM, _BORN_TO = 1900, 2010, 2099
"""Documents are numbered by place and day too, but the oldest that anybody tells of is younger."""
_MONTHS = 12


def find(text: str) -> int | None:
    """Find the first such number; give where it begins, counted from 0, or None."""
    return min((start for start, _ in _spans(text)), default=None)


def masked(text: str) -> str:
    """Put a sign in the place of every character of such numbers."""
    for start, end in _spans(text):
        text = text[:start] + _MASK * (end - start) + text[end:]
    return text


def _spans(text: str) -> list[tuple[int, int]]:
    """Tell where such numbers begin and end."""
    if _RUN.search(text) is None:
        return []
    plain = text.translate(_WIDE)
    found = [*_LINE.finditer(plain)]
    found += [one for one in _CARD.finditer(plain) if _is_card(plain, one)]
    found += [one for one in _OLD_CARD.finditer(plain) if _is_old_card(one)]
    found += [one for one in _BANK_CARD.finditer(plain) if _is_bank_card(one[0])]
    return [one.span() for one in found]


def _is_old_card(found: re.Match[str]) -> bool:
    return found[1] in _PLACES and _is_day(_BORN_FROM + int(found[2]), found[3], found[4])


def _is_day(year: int, month: str, day: str) -> bool:
    named = 1 <= int(month) <= _MONTHS
    return named and 1 <= int(day) <= monthrange(year, int(month))[1]


def _is_bank_card(digits: str) -> bool:
    """Check the last digit; a number by place and day, as documents have, is none."""
    as_card = _CARD.fullmatch(digits)
    year = int(as_card[2]) if as_card else 0
    if as_card and _BORN_FROM <= year <= _BORN_TO and _is_day(year, as_card[3], as_card[4]):
        return False
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0  # noqa: PLR2004  # of digits


def _is_card(text: str, found: re.Match[str]) -> bool:
    place, year, month, day = found[1], int(found[2]), int(found[3]), int(found[4])
    if place not in _PLACES or not _BORN_FROM <= year <= _BORN_TO or not 1 <= month <= _MONTHS:
        return False
    announced = _ANNOUNCED.search(text[max(0, found.start() - _NEAR) : found.start()])
    is_old = year < _NUMBERED_FROM or announced is not None
    return is_old and 1 <= day <= monthrange(year, month)[1]
