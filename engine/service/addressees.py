"""Who is to be told: the accounts behind a party of a case today."""

from collections.abc import Callable, Iterable
from datetime import date

from engine.domain.access import ROLES, is_fit
from engine.domain.parties import assigning_role
from engine.domain.records import Deputy
from engine.service.case_room import Room
from engine.store.holders import Holder


def accounts_of(room: Room, parties: Iterable[str], everybody: list[Holder]) -> list[int]:
    """Give the accounts behind several parties, each once, in the order of the parties."""
    found = (account for party in parties for account in _behind(room, party, everybody))
    return list(dict.fromkeys(found))


def _behind(room: Room, party: str, everybody: list[Holder]) -> list[int]:
    of_case = _OF_A_CASE.get(party)
    if of_case is not None:
        return of_case(room, everybody)
    role = assigning_role(room.facts, room.workflow) if party == "assigner" else party
    return [h.id for h in everybody if role in h.roles] if role in ROLES else []


def _lead(room: Room, _everybody: list[Holder]) -> list[int]:
    """Give the lead leader, and whoever stands in today."""
    lead = room.facts.case.lead_id
    mine = (row for row in room.facts.deputies if row.principal_id == lead)
    standing_in = [row.deputy_id for row in mine if runs_on(row, room.desk.today)]
    return [] if lead is None else [lead, *standing_in]


def _officers(room: Room, everybody: list[Holder]) -> list[int]:
    unit = room.facts.case.lead_unit_id
    return [h.id for h in everybody if h.unit_id == unit and is_fit(h.roles, "officer")]


def _liaison(room: Room, _everybody: list[Holder]) -> list[int]:
    held = room.facts.holding("liaison")
    return [t.account_id for t in held if t.account_id is not None]


def _successor(room: Room, _everybody: list[Holder]) -> list[int]:
    offer = room.facts.pending("handover")
    return [offer.to_id] if offer is not None and offer.to_id is not None else []


_OF_A_CASE: dict[str, Callable[[Room, list[Holder]], list[int]]] = {
    "lead-leader": _lead,
    "officer": _officers,
    "liaison": _liaison,
    "successor": _successor,
}
"""Parties whose people the case itself names; the others are roles."""


def runs_on(row: Deputy, day: date) -> bool:
    """Tell whether somebody stands in on a day."""
    return row.ended_at is None and row.from_on <= day <= row.to_on
