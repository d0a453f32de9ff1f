"""Enabled accounts by role and by unit, for whoever is to be told something."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.store.tables import table

_ACCOUNT = table("account")


@dataclass(frozen=True, slots=True)
class Holder:
    """An enabled account, its unit and its roles."""

    id: int
    unit_id: int
    roles: frozenset[str]


def holders(connection: Connection) -> list[Holder]:
    """Read all enabled accounts, in the order of their making."""
    found = select(_ACCOUNT.c.id, _ACCOUNT.c.unit_id, _ACCOUNT.c.roles)
    found = found.where(_ACCOUNT.c.enabled.is_(True)).order_by(_ACCOUNT.c.id)
    return [Holder(row.id, row.unit_id, frozenset(row.roles)) for row in connection.execute(found)]
