"""The second factor: six digits of an authenticator (TOTP, RFC 6238), and codes for its loss.

- The time step of the last good code is kept and only ever grows: a code opens once, however many
  send it at the same instant (RFC 6238 section 5.2).
- The code of the step before counts too, since people type slowly; no other step does.
- Recovery codes have 80 random bits each, are kept as hashes and used once.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from engine.domain.access import Principal, require
from engine.domain.events import Kind
from engine.errors import ConflictError, ForbiddenError
from engine.service.office import Desk, account_by_login, tell, wrong
from engine.service.passwords import check_password
from engine.service.seal import Seal
from engine.settings import real_now
from engine.store import access, factors
from engine.store.factors import Factor

STEP_SECONDS = 30
DIGITS = 6
RECOVERY_CODES = 10
ISSUER = "Duban"
_SECRET_BYTES, _CODE_BYTES = 20, 10
_CLOCK = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is told: the secret to type, and the link that a QR code carries."""

    secret: str = field(repr=False)
    link: str = field(repr=False)


def is_enrolled(desk: Desk, account_id: int) -> bool:
    """Tell whether signing in asks for a code."""
    found = factors.find(desk.conn, account_id)
    return found is not None and found.since is not None


def enrol(desk: Desk, who: Principal, seal: Seal) -> Enrolment:
    """Begin: make a secret, good from the moment a code of it is confirmed.

    Asked again before that it gives the same secret. Raises ConflictError where one is in use.
    """
    account_id = _own(who)
    found = factors.find(desk.conn, account_id)
    if found is not None and found.since is not None:
        raise ConflictError("factor-there")
    if found is None:
        secret = secrets.token_bytes(_SECRET_BYTES)
        sealed = seal.close(secret, _about(account_id))
        factors.keep(desk.conn, Factor(account_id, sealed, None, -1))
    else:
        secret = seal.open(found.sealed, _about(account_id))
    link = _totp(secret).get_provisioning_uri(who.login, ISSUER)
    return Enrolment(base64.b32encode(secret).decode(), link)


def confirm(
    desk: Desk, who: Principal, seal: Seal, code: str, *, clock: _CLOCK = real_now
) -> list[str]:
    """Put the factor to use, end all sessions, and give the recovery codes: once, here only.

    Raises InvalidError for a wrong code, ConflictError where nothing was begun or one is in use.
    """
    account_id = _own(who)
    found = factors.find(desk.conn, account_id)
    if found is None or found.since is not None:
        raise ConflictError("factor-there" if found else "factor-not-begun")
    step = _step_of(seal.open(found.sealed, _about(account_id)), code, clock())
    if step is None or not factors.confirm(desk.conn, account_id, step, desk.now):
        raise wrong("code", "factor-code")
    codes = _renew_codes(desk, account_id)
    access.end_sessions(desk.conn, account_id)
    tell(desk, who, Kind.FACTOR_SET, [], account=account_id)
    return codes


def prove(desk: Desk, account_id: int, seal: Seal, code: str, now: datetime) -> bool:
    """Take a code of the authenticator, or a recovery code; each is good once."""
    found = factors.find(desk.conn, account_id)
    if found is None or found.since is None:
        return False
    if not _is_of_digits(code):
        return factors.use_code(desk.conn, account_id, _hash(code), now)
    step = _step_of(seal.open(found.sealed, _about(account_id)), code, now)
    return step is not None and factors.advance(desk.conn, account_id, step)


def drop(  # noqa: PLR0913  # who, and by what
    desk: Desk, who: Principal, seal: Seal, password: str, code: str, *, clock: _CLOCK = real_now
) -> None:
    """Give up one's own second factor, with password and code; all one's sessions end.

    Raises InvalidError where either is wrong.
    """
    account_id = _own(who)
    fits, _ = check_password(password, access.password_hash(desk.conn, account_id))
    if not fits:
        raise wrong("current", "password-current")
    if not prove(desk, account_id, seal, code, clock()):
        raise wrong("code", "factor-code")
    _forget(desk, who, account_id)


def remove(desk: Desk, who: Principal, login: str) -> None:
    """Take the second factor from somebody who lost it; for the person at the machine alone.

    An administrator who sets a password and takes the factor could act as anybody, so it needs
    more than the role: access to the machine. Raises ForbiddenError, NotFoundError, ConflictError.
    """
    if who.account_id is not None:
        raise ForbiddenError("factor-at-the-machine")
    row = account_by_login(desk, login, lock=True)
    if not is_enrolled(desk, row.id):
        raise ConflictError("factor-none", login=row.login)
    _forget(desk, who, row.id)


def _forget(desk: Desk, who: Principal, account_id: int) -> None:
    factors.forget(desk.conn, account_id)
    access.end_sessions(desk.conn, account_id)
    tell(desk, who, Kind.FACTOR_REMOVED, [], account=account_id)


def _own(who: Principal) -> int:
    require(who, "self.read")
    if who.account_id is None or not who.may_write:
        raise ForbiddenError("factor-own")
    return who.account_id


def _about(account_id: int) -> str:
    return f"account {account_id}"


def _totp(secret: bytes) -> TOTP:
    # RFC 6238 section 1.2 with what every authenticator understands: SHA-1, whose collisions do
    # not touch HMAC.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303


def _step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """Give the time step that a code is of; None where it is of neither this one nor the last."""
    if not _is_of_digits(code):
        return None
    typed, this = code.replace(" ", ""), int(now.timestamp()) // STEP_SECONDS
    totp = _totp(secret)
    fits = [
        step
        for step in (this, this - 1)
        if hmac.compare_digest(totp.generate(step * STEP_SECONDS), typed.encode())
    ]
    return fits[0] if fits else None


def _is_of_digits(code: str) -> bool:
    typed = code.replace(" ", "")
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def _renew_codes(desk: Desk, account_id: int) -> list[str]:
    codes = [_code() for _ in range(RECOVERY_CODES)]
    factors.keep_codes(desk.conn, account_id, [_hash(code) for code in codes])
    return codes


def _code() -> str:
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode().lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _hash(code: str) -> bytes:
    typed = code.strip().lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(typed.encode(errors="replace")).digest()
