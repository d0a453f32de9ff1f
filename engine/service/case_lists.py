"""List cases: filtered, searched, sorted, as they stand or as they stood at a past instant.

As of a past instant a list tells all as it was then: state, leader, unit, dates, limits, pauses,
open requests, and the counts of declines, relapses and reopenings; days are counted by the calendar
that was known then. Whatever is done later changes no such answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from typing_extensions import TypedDict

from engine.domain.access import READS_ALL, Principal, is_fit, require
from engine.domain.duedates import end_of_day
from engine.domain.passages import KINDS, WITHIN
from engine.service.case_answers import SummaryAnswer
from engine.service.case_items import CaseItem, tell_items
from engine.service.counting import once
from engine.service.desk import Desk
from engine.service.issues import ORIGINS
from engine.service.lateness import AGES, Tally, bucket_of, days_stood
from engine.service.listing import (
    Instant,
    closed_states,
    due_kinds,
    issue_id,
    leader_id,
    looking_at,
    one_of,
    state_name,
    unit_id,
)
from engine.service.near import soon_until, week_of
from engine.service.office import clean, wrong
from engine.service.paging import USUAL, PageQuery, Place, page
from engine.store import case_lists as stored
from engine.store import held_lists
from engine.store.case_lists import SORTS, Listed
from engine.store.figures import standing_still
from engine.store.list_query import ListQuery
from engine.store.search import Said, said
from engine.store.sight import knowledge, sight
from engine.store.spans import Age
from engine.store.visible import only_in_summary, reader_of

USUAL_SORT = "limit"
LONGEST_SEARCH = 100
_AT_ONCE = 1000
MOST_WORDS = 5
_TOLD_IN_SHORT = {"limit": "due", "due": "due", "registered_at": "code", "code": "code"}
"""By what cases are ordered that are seen in summary: an order and its cursor tell what is in it.
"""


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """Which cases are listed. Every filter narrows; those that are not given do not.

    `mine` are cases in which the caller, whoever it stands in for, or an officer's unit has a part
    now. `closed`, `soon` (a limit within three working days) and `acknowledged` are what the
    figures of the dashboard count by; `codes` are the cases that were chosen from a list,
    `until` the day up to which limits fall due, `pending` cases with a request that waits,
    `late` the number of an ageing bucket (`lateness.AGES`), `opened` and `rested` the first day of
    the week in which cases were registered or came to rest, `within` among what `q` is looked for
    alone (`passages.WITHIN`).
    """

    state: str | None = None
    overdue: bool | None = None
    unit: str | None = None
    leader: str | None = None
    issue: str | None = None
    q: str | None = None
    as_of: datetime | None = None
    sort: str | None = None
    limit: int = USUAL
    cursor: str | None = None
    mine: bool = False
    closed: bool | None = None
    soon: bool = False
    acknowledged: bool | None = None
    codes: tuple[str, ...] | None = None
    origin: str | None = None
    until: date | None = None
    pending: bool = False
    late: int | None = None
    opened: date | None = None
    rested: date | None = None
    within: str | None = None


class CasesAnswer(TypedDict):
    """A page of cases; `total` covers all of them. Duty officers get some in summary."""

    items: list[CaseItem | SummaryAnswer]
    next: str | None
    total: int


def list_cases(desk: Desk, who: Principal, query: CaseQuery) -> CasesAnswer:
    """List the cases that the caller may see.

    Raises ForbiddenError, or InvalidError for a filter, a sort, an instant, a limit or a cursor.
    """
    require(who, "case.read")
    asked = _asked(desk, who, query)
    listing = repr(("cases", replace(query, limit=0, cursor=None)))
    totals: list[int | None] = []

    def read(after: Place | None, count: int) -> list[Listed]:
        found, total = _page(desk, who, query, asked, after, count)
        totals.append(total)
        return found

    asked_for = PageQuery(query.limit, query.cursor)
    kinds = stored.place_kinds(asked.sort)
    found, more = page(listing, asked_for, kinds, read, lambda listed: listed.place)
    readable = _readable(desk, who, asked, found)
    total = _total(desk, who, query, asked) if totals[0] is None else totals[0]
    items = tell_items(desk, asked.at, found, readable)
    return {"items": items, "next": more, "total": total}


def count_cases(desk: Desk, who: Principal, query: CaseQuery) -> int:
    """Count the cases of a list. Raises as `list_cases` does."""
    require(who, "case.read")
    return _total(desk, who, query, _asked(desk, who, query))


def _total(desk: Desk, who: Principal, query: CaseQuery, asked: ListQuery) -> int:
    """Count a list; as it stands now only once, whatever page and order of it are asked for."""
    if asked.past or asked.said:
        return stored.total(desk.conn, asked)
    whose = who if query.mine else reader_of(who)
    key = ("cases", whose, replace(query, limit=0, cursor=None, sort=None, as_of=None))
    return once(desk, key, lambda: _counted(desk, who, asked))


def _page(  # noqa: PLR0913, PLR0917  # what is asked, and which stretch of it
    desk: Desk, who: Principal, query: CaseQuery, asked: ListQuery, after: Place | None, count: int
) -> tuple[list[Listed], int | None]:
    """Read a page; the first one of whoever sees only some cases once, for these are gathered."""

    def read() -> tuple[list[Listed], int | None]:
        places = held_lists.first(desk.conn, who, asked, after, count)
        if places is not None:
            return stored.look_up(desk.conn, asked, places), None
        return stored.page_and_total(desk.conn, asked, after, count)

    if who.has(*READS_ALL) or asked.past or asked.said or after is not None:
        return read()
    return once(desk, ("page", who, query), read)


def _counted(desk: Desk, who: Principal, asked: ListQuery) -> int:
    number = held_lists.total(desk.conn, who, asked)
    return stored.total(desk.conn, asked) if number is None else number


def every_case(desk: Desk, who: Principal, query: CaseQuery) -> Iterator[CaseItem | SummaryAnswer]:
    """Give every case of a list, however long, as one consistent state told bit by bit.

    Raises as `list_cases` does, at once.
    """
    require(who, "case.read")
    asked = _asked(desk, who, query)
    return _told(desk, who, asked)


def _told(desk: Desk, who: Principal, asked: ListQuery) -> Iterator[CaseItem | SummaryAnswer]:
    found = stored.page(desk.conn, asked, None, _AT_ONCE)
    while found:
        yield from tell_items(desk, asked.at, found, _readable(desk, who, asked, found))
        found = stored.page(desk.conn, asked, found[-1].place, _AT_ONCE)


def _readable(desk: Desk, who: Principal, asked: ListQuery, found: Sequence[Listed]) -> set[int]:
    """Tell which of some listed cases the caller may read all of."""
    ids = {listed.case.id for listed in found}
    return stored.readable(desk.conn, asked, sorted(ids)) if only_in_summary(who) else ids


def _asked(desk: Desk, who: Principal, query: CaseQuery) -> ListQuery:
    """Settle what is asked for; the first wrong filter is named."""
    look = looking_at(desk, query.as_of)
    if look.past:
        _hold_present(query)
    in_full, short = sight(desk.conn, who, desk.now), _is_short(who, query, past=look.past)
    sort, down = _sort(query.sort, short=short)
    return ListQuery(
        at=look.at,
        past=look.past,
        seen=knowledge(desk.conn, who, desk.now) if short else in_full,
        in_full=in_full,
        sort=sort,
        down=down,
        state=state_name(desk, "state", query.state),
        closed=query.closed,
        overdue=query.overdue,
        unit_id=unit_id(desk, query.unit),
        lead_id=leader_id(desk, query.leader),
        issue_id=issue_id(desk, who, query.issue),
        said=_said(desk, query, look, short=short),
        parts=parts_of(who) if query.mine else None,
        soon=soon_until(desk) if query.soon else None,
        acknowledged=query.acknowledged,
        codes=query.codes,
        origin=None if query.origin is None else one_of("origin", query.origin, ORIGINS),
        until=None if query.until is None else end_of_day(query.until, desk.zone),
        pending=query.pending,
        age=_age(desk, who, query.late),
        opened=_week(desk, "opened", query.opened),
        rested=_week(desk, "rested", query.rested),
        due_kinds=due_kinds(desk) if look.past else (),
        closed_states=closed_states(desk) if look.past or query.rested else (),
    )


def _said(desk: Desk, query: CaseQuery, look: Instant, *, short: bool) -> Said | None:
    """Find in what the words stand that are looked for; None where there are none."""
    words, within = words_of(query.q), query.within
    kinds = KINDS if within is None else WITHIN[one_of("within", within, WITHIN)]
    then = look.at if look.past else None
    return said(desk.conn, words, kinds, then, heads=short) if words else None


def _age(desk: Desk, who: Principal, bucket: int | None) -> Age | None:
    """Settle what an ageing bucket holds, as the figures count it."""
    if bucket is None:
        return None
    one_of("late", str(bucket), map(str, range(len(AGES))))
    edges = [*Tally(desk).edges[1:], None]
    still = standing_still(desk.conn, sight(desk.conn, who, desk.now), desk.now)
    of_it = [one.case_id for one in still if bucket_of(days_stood(desk, one)) == bucket]
    return Age(edges[bucket + 1], edges[bucket] or desk.now, of_it, [o.case_id for o in still])


def _week(desk: Desk, field: str, first: date | None) -> tuple[datetime, datetime] | None:
    """Give the instants between which a week lies."""
    if first is None:
        return None
    try:
        return week_of(first, desk.zone)
    except OverflowError as error:
        raise wrong(field, "field-date") from error


def _hold_present(query: CaseQuery) -> None:
    """Raise InvalidError for a filter that asks of the present alone."""
    asks: dict[str, object] = {
        "soon": query.soon or None,
        "acknowledged": query.acknowledged,
        "until": query.until,
        "late": query.late,
    }
    for field, value in asks.items():
        if value is not None:
            raise wrong(field, "filter-present-only")


def _is_short(who: Principal, query: CaseQuery, *, past: bool) -> bool:
    """Tell whether cases that the caller sees in summary alone are on the list too."""
    return only_in_summary(who) and not _asks_more(query, past=past)


def _asks_more(query: CaseQuery, *, past: bool) -> bool:
    """Tell whether a filter asks of cases what a summary does not tell."""
    if past or query.mine or query.soon or query.pending:
        return True
    asks = (query.overdue, query.leader, query.issue, query.acknowledged, query.origin)
    spans = (query.until, query.late, query.opened, query.rested)
    if query.within not in {None, "title"}:
        return True
    return any(value is not None for value in (*asks, *spans))


def _sort(sort: str | None, *, short: bool) -> tuple[str, bool]:
    word = sort or USUAL_SORT
    known = [sign + name for name in SORTS for sign in ("", "-")]
    one_of("sort", word, known)
    name = word.removeprefix("-")
    return _TOLD_IN_SHORT[name] if short else name, word.startswith("-")


def words_of(q: str | None) -> list[str]:
    """Take a search apart at its spaces; every word must be found."""
    text = clean(q or "")
    words = text.split()
    if len(text) > LONGEST_SEARCH or len(words) > MOST_WORDS:
        given = {"length": len(text), "words": len(words)}
        raise wrong("q", "search-long", longest=LONGEST_SEARCH, most=MOST_WORDS, **given)
    return words


def parts_of(who: Principal) -> tuple[frozenset[int], frozenset[int]]:
    """Give the accounts and units whose parts are the caller's own business."""
    own = frozenset() if who.account_id is None else frozenset({who.account_id})
    unit = {who.unit_id} if who.unit_id is not None and is_fit(who.roles, "officer") else set()
    return own | who.stands_in_for, frozenset(unit)
