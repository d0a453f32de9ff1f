"""Answers already given, so that a repeated request does nothing twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select

from engine.store.access import only_one
from engine.store.tables import table

_GIVEN = table("idempotency")


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given: for which body (SHA-256, hex), with which status and text."""

    body_digest: str
    status: int
    answer: str
    created_at: datetime


def find(connection: Connection, account_id: int, route: str, key: str) -> Given | None:
    """Read an answer, and let nobody else ask for the same one until the transaction ends."""
    only_one(connection, f"{account_id} {route} {key}")
    columns = (_GIVEN.c[name] for name in Given.__slots__)
    row = connection.execute(select(*columns).where(_is(account_id, route, key))).first()
    return Given(*row) if row else None


def keep(connection: Connection, account_id: int, route: str, key: str, given: Given) -> None:
    """Keep an answer in place of a former one."""
    connection.execute(delete(_GIVEN).where(_is(account_id, route, key)))
    values = {name: getattr(given, name) for name in Given.__slots__}
    connection.execute(
        insert(_GIVEN), {"account_id": account_id, "route": route, "key": key, **values}
    )


def sweep(connection: Connection, before: datetime) -> int:
    """Forget answers that were given before an instant; give how many."""
    return connection.execute(delete(_GIVEN).where(_GIVEN.c.created_at <= before)).rowcount


def _is(account_id: int, route: str, key: str) -> ColumnElement[bool]:
    return and_(_GIVEN.c.account_id == account_id, _GIVEN.c.route == route, _GIVEN.c.key == key)
