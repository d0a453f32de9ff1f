"""The parties of a case: who may, given its facts, fire a step or meet a need, and their names."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.access import Principal, is_fit
from engine.domain.facts import CaseFacts
from engine.domain.workflow import Workflow
from engine.words import Message, alternatives, message

Holds = Callable[[CaseFacts, Principal, Workflow], bool]
Named = Callable[[CaseFacts, Workflow], Message]


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a case. `holds` tells whether a caller belongs to it, `named` who it is now.

    One that `holds` nobody, such as time, can meet needs but fire nothing.
    """

    name: str
    holds: Holds
    named: Named


def acts_for_lead(facts: CaseFacts, who: Principal) -> bool:
    """Tell whether the caller is the lead leader, or the deputy of that one today."""
    lead = facts.case.lead_id
    return lead is not None and (who.account_id == lead or lead in who.stands_in_for)


def of_lead_unit(facts: CaseFacts, who: Principal) -> bool:
    """Tell whether the caller is an officer of the lead unit."""
    unit = facts.case.lead_unit_id
    return unit is not None and is_fit(who.roles, "officer") and who.unit_id == unit


def assigning_role(facts: CaseFacts, workflow: Workflow) -> str:
    """Name the role that assigns: the office, and supervision after too many declines."""
    return "supervision" if facts.case.declines >= workflow.settings["max_declines"] else "office"


def succeeds(facts: CaseFacts, who: Principal) -> bool:
    """Tell whether the case was offered to the caller."""
    offer = facts.pending("handover")
    return offer is not None and who.account_id is not None and offer.to_id == who.account_id


def _role(role: str) -> Party:
    words = message(f"party-{role}")
    return Party(role, lambda _f, who, _w: who.has(role), lambda _f, _w: words)


def _name_lead(facts: CaseFacts, _workflow: Workflow) -> Message:
    lead = facts.lead
    if lead is None:
        return message("party-lead-leader")
    return message("party-lead-leader-" + ("named" if lead.enabled else "shut"), name=lead.name)


def _name_officers(facts: CaseFacts, _workflow: Workflow) -> Message:
    unit = facts.lead_unit
    return message("party-officer-named", unit=unit.name) if unit else message("party-officer")


def _name_successor(facts: CaseFacts, _workflow: Workflow) -> Message:
    offer = facts.pending("handover")
    if offer is None or offer.to_id is None:
        return message("party-successor")
    return message("party-successor-named", name=facts.people[offer.to_id].name)


def _nobody(_facts: CaseFacts, _who: Principal, _workflow: Workflow) -> bool:
    return False


PARTIES: dict[str, Party] = {
    party.name: party
    for party in (
        *(_role(role) for role in ("office", "duty", "head", "supervision")),
        Party("lead-leader", lambda f, who, _w: acts_for_lead(f, who), _name_lead),
        Party("officer", lambda f, who, _w: of_lead_unit(f, who), _name_officers),
        Party(
            "assigner",
            lambda f, who, w: who.has(assigning_role(f, w)),
            lambda f, w: message(f"party-{assigning_role(f, w)}"),
        ),
        Party("successor", lambda f, who, _w: succeeds(f, who), _name_successor),
        Party("time", _nobody, lambda _f, _w: message("party-time")),
        Party("liaison", _nobody, lambda _f, _w: message("party-liaison")),
        Party("uninvolved", _nobody, lambda _f, _w: message("party-uninvolved")),
        Party("no-one", _nobody, lambda _f, _w: message("party-no-one")),
    )
}


def name_all(names: tuple[str, ...], facts: CaseFacts, workflow: Workflow) -> Message:
    """Name several parties as alternatives: “the office or supervision”."""
    return alternatives(PARTIES[name].named(facts, workflow) for name in names)
