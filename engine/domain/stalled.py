"""Cases whose lead leader can act no more: why their steps are shut, and who must act first.

A shut account answers for its cases all the same: tenure and days overdue stay its own until a
successor has accepted. What stands still meanwhile is what the leader alone may do.
"""

from engine.domain.access import is_fit
from engine.domain.attempt import Attempt
from engine.domain.facts import CaseFacts
from engine.domain.workflow import Transition

LEAD = "lead-leader"
HANDS_OVER, ACCEPTS = "ask-handover", "grant-handover"
"""The effects of the two steps by which a case comes to another leader."""


def is_stalled(a: Attempt) -> bool:
    """Tell whether the account of whoever leads is shut, and nobody stands in today."""
    lead = a.facts.lead
    return lead is not None and not lead.enabled and not _stands_in(a, lead.id)


def _stands_in(a: Attempt, lead: int) -> bool:
    runs = (d for d in a.facts.deputies if d.ended_at is None and d.from_on <= a.today <= d.to_on)
    return any(d.principal_id == lead and a.facts.people[d.deputy_id].enabled for d in runs)


def offer_stands(facts: CaseFacts) -> bool:
    """Tell whether a handover waits for somebody who can accept it."""
    offer = facts.pending("handover")
    account = facts.people.get(offer.to_id or 0) if offer else None
    return account is not None and account.enabled and is_fit(account.roles, LEAD)


def comes_first(parties: tuple[str, ...], a: Attempt) -> Transition | None:
    """Give the step that must come before one that only the leader of a stalled case may take.

    It is to accept the handover that waits, else to hand over; None where the case is not stalled,
    others may take that step too, or the workflow has no such step here.
    """
    if set(parties) != {LEAD} or not is_stalled(a):
        return None
    wanted = ACCEPTS if offer_stands(a.facts) else HANDS_OVER
    return next((arc for arc in a.workflow.exits(a.state) if wanted in arc.effects), None)


def who_can(arc: Transition) -> tuple[str, ...]:
    """Name the parties of a step who can still take it while the leader cannot."""
    return tuple(party for party in arc.by if party != LEAD)
