"""Verbs on the duty roster 值班: who is on duty on a day, and who stands in."""

from datetime import date, timedelta

from typing_extensions import TypedDict

from engine.domain.access import Principal, is_fit, require
from engine.domain.events import Kind
from engine.domain.records import Account, Shift
from engine.service.case_fields import Reader
from engine.service.case_room import Directory
from engine.service.desk import Desk
from engine.service.office import addition, tell
from engine.service.people_answers import PersonAnswer
from engine.store import counters, rows

MOST_DAYS = 92
"""How many days of the roster are shown at once."""


class ShiftAnswer(TypedDict):
    """Who is on duty on a day; `stands_in` acts where that one is absent."""

    date: str
    account: PersonAnswer
    stands_in: PersonAnswer | None


def set_shift(
    desk: Desk, who: Principal, on: date, login: str, stands_in: str | None = None
) -> ShiftAnswer:
    """Name who is on duty on a day, and who stands in; the newest naming counts.

    Raises ForbiddenError, or InvalidError with every wrong field.
    """
    require(who, "roster.set")
    read = Reader(Directory(desk, who))
    if on < desk.today:
        read.wrong("date", "roster-past", today=desk.today)
    account = _fit(read, "account", login)
    other = _fit(read, "stands_in", stands_in) if stands_in else None
    if account is not None and account == other:
        read.wrong("stands_in", "roster-same", name=account.name)
    read.refuse("invalid")
    row = Shift(
        counters.take(desk.conn, "shift"), on, account.id if account else 0,
        other.id if other else None, desk.now,
    )  # fmt: skip
    tell(desk, who, Kind.SHIFT_SET, [addition("shift", row)])
    return _answer(desk, row)


def _fit(read: Reader, field: str, login: str) -> Account | None:
    """Read somebody who may be on duty."""
    found = read.account(field, login)
    if found is not None and not is_fit(found.roles, "on-duty"):
        read.wrong(field, "roster-unfit", name=found.name)
    return found


def list_shifts(desk: Desk, who: Principal, first: date, last: date) -> list[ShiftAnswer]:
    """List who is on duty between two days, both included; a quarter at most."""
    require(who, "roster.list")
    last = min(last, first + timedelta(days=MOST_DAYS))
    newest: dict[date, Shift] = {row.day_on: row for row in rows.fetch(desk.conn, "shift")}
    return [_answer(desk, newest[on]) for on in sorted(newest) if first <= on <= last]


def on_duty(desk: Desk, on: date) -> list[int]:
    """Give the accounts on duty on a day: the one named, and who stands in."""
    found = rows.fetch(desk.conn, "shift", day_on=on)
    if not found:
        return []
    row: Shift = found[-1]
    return [row.account_id] if row.stands_in_id is None else [row.account_id, row.stands_in_id]


def _answer(desk: Desk, row: Shift) -> ShiftAnswer:
    return {
        "date": row.day_on.isoformat(),
        "account": _person(desk, row.account_id),
        "stands_in": None if row.stands_in_id is None else _person(desk, row.stands_in_id),
    }


def _person(desk: Desk, account_id: int) -> PersonAnswer:
    row = rows.fetch_one(desk.conn, "account", id=account_id)
    return {"login": row.login, "name": row.name, "post": row.post}
