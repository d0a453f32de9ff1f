"""Numbers that belong to somebody: no text about an issue or an official may hold one.

Two kinds are known by their shape: the number of an identity card and that of a mobile line. What
offices do write, such as document numbers, codes, dates and amounts, must not be taken for them, so
a number counts only where it stands by itself.
"""

import re
from calendar import monthrange

_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ＋－．　\xa0", "0123456789Xx+-.  ")
_RUN = re.compile(r"\d(?:[ \-－　\xa0]?\d){10}")
"""What either kind has at least; most texts have no such run, and need not be read closer."""
_ALONE = r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z][-_〕\]])(?<!\d\.)(?<![年第字])"
"""A number that follows letters, digits or the head of a document number is part of one."""
_END = r"(?![0-9A-Za-z_])(?![-_][0-9A-Za-z])(?!\.\d)"
_LINE = re.compile(
    _ALONE
    + r"(?<![¥￥$])(?<!人民币)(?:(?i:tel|phone|mobile)[.: ]*)?(?:(?:\+|00)?86[ -]?)?"
    + r"1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]?\d{4})"
    + _END
    + r"(?! ?(?:[元圆万亿角吨份件户%％㎡]|分(?!机)|平方|立方))",
    re.ASCII,
)
"""Eleven digits, at once or as 3, 4 and 4; an amount has a sign before or a unit behind it."""
_CARD = re.compile(
    _ALONE + r"(\d\d)\d{4}[ -]?(\d{4})(\d\d)(\d\d)[ -]?\d{3}[0-9Xx]" + _END, re.ASCII
)
"""A place, a day of birth, three digits and a sign to check by."""
_ANNOUNCED = re.compile(r"身份|证件|证号|\bID\b")
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
    if _RUN.search(text) is None:
        return None
    plain = text.translate(_WIDE)
    cards = (found for found in _CARD.finditer(plain) if _is_card(plain, found))
    starts = [found.start() for found in (next(cards, None), _LINE.search(plain)) if found]
    return min(starts, default=None)


def _is_card(text: str, found: re.Match[str]) -> bool:
    place, year, month, day = found[1], int(found[2]), int(found[3]), int(found[4])
    if place not in _PLACES or not _BORN_FROM <= year <= _BORN_TO or not 1 <= month <= _MONTHS:
        return False
    announced = _ANNOUNCED.search(text[max(0, found.start() - _NEAR) : found.start()])
    is_old = year < _NUMBERED_FROM or announced is not None
    return is_old and 1 <= day <= monthrange(year, month)[1]
