"""What today is about: how its daily report stands, and what happened to the cases one sees."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from typing_extensions import TypedDict

from engine.domain.access import READS_ALL, Principal, does, require
from engine.domain.events import Kind, escalation_kind
from engine.domain.replay import Event, read
from engine.service.case_parts_view import person_answer
from engine.service.counting import once
from engine.service.daily_day import due_at
from engine.service.desk import Desk
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.store import days, rows, today
from engine.store.today import Fresh
from engine.store.visible import reader_of, visible_in_full

MOST = 6
ONE_DAY = timedelta(days=1)
OVERDUE = escalation_kind("overdue")
TOLD = frozenset(
    {
        Kind.CASE_REGISTERED, Kind.CASE_STEPPED, Kind.CASE_IMPORTED, Kind.PLAN_ADOPTED,
        Kind.MEASURE_PROGRESSED, Kind.REPLY_RECORDED, Kind.LETTER_ISSUED, Kind.LETTER_ANSWERED,
        Kind.LETTER_JUDGED, OVERDUE,
    }
)  # fmt: skip
"""The kinds of events that are told: what moved a case, and that a limit passed."""


class ChangeAnswer(TypedDict):
    """An event of a case: what it was, when, who did it; `actor` is None for time itself."""

    code: str
    title: str
    kind: str
    trigger: str | None
    moved: bool
    at: str
    actor: PersonAnswer | None


class ChangesAnswer(TypedDict):
    """What happened today, the newest first. `total` counts all; `more` says at least that many."""

    items: list[ChangeAnswer]
    total: int
    more: bool


class ClosedAnswer(TypedDict):
    """How many cases were closed this month, and in the former one by the same day."""

    month: int
    former: int


class UnitToday(TypedDict):
    """A unit that is asked to report today, and whether it has."""

    unit: str
    reported: bool
    chased: int


class DailyToday(TypedDict):
    """How today's report stands; `units` is None for whoever reports for one unit alone."""

    due_at: str
    handed_in_at: str | None
    units: list[UnitToday] | None
    own: UnitToday | None


def changes_today(desk: Desk, who: Principal, most: int = MOST) -> ChangesAnswer:
    """Tell what happened today to the cases that the caller reads. Raises ForbiddenError."""
    require(who, "case.read")
    return once(desk, ("changes", most, reader_of(who)), lambda: _changes(desk, who, most))


def daily_today(desk: Desk, who: Principal) -> DailyToday | None:
    """Tell how today's report stands; None for whoever has nothing to do with it."""
    reads, reports = does(who, "daily.read"), does(who, "daily.report") and who.unit_id is not None
    if not reads and not reports:
        return None
    on = desk.today
    kept = rows.fetch_one(desk.conn, "daily", day_on=on)
    units = dict(_units(desk))
    return {
        "due_at": instant(due_at(desk, on), desk.zone),
        "handed_in_at": instant(kept.handed_in_at, desk.zone) if kept is not None else None,
        "units": list(units.values()) if reads else None,
        "own": None if reads else units.get(who.unit_id or 0),
    }


def closed_this_month(desk: Desk, who: Principal) -> ClosedAnswer | None:
    """Count what was closed this month, and in the former by the same day of it.

    None for whoever does not read every case: of a part it would say little.
    """
    if not who.has(*READS_ALL):
        return None
    return once(desk, "closed-this-month", lambda: _closed(desk))


def _closed(desk: Desk) -> ClosedAnswer:
    first = desk.today.replace(day=1)
    before = (first - ONE_DAY).replace(day=1)
    until = min(before + (desk.today - first), first - ONE_DAY) + ONE_DAY
    spans = ((first, desk.today + ONE_DAY), (before, until))
    month, former = (
        today.closed_between(desk.conn, _begins(desk, one), _begins(desk, end))
        for one, end in spans
    )
    return {"month": month, "former": former}


def _begins(desk: Desk, on: date) -> datetime:
    return datetime.combine(on, time(), desk.zone).astimezone(UTC)


def _units(desk: Desk) -> list[tuple[int, UnitToday]]:
    """Give the units that lead open cases or have reported today, as the report lists them."""
    reported, chased = days.unit_reports(desk.conn, desk.today), days.chases(desk.conn, desk.today)
    ids = sorted({*days.lead_units(desk.conn), *reported})
    names = {row.id: row.name for row in rows.fetch(desk.conn, "unit", id=ids)} if ids else {}
    return [
        (n, {"unit": names[n], "reported": n in reported, "chased": len(chased.get(n, ()))})
        for n in ids
    ]


def _changes(desk: Desk, who: Principal, most: int) -> ChangesAnswer:
    fresh, more = today.newest(
        desk.conn, _begins(desk, desk.today), TOLD, visible_in_full(who, desk.now)
    )
    events = [(one, event) for one in fresh[:most] if (event := read(one.body)) is not None]
    ids = {_actor(event) for _, event in events} - {None}
    people = {row.id: person_answer(row) for row in rows.fetch(desk.conn, "account", id=ids)}
    items = [_one(desk, one, event, people) for one, event in events]
    return {"items": items, "total": len(fresh), "more": more}


def _actor(event: Event) -> int | None:
    number: int | None = (event.get("actor") or {}).get("id")
    return number


def _one(
    desk: Desk, one: Fresh, event: Event, people: Mapping[int | None, PersonAnswer]
) -> ChangeAnswer:
    return {
        "code": one.code,
        "title": one.title,
        "kind": one.kind,
        "trigger": event.get("trigger"),
        "moved": event.get("from") != event.get("to"),
        "at": instant(one.at, desk.zone),
        "actor": people.get(_actor(event)),
    }
