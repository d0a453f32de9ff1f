"""Passwords that others would try first: a common word, with runs and ornaments around it.

A list of whole passwords misses every variation of itself; so the list is one of pieces, and what
counts is how much is left without them (NIST SP 800-63B 5.1.1.2: common words, runs, and words of
the context such as the login). Two different words are not common: a phrase is what we ask for.
"""

import re
from functools import cache
from importlib.resources import files

LEFT_AT_LEAST = 6
"""Characters that make a password its own, repetitions and ornaments not counted."""
_LOOK_ALIKES = str.maketrans("@430$5!17", "aaeossiit")
_YEAR = re.compile(r"(?:19|20)\d\d")
_REPEATED = re.compile(r"(.+?)\1+")
_ORNAMENT = re.compile(r"[\W_]+")


def is_common(password: str, login: str) -> bool:
    """Tell whether a password is at most one word of the list or the login, and little besides."""
    text = _YEAR.sub(" ", password.casefold())
    for run in _pieces()[1]:
        text = text.replace(run, " ")
    return any(_is_poor(spelt, login.casefold()) for spelt in (text, text.translate(_LOOK_ALIKES)))


def _is_poor(text: str, login: str) -> bool:
    found = 0
    for word in (login, *_pieces()[0]):
        if word in text:
            found += 1
            text = text.replace(word, " ")
    rest = _REPEATED.sub(r"\1", _ORNAMENT.sub("", text))
    return found <= 1 and len(rest) < LEFT_AT_LEAST


@cache
def _pieces() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read words and runs, the longest first."""
    source = files("engine.service").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    words, runs = ([line for line in part.splitlines() if line[:1] not in {"", "#"}]
                   for part in source.split("\n\n"))  # fmt: skip
    return tuple(sorted(words, key=_longest)), tuple(sorted(runs, key=_longest))


def _longest(piece: str) -> tuple[int, str]:
    return -len(piece), piece
