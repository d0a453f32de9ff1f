"""Ping-pong 推诿: cases that were declined, handed over, or refused by whoever was to take over.

Those that were moved most come first, each with its moves: between whom, and when.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal
from engine.service.case_answers import IssueRef, NamedUnit
from engine.service.desk import Desk
from engine.service.listing import Names, spelt
from engine.service.office import instant
from engine.service.paging import checked_limit, cursor_of
from engine.service.people_answers import PersonAnswer
from engine.service.reports.asking import Asked, Listing, ReportQuery, ask
from engine.service.reports.groups import GroupAnswer, tell_counts
from engine.store import passes
from engine.store.passes import Move, Passed

NAME = "pingpong"
_LISTING = Listing(NAME, (int, int))
"""A place, after its instant: how often it was moved, the case."""
_BATCH = 500

MoveAnswer = TypedDict(
    "MoveAnswer",
    {"kind": str, "at": str, "from": PersonAnswer | None, "to": PersonAnswer | None},
)
"""A move: a `decline`, a `handover`, or a `refusal` to take the case over.

`to` of a decline is who was appointed next.
"""


class PingpongItem(TypedDict):
    """A case that was moved, with whoever answers for it, or answered last."""

    code: str
    title: str
    issue: IssueRef
    leader: PersonAnswer | None
    unit: NamedUnit | None
    state: str
    declines: int
    handovers: int
    refusals: int
    moves: list[MoveAnswer]


class PingpongAnswer(TypedDict):
    """A page of cases; `groups` and `total` cover all, whatever the page."""

    as_of: str
    items: list[PingpongItem]
    next: str | None
    total: int
    groups: list[GroupAnswer]


def pingpong(desk: Desk, who: Principal, query: ReportQuery) -> PingpongAnswer:
    """Report which cases were passed to and fro. Raises ForbiddenError, InvalidError."""
    asked, limit = ask(desk, who, _LISTING, query), checked_limit(query.limit)
    found, total = _page(desk, asked, asked.after, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    place = None if last is None else (asked.scope.at, last.moves, last.case_id)
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": _items(desk, asked, found[:limit]),
        "next": cursor_of(asked.listing, place) if place else None,
        "total": total,
        "groups": _groups(desk, asked) if asked.by else [],
    }


def every(desk: Desk, who: Principal, query: ReportQuery) -> dict[str, Any]:
    """Report all of them, item by item, for a file. Raises as `pingpong` does."""
    asked = ask(desk, who, _LISTING, query)
    found, total = _page(desk, asked, asked.after, None)
    return {
        "as_of": spelt(desk, asked.scope.at),
        "items": _stream(desk, asked, found),
        "next": None,
        "total": total,
        "groups": _groups(desk, asked) if asked.by else [],
    }


def _page(
    desk: Desk, asked: Asked, after: Sequence[Any] | None, count: int | None
) -> tuple[list[Passed], int]:
    return passes.page(desk.conn, asked.scope, after, count)


def _groups(desk: Desk, asked: Asked) -> list[GroupAnswer]:
    """Count the cases of each group; the days are those of them that are overdue."""
    counts = passes.counts(desk.conn, asked.scope, asked.by or "")
    return tell_counts(desk, asked, counts, passes.case_ids(asked.scope))


def _stream(desk: Desk, asked: Asked, found: Sequence[Passed]) -> Iterator[PingpongItem]:
    for first in range(0, len(found), _BATCH):
        yield from _items(desk, asked, found[first : first + _BATCH])


def _items(desk: Desk, asked: Asked, found: Sequence[Passed]) -> list[PingpongItem]:
    ids = [passed.case_id for passed in found]
    moves = passes.moves(desk.conn, asked.scope, ids)
    people = [one for some in moves.values() for move in some for one in (move.from_id, move.to_id)]
    names = Names(desk, [*people, *(p.lead_id for p in found)], (p.lead_unit_id for p in found))
    return [_item(desk, names, passed, moves[passed.case_id]) for passed in found]


def _item(desk: Desk, names: Names, passed: Passed, moves: Sequence[Move]) -> PingpongItem:
    kinds = Counter(move.kind for move in moves)
    return {
        "code": passed.code,
        "title": passed.title,
        "issue": {"code": passed.issue_code, "title": passed.issue_title},
        "leader": names.person(passed.lead_id),
        "unit": names.unit(passed.lead_unit_id),
        "state": passed.state,
        "declines": kinds["decline"],
        "handovers": kinds["handover"],
        "refusals": kinds["refusal"],
        "moves": [
            {
                "kind": move.kind,
                "at": instant(move.at, desk.zone),
                "from": names.person(move.from_id),
                "to": names.person(move.to_id),
            }
            for move in moves
        ],
    }
