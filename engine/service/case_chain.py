"""Three links of the chain of a case: one event with its neighbours, each recomputed."""

from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.canonical import leaf_hash
from engine.domain.replay import Event, read
from engine.service import case_room
from engine.service.case_parts_view import person_answer
from engine.service.desk import Desk
from engine.service.office import instant
from engine.service.people_answers import PersonAnswer
from engine.store import ledger, rows
from engine.store.ledger import Logged


class LinkAnswer(TypedDict):
    """One event: its hash as kept and as recomputed, and whether it follows on the one before."""

    seq: int
    kind: str
    at: str
    actor: PersonAnswer | None
    kept: str
    computed: str
    intact: bool
    joined: bool


class ChainAnswer(TypedDict):
    """Links of a case around one of its events; `length` is how many it has in all."""

    code: str
    title: str
    length: int
    seq: int
    links: list[LinkAnswer]


def case_chain(desk: Desk, who: Principal, code: str, seq: int | None = None) -> ChainAnswer:
    """Show an event of a case with its neighbours, the newest where none is named.

    Raises ForbiddenError, NotFoundError.
    """
    require(who, "supervision.read")
    case = case_room.find(desk, who, code)
    events = ledger.history(desk.conn, case.id)
    places = [row.seq for row in events]
    chosen = seq if seq in places else places[-1]
    place = places.index(chosen)
    around = range(max(0, place - 1), min(len(events), place + 2))
    return {
        "code": case.code,
        "title": case.title,
        "length": len(events),
        "seq": chosen,
        "links": [_link(desk, events, n) for n in around],
    }


def _link(desk: Desk, events: list[Logged], place: int) -> LinkAnswer:
    row, computed = events[place], leaf_hash(events[place].body)
    event: Event | dict[str, Any] = read(row.body) or {}
    before = leaf_hash(events[place - 1].body).hex() if place else None
    actor = event.get("actor") or {}
    account = rows.fetch_one(desk.conn, "account", id=actor["id"]) if actor.get("id") else None
    return {
        "seq": row.seq,
        "kind": row.kind,
        "at": instant(row.recorded_at, desk.zone),
        "actor": person_answer(account) if account else None,
        "kept": row.leaf_hash.hex(),
        "computed": computed.hex(),
        "intact": row.leaf_hash == computed,
        "joined": event.get("prev") == before,
    }
