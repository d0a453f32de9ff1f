"""Numbers that belong to somebody: no text about an issue or an official may hold one.

Three kinds are known by their shape: the number of an identity card, also the old one of fifteen
digits, that of a mobile line and that of a bank card: by the sign to check by, by what the cards of
the large banks begin with, or because the words before say what it is, though it be mistyped. What
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
_SPACED = re.compile(_ALONE + r"1([ .-])[3-9](?:\1\d){9}" + _END, re.ASCII)
"""A mobile line that somebody writes digit by digit, so that it is not found."""
_CARD = re.compile(
    _ALONE + r"(\d\d)\d{4}[ -]?(\d{4})(\d\d)(\d\d)[ -]?\d{3}[0-9Xx]" + _END, re.ASCII
)
"""A place, a day of birth, three digits and a sign to check by."""
_OLD_CARD = re.compile(_ALONE + r"(\d\d)\d{4}(\d\d)(\d\d)(\d\d)\d{3}" + _END, re.ASCII)
"""A place, a day of birth of the last century, and three digits."""
_BANK_CARD = re.compile(
    _ALONE + r"(?:\d{16,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1?\d{1,3})?)" + _END, re.ASCII
)
"""As many digits as cards have, at once or by fours."""
_BANKS = "62"
"""What cards of this country begin with."""
_ISSUED = re.compile(
    r"(?:621[0-7]|622[1-8]|623[0136]|625[0-9]|628[23])(?:\d{12}|\d{15})|95588\d{14}", re.ASCII
)
"""Cards of the large banks, by what they begin with and by their length."""
_OF_A_CARD = re.compile(
    r"卡号|[行蓄记用保资]卡|存折|[账帐][号户]|银行|\b(?:card|account|bank)\b", re.IGNORECASE
)
_OF_AN_OFFICE = re.compile(
    r"监管|专户|专用|对公|公户|基本户|一般户|国库|财政|流水|回单|凭证|合同|编号|文号|单号|订单|发票"
)
"""Accounts of offices and firms, and what else banks number: nobody's card."""
_ANNOUNCED = re.compile(r"身份|证件|证号|\bID\b")
_MASK = "＊"
_HIDDEN = _MASK * 11
"""What is left of the shortest of them."""
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


def may_hold(text: str) -> bool:
    """Tell, at little cost, whether a text needs to be looked through."""
    return _RUN.search(text) is not None


def masked(text: str) -> str:
    """Put a sign in the place of every character of such numbers."""
    for start, end in _spans(text):
        text = text[:start] + _MASK * (end - start) + text[end:]
    return text


def is_masked(text: str) -> bool:
    """Tell whether a text once held such a number, and signs stand in its place."""
    return _HIDDEN in text


def _spans(text: str) -> list[tuple[int, int]]:
    """Tell where such numbers begin and end."""
    if not may_hold(text):
        return []
    plain = text.translate(_WIDE)
    found = [*_LINE.finditer(plain), *_SPACED.finditer(plain)]
    found += [one for one in _CARD.finditer(plain) if _is_card(plain, one)]
    found += [one for one in _OLD_CARD.finditer(plain) if _is_old_card(one)]
    found += [one for one in _BANK_CARD.finditer(plain) if _is_bank_card(plain, one)]
    return [one.span() for one in found]


def _is_old_card(found: re.Match[str]) -> bool:
    return found[1] in _PLACES and _is_day(_BORN_FROM + int(found[2]), found[3], found[4])


def _is_day(year: int, month: str, day: str) -> bool:
    named = 1 <= int(month) <= _MONTHS
    return named and 1 <= int(day) <= monthrange(year, int(month))[1]


def _is_bank_card(text: str, found: re.Match[str]) -> bool:
    """Ask the words before, then the digits; one by place and day, as documents have, is none."""
    before = text[max(0, found.start() - _NEAR) : found.start()]
    if _OF_A_CARD.search(before) and not _OF_AN_OFFICE.search(before):
        return True
    digits = found[0].replace(" ", "").replace("-", "")
    dated = _BORN_FROM <= int(digits[6:10]) <= _BORN_TO and _is_day(
        int(digits[6:10]), digits[10:12], digits[12:14]
    )
    if dated and (_CARD.fullmatch(digits) or not _checks(digits)):
        return False
    return _ISSUED.fullmatch(digits) is not None or (digits[:2] == _BANKS and _checks(digits))


def _checks(digits: str) -> bool:
    """Tell whether the last digit of a card is the one that its others ask for."""
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0  # noqa: PLR2004  # of digits


def _is_card(text: str, found: re.Match[str]) -> bool:
    place, year, month, day = found[1], int(found[2]), int(found[3]), int(found[4])
    if place not in _PLACES or not _BORN_FROM <= year <= _BORN_TO or not 1 <= month <= _MONTHS:
        return False
    announced = _ANNOUNCED.search(text[max(0, found.start() - _NEAR) : found.start()])
    is_old = year < _NUMBERED_FROM or announced is not None
    return is_old and 1 <= day <= monthrange(year, month)[1]
