"""From an account to a caller with its rights of today."""

from datetime import date

from engine.domain.access import Principal, require
from engine.domain.records.office import Account
from engine.errors import ForbiddenError, NotFoundError
from engine.service.office import Desk, account_by_login
from engine.service.people_answers import MeAnswer
from engine.store import kept, people, rows


def principal_of(desk: Desk, account: int | str, *, may_write: bool = True) -> Principal:
    """Give the caller behind an account id or a login as of now, so that rights end at once.

    Raises NotFoundError for an unknown account, ForbiddenError for a disabled one.
    """
    today = desk.now.astimezone(desk.zone).date()
    key = ("principal", account, today, may_write)
    return kept.of_office(desk.conn, key, lambda: _principal(desk, account, today, may_write))


def _principal(desk: Desk, account: int | str, today: date, may_write: bool) -> Principal:  # noqa: FBT001  # as its caller has it
    row = _account(desk, account)
    if not row.enabled:
        raise ForbiddenError("account-disabled", login=row.login)
    return Principal(
        account_id=row.id,
        login=row.login,
        name=row.name,
        post=row.post,
        roles=frozenset(row.roles),
        unit_id=row.unit_id,
        units=people.units_below(desk.conn, row.unit_id),
        above=people.units_above(desk.conn, row.unit_id),
        stands_in_for=people.principals_of(desk.conn, row.id, today),
        may_write=may_write,
    )


def me(desk: Desk, who: Principal) -> MeAnswer:
    """Say who the caller is."""
    require(who, "self.read")
    names = people.units_by_id(desk.conn)
    logins = people.logins_by_id(desk.conn)
    return {
        "login": who.login,
        "name": who.name,
        "post": who.post,
        "unit": None if who.unit_id is None else names[who.unit_id],
        "units": [names[unit] for unit in sorted(who.units)],
        "roles": sorted(who.roles),
        "stands_in_for": [logins[account] for account in sorted(who.stands_in_for)],
    }


def _account(desk: Desk, account: int | str) -> Account:
    if isinstance(account, str):
        return account_by_login(desk, account)
    row: Account | None = rows.fetch_one(desk.conn, "account", id=account)
    if row is None:
        raise NotFoundError("account-unknown", login=f"#{account}")
    return row
