"""Chasing the daily report: units that have not reported, and whoever hands it in late."""

from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Protocol

from engine.domain.access import ACTS, OPERATOR
from engine.service.daily_day import began_on, due_at, is_handed_in, works
from engine.service.daily_units import chase as chase_one
from engine.service.daily_units import units_missing
from engine.service.desk import Desk
from engine.service.notices import notify
from engine.service.roster import on_duty
from engine.store import holders, jobs, rows
from engine.words import Locale

AHEAD = timedelta(hours=1)
"""How long before the report is due units are chased."""
BACK = 7
"""Days for which is caught up what was due while nothing ran."""


class Office(Protocol):
    """What chasing needs of the application."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


def chase(office: Office) -> int:
    """Tell each unit once that its report of a day is missing, and the office once that it is late.

    Days that were over while nothing ran are caught up. Safe beside other nodes and to repeat.
    Units are chased for working days alone.
    """
    with office.writing("timer") as desk:
        first = began_on(desk) or desk.today
        days = (desk.today - timedelta(days=n) for n in range(BACK, -1, -1))
        return sum(_chase_day(desk, on) for on in days if on >= first)


def _chase_day(desk: Desk, on: date) -> int:
    due = due_at(desk, on)
    if desk.now < due - AHEAD or is_handed_in(desk, on):
        return 0
    if on < desk.today and not jobs.once(desk.conn, f"chase-over:{on.isoformat()}", desk.now):
        return 0  # a day that is over is looked at once more, then never again
    told = _chase_units(desk, on) if works(desk, on) else 0
    return told + (_tell_late(desk, on) if desk.now > due else 0)


def _chase_units(desk: Desk, on: date) -> int:
    missing = units_missing(desk, on)
    names = {row.id: row.name for row in rows.fetch(desk.conn, "unit", id=missing)}
    return sum(
        chase_one(desk, OPERATOR, on, unit, names[unit])
        for unit in missing
        if jobs.once(desk.conn, f"chase:{on.isoformat()}:{unit}", desk.now)
    )


def _tell_late(desk: Desk, on: date) -> int:
    at = due_at(desk, on).astimezone(desk.zone)
    if not jobs.once(desk.conn, f"daily-late:{on.isoformat()}", desk.now):
        return 0
    at_work = works(desk, on)
    named = [] if at_work else on_duty(desk, on)
    roles = ACTS["daily.working-day" if at_work else "daily.day-off"]
    told = named or [h.id for h in holders.holders(desk.conn) if not roles.isdisjoint(h.roles)]
    words = {"day": on.isoformat(), "at": at.strftime("%H:%M")}
    for account in told:
        notify(desk, account, "daily.late", words)
    return len(told)
