"""Questions about units and accounts that one row cannot answer: the tree, deputies, who leads."""

from datetime import date

from sqlalchemy import Connection, delete, func, insert, or_, select

from engine.domain.access import is_fit
from engine.store import kept
from engine.store.tables import table

_UNIT, _CLOSURE = table("unit"), table("unit_closure")
_ACCOUNT, _DEPUTY, _CASE = table("account"), table("deputy"), table("case")


def link_unit(connection: Connection, unit_id: int, parent_id: int | None) -> None:
    """Place a new unit below its parent in the closure, and below itself."""
    kept.untold(connection)
    above = units_above(connection, parent_id) if parent_id is not None else frozenset()
    pairs = [{"ancestor_id": a, "descendant_id": unit_id} for a in sorted(above | {unit_id})]
    connection.execute(insert(_CLOSURE), pairs)


def move_unit(connection: Connection, unit_id: int, parent_id: int | None) -> None:
    """Place a unit, with all below it, under another parent in the closure."""
    kept.untold(connection)
    moved = units_below(connection, unit_id)
    connection.execute(
        delete(_CLOSURE).where(
            _CLOSURE.c.descendant_id.in_(moved), _CLOSURE.c.ancestor_id.not_in(moved)
        )
    )
    above = units_above(connection, parent_id) if parent_id is not None else frozenset()
    pairs = [{"ancestor_id": a, "descendant_id": d} for a in sorted(above) for d in sorted(moved)]
    if pairs:
        connection.execute(insert(_CLOSURE), pairs)


def units_below(connection: Connection, unit_id: int) -> frozenset[int]:
    """Give a unit and all units below it."""
    found = select(_CLOSURE.c.descendant_id).where(_CLOSURE.c.ancestor_id == unit_id)
    return frozenset(connection.scalars(found))


def units_above(connection: Connection, unit_id: int) -> frozenset[int]:
    """Give a unit and all units above it."""
    found = select(_CLOSURE.c.ancestor_id).where(_CLOSURE.c.descendant_id == unit_id)
    return frozenset(connection.scalars(found))


def principals_of(connection: Connection, account_id: int, on: date) -> frozenset[int]:
    """Give the accounts for whom this one is deputy on a day.

    Nobody stands in for whoever is no leader any more: a deputy sees no more than its principal.
    """
    found = (
        select(_DEPUTY.c.principal_id, _ACCOUNT.c.roles)
        .join_from(_DEPUTY, _ACCOUNT, _ACCOUNT.c.id == _DEPUTY.c.principal_id)
        .where(_DEPUTY.c.deputy_id == account_id, _DEPUTY.c.ended_at.is_(None))
        .where(_DEPUTY.c.from_on <= on, _DEPUTY.c.to_on >= on)
    )
    fit = (row for row in connection.execute(found) if is_fit(row.roles, "lead-leader"))
    return frozenset(row.principal_id for row in fit)


def has_deputy_between(connection: Connection, principal_id: int, first: date, last: date) -> bool:
    """Tell whether somebody has a deputy on any day between two, both included."""
    found = select(_DEPUTY.c.id).where(
        _DEPUTY.c.principal_id == principal_id,
        _DEPUTY.c.ended_at.is_(None),
        _DEPUTY.c.from_on <= last,
        _DEPUTY.c.to_on >= first,
    )
    return connection.execute(found.limit(1)).first() is not None


def open_cases_led_by(connection: Connection, account_id: int) -> list[str]:
    """Give the codes of the open cases that an account leads."""
    found = select(_CASE.c.code).where(_CASE.c.lead_id == account_id, _CASE.c.closed_at.is_(None))
    return list(connection.scalars(found.order_by(_CASE.c.id)))


def other_administrators(connection: Connection, account_id: int) -> int:
    """Count the enabled administrators besides one account; rows are locked where that matters."""
    found = select(_ACCOUNT.c.id, _ACCOUNT.c.roles).where(
        _ACCOUNT.c.enabled.is_(True), _ACCOUNT.c.id != account_id
    )
    return sum("admin" in row.roles for row in connection.execute(found.with_for_update()))


def any_administrator(connection: Connection) -> bool:
    """Tell whether there is an enabled administrator at all."""
    return other_administrators(connection, 0) > 0


def taken(connection: Connection, login: str) -> bool:
    """Tell whether a login is given away, in whatever case it is written."""
    found = select(_ACCOUNT.c.id).where(
        or_(_ACCOUNT.c.login == login, func.lower(_ACCOUNT.c.login) == login.lower())
    )
    return connection.execute(found.limit(1)).first() is not None


def units_by_id(connection: Connection) -> dict[int, str]:
    """Name all units."""
    return {row.id: row.name for row in connection.execute(select(_UNIT.c.id, _UNIT.c.name))}


def logins_by_id(connection: Connection) -> dict[int, str]:
    """Give the login of every account."""
    return {r.id: r.login for r in connection.execute(select(_ACCOUNT.c.id, _ACCOUNT.c.login))}
