"""Links between accounts and identities of a provider, and errands of browsers sent there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from engine.store import counters
from engine.store.tables import table

_IDENTITY, _ERRAND = table("identity"), table("errand")


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is kept."""

    id: int
    account_id: int
    issuer: str
    subject: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser was sent to a provider for; `session_hash` names the session that sent it.

    `proved_at` is when its owner last proved to the provider who they are, once that is known.
    """

    purpose: str
    account_id: int | None
    session_hash: bytes | None
    wanted: str
    begun_at: datetime
    expires_at: datetime
    proved_at: datetime | None = None


def link(connection: Connection, row: Link) -> None:
    """Write a link; its id is taken here."""
    values = {name: getattr(row, name) for name in Link.__slots__}
    values["id"] = counters.take(connection, "identity")
    connection.execute(insert(_IDENTITY), values)


def unlink(connection: Connection, link_id: int) -> None:
    """Forget a link."""
    connection.execute(delete(_IDENTITY).where(_IDENTITY.c.id == link_id))


def find(connection: Connection, issuer: str, subject: str) -> Link | None:
    """Find the link of an identity."""
    columns = (_IDENTITY.c[name] for name in Link.__slots__)
    found = select(*columns).where(_IDENTITY.c.issuer == issuer, _IDENTITY.c.subject == subject)
    row = connection.execute(found).first()
    return Link(*row) if row else None


def links_of(connection: Connection, account_id: int) -> list[Link]:
    """Read the links of an account, the first made first."""
    columns = (_IDENTITY.c[name] for name in Link.__slots__)
    mine = select(*columns).where(_IDENTITY.c.account_id == account_id)
    return [Link(*row) for row in connection.execute(mine.order_by(_IDENTITY.c.id))]


def linked(connection: Connection, issuer: str) -> frozenset[int]:
    """Give the accounts that are linked to an identity of a provider."""
    of_it = select(_IDENTITY.c.account_id).where(_IDENTITY.c.issuer == issuer)
    return frozenset(connection.scalars(of_it))


# --- errands ------------------------------------------------------------------------------------


def keep_errand(connection: Connection, secret_hash: bytes, row: Errand) -> None:
    """Write a new errand."""
    values = {name: getattr(row, name) for name in Errand.__slots__}
    connection.execute(insert(_ERRAND), {"secret_hash": secret_hash, **values})


def errand(connection: Connection, secret_hash: bytes) -> Errand | None:
    """Read an errand, and leave it."""
    columns = (_ERRAND.c[name] for name in Errand.__slots__)
    found = select(*columns).where(_ERRAND.c.secret_hash == secret_hash)
    row = connection.execute(found).first()
    return Errand(*row) if row else None


def take_errand(connection: Connection, secret_hash: bytes) -> Errand | None:
    """End an errand and give what it was for; of many who ask at once one gets it."""
    columns = [_ERRAND.c[name] for name in Errand.__slots__]
    ended = delete(_ERRAND).where(_ERRAND.c.secret_hash == secret_hash).returning(*columns)
    row = connection.execute(ended).first()
    return Errand(*row) if row else None


def end_errands(connection: Connection, account_id: int) -> None:
    """Forget the errands of an account."""
    connection.execute(delete(_ERRAND).where(_ERRAND.c.account_id == account_id))


def sweep(connection: Connection, now: datetime) -> int:
    """Forget errands that are over; give how many rows went."""
    return connection.execute(delete(_ERRAND).where(_ERRAND.c.expires_at <= now)).rowcount
