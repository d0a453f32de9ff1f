"""Lists of urging letters by what they wait for, and of the cases that should get one."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar, cast

from typing_extensions import TypedDict

from engine.domain import letters
from engine.domain.access import OWNER, WRITERS, Principal, does, require, roles_of
from engine.domain.records import Case
from engine.service.case_answers import DaysAnswer, IssueRef, NamedUnit
from engine.service.case_items import CaseItem, LimitAnswer, tell_items
from engine.service.counting import once
from engine.service.desk import Desk
from engine.service.letter_view import letter_no
from engine.service.listing import Names, flows, one_of
from engine.service.near import soon_until
from engine.service.office import instant
from engine.service.paging import PageQuery, Place
from engine.service.paging import page as paged
from engine.service.workflows import awaited_in, workflow_of
from engine.store import case_lists, held_lists
from engine.store import letters as stored
from engine.store.among import gathered
from engine.store.held_letters import once_of_letters
from engine.store.letters import Found, LettersQuery
from engine.store.list_query import ListQuery
from engine.store.sight import sight
from engine.store.visible import reader_of

Answer = TypeVar("Answer")
WAITING: Mapping[str, tuple[tuple[str, ...], str]] = {
    "issue": (("draft",), "drafted_at"),
    "sign": (("issued",), "answer_by"),
    "answer": (("signed", "returned"), "answer_by"),
    "judge": (("answered",), "answered_at"),
    "nothing": (("accepted",), "decided_at"),
}
"""What letters wait for, with their statuses and the column that orders them."""
SETTLED = "nothing"
EVERY = tuple(s for statuses, _ in WAITING.values() for s in statuses), "drafted_at"
"""All letters, in the order of their drafting."""
TO_URGE = 20


class LetterItem(TypedDict):
    """A letter in a list; `days_overdue` are those of the limit that it waits for."""

    no: str
    number: str | None
    status: str
    colour: str
    case: IssueRef
    addressee: NamedUnit | None
    demands: str
    answer_by: str
    drafted_at: str
    issued_at: str | None
    signed_at: str | None
    answered_at: str | None
    decided_at: str | None
    due_at: str | None
    overdue: bool
    days_overdue: DaysAnswer


class LettersAnswer(TypedDict):
    """A page of letters; `total` covers all of them."""

    items: list[LetterItem]
    next: str | None
    total: int


class SupervisedAnswer(TypedDict):
    """How many letters wait for supervision to issue them, and to judge their answers."""

    issue: int
    judge: int


OF_UNIT = frozenset({"lead-leader", "officer", OWNER})
"""Whom a letter to the lead unit reaches."""


class UrgeItem(TypedDict):
    """A case that should be urged, by `letter` or by `nudge`, and the colour of its lateness.

    A letter goes to the lead unit, so only where its people are waited for. A case that nobody
    leads has nobody who could sign for one: whoever must assign is nudged, as are a successor and
    the group head. What supervision decides itself waits for `oneself`.
    """

    colour: str
    way: str
    case: CaseItem


class ToUrgeAnswer(TypedDict):
    """Cases without an open letter, the most pressing first: overdue ones, then those near."""

    items: list[UrgeItem]
    overdue_total: int
    soon_total: int


def list_letters(
    desk: Desk, who: Principal, waits_for: str | None, query: PageQuery
) -> LettersAnswer:
    """List the letters that wait for something, or all, of the cases that the caller sees.

    Settled ones and all together come newest first, others the most pressing first. Drafts are
    listed to those who urge, and to none else. Raises ForbiddenError, InvalidError.
    """
    require(who, "case.read")
    statuses, order = EVERY
    if waits_for is not None:
        statuses, order = WAITING[one_of("waits_for", waits_for, list(WAITING))]
    if not does(who, "letter.draft"):
        statuses = tuple(status for status in statuses if status != "draft")
    settled = waits_for in {None, SETTLED}
    asked = LettersQuery(
        sight(desk.conn, who, desk.now), statuses, order, down=settled, closed=settled,
        clocks=_clocks(desk),
    )  # fmt: skip

    whose = (reader_of(who), statuses, order, settled, asked.clocks)

    def read(after: Place | None, count: int) -> list[Found]:
        return _once(
            desk, (whose, after, count), lambda: stored.page(desk.conn, asked, after, count)
        )

    kinds = (date if order == "answer_by" else datetime, int, int)
    listing = repr(("letters", waits_for))
    found, more = paged(listing, query, kinds, read, lambda one: one.place)
    return {
        "items": _items(desk, found),
        "next": more,
        "total": _once(desk, (whose, "total"), lambda: stored.total(desk.conn, asked)),
    }


def _once(desk: Desk, key: Hashable, read: Callable[[], Answer]) -> Answer:
    return once_of_letters(desk.conn, desk.now, key, read)


def count_letters(desk: Desk, who: Principal) -> dict[str, int]:
    """Count the letters of open cases by what they wait for. Raises ForbiddenError."""
    require(who, "case.read")
    seen = sight(desk.conn, who, desk.now)
    key = ("letters by status", reader_of(who))
    every = _once(desk, key, lambda: stored.count_by_status(desk.conn, seen))
    drafts = does(who, "letter.draft")
    counted = {status: n for status, n in every.items() if drafts or status != "draft"}
    return {
        waits_for: sum(counted.get(status, 0) for status in statuses)
        for waits_for, (statuses, _) in WAITING.items()
    }


def letters_to_supervise(desk: Desk, who: Principal) -> SupervisedAnswer:
    """Count the letters that wait for the caller to issue or judge them. Raises ForbiddenError."""
    require(who, "case.read")
    counts = count_letters(desk, who) if who.has(*roles_of(WRITERS["letter"])) else {}
    return {"issue": counts.get("issue", 0), "judge": counts.get("judge", 0)}


def cases_to_urge(desk: Desk, who: Principal) -> ToUrgeAnswer:
    """List the cases that should be urged and have no letter under way. Raises ForbiddenError."""
    require(who, "supervision.read")
    seen, besides = sight(desk.conn, who, desk.now), stored.not_to_be_urged()
    late = ListQuery(
        desk.now, past=False, seen=seen, in_full=seen, overdue=True, closed=False, besides=besides
    )
    near = ListQuery(
        desk.now, past=False, seen=seen, in_full=seen, closed=False, soon=soon_until(desk),
        besides=besides,
    )  # fmt: skip
    found = [*case_lists.page(desk.conn, late, None, TO_URGE)]
    found += case_lists.page(desk.conn, near, None, TO_URGE - len(found))
    items = tell_items(desk, desk.now, found, {one.case.id for one in found})
    passed = stored.late_kinds(desk.conn, [one.case.code for one in found], desk.now)
    return {
        "items": [
            {
                "colour": letters.colour_by(passed.get(item["code"], set())),
                "way": _way(desk, one.case, cast("CaseItem", item)["limit"]),
                "case": cast("CaseItem", item),
            }
            for item, one in zip(items, found, strict=True)
        ],
        "overdue_total": _count(desk, who, "overdue", late),
        "soon_total": _count(desk, who, "soon", near),
    }


def _way(desk: Desk, case: Case, limit: LimitAnswer | None) -> str:
    """Tell how whoever is waited for first is urged."""
    if case.lead_unit_id is None:
        return "nudge"
    flow = workflow_of(desk.conn, case.workflow, case.workflow_version)
    kind = None if limit is None else limit["kind"]
    parties = next((set(one.parties) for one in awaited_in(flow) if one.kind == kind), set(OF_UNIT))
    if parties & OF_UNIT:
        return "letter"
    return "oneself" if parties == {"supervision"} else "nudge"


def _count(desk: Desk, who: Principal, name: str, asked: ListQuery) -> int:
    """Count all cases of a list, and take off those that it leaves out, which are few."""

    def read() -> int:
        every = held_lists.total(desk.conn, who, replace(asked, besides=None))
        if every is None:
            return case_lists.total(desk.conn, asked)
        urged = _once(desk, "urged", lambda: gathered(desk.conn, stored.not_to_be_urged()))
        left_out = held_lists.total_among(desk.conn, replace(asked, besides=None), urged)
        if left_out is None:
            left_out = case_lists.total(desk.conn, replace(asked, besides=None, only=urged))
        return every - left_out

    return once(desk, ("to urge", name, reader_of(who)), read)


def _clocks(desk: Desk) -> tuple[str, ...]:
    """Name the kinds of clocks that run for letters."""
    clocks = (clock for flow in flows(desk) for clock in flow.clocks.values())
    return tuple(sorted({c.kind for c in clocks if "letter-issued" in c.starts}))


def _items(desk: Desk, found: list[Found]) -> list[LetterItem]:
    names = Names(desk, (), (one.letter.unit_id for one in found))
    return [_item(desk, one, names) for one in found]


def _item(desk: Desk, one: Found, names: Names) -> LetterItem:
    row, due_at = one.letter, one.due_at
    late = due_at is not None and due_at < desk.now
    return {
        "no": letter_no(one.code, row.no),
        "number": row.number,
        "status": row.status,
        "colour": row.colour,
        "case": {"code": one.code, "title": one.title},
        "addressee": names.unit(row.unit_id),
        "demands": row.demands,
        "answer_by": row.answer_by.isoformat(),
        "drafted_at": instant(row.drafted_at, desk.zone),
        "issued_at": _maybe(desk, row.issued_at),
        "signed_at": _maybe(desk, row.signed_at),
        "answered_at": _maybe(desk, row.answered_at),
        "decided_at": _maybe(desk, row.decided_at),
        "due_at": _maybe(desk, due_at),
        "overdue": late,
        "days_overdue": _days(desk, due_at if late else None),
    }


def _maybe(desk: Desk, at: datetime | None) -> str | None:
    return None if at is None else instant(at, desk.zone)


def _days(desk: Desk, due_at: datetime | None) -> DaysAnswer:
    if due_at is None:
        return {"calendar": 0, "working": 0}
    on = due_at.astimezone(desk.zone).date()
    working = desk.calendar.working_days_between(on, desk.today)
    return {"calendar": (desk.today - on).days, "working": working}
