"""Chasing the daily report: units that have not reported, and whoever hands it in late."""

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

from engine.domain.access import ACTS, OPERATOR
from engine.service.daily_day import due_at
from engine.service.daily_units import chase as chase_one
from engine.service.daily_units import units_missing
from engine.service.desk import Desk
from engine.service.notices import notify
from engine.service.roster import on_duty
from engine.store import holders, jobs, rows
from engine.words import Locale

AHEAD = timedelta(hours=1)
"""How long before the report is due units are chased."""


class Office(Protocol):
    """What chasing needs of the application."""

    def writing(self, via: str, locale: Locale | None = None) -> AbstractContextManager[Desk]:
        """Open a desk that writes."""


def chase(office: Office) -> int:
    """Tell each unit once a day that its report is missing, and the office once that it is late.

    Safe beside other nodes and to repeat. Units are chased on working days alone.
    """
    with office.writing("timer") as desk:
        on = desk.today
        due = due_at(desk, on)
        if desk.now < due - AHEAD or rows.fetch_one(desk.conn, "daily", day_on=on) is not None:
            return 0
        told = _chase_units(desk) if desk.now <= due and desk.calendar.works(on) else 0
        return told + (_tell_late(desk) if desk.now > due else 0)


def _chase_units(desk: Desk) -> int:
    on = desk.today
    missing = units_missing(desk, on)
    names = {row.id: row.name for row in rows.fetch(desk.conn, "unit", id=missing)}
    return sum(
        chase_one(desk, OPERATOR, on, unit, names[unit])
        for unit in missing
        if jobs.once(desk.conn, f"chase:{on.isoformat()}:{unit}", desk.now)
    )


def _tell_late(desk: Desk) -> int:
    on, at = desk.today, due_at(desk, desk.today).astimezone(desk.zone)
    if not jobs.once(desk.conn, f"daily-late:{on.isoformat()}", desk.now):
        return 0
    works = desk.calendar.works(on)
    named = [] if works else on_duty(desk, on)
    roles = ACTS["daily.working-day" if works else "daily.day-off"]
    told = named or [h.id for h in holders.holders(desk.conn) if not roles.isdisjoint(h.roles)]
    words = {"day": on.isoformat(), "at": at.strftime("%H:%M")}
    for account in told:
        notify(desk, account, "daily.late", words)
    return len(told)
