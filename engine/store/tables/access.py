"""Tables of how people come in and what they left half done; none of this is in the log."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field

from engine.store.tables.columns import (
    Json,
    Row,
    at_least,
    closed,
    instant,
    json,
    key,
    ref,
    where,
)


class CredentialRow(Row, table=True):
    """Password hashes; an account without a row cannot sign in."""

    __tablename__ = "credential"

    account_id: int = key(foreign_key="account.id")
    password_hash: str
    changed_at: datetime = instant()


class SessionRow(Row, table=True):
    """Sign-in sessions, found by the SHA-256 of their secret; the secret itself is nowhere."""

    __tablename__ = "session"

    secret_hash: bytes = key()
    account_id: int = ref("account", index=True)
    created_at: datetime = instant()
    seen_at: datetime = instant()
    csrf_secret: bytes
    expires_at: datetime = instant(index=True)
    proved_at: datetime = instant()
    network: str
    device: str
    renew: bool
    by_provider: bool


class FactorRow(Row, table=True):
    """Second factors: the sealed secret, and the last time step that opened something."""

    __tablename__ = "factor"

    account_id: int = key(foreign_key="account.id")
    sealed: bytes
    since: datetime | None = instant()
    last_step: int = Field(sa_type=BigInteger)


class RecoveryCodeRow(Row, table=True):
    """Hashes of the codes for a lost second factor, each good once."""

    __tablename__ = "recovery_code"

    account_id: int = key(foreign_key="account.id")
    hash: bytes = key()
    used_at: datetime | None = instant()


class IdentityRow(Row, table=True):
    """Who an account is to an identity provider: at most one subject of each issuer."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("account_id", "issuer"),
    )

    id: int = key()
    account_id: int = ref("account", index=True)
    issuer: str
    subject: str
    made_at: datetime = instant()


class ErrandRow(Row, table=True):
    """Browsers that were sent to an identity provider, found by the SHA-256 of their secret."""

    __tablename__ = "errand"
    __table_args__ = (closed("purpose", "sign-in", "code", "link", "prove"),)

    secret_hash: bytes = key()
    purpose: str
    account_id: int | None = ref("account")
    session_hash: bytes | None
    wanted: str
    begun_at: datetime = instant()
    expires_at: datetime = instant(index=True)
    proved_at: datetime | None = instant()


class TokenRow(Row, table=True):
    """Tokens for programs, found by the SHA-256 of their secret."""

    __tablename__ = "token"
    __table_args__ = (closed("scope", "read", "write", "feed"), UniqueConstraint("hash"))

    id: int = key()
    account_id: int = ref("account", index=True)
    hash: bytes
    scope: str
    label: str
    created_at: datetime = instant()
    expires_at: datetime | None = instant()
    revoked_at: datetime | None = instant()


class IdempotencyRow(Row, table=True):
    """Answers already given, so that a repeated request gets the same one and does nothing."""

    __tablename__ = "idempotency"

    account_id: int = key(foreign_key="account.id")
    route: str = key()
    key: str = key()
    body_digest: str
    status: int
    answer: str
    created_at: datetime = instant(index=True)


class AttemptRow(Row, table=True):
    """Failed sign-ins by login and network, and what accounts did within a span: the throttles.

    Of a count `last_at` is when its span began.
    """

    __tablename__ = "attempt"
    __table_args__ = (at_least("failures"),)

    key: str = key()
    failures: int
    last_at: datetime = instant()
    blocked_until: datetime | None = instant()


class UploadRow(Row, table=True):
    """Uploaded import files and what became of them; the bytes lie in `blob`."""

    __tablename__ = "upload"
    __table_args__ = (at_least("size"),)

    id: int = key()
    account_id: int = ref("account", index=True)
    kind: str
    sha256: str
    name: str
    size: int = Field(sa_type=BigInteger)
    options: dict[str, Any] = Field(sa_type=Json)
    state: str
    created_at: datetime = instant()
    answer: Any | None = Field(default=None, sa_type=Json, nullable=True)


class PreferenceRow(Row, table=True):
    """How an account likes to see things."""

    __tablename__ = "preference"

    account_id: int = key(foreign_key="account.id")
    locale: str | None
    theme: str | None


class SavedViewRow(Row, table=True):
    """Views of the case list that an account keeps for itself; the list opens with one at most."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("account_id", "name"),
        where("ix_saved_view_usual", ["account_id"], "usual", unique=True),
    )

    account_id: int = key(foreign_key="account.id")
    no: int = key()
    name: str
    filters: dict[str, str] = json()
    usual: bool
