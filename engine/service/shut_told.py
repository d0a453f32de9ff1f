"""Who is told when somebody can answer for cases no more: those who must hand them over now.

The cases stay with the one who led them, and so do their overdue days, until a successor accepts.
Each case is a message of its own, told only to whoever may read it when they look.
"""

from collections.abc import Sequence
from functools import cache

from engine.domain.access import ROLES, TOLD_OF_SHUT
from engine.domain.records.office import Account
from engine.domain.stalled import HANDS_OVER, who_can
from engine.service.addressees import runs_on
from engine.service.notices import notify_of_each
from engine.service.office import Desk
from engine.service.workflows import workflow_of
from engine.store import duties, holders, rows
from engine.store.duties import Held

NEEDED, KNOWN, LOST = "hand-over.needed", "hand-over.known", "hand-over.lost"
"""The kinds of messages: to who must hand over, to who watches, and of an offer that is void."""


def tell_of_shut(desk: Desk, row: Account) -> list[int]:
    """Tell of the cases of an account that is being shut; give the accounts that were told."""
    led = duties.led(desk.conn, row.id, desk.now)
    acting = _acting(desk, led)
    told = _tell(desk, row, NEEDED, led, acting)
    beside = [one for one in _watching(desk, row) if one not in told]
    ids = [case.case_id for case in led]
    told += _tell(desk, row, KNOWN, led, dict.fromkeys(beside, ids))
    return _each_once([*told, *tell_of_lost(desk, row)])


def tell_of_lost(desk: Desk, row: Account) -> list[int]:
    """Tell of the handovers that wait for somebody who cannot accept them any more."""
    offered = duties.offered(desk.conn, row.id, desk.now)
    acting = _acting(desk, offered)
    for case in offered:
        if case.lead_id is not None and case.lead_id != row.id:
            acting.setdefault(case.lead_id, []).append(case.case_id)
    return _tell(desk, row, LOST, offered, acting)


def acting_for(desk: Desk, cases: Sequence[Held]) -> frozenset[int]:
    """Give the enabled accounts that can hand over some of the cases whose leader cannot."""
    return frozenset(_acting(desk, cases))


def parties_of(desk: Desk, case: Held) -> tuple[str, ...]:
    """Name the parties who can hand over a case whose leader cannot, as its workflow has it."""
    exits = workflow_of(desk.conn, case.workflow, case.version).exits(case.state)
    arc = next((arc for arc in exits if HANDS_OVER in arc.effects), None)
    return () if arc is None else who_can(arc)


def _acting(desk: Desk, cases: Sequence[Held]) -> dict[int, list[int]]:
    """Give whoever can hand over some of the cases, each with the ids of those."""
    everybody = holders.holders(desk.conn)

    @cache
    def behind(parties: tuple[str, ...]) -> list[int]:
        roles = set(parties) & set(ROLES)
        return [holder.id for holder in everybody if not roles.isdisjoint(holder.roles)]

    found: dict[int, list[int]] = {}
    for case in cases:
        for account in behind(parties_of(desk, case)):
            found.setdefault(account, []).append(case.case_id)
    return found


def _watching(desk: Desk, row: Account) -> list[int]:
    """Give whoever watches over the handing over, and whoever stands in today."""
    heads = [h.id for h in holders.holders(desk.conn) if not TOLD_OF_SHUT.isdisjoint(h.roles)]
    deputies = rows.fetch(desk.conn, "deputy", principal_id=row.id)
    today = desk.now.astimezone(desk.zone).date()
    return [*heads, *(one.deputy_id for one in deputies if runs_on(one, today))]


def _tell(
    desk: Desk, row: Account, kind: str, cases: Sequence[Held], whom: dict[int, list[int]]
) -> list[int]:
    by_id = {case.case_id: case for case in cases}
    told = {account: ids for account, ids in whom.items() if ids and account != row.id}
    for account, ids in told.items():
        parts = [(number, _words(desk, row, by_id[number])) for number in ids]
        notify_of_each(desk, account, kind, parts, str(row.id))
    return list(told)


def _words(desk: Desk, row: Account, case: Held) -> dict[str, object]:
    return {"code": case.code, "name": row.name, "parties": list(parties_of(desk, case))}


def _each_once(accounts: Sequence[int]) -> list[int]:
    return list(dict.fromkeys(accounts))
