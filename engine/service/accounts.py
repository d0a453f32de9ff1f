"""Verbs on officials' accounts: add, list, disable, change roles, set passwords."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from engine.channels import robots
from engine.domain.access import ROLES, Principal, is_fit, require
from engine.domain.events import Kind
from engine.domain.records.office import Account
from engine.errors import ConflictError, ForbiddenError
from engine.service.gathered import Gathered
from engine.service.office import (
    Desk,
    account_by_login,
    addition,
    change,
    clean,
    line,
    tell,
    unit_for,
    wrong,
)
from engine.service.passwords import check_password, hash_password
from engine.service.people_answers import AccountAnswer, DisabledAnswer
from engine.service.shut_told import tell_of_lost, tell_of_shut
from engine.store import access, counters, kept, people, rows
from engine.words import Text, listed, listed_in_both, message, wording

LONGEST_NAME = 100
LONGEST_ROBOT = 500
_NAMED = 5
"""How many unknown roles a refusal names."""
_LOGIN = re.compile(r"\w[\w.-]{0,63}")
_EMAIL = re.compile(r"[^\s@<>,;]{1,100}@[^\s@<>,;]{1,150}")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a new account is made of. Without a password it cannot sign in."""

    login: str
    name: str
    unit: str
    roles: Collection[str]
    post: str | None = None
    email: str | None = None
    robot: str | None = None
    password: str | None = None


def add_account(desk: Desk, who: Principal, order: NewAccount) -> AccountAnswer:
    """Add an account.

    Raises ForbiddenError, InvalidError for an unfit field, NotFoundError for an unknown unit,
    ConflictError where the login is taken.
    """
    require(who, "account.add")
    return make_account(desk, who, order)


def make_account(desk: Desk, who: Principal, order: NewAccount) -> AccountAnswer:
    """Add an account for a verb that has asked for its own right (an import that creates names)."""
    found = Gathered()
    row, password = _row(desk, order, found), order.password
    hashed = None
    if password is not None:
        hashed = found.take("password", lambda: hash_password(password, row.login), "")
    found.hold()
    tell(desk, who, Kind.ACCOUNT_ADDED, [addition("account", row)])
    if hashed is not None:
        _keep(desk, who, row.id, hashed)
    return answer_of(desk, row)


def list_accounts(desk: Desk, who: Principal) -> list[AccountAnswer]:
    """List all accounts in the order of their making."""
    require(who, "account.list")
    units = people.units_by_id(desk.conn)
    able = access.with_password(desk.conn)
    found: list[Account] = rows.fetch(desk.conn, "account")
    return [_shown(row, units[row.unit_id], sign_in=row.id in able) for row in found]


class Offered(NamedTuple):
    """An account as forms offer it."""

    login: str
    name: str
    post: str | None
    unit: str


def fit_accounts(desk: Desk, who: Principal, roles: Collection[str]) -> tuple[Offered, ...]:
    """Name the enabled accounts that hold one of some roles, in the order of their making."""
    require(who, "account.list")
    wanted = frozenset(roles)
    return kept.of_office(desk.conn, ("fit", wanted), lambda: _offered(desk, wanted))


def _offered(desk: Desk, wanted: frozenset[str]) -> tuple[Offered, ...]:
    units = people.units_by_id(desk.conn)
    found: list[Account] = rows.fetch(desk.conn, "account", enabled=True)
    fit = (row for row in found if not wanted.isdisjoint(row.roles))
    return tuple(Offered(row.login, row.name, row.post, units[row.unit_id]) for row in fit)


def disable_account(desk: Desk, who: Principal, login: str) -> DisabledAnswer:
    """Shut an account: its sessions and tokens end at once; its cases stay its own until handed on.

    Whoever must hand them on is told, and whoever watches over that.
    Raises ForbiddenError, NotFoundError, or ConflictError for the last administrator.
    """
    require(who, "account.disable")
    row = account_by_login(desk, login, lock=True)
    told: list[int] = []
    if row.enabled:
        _spare_last(desk, row)
        revoked = access.revoke_tokens(desk.conn, desk.now, account_id=row.id)
        access.end_sessions(desk.conn, row.id)
        deltas, told = [change("account", row, enabled=False)], tell_of_shut(desk, row)
        tell(desk, who, Kind.ACCOUNT_DISABLED, deltas, tokens_revoked=revoked, told=told)
    codes = people.open_cases_led_by(desk.conn, row.id)
    return {
        "login": row.login,
        "leads": len(codes),
        "still_leads": codes if who.account_id is None else [],
        "told": [one.login for one in rows.fetch(desk.conn, "account", id=set(told))],
    }


def change_roles(
    desk: Desk, who: Principal, login: str, add: Collection[str] = (), remove: Collection[str] = ()
) -> AccountAnswer:
    """Give and take roles; what an account may do follows at its next request.

    Raises ForbiddenError, NotFoundError, InvalidError, or ConflictError where the account leads
    open cases and would no longer be a leader, or is the last administrator.
    """
    require(who, "account.roles")
    _known(set(add) | set(remove))
    row = account_by_login(desk, login, lock=True)
    roles = _fit(set(row.roles) - set(remove) | set(add))
    if "admin" in row.roles and "admin" not in roles:
        _spare_last(desk, row)
    if is_fit(row.roles, "lead-leader") and not is_fit(roles, "lead-leader"):
        _spare_leading(desk, who, row)
    if roles != row.roles:
        access.mark_sessions(desk.conn, row.id)
        told = [] if is_fit(roles, "lead-leader") else tell_of_lost(desk, row)
        deltas = [change("account", row, roles=roles)]
        tell(desk, who, Kind.ACCOUNT_CHANGED, deltas, **({"told": told} if told else {}))
    return answer_of(desk, account_by_login(desk, login))


def set_password(desk: Desk, who: Principal, login: str, password: str) -> None:
    """Set somebody's password; their sessions end.

    Raises ForbiddenError, NotFoundError, or InvalidError for an unfit password.
    """
    require(who, "account.password")
    row = account_by_login(desk, login, lock=True)
    _keep(desk, who, row.id, hash_password(password, row.login))


def change_password(desk: Desk, who: Principal, current: str, password: str) -> None:
    """Change one's own password; all one's sessions end. Raises InvalidError, ForbiddenError."""
    require(who, "self.read")
    if who.account_id is None or not who.may_write:
        raise ForbiddenError("password-own")
    fits, _ = check_password(current, access.password_hash(desk.conn, who.account_id))
    if not fits:
        raise wrong("current", "password-current")
    _keep(desk, who, who.account_id, hash_password(password, who.login))


def _keep(desk: Desk, who: Principal, account_id: int, hashed: str) -> None:
    """Keep a hash. The event says that it was set, and nothing of what it is."""
    access.keep_password(desk.conn, account_id, hashed, desk.now)
    access.end_sessions(desk.conn, account_id)
    tell(desk, who, Kind.PASSWORD_SET, [], account=account_id)


def _row(desk: Desk, order: NewAccount, found: Gathered) -> Account:
    """Make the row of a new account; what is wrong with the order is gathered."""
    number = counters.take(desk.conn, "account")  # first: whoever adds another waits for us here
    login, take, post = clean(order.login).lower(), found.take, order.post or None
    take("login", lambda: _check_login(desk, login), None)
    return Account(
        id=number,
        login=login,
        name=take("name", lambda: line("name", order.name, LONGEST_NAME), ""),
        post=post and take("post", lambda: line("post", post, LONGEST_NAME), ""),
        unit_id=take("unit", lambda: unit_for(desk, "unit", order.unit).id, 0),
        roles=take("roles", lambda: _fit(set(order.roles)), []),
        enabled=True,
        email=take("email", lambda: mail_address(order.email), None),
        robot=take("robot", lambda: robot_address(order.robot), None),
        created_at=desk.now,
    )


def _check_login(desk: Desk, login: str) -> None:
    if not _LOGIN.fullmatch(login):
        raise wrong("login", "account-login")
    if people.taken(desk.conn, login):
        raise ConflictError("account-taken", login=login)


def mail_address(text: str | None) -> str | None:
    """Take a mail address; None for an empty one. Raises InvalidError."""
    if not text or not text.strip():
        return None
    if not _EMAIL.fullmatch(text.strip()):
        raise wrong("email", "account-email")
    return text.strip()


def robot_address(text: str | None) -> str | None:
    """Take the address of a chat robot. Raises InvalidError where it is none that we know."""
    address = (text or "").strip()
    if not address:
        return None
    if robots.kind_of(address) is None or len(address) > LONGEST_ROBOT:
        raise wrong("robot", "account-robot", known=listed(robots.LIMITS))
    return address


def _roles() -> Text:
    """Name every role as it is typed, with what its holders are called."""
    titles = {role: wording(f"role-{role}") for role in ROLES}
    return listed_in_both(
        Text(f"{role}（{title.zh}）", f"{role} ({title.en})" if title.en != role else role)
        for role, title in titles.items()
    )


def _known(roles: Collection[str]) -> None:
    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        named = listed(name[:40] for name in unknown[:_NAMED])
        raise wrong("roles", "role-unknown", role=named, known=_roles())


def _fit(roles: set[str]) -> list[str]:
    """Give the roles in their order. An administrator who had another could touch cases."""
    _known(roles)
    if not roles:
        raise wrong("roles", "role-none", known=_roles())
    if "admin" in roles and len(roles) > 1:
        raise wrong("roles", "role-admin-alone")
    return [role for role in ROLES if role in roles]


def _spare_last(desk: Desk, row: Account) -> None:
    if "admin" in row.roles and not people.other_administrators(desk.conn, row.id):
        raise ConflictError("account-last-admin", login=row.login)


def _spare_leading(desk: Desk, who: Principal, row: Account) -> None:
    """Refuse to make somebody no leader who leads; administrators are told how many, not which."""
    codes = people.open_cases_led_by(desk.conn, row.id)
    if codes:
        cases = message("account-cases-count", count=len(codes))
        if who.account_id is None:
            cases = message("account-cases", codes=listed(codes[:20]), count=len(codes))
        raise ConflictError("account-still-leads", login=row.login, cases=cases)


def answer_of(desk: Desk, row: Account) -> AccountAnswer:
    """Give an account as it is answered."""
    able = access.password_hash(desk.conn, row.id) is not None
    return _shown(row, people.units_by_id(desk.conn)[row.unit_id], sign_in=able)


def _shown(row: Account, unit: str, *, sign_in: bool) -> AccountAnswer:
    return {
        "login": row.login,
        "name": row.name,
        "post": row.post,
        "unit": unit,
        "roles": row.roles,
        "enabled": row.enabled,
        "email": row.email,
        "sign_in": sign_in,
    }
