"""Second factors and recovery codes; what makes each good only once is decided here, in one row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from engine.store.tables import table

_FACTOR, _CODE = table("factor"), table("recovery_code")


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor as it is kept; `since` is None until it was confirmed."""

    account_id: int
    sealed: bytes
    since: datetime | None
    last_step: int


def find(connection: Connection, account_id: int) -> Factor | None:
    """Read an account's factor."""
    columns = (_FACTOR.c[name] for name in Factor.__slots__)
    row = connection.execute(select(*columns).where(_FACTOR.c.account_id == account_id)).first()
    return Factor(*row) if row else None


def keep(connection: Connection, row: Factor) -> None:
    """Write a factor that was begun."""
    connection.execute(insert(_FACTOR), {name: getattr(row, name) for name in Factor.__slots__})


def confirm(connection: Connection, account_id: int, step: int, at: datetime) -> bool:
    """Put a factor to use; False where somebody else did it meanwhile."""
    chosen = update(_FACTOR).where(_FACTOR.c.account_id == account_id, _FACTOR.c.since.is_(None))
    return connection.execute(chosen.values(since=at, last_step=step)).rowcount == 1


def advance(connection: Connection, account_id: int, step: int) -> bool:
    """Use a time step; False where it, or a later one, was used already."""
    chosen = update(_FACTOR).where(_FACTOR.c.account_id == account_id, _FACTOR.c.last_step < step)
    return connection.execute(chosen.values(last_step=step)).rowcount == 1


def forget(connection: Connection, account_id: int) -> None:
    """Take a factor and its recovery codes."""
    connection.execute(delete(_CODE).where(_CODE.c.account_id == account_id))
    connection.execute(delete(_FACTOR).where(_FACTOR.c.account_id == account_id))


def keep_codes(connection: Connection, account_id: int, hashes: Sequence[bytes]) -> None:
    """Replace the recovery codes."""
    connection.execute(delete(_CODE).where(_CODE.c.account_id == account_id))
    rows = [{"account_id": account_id, "hash": one, "used_at": None} for one in hashes]
    connection.execute(insert(_CODE), rows)


def use_code(connection: Connection, account_id: int, hashed: bytes, at: datetime) -> bool:
    """Use a recovery code; False where there is none such, or it was used."""
    chosen = update(_CODE).where(
        _CODE.c.account_id == account_id, _CODE.c.hash == hashed, _CODE.c.used_at.is_(None)
    )
    return connection.execute(chosen.values(used_at=at)).rowcount == 1


def codes_left(connection: Connection, account_id: int) -> int:
    """Count the recovery codes that are still good."""
    mine = select(_CODE.c.hash).where(_CODE.c.account_id == account_id, _CODE.c.used_at.is_(None))
    return len(connection.execute(mine).all())
