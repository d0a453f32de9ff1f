"""The newest changes of the calendar, for whoever watches over the office: who, what day, why."""

from collections.abc import Iterable
from functools import partial

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.events import OFFICE_STREAM, Kind
from engine.domain.replay import Change, Event, read
from engine.service.case_parts_view import person_answer
from engine.service.desk import Desk
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.store import kept, ledger, recent, rows
from engine.store.ledger import Logged

KINDS = (Kind.CALENDAR_LOADED, Kind.CALENDAR_OVERRIDDEN)
MOST = 10
"""How many changes are told; the log has them all."""


class CalendarChangeAnswer(TypedDict):
    """A change of the calendar: an exception for one `date`, or the notices of `years`.

    `by` is None for whoever runs commands on the server itself. `reason` is what was given for an
    exception; None where it was erased since.
    """

    at: str
    by: PersonAnswer | None
    date: str | None
    works: bool | None
    years: list[int]
    replaced: bool
    reason: str | None


def recent_changes(desk: Desk, who: Principal) -> list[CalendarChangeAnswer]:
    """Tell the newest changes of the calendar. Raises ForbiddenError."""
    require(who, "supervision.read")
    read_anew = partial(recent.newest, desk.conn, OFFICE_STREAM, KINDS, MOST)
    found: list[Logged] = kept.of_office(desk.conn, "calendar-log", read_anew)
    told = [(row, event) for row in found if (event := read(row.body))]
    return [_answer(desk, row, event) for row, event in told if event.changes]


def _answer(desk: Desk, row: Logged, event: Event) -> CalendarChangeAnswer:
    actor = event.get("actor") or {}
    account = rows.fetch_one(desk.conn, "account", id=actor["id"]) if actor.get("id") else None
    overridden = row.kind == Kind.CALENDAR_OVERRIDDEN
    first = event.changes[0]
    reason = ledger.opened(desk.conn, row.stream, row.seq).get("reason") if overridden else None
    return {
        "at": instant(row.recorded_at, desk.zone),
        "by": person_answer(account) if account else None,
        "date": first.new["day_on"] if overridden else None,
        "works": first.new["works"] if overridden else None,
        "years": [] if overridden else _years(event.changes),
        "replaced": first.old is not None,
        "reason": reason.value if reason else None,
    }


def _years(changes: Iterable[Change]) -> list[int]:
    return [change.key[0] for change in changes if change.record == "notice"]
