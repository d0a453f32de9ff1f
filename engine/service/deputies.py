"""Verbs on deputies: who acts for an absent lead leader between two days."""

from dataclasses import dataclass
from datetime import date

from engine.domain.access import Principal, does, is_fit, require
from engine.domain.events import Kind
from engine.domain.records.office import Account, Deputy
from engine.errors import ConflictError, ForbiddenError, NotFoundError
from engine.service.gathered import Gathered
from engine.service.office import (
    Desk,
    account_by_login,
    addition,
    change,
    clean,
    instant,
    refuse_private,
    tell,
    wrong,
)
from engine.service.people_answers import DeputyAnswer, PersonAnswer
from engine.store import counters, people, rows

LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class NewDeputy:
    """Who shall act for whom, both by login, from one day to another, both included."""

    principal: str
    deputy: str
    from_on: date
    to_on: date
    reason: str


def name_deputy(desk: Desk, who: Principal, order: NewDeputy) -> DeputyAnswer:
    """Name a deputy. The principal stays accountable; the event of each act will name both.

    The principal itself, the office or an administrator names; the deputy is an enabled official
    who neither decides, audits nor administers. Raises ForbiddenError, NotFoundError,
    InvalidError, or ConflictError where the principal has a deputy on one of these days.
    """
    require(who, "deputy.name")
    principal = account_by_login(desk, order.principal, lock=True)
    _own_or_office(who, principal.id)
    deputy = account_by_login(desk, order.deputy)
    found = Gathered()
    found.take("deputy", lambda: _check_people(principal, deputy), None)
    found.take("to", lambda: _check_days(desk, order), None)
    reason = found.take("reason", lambda: _reason(order.reason), "")
    found.hold()
    if people.has_deputy_between(desk.conn, principal.id, order.from_on, order.to_on):
        raise ConflictError("deputy-overlaps", name=principal.name)
    row = Deputy(
        counters.take(desk.conn, "deputy"), principal.id, deputy.id, order.from_on, order.to_on,
        reason, None,
    )  # fmt: skip
    tell(desk, who, Kind.DEPUTY_NAMED, [addition("deputy", row)])
    return _answer(desk, row, {principal.id: principal, deputy.id: deputy})


def list_deputies(desk: Desk, who: Principal) -> list[DeputyAnswer]:
    """List all deputies there are and were, in the order of their naming."""
    require(who, "deputy.list")
    accounts: dict[int, Account] = {row.id: row for row in rows.fetch(desk.conn, "account")}
    return [_answer(desk, row, accounts) for row in rows.fetch(desk.conn, "deputy")]


def end_deputy(desk: Desk, who: Principal, deputy_id: int) -> None:
    """End a deputy's time now.

    Raises ForbiddenError, NotFoundError, or ConflictError where it has ended already.
    """
    require(who, "deputy.end")
    row: Deputy | None = rows.fetch_one(desk.conn, "deputy", lock=True, id=deputy_id)
    if row is None:
        raise NotFoundError("deputy-unknown", id=deputy_id)
    _own_or_office(who, row.principal_id)
    if row.ended_at is not None:
        raise ConflictError("deputy-ended")
    tell(desk, who, Kind.DEPUTY_ENDED, [change("deputy", row, ended_at=desk.now)])


def _own_or_office(who: Principal, principal_id: int) -> None:
    if who.account_id != principal_id and not does(who, "deputy.any"):
        raise ForbiddenError("deputy-not-yours")


def _check_people(principal: Account, deputy: Account) -> None:
    if not is_fit(principal.roles, "lead-leader") or not principal.enabled:
        raise wrong("principal", "deputy-principal", name=principal.name)
    if principal.id == deputy.id:
        raise wrong("deputy", "deputy-self")
    fits = is_fit(deputy.roles, "deputy") and not is_fit(deputy.roles, "not-deputy")
    if not deputy.enabled or not fits:
        raise wrong("deputy", "deputy-unfit", name=deputy.name)


def _check_days(desk: Desk, order: NewDeputy) -> None:
    today = desk.now.astimezone(desk.zone).date()
    if order.to_on < order.from_on:
        raise wrong("to", "deputy-days", start=order.from_on, end=order.to_on)
    if order.to_on < today:
        raise wrong("to", "deputy-past", end=order.to_on, today=today)


def _reason(text: str) -> str:
    cleaned = clean(text)
    if not 0 < len(cleaned) <= LONGEST_REASON:
        raise wrong("reason", "reason-missing", longest=LONGEST_REASON)
    return refuse_private("reason", cleaned)


def _answer(desk: Desk, row: Deputy, accounts: dict[int, Account]) -> DeputyAnswer:
    return {
        "id": row.id,
        "principal": _person(accounts[row.principal_id]),
        "deputy": _person(accounts[row.deputy_id]),
        "from": row.from_on.isoformat(),
        "to": row.to_on.isoformat(),
        "reason": row.reason,
        "ended_at": None if row.ended_at is None else instant(row.ended_at, desk.zone),
    }


def _person(row: Account) -> PersonAnswer:
    return {"login": row.login, "name": row.name, "post": row.post}
