"""Keeping accounts right over the years: names, posts, units, where notices go, enabled again."""

from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from engine.domain.access import Principal, require
from engine.domain.events import Kind
from engine.domain.records.office import Account
from engine.service.accounts import LONGEST_NAME, answer_of, mail_address, robot_address
from engine.service.gathered import Gathered
from engine.service.office import (
    UNSET,
    Desk,
    account_by_login,
    change,
    line,
    tell,
    unit_for,
)
from engine.service.people_answers import AccountAnswer
from engine.store import access


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What is to be otherwise; what is UNSET stays, an empty post, mail or robot is taken away."""

    name: Any = UNSET
    post: Any = UNSET
    unit: Any = UNSET
    email: Any = UNSET
    robot: Any = UNSET


def change_account(desk: Desk, who: Principal, login: str, order: AccountChange) -> AccountAnswer:
    """Change the particulars of an account; its cases, tenures and history stay as they are.

    Raises ForbiddenError, NotFoundError for the account or the unit, InvalidError for unfit
    fields, all of them at once.
    """
    require(who, "account.change")
    row = account_by_login(desk, login, lock=True)
    given = {f.name: getattr(order, f.name) for f in fields(order)}
    asked = {name: text for name, text in given.items() if text is not UNSET}
    new, nothing, found = dict[str, Any](), dict[str, Any](), Gathered()
    for name, text in asked.items():
        new |= found.take(name, partial(_read, desk, name, text), nothing)
    found.hold()
    moved = {name: value for name, value in new.items() if getattr(row, name) != value}
    if "unit_id" in moved:
        access.mark_sessions(desk.conn, row.id)
    if moved:
        tell(desk, who, Kind.ACCOUNT_CHANGED, [change("account", row, **moved)])
    return answer_of(desk, account_by_login(desk, login))


def enable_account(desk: Desk, who: Principal, login: str) -> AccountAnswer:
    """Open an account again; with its former password, and no session or token of before.

    Raises ForbiddenError, NotFoundError.
    """
    require(who, "account.enable")
    row = account_by_login(desk, login, lock=True)
    if not row.enabled:
        tell(desk, who, Kind.ACCOUNT_ENABLED, [change("account", row, enabled=True)])
    return answer_of(desk, account_by_login(desk, login))


def show_account(desk: Desk, who: Principal, login: str) -> tuple[AccountAnswer, Account]:
    """Give an account with all its particulars. Raises ForbiddenError, NotFoundError."""
    require(who, "account.change")
    row = account_by_login(desk, login)
    return answer_of(desk, row), row


def _read(desk: Desk, name: str, text: str | None) -> dict[str, Any]:
    """Read one field as its column is kept."""
    match name:
        case "name":
            return {name: line(name, text or "", LONGEST_NAME)}
        case "post":
            return {name: line(name, text, LONGEST_NAME) if text else None}
        case "unit":
            return {"unit_id": unit_for(desk, "unit", text).id}
        case "email":
            return {name: mail_address(text)}
        case _:
            return {name: robot_address(text)}
