"""Who is to be told: the accounts behind a party of a case today."""

from collections.abc import Iterable

from engine.domain.access import ROLES
from engine.domain.parties import assigning_role
from engine.service.case_room import Room
from engine.store.holders import Holder


def accounts_of(room: Room, parties: Iterable[str], everybody: list[Holder]) -> list[int]:
    """Give the accounts behind several parties, each once, in the order of the parties."""
    found = (account for party in parties for account in _behind(room, party, everybody))
    return list(dict.fromkeys(found))


def _behind(room: Room, party: str, everybody: list[Holder]) -> list[int]:
    facts = room.facts
    if party == "lead-leader":
        return _with_deputies(room, facts.case.lead_id)
    if party == "successor":
        offer = facts.pending("handover")
        return [offer.to_id] if offer and offer.to_id is not None else []
    if party == "liaison":
        return [t.account_id for t in facts.holding("liaison") if t.account_id is not None]
    if party == "officer":
        unit = facts.case.lead_unit_id
        return [h.id for h in everybody if h.unit_id == unit and "unit" in h.roles]
    role = assigning_role(facts, room.workflow) if party == "assigner" else party
    return [h.id for h in everybody if role in h.roles] if role in ROLES else []


def _with_deputies(room: Room, lead: int | None) -> list[int]:
    """The lead leader, and whoever stands in today."""
    if lead is None:
        return []
    today = room.desk.today
    standing_in = [
        row.deputy_id
        for row in room.facts.deputies
        if row.principal_id == lead and row.ended_at is None and row.from_on <= today <= row.to_on
    ]
    return [lead, *standing_in]
