"""Errands to an identity provider: a browser is sent there, comes back, and is let in or not.

A browser that leaves gets a secret in a cookie. What the provider is told of it (state, nonce, the
challenge of PKCE) is made from that secret, so nothing of it lies in the database and no other
browser can bring the answer back. An errand ends at the first answer: none is good twice.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from engine.channels.id_token import Identity
from engine.channels.provider import Provider, Sought
from engine.domain.access import Principal
from engine.errors import DubanError, ForbiddenError, NotFoundError, UnauthenticatedError
from engine.service import identities as links
from engine.service import sessions, tries
from engine.service.office import Desk, wrong
from engine.service.second_factor import is_enrolled, prove
from engine.service.sessions import FRESH, Given, Office, name_of, session
from engine.settings import real_now
from engine.store import access, identities, rows
from engine.store.identities import Errand

LIFE = timedelta(minutes=10)
SECONDS = int(LIFE.total_seconds())
_SECRET_BYTES = 32
_CLOCK = Callable[[], datetime]


class Served(Office, Protocol):
    """What an errand needs of the application, besides what signing in does."""

    @property
    def provider(self) -> Provider | None:
        """The identity provider, if there is one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A browser on its way: the secret that it keeps, and where it goes."""

    secret: str = field(repr=False)
    there: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser brings back: from the provider, and of its own (`errand`, `session`)."""

    state: str = field(repr=False)
    code: str = field(repr=False)
    error: str
    issuer: str | None
    errand: str | None = field(repr=False)
    session: str | None = field(repr=False)
    network: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: a session's secret, or that of an errand that waits for a code."""

    purpose: str
    wanted: str
    session: str | None = field(default=None, repr=False)
    errand: str | None = field(default=None, repr=False)


def provider_of(office: Served) -> Provider:
    """Give the identity provider. Raises NotFoundError where there is none."""
    if office.provider is None:
        raise NotFoundError("provider-off")
    return office.provider


def send_to_sign_in(office: Served, wanted: str, *, clock: _CLOCK = real_now) -> Sent:
    """Send a browser off to be signed in. Raises NotFoundError, BusyError, UnauthenticatedError."""
    return _send(office, Errand("sign-in", None, None, wanted, clock(), clock() + LIFE))


def send_to_link(office: Served, secret: str, *, clock: _CLOCK = real_now) -> Sent:
    """Send a browser off to link the account that is signed in to who it is at the provider.

    Raises ForbiddenError where the last proof is old, and as `send_to_sign_in`.
    """
    with office.writing("web") as desk:
        found = session(desk, secret, clock=clock)
        account_id = links.own(found.who)
    if not found.fresh:
        raise ForbiddenError("prove-again")
    return _send(office, _bound("link", account_id, secret, clock()))


def send_to_prove(  # noqa: PLR0913  # whose session, by what, and where to
    office: Served, secret: str, code: str, network: str, wanted: str, *, clock: _CLOCK = real_now
) -> Sent:
    """Send a browser off to prove once more who it is; a second factor is asked for before.

    Raises InvalidError for the code, ThrottledError, and as `send_to_sign_in`.
    """
    with office.writing("web") as desk:
        who = session(desk, secret, clock=clock).who
        door = tries.door_of(who.login, network)
        tries.count(desk, door, clock())
    with office.writing("web") as desk:
        account_id = links.own(who)
        if is_enrolled(desk, account_id) and not prove(
            desk, account_id, office.seal, code, clock()
        ):
            raise wrong("code", "factor-code")
        access.forget_tries(desk.conn, door)
    return _send(office, replace(_bound("prove", account_id, secret, clock()), wanted=wanted))


def way_out(office: Served) -> str | None:
    """Give where somebody who came through the provider signs out there too.

    None where there is no such place, or nobody answers: who signed out here is out in any case.
    """
    try:
        return office.provider.signs_out_at() if office.provider else None
    except DubanError:
        return None


def come_back(office: Served, answer: Answer, *, clock: _CLOCK = real_now) -> Outcome:
    """Take what a browser brings back from the provider.

    Raises UnauthenticatedError where it is not let in, ForbiddenError and ConflictError where a
    link is not made, BusyError where the provider is away.
    """
    provider = provider_of(office)
    errand = _taken(office, answer, clock())
    provider.check_sender(answer.issuer)
    if answer.error or not answer.code:
        denied = answer.error == "access_denied"
        raise UnauthenticatedError("provider-denied" if denied else "provider-failed")
    since = errand.begun_at if errand.purpose == "prove" else None
    sought = _sought(answer.errand or "", since)
    identity = provider.identify(answer.code, sought, clock())
    finish = {"sign-in": _signed_in, "link": _linked, "prove": _proved}[errand.purpose]
    with office.writing("web") as desk:
        return finish(desk, errand, identity, answer, clock())


def give_code(
    office: Served, secret: str | None, code: str, given: Given, *, clock: _CLOCK = real_now
) -> Outcome:
    """Finish signing in with the code of the second factor; a wrong one may be tried again.

    Raises UnauthenticatedError, ThrottledError.
    """
    hashed = name_of(secret or "")
    with office.writing("web") as desk:
        errand = _waiting(desk, identities.errand(desk.conn, hashed), clock())
        row = rows.fetch_one(desk.conn, "account", id=errand.account_id)
        door = tries.door_of(row.login, given.network)
        tries.count(desk, door, clock())
    with office.writing("web") as desk:
        _waiting(desk, identities.errand(desk.conn, hashed), clock())
        sessions.require_code(desk, office.seal, row.id, code, clock())
        _waiting(desk, identities.take_errand(desk.conn, hashed), clock())
        access.forget_tries(desk.conn, door)
        return _begun(desk, errand, row.id, given, clock())


# --- on the way there ---------------------------------------------------------------------------


def _bound(purpose: str, account_id: int, secret: str, now: datetime) -> Errand:
    return Errand(purpose, account_id, name_of(secret), "/account", now, now + LIFE)


def _send(office: Served, errand: Errand) -> Sent:
    provider = provider_of(office)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    since = errand.begun_at if errand.purpose == "prove" else None
    there = provider.sends_to(_sought(secret, since))
    with office.writing("web") as desk:
        identities.sweep(desk.conn, errand.begun_at)
        identities.keep_errand(desk.conn, name_of(secret), errand)
    return Sent(secret, there)


def _sought(secret: str, since: datetime | None) -> Sought:
    return Sought(_made(secret, "state"), _made(secret, "nonce"), _made(secret, "verifier"), since)


def _made(secret: str, purpose: str) -> str:
    """Make a value of 256 bits from a secret, from which nobody gets another or the secret."""
    key = secret.encode(errors="replace")
    return hmac.digest(key, f"duban errand {purpose}".encode(), hashlib.sha256).hex()


# --- on the way back ----------------------------------------------------------------------------


def _taken(office: Served, answer: Answer, now: datetime) -> Errand:
    """End the errand of a browser: it is this browser's, it is of now, and it is so only once."""
    secret = answer.errand or ""
    ours = hmac.compare_digest(
        _made(secret, "state").encode(), answer.state.encode("utf-8", "replace")
    )
    if not secret or not ours:
        raise UnauthenticatedError("errand-other")
    with office.writing("web") as desk:
        errand = identities.take_errand(desk.conn, name_of(secret))
    if errand is None or errand.expires_at <= now or errand.purpose == "code":
        raise UnauthenticatedError("errand-over")
    if errand.session_hash not in {None, name_of(answer.session or "")}:
        raise UnauthenticatedError("errand-other")
    return errand


def _signed_in(
    desk: Desk, errand: Errand, identity: Identity, answer: Answer, now: datetime
) -> Outcome:
    link = identities.find(desk.conn, identity.issuer, identity.subject)
    row = rows.fetch_one(desk.conn, "account", id=link.account_id) if link else None
    if row is None or not row.enabled:
        raise UnauthenticatedError("identity-unknown")
    proved = min(identity.proved_at or now - FRESH, now)
    known = Errand("code", row.id, None, errand.wanted, now, now + LIFE, proved)
    if is_enrolled(desk, row.id):
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        identities.keep_errand(desk.conn, name_of(secret), known)
        return Outcome("code", errand.wanted, errand=secret)
    given = Given("", "", answer.network, answer.session, "", answer.device)
    return _begun(desk, known, row.id, given, now)


def _begun(desk: Desk, errand: Errand, account_id: int, given: Given, now: datetime) -> Outcome:
    proved = errand.proved_at or now - FRESH
    secret = sessions.begin(desk, account_id, given, now, proved_at=proved, by="provider")
    return Outcome("sign-in", errand.wanted, session=secret)


def _linked(
    desk: Desk, errand: Errand, identity: Identity, answer: Answer, now: datetime
) -> Outcome:
    who = _owner(desk, errand, answer, now)
    links.link_own(desk, who, identity)
    return Outcome("link", errand.wanted)


def _proved(
    desk: Desk, errand: Errand, identity: Identity, answer: Answer, now: datetime
) -> Outcome:
    who = _owner(desk, errand, answer, now)
    link = identities.find(desk.conn, identity.issuer, identity.subject)
    if link is None or link.account_id != who.account_id:
        raise ForbiddenError("identity-other")
    fresh = secrets.token_urlsafe(_SECRET_BYTES)
    access.prove_session(desk.conn, name_of(answer.session or ""), name_of(fresh), now)
    return Outcome("prove", errand.wanted, session=fresh)


def _owner(desk: Desk, errand: Errand, answer: Answer, now: datetime) -> Principal:
    """Give whose session sent the browser off; it has to be there still."""
    who = session(desk, answer.session or "", clock=lambda: now).who
    if who.account_id != errand.account_id:
        raise UnauthenticatedError("errand-other")
    return who


def _waiting(desk: Desk, errand: Errand | None, now: datetime) -> Errand:
    """Refuse an errand that does not wait for a code, or whose account was shut meanwhile."""
    if errand is None or errand.purpose != "code" or errand.expires_at <= now:
        raise UnauthenticatedError("errand-over")
    row = rows.fetch_one(desk.conn, "account", id=errand.account_id)
    if row is None or not row.enabled:
        raise UnauthenticatedError("identity-unknown")
    return errand
