"""Verbs on API tokens: made and shown once, kept as a hash, never more than the owner may today."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from engine.domain.access import Principal, does, require
from engine.domain.events import Kind
from engine.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from engine.service.office import Desk, account_by_login, instant, line, tell, wrong
from engine.service.people_answers import TokenAnswer, TokenMadeAnswer
from engine.service.principals import principal_of
from engine.settings import real_now
from engine.store import access, counters, people
from engine.words import listed

PREFIX = "duban_"
SCOPES = ("read", "write", "feed")
DEFAULT_DAYS, MOST_DAYS = 90, 366
LONGEST_LABEL = 80
_SECRET_BYTES = 32
_CLOCK = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a token is for; `expires` is its last day, 90 days on where it is not given."""

    login: str
    scope: str = "read"
    expires: date | None = None
    label: str = "token"


def create_token(
    desk: Desk, who: Principal, order: NewToken, *, clock: _CLOCK = real_now
) -> TokenMadeAnswer:
    """Make a token; the answer alone ever holds it. It is good to the end of its last day.

    Only the owner makes one, or whoever runs commands on the machine: an administrator who could
    would act as somebody else. Raises ForbiddenError, NotFoundError, InvalidError.
    """
    require(who, "token.create")
    owner = account_by_login(desk, order.login)
    if who.account_id not in {None, owner.id}:
        raise ForbiddenError("token-not-yours")
    if not owner.enabled:
        raise ForbiddenError("account-disabled", login=owner.login)
    if order.scope not in SCOPES:
        raise wrong("scope", "token-scope", scope=order.scope[:40], known=listed(SCOPES))
    now = clock()
    last = _last_day(now.astimezone(desk.zone).date(), order.expires)
    good_to = datetime.combine(last + timedelta(days=1), time(), desk.zone)
    secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    row = access.TokenRow(
        counters.take(desk.conn, "token"), owner.id, order.scope,
        line("label", order.label, LONGEST_LABEL), now, good_to, None,
    )  # fmt: skip
    access.keep_token(desk.conn, row, _hash(secret))
    facts = {"token": row.id, "account": owner.id, "scope": row.scope, "expires": last}
    tell(desk, who, Kind.TOKEN_CREATED, [], **facts)
    return {"token": secret, "id": row.id, "expires": last.isoformat()}


def list_tokens(desk: Desk, who: Principal, login: str | None = None) -> list[TokenAnswer]:
    """List one's own tokens; an administrator lists anybody's, or all."""
    require(who, "token.list")
    owner = account_by_login(desk, login).id if login else None
    if not does(who, "token.any"):
        if owner not in {None, who.account_id}:
            raise ForbiddenError("token-not-yours")
        owner = who.account_id
    logins = people.logins_by_id(desk.conn)
    return [_answer(desk, row, logins) for row in access.tokens(desk.conn, owner)]


def revoke_token(desk: Desk, who: Principal, token_id: int) -> None:
    """End a token at once; safe to repeat. Raises ForbiddenError, NotFoundError."""
    require(who, "token.revoke")
    row = access.token(desk.conn, token_id)
    if row is None or (row.account_id != who.account_id and not does(who, "token.any")):
        raise NotFoundError("token-unknown", id=token_id)
    if access.revoke_tokens(desk.conn, desk.now, token_id=token_id):
        tell(desk, who, Kind.TOKEN_REVOKED, [], token=token_id, account=row.account_id)


def bearer(desk: Desk, token: str, *, feed: bool = False, clock: _CLOCK = real_now) -> Principal:
    """Give the caller behind a token. One of scope `feed` is good for the feed and nothing else.

    Raises UnauthenticatedError, with one sentence whatever the fault.
    """
    row = access.find_token(desk.conn, _hash(token)) if token.startswith(PREFIX) else None
    if row is None or row.revoked_at is not None or (row.scope == "feed") is not feed:
        raise UnauthenticatedError("token-no-good")
    if row.expires_at is not None and row.expires_at <= clock():
        raise UnauthenticatedError("token-no-good")
    try:
        return principal_of(desk, row.account_id, may_write=row.scope == "write")
    except ForbiddenError as error:
        raise UnauthenticatedError("token-no-good") from error


def _last_day(today: date, expires: date | None) -> date:
    last = expires or today + timedelta(days=DEFAULT_DAYS)
    if not today <= last <= today + timedelta(days=MOST_DAYS):
        latest = today + timedelta(days=MOST_DAYS)
        raise wrong("expires", "token-expires", today=today, latest=latest)
    return last


def _hash(secret: str) -> bytes:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode(errors="replace")).digest()


def _answer(desk: Desk, row: access.TokenRow, logins: dict[int, str]) -> TokenAnswer:
    last = row.expires_at and (row.expires_at - timedelta(seconds=1)).astimezone(desk.zone).date()
    return {
        "id": row.id,
        "login": logins[row.account_id],
        "scope": row.scope,
        "label": row.label,
        "created_at": instant(row.created_at, desk.zone),
        "expires": last.isoformat() if last else None,
        "revoked": row.revoked_at is not None,
    }
