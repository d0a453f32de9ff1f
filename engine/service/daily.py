"""Verbs on the daily report 日报: look up, write its text, hand in.

A report covers what was written down since the one before was handed in. Its figures are counted;
people write below them, and take none of them away. Handed in, it is kept as it was answered then,
word for word, and never drafted again: what happens later stands in the next day's. The office
hands it in on working days, the duty officer on others.
"""

import hashlib
from datetime import date
from typing import Any, NotRequired

import orjson
from typing_extensions import TypedDict

from engine.domain.access import Principal, does, require
from engine.domain.events import OFFICE_STREAM, Kind
from engine.domain.records import Daily
from engine.errors import ConflictError, ForbiddenError, StaleError
from engine.service.case_fields import Reader
from engine.service.daily_day import (
    due_at,
    office_of,
    person_of,
    refuse_outside,
    require_open,
    works,
)
from engine.service.daily_draft import figures_of, without_free_text
from engine.service.daily_span import span_of
from engine.service.daily_units import UnitReportAnswer, units_of
from engine.service.daily_words import DifferenceAnswer, Words, drafted, words_of
from engine.service.desk import Desk
from engine.service.office import addition, instant, tell
from engine.service.people_answers import PersonAnswer
from engine.service.roster import on_duty
from engine.store import days, ledger, rows
from engine.store.days import SavedDraft
from engine.words import Message, message


class DraftAnswer(TypedDict):
    """Words that somebody saved for a report; whoever saves next names their version."""

    version: int
    saved_by: PersonAnswer
    saved_at: str


class DailyAnswer(TypedDict):
    """The report of a day: a draft that follows what happens, or the copy that was handed in.

    `number` counts the reports of the year as they were handed in. `text` is the whole report: the
    lines that were `counted`, what people had `written` below them, where their figures differ, and
    who has not reported. `draft` is None where nobody saved words; they then are the drafted ones.
    Copies of long ago have the text alone.
    """

    date: str
    status: str
    number: int | None
    office: str
    due_at: str
    text: str
    counted: NotRequired[list[str]]
    written: NotRequired[str]
    differs: NotRequired[list[DifferenceAnswer]]
    figures: dict[str, Any]
    late: bool
    handed_in_at: str | None
    handed_in_by: PersonAnswer | None
    units: list[UnitReportAnswer]
    draft: DraftAnswer | None
    may_hand_in: bool


def show_daily(desk: Desk, who: Principal, on: date) -> DailyAnswer:
    """Show the report of a day, the draft or the copy as handed in.

    Raises ForbiddenError, or InvalidError for a day that has not come or was before the office.
    """
    require(who, "daily.read")
    refuse_outside(desk, on)
    kept: Daily | None = rows.fetch_one(desk.conn, "daily", day_on=on)
    return _drafted(desk, who, on) if kept is None else _handed_in(kept)


def hand_in(  # noqa: PLR0913  # a report, and what was looked at
    desk: Desk,
    who: Principal,
    on: date,
    text: str | None = None,
    version: int | None = None,
    *,
    seen: str | None = None,
) -> DailyAnswer:
    """Hand a report in, with words of one's own, else as saved, else as drafted.

    The figures are counted now, whatever was written; a text that says them again is taken for the
    rest of it. `seen` is the seal of a text that was looked at: where another would be handed in,
    nothing is.

    From then on it stays as it is. Raises ForbiddenError where it is another's to hand in on this
    day, ConflictError where it was handed in, StaleError where other words were saved than those of
    `version` or another text would be handed in than was `seen`, InvalidError for a day that has
    not come or was before the office, or words that cannot be kept.
    """
    _enter(desk, who, on)
    given = _words(text)
    saved = _saved(desk, on, version)
    ledger.sequence(desk.conn, wait=True)
    figures = figures_of(desk, span_of(desk, on, closing=True))
    words = words_of(desk, figures, saved.text if given is None and saved else given)
    if seen is not None and seen != seal_of(words.text):
        raise StaleError("daily-counted-anew")
    whole = {
        **_head(desk, on, figures, words),
        "status": "handed-in",
        "number": days.reports_in(desk.conn, on.year) + 1,
        "handed_in_at": instant(desk.now, desk.zone),
        "handed_in_by": person_of(desk, who.account_id or 0),
        "draft": None,
        "may_hand_in": False,
    }
    row = Daily(
        id=int(on.strftime("%Y%m%d")),
        day_on=on,
        due_at=due_at(desk, on),
        text=str(whole["text"]),
        figures=without_free_text(figures),
        late=desk.now > due_at(desk, on),
        handed_in_by=who.account_id or 0,
        handed_in_at=desk.now,
        archived=orjson.dumps(whole).decode(),
    )
    days.drop_draft(desk.conn, on)
    tell(desk, who, Kind.DAILY_HANDED_IN, [addition("daily", row)])
    return _handed_in(row)


def save_draft(desk: Desk, who: Principal, on: date, text: str, version: int) -> DailyAnswer:
    """Save words for a report; `version` is that of the draft that was read, 0 for none.

    Raises what `hand_in` does.
    """
    _enter(desk, who, on)
    given = _words(text)
    saved = _saved(desk, on, version)
    figures = figures_of(desk, span_of(desk, on))
    _save(desk, who, on, words_of(desk, figures, given).written, saved)
    return _drafted(desk, who, on)


def draft_anew(desk: Desk, who: Principal, on: date, units: list[str], version: int) -> DailyAnswer:
    """Write the words anew from what these units reported.

    Raises what `hand_in` does.
    """
    _enter(desk, who, on)
    saved = _saved(desk, on, version)
    figures = figures_of(desk, span_of(desk, on))
    chosen = [told for told in figures["reported"] if told["unit"] in units]
    _save(desk, who, on, drafted(desk, {**figures, "reported": chosen}), saved)
    return _drafted(desk, who, on)


def seal_of(text: str) -> str:
    """Give what tells the text of a report from any other."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]


def may_hand_in(desk: Desk, who: Principal, on: date) -> bool:
    """Tell whether a day's report is the caller's to write and hand in."""
    if not who.may_write:
        return False
    if works(desk, on):
        return does(who, "daily.working-day")
    named = on_duty(desk, on)
    return who.account_id in named if named else does(who, "daily.day-off")


def _enter(desk: Desk, who: Principal, on: date) -> None:
    """Let in whoever may change the report of a day that is still open, and nobody beside."""
    require(who, "daily.hand-in")
    refuse_outside(desk, on)
    ledger.hold(desk.conn, OFFICE_STREAM)
    require_open(desk, on)
    if not may_hand_in(desk, who, on):
        raise ForbiddenError(_whose(desk, on))


def _words(text: str | None) -> str | None:
    """Read words; none at all are not the same as blank ones. Raises InvalidError."""
    if text is None:
        return None
    read = Reader()
    words = read.text("text", text, optional=True) or ""
    read.refuse("invalid")
    return words


def _saved(desk: Desk, on: date, version: int | None) -> SavedDraft | None:
    """Read the saved words. Raises StaleError where they are not in the version that was read."""
    saved = days.draft(desk.conn, on)
    if version is not None and version != (saved.version if saved else 0):
        if saved is None:
            raise StaleError("stale")
        by, at = person_of(desk, saved.saved_by), saved.saved_at.astimezone(desk.zone)
        raise StaleError("daily-draft-stale", name=by["name"], at=at.strftime("%H:%M"))
    return saved


def _save(desk: Desk, who: Principal, on: date, text: str, former: SavedDraft | None) -> None:
    version = former.version + 1 if former else 1
    days.save_draft(desk.conn, on, SavedDraft(text, version, who.account_id or 0, desk.now))


def _whose(desk: Desk, on: date) -> Message:
    party = "party-office" if works(desk, on) else "party-duty"
    return message("daily-whose", day=on, who=message(party))


def _head(desk: Desk, on: date, figures: dict[str, Any], words: Words) -> dict[str, Any]:
    """Say what draft and report have in common, in the order of the answer."""
    return {
        "date": on.isoformat(),
        "status": "draft",
        "number": None,
        "office": office_of(desk),
        "due_at": instant(due_at(desk, on), desk.zone),
        "text": words.text,
        "counted": words.counted,
        "written": words.written,
        "differs": words.differs,
        "figures": figures,
        "late": desk.now > due_at(desk, on),
        "handed_in_at": None,
        "handed_in_by": None,
        "units": units_of(desk, on),
    }


def _drafted(desk: Desk, who: Principal, on: date) -> DailyAnswer:
    figures = figures_of(desk, span_of(desk, on))
    saved = days.draft(desk.conn, on)
    words = words_of(desk, figures, saved.text if saved else None)
    found: Any = {
        **_head(desk, on, figures, words),
        "draft": _draft(desk, saved),
        "may_hand_in": does(who, "daily.hand-in") and may_hand_in(desk, who, on),
    }
    answer: DailyAnswer = found
    return answer


def _draft(desk: Desk, saved: SavedDraft | None) -> DraftAnswer | None:
    if saved is None:
        return None
    return {
        "version": saved.version,
        "saved_by": person_of(desk, saved.saved_by),
        "saved_at": instant(saved.saved_at, desk.zone),
    }


def _handed_in(row: Daily) -> DailyAnswer:
    """Give the copy as it was answered when it was handed in. Raises ConflictError without one."""
    if row.archived is None:
        raise ConflictError("daily-no-copy", day=row.day_on)
    answer: DailyAnswer = orjson.loads(row.archived)
    return answer
