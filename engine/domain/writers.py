"""Who writes which part of a case: decides by the table of parts in `access.py`.

Steps are staffed by the workflow's own `by`; what is written between steps is staffed there.
"""

from engine.domain.access import OWNER, WRITERS, Principal
from engine.domain.facts import CaseFacts
from engine.domain.parties import PARTIES, name_all
from engine.domain.records import Measure
from engine.domain.workflow import Workflow
from engine.errors import ForbiddenError
from engine.words import message

STAYS_OPEN = frozenset({"note"})
"""Parts that may still be written when the case is closed."""


def may_write(
    part: str, facts: CaseFacts, who: Principal, workflow: Workflow, measure: Measure | None = None
) -> bool:
    """Tell whether the caller may write a part of a case now."""
    if not who.may_write:
        return False
    return any(_holds(party, facts, who, workflow, measure) for party in WRITERS[part])


def require_writer(
    part: str, facts: CaseFacts, who: Principal, workflow: Workflow, measure: Measure | None = None
) -> None:
    """Raise ForbiddenError, naming who writes it, unless the caller may write the part."""
    if not who.may_write:
        raise ForbiddenError("token-may-only-read")
    if not may_write(part, facts, who, workflow, measure):
        parties = tuple(party for party in WRITERS[part] if party != OWNER)
        named = name_all(parties, facts, workflow)
        raise ForbiddenError(message("part-forbidden", who=named))


def _holds(
    party: str, facts: CaseFacts, who: Principal, workflow: Workflow, measure: Measure | None
) -> bool:
    if party != OWNER:
        return PARTIES[party].holds(facts, who, workflow)
    owned = (measure,) if measure else facts.measures
    return who.account_id is not None and who.account_id in {m.owner_id for m in owned}
