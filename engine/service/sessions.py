"""Signing in and out, and the sessions in between; all of it runs on real time.

A session is 256 random bits in a cookie and their hash in a row, so that ending it ends it
everywhere. Signing in counts the try before it looks at the password.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.errors import DubanError, UnauthenticatedError
from engine.service import tries
from engine.service.office import Desk, clean, tell, wrong
from engine.service.passwords import check_password
from engine.service.principals import principal_of
from engine.service.seal import Seal
from engine.service.second_factor import is_enrolled, prove
from engine.settings import real_now
from engine.store import access, rows
from engine.store.access import SessionRow
from engine.words import Locale

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""Lives of a session (OWASP ASVS 7.3): since it was last used, and in all."""
SEEN_EVERY = timedelta(minutes=1)
FRESH = timedelta(minutes=10)
"""How long a password counts as just given (OWASP ASVS 7.5)."""
MOST_SESSIONS = 5
_SECRET_BYTES = 32
_CLOCK = Callable[[], datetime]


class Office(Protocol):
    """What signing in needs of the application: short transactions of its own, and the seal."""

    @property
    def seal(self) -> Seal:
        """What opens the secrets of second factors."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a sign-in gives.

    `network` is the caller's address, `former` the browser's session, `code` that of the second
    factor, `device` the kind of machine as its owner will recognise it.
    """

    login: str
    password: str = field(repr=False)
    network: str = ""
    former: str | None = field(default=None, repr=False)
    code: str = field(default="", repr=False)
    device: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A good session.

    `unseen` tells that `touch` is due, `changed` (its owner's rights did) that `renew` is; the web
    calls them in a writing desk. `fresh` tells that its owner proved lately who they are, as the
    gravest acts ask.
    """

    who: Principal
    csrf_secret: bytes
    unseen: bool
    fresh: bool
    changed: bool = False

    @property
    def csrf_token(self) -> str:
        """What the forms of this session carry as `_csrf`."""
        return self.csrf_secret.hex()

    def is_own_form(self, token: str) -> bool:
        """Tell, in constant time, whether a form came from a page of this session."""
        return hmac.compare_digest(self.csrf_token.encode(), token.encode())


@dataclass(frozen=True, slots=True)
class _Found:
    account_id: int
    hashed: str


def sign_in(office: Office, given: Given, *, clock: _CLOCK = real_now) -> str:
    """Sign in and give the secret of a new session; the former one of this browser ends.

    Five tries of one login from one network are free, then each costs a wait that doubles up to
    15 minutes. An unknown login, one without password and a disabled one look and last alike.
    Where there is a second factor its code is asked for after the password, and counts as a try.
    Raises UnauthenticatedError, or ThrottledError with the seconds to wait.
    """
    login, door = clean(given.login).lower(), tries.door_of(given.login, given.network)
    with office.writing("web") as desk:
        tries.count(desk, door, clock())
        found = _find(desk, login)
    fits, fresh = check_password(given.password, found.hashed if found else None)
    if not found or not fits:
        raise UnauthenticatedError("sign-in-wrong")
    with office.writing("web") as desk:
        if _find(desk, login) != found:
            raise UnauthenticatedError("sign-in-wrong")
        require_code(desk, office.seal, found.account_id, given.code, clock())
        access.forget_tries(desk.conn, door)
        if fresh is not None:
            access.keep_password(desk.conn, found.account_id, fresh, desk.now)
        now = clock()
        return begin(desk, found.account_id, given, now, proved_at=now, by="password")


def session(desk: Desk, secret: str, *, clock: _CLOCK = real_now) -> Session:
    """Find the session behind a cookie, with the caller's rights of this instant.

    Raises UnauthenticatedError where it is unknown, over, idle too long, or its account disabled.
    """
    row, now = access.find_session(desk.conn, name_of(secret)), clock()
    if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
        raise UnauthenticatedError("session-over")
    try:
        who = principal_of(desk, row.account_id)
    except DubanError as error:
        raise UnauthenticatedError("session-over") from error
    unseen, fresh = row.seen_at + SEEN_EVERY <= now, now < row.proved_at + FRESH
    return Session(who, row.csrf_secret, unseen, fresh, row.renew)


def touch(desk: Desk, secret: str, *, clock: _CLOCK = real_now) -> None:
    """Note that a session is in use."""
    access.see_session(desk.conn, name_of(secret), clock())


def renew(desk: Desk, secret: str) -> str:
    """Let a session go on under a new secret, since the rights behind it changed.

    Who may do more than before must not do it under a secret that somebody may have known before
    (OWASP ASVS 7.2.4). Raises UnauthenticatedError where another request renewed it meanwhile: its
    browser has the new one by then.
    """
    fresh = secrets.token_urlsafe(_SECRET_BYTES)
    if not access.renew_session(desk.conn, name_of(secret), name_of(fresh)):
        raise UnauthenticatedError("session-over")
    return fresh


def sign_out(desk: Desk, secret: str) -> bool:
    """End a session, and tell whether it began at the identity provider.

    Ending one that is over does nothing.
    """
    row = access.find_session(desk.conn, name_of(secret))
    access.end_session(desk.conn, name_of(secret))
    return row is not None and row.by_provider


def sweep(desk: Desk, *, clock: _CLOCK = real_now) -> int:
    """Forget sessions that are over and tries that no longer count; give how many."""
    now = clock()
    return access.sweep(desk.conn, now, now - tries.FORGOTTEN_AFTER)


def prove_again(  # noqa: PLR0913  # whose session, and by what
    office: Office, secret: str, password: str, code: str, network: str, *, clock: _CLOCK = real_now
) -> str:
    """Prove again who one is; give the secret under which the session goes on.

    Tries count as those of signing in do. Raises UnauthenticatedError, InvalidError for a wrong
    password or code, ThrottledError.
    """
    with office.writing("web") as desk:
        who = session(desk, secret, clock=clock).who
        door = tries.door_of(who.login, network)
        tries.count(desk, door, clock())
        found = _find(desk, who.login)
    fits, _ = check_password(password, found.hashed if found else None)
    if not found or not fits:
        raise wrong("again", "password-current")
    fresh = secrets.token_urlsafe(_SECRET_BYTES)
    with office.writing("web") as desk:
        if _find(desk, who.login) != found:
            raise wrong("again", "password-current")
        if is_enrolled(desk, found.account_id) and not prove(
            desk, found.account_id, office.seal, code, clock()
        ):
            raise wrong("again_code", "factor-code")
        access.forget_tries(desk.conn, door)
        access.prove_session(desk.conn, name_of(secret), name_of(fresh), clock())
    return fresh


def require_code(desk: Desk, seal: Seal, account_id: int, code: str, now: datetime) -> None:
    """Ask for the code of a second factor where there is one. Raises UnauthenticatedError."""
    if not is_enrolled(desk, account_id):
        return
    if not code.strip():
        raise UnauthenticatedError("sign-in-code-missing")
    if not prove(desk, account_id, seal, code, now):
        raise UnauthenticatedError("sign-in-code-wrong")


def begin(  # noqa: PLR0913  # whose session, from where, and by what proof of when
    desk: Desk, account_id: int, given: Given, now: datetime, *, proved_at: datetime, by: str
) -> str:
    """Begin a session for somebody who proved who they are; the browser's former one ends.

    The log is told whose and by what proof, and nothing of from where.
    """
    sweep(desk, clock=lambda: now)
    if given.former is not None:
        sign_out(desk, given.former)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    access.end_sessions(desk.conn, account_id, keep=MOST_SESSIONS - 1)
    row = SessionRow(
        account_id, now, now, secrets.token_bytes(_SECRET_BYTES), now + LONGEST, proved_at,
        clean(given.network), clean(given.device), by_provider=by == "provider",
    )  # fmt: skip
    access.keep_session(desk.conn, name_of(secret), row)
    tell(desk, principal_of(desk, account_id), Kind.SIGNED_IN, [], account=account_id, by=by)
    return secret


def _find(desk: Desk, login: str) -> _Found | None:
    """Find whose password is to be compared; the same is asked where nobody has that login."""
    row = rows.fetch_one(desk.conn, "account", login=login)
    hashed = access.password_hash(desk.conn, row.id if row else 0)
    return _Found(row.id, hashed) if row and row.enabled and hashed else None


def name_of(secret: str) -> bytes:
    """Name a session by the hash of its secret: the secret itself is kept nowhere."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()
