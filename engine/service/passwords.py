"""Passwords: what is a fit one, and Argon2id hashes of them (OWASP: 19 MiB, 2 passes, 1 lane)."""

import os
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from engine.service.common_passwords import is_common
from engine.service.office import wrong

SHORTEST, LONGEST = 12, 256
FEWEST_DIFFERENT = 5
_HASHES = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19456, parallelism=1),))
_ROOM = BoundedSemaphore(os.cpu_count() or 1)
"""As many hashes at once as there are processors: a flood of sign-ins waits, others go on."""


def hash_password(password: str, login: str, field: str = "password") -> str:
    """Hash a fit password.

    Length counts, composition does not (NIST SP 800-63B 5.1.1.2; OWASP ASVS 6.2). Raises
    InvalidError where it is short, very long, made of few characters, mostly the login, or common.
    """
    text = _composed(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise wrong(field, "password-length", shortest=SHORTEST, longest=LONGEST)
    rest = text.casefold().replace(login.casefold(), "")
    if len(set(text)) < FEWEST_DIFFERENT or len(rest) < SHORTEST // 2:
        raise wrong(field, "password-simple")
    if is_common(text, login):
        raise wrong(field, "password-common")
    with _ROOM:
        return _HASHES.hash(text)


def check_password(password: str, hashed: str | None) -> tuple[bool, str | None]:
    """Compare a password; the second value is a fresh hash where the kept one is out of date.

    Takes as long where there is no hash, so that nobody learns from the time who has an account.
    """
    text = _composed(password)[: LONGEST + 1]
    with _ROOM:
        if hashed is None:
            _HASHES.verify(text, _nobodys())
            return False, None
        return _HASHES.verify_and_update(text, hashed)


@cache
def _nobodys() -> str:
    return _HASHES.hash(os.urandom(16).hex())


def _composed(password: str) -> str:
    return unicodedata.normalize("NFC", password.encode(errors="replace").decode())
