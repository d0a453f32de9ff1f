"""Verbs on what units report for the daily report, and on asking those that have not."""

from collections.abc import Sequence
from datetime import date

from typing_extensions import TypedDict

from engine.domain.access import Principal, is_fit, require
from engine.domain.events import OFFICE_STREAM, Kind
from engine.domain.records import UnitChase, UnitReport
from engine.errors import ConflictError
from engine.service.case_fields import Reader
from engine.service.daily_day import due_at, is_handed_in, person_of, refuse_outside, require_open
from engine.service.desk import Desk
from engine.service.notices import notify
from engine.service.office import addition, instant, tell, unit_by_name
from engine.service.people_answers import PersonAnswer
from engine.store import counters, days, holders, ledger, rows


class UnitReportAnswer(TypedDict):
    """What a unit reported for a day; `text` is None for one that has not yet.

    `chased` counts how often it was asked to, the last time at `chased_at`; `returned` says that it
    was asked for more than it reported.
    """

    unit: str
    text: str | None
    by: PersonAnswer | None
    at: str | None
    chased: int
    chased_at: str | None
    returned: bool


class OwnReportAnswer(TypedDict):
    """The part of the caller's unit in the report of a day."""

    date: str
    due_at: str
    handed_in: bool
    report: UnitReportAnswer


def report_unit(desk: Desk, who: Principal, on: date, text: str) -> UnitReportAnswer:
    """Report for one's unit; a later report of the same day takes the place of the former.

    Raises ForbiddenError, ConflictError once the day's report is handed in, InvalidError.
    """
    require(who, "daily.report")
    refuse_outside(desk, on)
    ledger.hold(desk.conn, OFFICE_STREAM)
    require_open(desk, on)
    read = Reader()
    words = read.text("text", text) or ""
    read.refuse("invalid")
    number, unit = counters.take(desk.conn, "unit_report"), who.unit_id or 0
    row = UnitReport(number, on, unit, words, who.account_id or 0, desk.now)
    tell(desk, who, Kind.UNIT_REPORTED, [addition("unit_report", row)])
    return _one(desk, on, unit)


def show_own(desk: Desk, who: Principal, on: date) -> OwnReportAnswer:
    """Show what the caller's unit reported for a day. Raises ForbiddenError, InvalidError."""
    require(who, "daily.report")
    refuse_outside(desk, on)
    return {
        "date": on.isoformat(),
        "due_at": instant(due_at(desk, on), desk.zone),
        "handed_in": is_handed_in(desk, on),
        "report": _one(desk, on, who.unit_id or 0),
    }


def chase_unit(desk: Desk, who: Principal, on: date, name: str) -> UnitReportAnswer:
    """Ask a unit to report for a day 催报, or for more where it has reported 退回补充.

    Raises ForbiddenError, NotFoundError for an unknown unit, ConflictError once the day's report
    is handed in or where nobody of the unit could be told.
    """
    require(who, "daily.chase")
    refuse_outside(desk, on)
    ledger.hold(desk.conn, OFFICE_STREAM)
    require_open(desk, on)
    unit = unit_by_name(desk, name)
    if not chase(desk, who, on, unit.id, unit.name):
        raise ConflictError("daily-nobody", unit=unit.name)
    return _one(desk, on, unit.id)


def chase(desk: Desk, who: Principal, on: date, unit: int, name: str) -> int:
    """Tell the officers of a unit that its report is asked for, and note it; give how many."""
    ledger.hold(desk.conn, OFFICE_STREAM)
    anew = unit in days.unit_reports(desk.conn, on)
    at = due_at(desk, on).astimezone(desk.zone).strftime("%H:%M")
    told = [
        h.id for h in holders.holders(desk.conn) if h.unit_id == unit and is_fit(h.roles, "officer")
    ]
    kind = "daily.returned" if anew else "daily.chase"
    kind += "-late" if desk.now > due_at(desk, on) else ""
    for account in told:
        notify(desk, account, kind, {"unit": name, "day": on.isoformat(), "at": at})
    if told:
        number = counters.take(desk.conn, "unit_chase")
        row = UnitChase(number, on, unit, anew, who.account_id, desk.now)
        tell(desk, who, Kind.UNIT_CHASED, [addition("unit_chase", row)])
    return len(told)


def units_missing(desk: Desk, on: date) -> list[int]:
    """List the units that lead open cases and have not reported for a day."""
    reported = days.unit_reports(desk.conn, on)
    return [unit for unit in days.lead_units(desk.conn) if unit not in reported]


def units_of(desk: Desk, on: date) -> list[UnitReportAnswer]:
    """Show every unit that is expected to report for a day, or has."""
    reported, chased = days.unit_reports(desk.conn, on), days.chases(desk.conn, on)
    ids = sorted({*days.lead_units(desk.conn), *reported})
    units = {row.id: row.name for row in rows.fetch(desk.conn, "unit", id=ids)} if ids else {}
    return [_told(desk, units[u], reported.get(u), chased.get(u, ())) for u in ids]


def _one(desk: Desk, on: date, unit: int) -> UnitReportAnswer:
    row = rows.fetch_one(desk.conn, "unit", id=unit)
    report = days.unit_reports(desk.conn, on).get(unit)
    chased = days.chases(desk.conn, on).get(unit, ())
    return _told(desk, row.name if row is not None else "", report, chased)


def _told(
    desk: Desk, name: str, row: UnitReport | None, chased: Sequence[UnitChase]
) -> UnitReportAnswer:
    last = chased[-1] if chased else None
    return {
        "unit": name,
        "text": None if row is None else row.text,
        "by": None if row is None else person_of(desk, row.by_id),
        "at": None if row is None else instant(row.at, desk.zone),
        "chased": len(chased),
        "chased_at": None if last is None else instant(last.at, desk.zone),
        "returned": row is not None and last is not None and last.anew and last.at > row.at,
    }
