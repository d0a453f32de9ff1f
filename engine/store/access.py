"""How people come in: password hashes, sessions, tokens, failed tries; none of it is logged."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)

from engine.store.driver import Prepared
from engine.store.tables import table

_CREDENTIAL, _SESSION = table("credential"), table("session")
_TOKEN, _ATTEMPT = table("token"), table("attempt")
_LOCK = 0x44554243


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session as it is kept.

    `renew` says that it goes on under a new secret from its next request on.
    """

    account_id: int
    created_at: datetime
    seen_at: datetime
    csrf_secret: bytes
    expires_at: datetime
    proved_at: datetime
    network: str
    device: str
    renew: bool = False
    by_provider: bool = False


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as it is kept; its secret is nowhere."""

    id: int
    account_id: int
    scope: str
    label: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tries:
    """Failed tries at one door: how many, when the last, and until when nobody is heard."""

    failures: int
    last_at: datetime
    blocked_until: datetime | None


# --- passwords ----------------------------------------------------------------------------------


def password_hash(connection: Connection, account_id: int) -> str | None:
    """Give the hash of an account's password; None where it cannot sign in."""
    found = select(_CREDENTIAL.c.password_hash).where(_CREDENTIAL.c.account_id == account_id)
    return connection.execute(found).scalar_one_or_none()


def keep_password(connection: Connection, account_id: int, hashed: str, at: datetime) -> None:
    """Replace the hash of an account's password."""
    connection.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.account_id == account_id))
    row = {"account_id": account_id, "password_hash": hashed, "changed_at": at}
    connection.execute(insert(_CREDENTIAL), row)


def with_password(connection: Connection) -> frozenset[int]:
    """Give the accounts that can sign in."""
    return frozenset(connection.scalars(select(_CREDENTIAL.c.account_id)))


# --- sessions -----------------------------------------------------------------------------------


def keep_session(connection: Connection, secret_hash: bytes, row: SessionRow) -> None:
    """Write a new session."""
    values = {name: getattr(row, name) for name in SessionRow.__slots__}
    connection.execute(insert(_SESSION), {"secret_hash": secret_hash, **values})


def find_session(connection: Connection, secret_hash: bytes) -> SessionRow | None:
    """Read a session by the hash of its secret."""
    row = _BY_SECRET.first(connection, {"hashed": secret_hash})
    return SessionRow(*row) if row else None


def see_session(connection: Connection, secret_hash: bytes, at: datetime) -> None:
    """Note that a session was used."""
    chosen = update(_SESSION).where(_SESSION.c.secret_hash == secret_hash)
    connection.execute(chosen.values(seen_at=at))


def prove_session(connection: Connection, old: bytes, new: bytes, at: datetime) -> None:
    """Note that its owner proved again who they are; the session goes on under a new secret."""
    chosen = update(_SESSION).where(_SESSION.c.secret_hash == old)
    connection.execute(chosen.values(secret_hash=new, proved_at=at, seen_at=at, renew=False))


def mark_sessions(connection: Connection, account_id: int) -> None:
    """Note that the secrets of an account's sessions are to be renewed."""
    connection.execute(
        update(_SESSION).where(_SESSION.c.account_id == account_id).values(renew=True)
    )


def renew_session(connection: Connection, old: bytes, new: bytes) -> bool:
    """Let a session go on under a new secret; tell whether it still had the old one."""
    chosen = update(_SESSION).where(_SESSION.c.secret_hash == old, _SESSION.c.renew)
    return connection.execute(chosen.values(secret_hash=new, renew=False)).rowcount == 1


def sessions_of(connection: Connection, account_id: int) -> list[tuple[bytes, SessionRow]]:
    """Read the sessions of an account with the hashes of their secrets, the last used first."""
    columns = (_SESSION.c[name] for name in SessionRow.__slots__)
    mine = select(_SESSION.c.secret_hash, *columns).where(_SESSION.c.account_id == account_id)
    found = connection.execute(mine.order_by(_SESSION.c.seen_at.desc(), _SESSION.c.secret_hash))
    return [(row[0], SessionRow(*row[1:])) for row in found]


def end_session(connection: Connection, secret_hash: bytes) -> None:
    """Forget one session."""
    connection.execute(delete(_SESSION).where(_SESSION.c.secret_hash == secret_hash))


def end_sessions(connection: Connection, account_id: int, keep: int = 0) -> None:
    """Forget the sessions of an account but for the newest few."""
    mine = select(_SESSION.c.secret_hash).where(_SESSION.c.account_id == account_id)
    newest = mine.order_by(_SESSION.c.created_at.desc(), _SESSION.c.secret_hash).limit(keep)
    kept = list(connection.scalars(newest)) if keep else []
    connection.execute(
        delete(_SESSION)
        .where(_SESSION.c.account_id == account_id)
        .where(_SESSION.c.secret_hash.not_in(kept))
    )


# --- tokens -------------------------------------------------------------------------------------


def keep_token(connection: Connection, row: TokenRow, hashed: bytes) -> None:
    """Write a new token."""
    values: dict[str, Any] = {name: getattr(row, name) for name in TokenRow.__slots__}
    connection.execute(insert(_TOKEN), {**values, "hash": hashed})


def find_token(connection: Connection, hashed: bytes) -> TokenRow | None:
    """Read a token by the hash of its secret."""
    row = _BY_HASH.first(connection, {"hashed": hashed})
    return TokenRow(*row) if row else None


def token(connection: Connection, token_id: int) -> TokenRow | None:
    """Read a token by its id."""
    return next(iter(_tokens(connection, _TOKEN.c.id == token_id)), None)


def tokens(connection: Connection, account_id: int | None = None) -> list[TokenRow]:
    """Read the tokens of an account, or all of them."""
    return _tokens(connection, *([] if account_id is None else [_TOKEN.c.account_id == account_id]))


def revoke_tokens(
    connection: Connection, at: datetime, *, account_id: int | None = None, token_id: int = 0
) -> list[int]:
    """Revoke one token, or all of an account; give the ids of those that were good till then."""
    which = _TOKEN.c.id == token_id if account_id is None else _TOKEN.c.account_id == account_id
    chosen = update(_TOKEN).where(which, _TOKEN.c.revoked_at.is_(None)).values(revoked_at=at)
    return sorted(connection.scalars(chosen.returning(_TOKEN.c.id)))


def _tokens(connection: Connection, *where: ColumnElement[bool]) -> list[TokenRow]:
    columns = (_TOKEN.c[name] for name in TokenRow.__slots__)
    found = connection.execute(select(*columns).where(*where).order_by(_TOKEN.c.id))
    return [TokenRow(*row) for row in found]


# --- failed tries -------------------------------------------------------------------------------


def tries(connection: Connection, key: str) -> Tries | None:
    """Read the failed tries at a door, and keep others from counting until the transaction ends."""
    only_one(connection, key)
    columns = (_ATTEMPT.c[name] for name in Tries.__slots__)
    row = connection.execute(select(*columns).where(_ATTEMPT.c.key == key)).first()
    return Tries(*row) if row else None


def keep_tries(connection: Connection, key: str, row: Tries) -> None:
    """Replace the count of failed tries at a door."""
    forget_tries(connection, key)
    values = {name: getattr(row, name) for name in Tries.__slots__}
    connection.execute(insert(_ATTEMPT), {"key": key, **values})


def forget_tries(connection: Connection, key: str) -> None:
    """Begin anew at a door."""
    connection.execute(delete(_ATTEMPT).where(_ATTEMPT.c.key == key))


# --- housekeeping -------------------------------------------------------------------------------


def sweep(connection: Connection, now: datetime, tries_before: datetime) -> int:
    """Forget sessions that are over and tries that no longer count; give how many rows went."""
    over = connection.execute(delete(_SESSION).where(_SESSION.c.expires_at <= now)).rowcount
    old = connection.execute(delete(_ATTEMPT).where(_ATTEMPT.c.last_at <= tries_before)).rowcount
    return over + old


def only_one(connection: Connection, key: str) -> None:
    """Let nobody else pass with the same key until the transaction ends (SQLite: nobody at all)."""
    if connection.dialect.name == "sqlite":
        return
    digest = hashlib.sha256(key.encode()).digest()
    number = int.from_bytes(digest[:4], "big", signed=True)
    lock = text("SELECT pg_advisory_xact_lock(CAST(:all AS int), CAST(:key AS int))")
    connection.execute(lock, {"all": _LOCK, "key": number})


def _read_by(chosen: Table, names: Sequence[str], column: str) -> Prepared:
    """Spell how a row is read by a hash: every request asks for one."""
    columns = [chosen.c[name] for name in names]
    given = bindparam("hashed", type_=chosen.c[column].type)
    statement = select(*columns).where(chosen.c[column] == given)
    return Prepared(statement, [found.type for found in columns])


_BY_HASH = _read_by(_TOKEN, TokenRow.__slots__, "hash")
_BY_SECRET = _read_by(_SESSION, SessionRow.__slots__, "secret_hash")
