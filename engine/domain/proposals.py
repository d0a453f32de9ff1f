"""What an approval is bound to: digests of the closure or disposal that was proposed.

The approver approves what was proposed and nothing else; where the matter changed since, the digest
differs and the proposal has to be made again. Free text is named by its part's number, whose text
never changes, and not digested itself: a digest without a salt would be a trace of what was erased.
"""

import hashlib
from typing import Any

from engine.domain.canonical import canonical
from engine.domain.facts import CaseFacts
from engine.domain.records import Request


def _digest(matter: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(matter)).hexdigest()


def closure_digest(facts: CaseFacts, asked: Request) -> str:
    """Digest a closure proposal with all that it rests on: SHA-256 (hex) of canonical bytes."""
    return _digest(
        {
            "request": asked.no,
            "outcome": asked.outcome,
            "lead": facts.case.lead_id,
            "plan": facts.newest_plan.version if facts.newest_plan else None,
            "measures": [[m.no, m.status, m.proved] for m in facts.measures],
            "claims": [
                [c.no, c.people, c.owed_fen, c.paid_fen, bool(c.difference_reason)]
                for c in facts.claim
            ],
            "replies": [[r.no, r.kind] for r in facts.reply],
            "disputes": [[d.no, d.state] for d in facts.dispute],
            "letters": [[x.no, x.status] for x in facts.letter if x.status != "draft"],
        }
    )


def disposal_digest(facts: CaseFacts, asked: Request) -> str:
    """Digest a proposal to refer, merge or void: SHA-256 (hex) of canonical bytes."""
    return _digest(
        {
            "request": asked.no,
            "disposal": asked.disposal,
            "into": asked.into_id,
            "state": facts.case.state,
            "lead": facts.case.lead_id,
            "due": facts.case.due_on.isoformat() if facts.case.due_on else None,
        }
    )
