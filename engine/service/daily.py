"""Verbs on the daily report 日报: draft, what units report, hand in, look up.

A report covers what was written down since the one before was handed in. Handed in, it is kept as
it was and never drafted again: what happens later stands in the next day's. The office hands it in
on working days, the duty officer on others.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.events import Kind
from engine.domain.records import Daily, UnitReport
from engine.errors import ConflictError, ForbiddenError
from engine.service.case_fields import Reader
from engine.service.daily_draft import Span, draft_text, figures_of
from engine.service.desk import Desk
from engine.service.office import addition, instant, tell
from engine.service.people_answers import PersonAnswer
from engine.service.roster import on_duty
from engine.service.workflows import workflow_of
from engine.store import counters, days, rows
from engine.words import message

WORKFLOW, CLOCK = "key-issue", "report"
"""The definition whose clock says by when a report is due."""
USUAL_HOUR = time(15)


class UnitReportAnswer(TypedDict):
    """What a unit reported for a day; `text` is None for one that has not yet."""

    unit: str
    text: str | None
    by: PersonAnswer | None
    at: str | None


class DailyAnswer(TypedDict):
    """The report of a day: a draft that follows what happens, or the copy that was handed in."""

    date: str
    status: str
    due_at: str
    text: str
    figures: dict[str, Any]
    late: bool
    handed_in_at: str | None
    handed_in_by: PersonAnswer | None
    units: list[UnitReportAnswer]
    may_hand_in: bool


@dataclass(frozen=True, slots=True)
class _Day:
    desk: Desk
    on: date

    @property
    def due_at(self) -> datetime:
        """When the report is due (UTC)."""
        at = workflow_of(self.desk.conn, WORKFLOW).clocks[CLOCK].at
        hour = time.fromisoformat(at) if at else USUAL_HOUR
        return datetime.combine(self.on, hour, self.desk.zone).astimezone(UTC)

    @property
    def span(self) -> Span:
        """What it covers: from the one before, or the day's beginning, to its end or now."""
        begins = datetime.combine(self.on, time(), self.desk.zone).astimezone(UTC)
        ends = begins + timedelta(days=1)
        after = days.last_handed_in(self.desk.conn, self.on)
        return Span(self.on, min(after or begins, ends), min(self.desk.now, ends))


def show_daily(desk: Desk, who: Principal, on: date) -> DailyAnswer:
    """Show the report of a day, the draft or the copy as handed in.

    Raises ForbiddenError, or InvalidError for a day that has not come.
    """
    require(who, "daily.read")
    _refuse_future(desk, on)
    kept: Daily | None = rows.fetch_one(desk.conn, "daily", day_on=on)
    return _drafted(desk, who, on) if kept is None else _handed_in(desk, kept)


def hand_in(desk: Desk, who: Principal, on: date, text: str | None = None) -> DailyAnswer:
    """Hand a report in, as drafted or with a text of one's own; from then on it stays as it is.

    Raises ForbiddenError where it is another's to hand in on this day, ConflictError where it was
    handed in, InvalidError for a day that has not come or a text that cannot be kept.
    """
    require(who, "daily.hand-in")
    _refuse_future(desk, on)
    if rows.fetch_one(desk.conn, "daily", day_on=on) is not None:
        raise ConflictError("daily-handed-in", day=on.isoformat())
    if not _may_hand_in(desk, who, on):
        raise ForbiddenError(_whose(desk, on))
    read, day = Reader(), _Day(desk, on)
    words = read.text("text", text, optional=True)
    read.refuse("invalid")
    figures = figures_of(desk, day.span)
    row = Daily(
        id=int(on.strftime("%Y%m%d")),
        day_on=on,
        due_at=day.due_at,
        text=words or draft_text(desk, figures),
        figures=figures,
        late=desk.now > day.due_at,
        handed_in_by=who.account_id or 0,
        handed_in_at=desk.now,
    )
    tell(desk, who, Kind.DAILY_HANDED_IN, [addition("daily", row)])
    return _handed_in(desk, row)


def report_unit(desk: Desk, who: Principal, on: date, text: str) -> UnitReportAnswer:
    """Report for one's unit; a later report of the same day takes the place of the former.

    Raises ForbiddenError, ConflictError once the day's report is handed in, InvalidError.
    """
    require(who, "daily.report")
    _refuse_future(desk, on)
    if rows.fetch_one(desk.conn, "daily", day_on=on) is not None:
        raise ConflictError("daily-handed-in", day=on.isoformat())
    read = Reader()
    words = read.text("text", text) or ""
    read.refuse("invalid")
    row = UnitReport(
        counters.take(desk.conn, "unit_report"), on, who.unit_id or 0, words, who.account_id or 0,
        desk.now,
    )  # fmt: skip
    tell(desk, who, Kind.UNIT_REPORTED, [addition("unit_report", row)])
    unit = rows.fetch_one(desk.conn, "unit", id=row.unit_id)
    return _unit(desk, unit.name if unit is not None else "", row)


def units_missing(desk: Desk, on: date) -> list[int]:
    """List the units that lead open cases and have not reported for a day."""
    reported = days.unit_reports(desk.conn, on)
    return [unit for unit in days.lead_units(desk.conn) if unit not in reported]


def due_at(desk: Desk, on: date) -> datetime:
    """Give when the report of a day is due (UTC)."""
    return _Day(desk, on).due_at


def _refuse_future(desk: Desk, on: date) -> None:
    if on > desk.today:
        read = Reader()
        read.wrong("date", "daily-future", today=desk.today.isoformat())
        read.refuse("daily-future", today=desk.today.isoformat())


def _may_hand_in(desk: Desk, who: Principal, on: date) -> bool:
    if not who.may_write:
        return False
    if desk.calendar.works(on):
        return who.has("office")
    named = on_duty(desk, on)
    return who.account_id in named if named else who.has("duty")


def _whose(desk: Desk, on: date) -> Any:  # noqa: ANN401  # a message
    party = "party-office" if desk.calendar.works(on) else "party-duty"
    return message("daily-whose", day=on.isoformat(), who=message(party))


def _drafted(desk: Desk, who: Principal, on: date) -> DailyAnswer:
    day = _Day(desk, on)
    figures = figures_of(desk, day.span)
    return {
        "date": on.isoformat(),
        "status": "draft",
        "due_at": instant(day.due_at, desk.zone),
        "text": draft_text(desk, figures),
        "figures": figures,
        "late": desk.now > day.due_at,
        "handed_in_at": None,
        "handed_in_by": None,
        "units": _units(desk, on),
        "may_hand_in": _may_hand_in(desk, who, on),
    }


def _handed_in(desk: Desk, row: Daily) -> DailyAnswer:
    return {
        "date": row.day_on.isoformat(),
        "status": "handed-in",
        "due_at": instant(row.due_at, desk.zone),
        "text": row.text,
        "figures": row.figures,
        "late": row.late,
        "handed_in_at": instant(row.handed_in_at, desk.zone),
        "handed_in_by": _person(desk, row.handed_in_by),
        "units": _units(desk, row.day_on),
        "may_hand_in": False,
    }


def _units(desk: Desk, on: date) -> list[UnitReportAnswer]:
    """Show every unit that is expected to report, or has."""
    reported = days.unit_reports(desk.conn, on)
    ids = sorted({*days.lead_units(desk.conn), *reported})
    units = {row.id: row.name for row in rows.fetch(desk.conn, "unit", id=ids)} if ids else {}
    return [_unit(desk, units[unit], reported.get(unit)) for unit in ids]


def _unit(desk: Desk, name: str, row: UnitReport | None) -> UnitReportAnswer:
    if row is None:
        return {"unit": name, "text": None, "by": None, "at": None}
    at = instant(row.at, desk.zone)
    return {"unit": name, "text": row.text, "by": _person(desk, row.by_id), "at": at}


def _person(desk: Desk, account_id: int) -> PersonAnswer:
    row = rows.fetch_one(desk.conn, "account", id=account_id)
    return {"login": row.login, "name": row.name, "post": row.post}
