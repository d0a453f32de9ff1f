"""Who is told of a change of the calendar: whose dates moved, and who watches over the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.access import Principal, is_fit
from engine.service.almanac import CalendarDesk
from engine.service.digest import BETWEEN, MOVED
from engine.service.notices import notify
from engine.service.overseers import tell_overseers
from engine.service.recompute import Moved
from engine.store import holders, rows

MOST_NAMED = 10
"""How many moves one notice names; the calendar's page and the cases tell the rest."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a change says of itself: the kind of the message, and its words.

    `because` is what it says to those whose dates it moves: the code of a sentence, and its words.
    """

    kind: str
    words: Mapping[str, Any]
    because: Mapping[str, Any]


def tell_of_change(
    desk: CalendarDesk, who: Principal, told: Told, moved: Sequence[Moved], recounted: int
) -> None:
    """Tell whoever watches over the office of a change: who made it, what, why, what it moves."""
    count = sum(move.is_later_or_earlier for move in moved)
    words = {**told.words, "by": who.name or None, "count": count, "late": recounted}
    tell_overseers(desk, told.kind, words)


def tell_concerned(
    desk: CalendarDesk, year: int, moved: Sequence[Moved], because: Mapping[str, Any]
) -> None:
    """Tell the lead leader, the liaison and the officers of the lead unit of each moved case.

    However many dates moved, it is one message for each of them.
    """
    dates = [move for move in moved if move.is_later_or_earlier]
    concerned: dict[int, list[Moved]] = {}
    for move, account in _concerned(desk, dates):
        concerned.setdefault(account, []).append(move)
    for account, mine in sorted(concerned.items()):
        named = BETWEEN.join(f"{m.code} {m.former_on}→{m.due_on}" for m in mine[:MOST_NAMED])
        more = "" if len(mine) <= MOST_NAMED else " …"
        words = {"year": year, "count": len(mine), "codes": named + more, "because": because}
        notify(desk, account, MOVED, words)


def _concerned(desk: CalendarDesk, moved: Sequence[Moved]) -> list[tuple[Moved, int]]:
    cases = sorted({move.case_id for move in moved})
    if not cases:
        return []
    held = rows.fetch(desk.conn, "tenure", case_id=cases, role="liaison", to_at=None)
    liaisons = {tenure.case_id: tenure.account_id for tenure in held}
    everybody = holders.holders(desk.conn)
    found: list[tuple[Moved, int]] = []
    for move in moved:
        officers = [
            h.id for h in everybody if h.unit_id == move.lead_unit_id and is_fit(h.roles, "officer")
        ]
        told = {move.lead_id, liaisons.get(move.case_id), *officers}
        found += [(move, account) for account in told if account is not None]
    return found
