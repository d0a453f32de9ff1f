"""What everything about the report of a day asks first: when it is due, and whether it is open."""

from datetime import UTC, date, datetime, time

from engine.domain.access import is_fit
from engine.errors import ConflictError
from engine.service.case_fields import Reader
from engine.service.desk import Desk
from engine.service.people_answers import PersonAnswer
from engine.service.workflows import workflow_of
from engine.store import days, holders, rows

WORKFLOW, CLOCK = "key-issue", "report"
"""The definition whose clock says by when a report is due."""
USUAL_HOUR = time(15)


def due_at(desk: Desk, on: date) -> datetime:
    """Give when the report of a day is due (UTC)."""
    at = workflow_of(desk.conn, WORKFLOW).clocks[CLOCK].at
    hour = time.fromisoformat(at) if at else USUAL_HOUR
    return datetime.combine(on, hour, desk.zone).astimezone(UTC)


def works(desk: Desk, on: date) -> bool:
    """Tell whether a day works; one whose report was due stays what it was known to be then."""
    return desk.calendar_at(min(desk.now, due_at(desk, on))).works(on)


def refuse_future(desk: Desk, on: date) -> None:
    """Raise InvalidError for a day that has not come."""
    if on > desk.today:
        read = Reader()
        read.wrong("date", "daily-future", today=desk.today)
        read.refuse("daily-future", today=desk.today)


def began_on(desk: Desk) -> date | None:
    """Give the day on which the office wrote down the first thing; None before it did."""
    first = days.began(desk.conn)
    return None if first is None else first.astimezone(desk.zone).date()


def refuse_outside(desk: Desk, on: date) -> None:
    """Raise InvalidError for a day that has not come, or that was over before the office began."""
    refuse_future(desk, on)
    first = began_on(desk)
    if first is not None and on < first:
        read = Reader()
        read.wrong("date", "daily-before", first=first.isoformat())
        read.refuse("daily-before", first=first.isoformat())


def is_handed_in(desk: Desk, on: date) -> bool:
    """Tell whether the report of a day was handed in."""
    return rows.fetch_one(desk.conn, "daily", day_on=on) is not None


def require_open(desk: Desk, on: date) -> None:
    """Raise ConflictError once the report of a day was handed in."""
    if is_handed_in(desk, on):
        raise ConflictError("daily-handed-in", day=on)


def office_of(desk: Desk) -> str:
    """Name the unit whose report it is: that of the first clerk, else the one on top."""
    clerks = [h.unit_id for h in holders.holders(desk.conn) if is_fit(h.roles, "clerk")]
    units = rows.fetch(desk.conn, "unit")
    first = next((unit for unit in units if unit.id in clerks[:1]), units[0] if units else None)
    return first.name if first is not None else ""


def person_of(desk: Desk, account_id: int) -> PersonAnswer:
    """Name an account."""
    row = rows.fetch_one(desk.conn, "account", id=account_id)
    return {"login": row.login, "name": row.name, "post": row.post}
