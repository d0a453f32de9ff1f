"""What an account still answers for in open cases, looked up in each place where it is named."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from engine.domain.facts import FINISHED, UNANSWERED
from engine.domain.tenure import FORCE_ROLES
from engine.store.tables import table

_CASE, _REQUEST, _LETTER = table("case"), table("request"), table("letter")
_ACCOUNT = table("account")
_MEASURE, _TENURE, _SHIFT = table("measure"), table("tenure"), table("shift")
_OPEN = _CASE.c.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Held:
    """An open case, with what tells which steps it has now; `late` says that a limit is past."""

    case_id: int
    code: str
    workflow: str
    version: int
    state: str
    lead_id: int | None
    late: bool


def led(connection: Connection, account_id: int, at: datetime) -> list[Held]:
    """Read the open cases that an account leads."""
    return _held(connection, _CASE.c.lead_id == account_id, at)


def offered(connection: Connection, account_id: int, at: datetime) -> list[Held]:
    """Read the open cases whose handover waits for an account to accept."""
    waits = _REQUEST.c.state == "pending", _REQUEST.c.to_id == account_id
    return _held(connection, _CASE.c.id.in_(select(_REQUEST.c.case_id).where(*waits)), at)


def _held(connection: Connection, which: ColumnElement[bool], at: datetime) -> list[Held]:
    case = _CASE.c
    late = func.coalesce(case.limit_due_at < at, False).label("late")
    found = select(
        case.id, case.code, case.workflow, case.workflow_version, case.state, case.lead_id, late
    )
    found = found.where(which, _OPEN).order_by(case.id)
    return [
        Held(row.id, row.code, row.workflow, row.workflow_version, row.state, row.lead_id,
             late=bool(row.late))
        for row in connection.execute(found)
    ]  # fmt: skip


def led_by_shut(connection: Connection) -> dict[str, int]:
    """Count by login the open cases that each disabled account still leads."""
    count = func.count(_CASE.c.id)
    found = select(_ACCOUNT.c.login, count).join_from(
        _ACCOUNT, _CASE, _CASE.c.lead_id == _ACCOUNT.c.id
    )
    found = found.where(_ACCOUNT.c.enabled.is_(False), _OPEN).group_by(_ACCOUNT.c.login)
    return {row.login: row[1] for row in connection.execute(found)}


def letters_of_led(connection: Connection, account_id: int) -> int:
    """Count the urging letters that wait for an answer in the cases that an account leads."""
    mine = _CASE.c.lead_id == account_id, _LETTER.c.status.in_(sorted(UNANSWERED))
    return _count(connection, _LETTER, *mine)


def requests_of(connection: Connection, account_id: int) -> int:
    """Count the requests of an account that wait for a decision."""
    mine = _REQUEST.c.asked_by == account_id, _REQUEST.c.state == "pending"
    return _count(connection, _REQUEST, *mine)


def measures_of(connection: Connection, account_id: int) -> int:
    """Count the measures that an account owns and that are not finished."""
    measure = _MEASURE.c
    unfinished = or_(measure.status.not_in(sorted(FINISHED)), measure.proved.is_(False))
    undone = unfinished, measure.dropped.is_(False)
    return _count(connection, _MEASURE, measure.owner_id == account_id, *undone)


def forces_of(connection: Connection, account_id: int) -> int:
    """Count the cases in whose task force an account is."""
    held = _TENURE.c.account_id == account_id, _TENURE.c.to_at.is_(None)
    parts = _TENURE.c.role.in_(FORCE_ROLES)
    found = select(func.count(_CASE.c.id.distinct())).join_from(
        _TENURE, _CASE, _CASE.c.id == _TENURE.c.case_id
    )
    return int(connection.execute(found.where(*held, parts, _OPEN)).scalar_one())


def shifts_of(connection: Connection, account_id: int, since: date) -> int:
    """Count the days from one on for which an account is on the duty roster."""
    shift = _SHIFT.c
    named = select(shift.day_on, shift.account_id, shift.stands_in_id).where(shift.day_on >= since)
    newest = {row[0]: row[1:] for row in connection.execute(named.order_by(shift.id))}
    return sum(account_id in accounts for accounts in newest.values())


def _count(connection: Connection, part: Any, *which: ColumnElement[bool]) -> int:  # noqa: ANN401  # a table
    found = select(func.count()).select_from(part.join(_CASE, _CASE.c.id == part.c.case_id))
    return int(connection.execute(found.where(*which, _OPEN)).scalar_one())
