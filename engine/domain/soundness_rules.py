"""What the words of the vocabulary ask of one another, as tables for the checks of soundness."""

from collections.abc import Iterable, Sequence
from itertools import combinations

FIRES_NOTHING = frozenset({"time", "liaison", "uninvolved", "no-one"})
"""Parties that can meet a need or get a notice, but fire no trigger."""
PARTY_EFFECTS = {"lead-leader": "appoint", "officer": "appoint", "successor": "ask-handover"}
"""Parties that exist only after an effect."""
SEATS = {"assigner": ("office", "supervision")}
"""Parties that are, depending on the case, one of several others."""
ASKERS = {"ask-disposal": "propose-disposal"}
"""Effects that are clock events by a name of their own."""
DISPOSALS = frozenset({"refer", "merge", "void"})
"""Triggers that tell by which disposal a case is to be closed."""
CLOSERS = frozenset({"grant-closure", "grant-disposal"})
"""Effects that give a closed case its outcome."""
EFFECT_FIELDS = {
    "appoint": ("lead_leader", "lead_unit"),
    "set-due": ("due",),
    "ask-handover": ("to",),
    "ask-extension": ("due",),
    "ask-suspension": ("review_on",),
    "propose-closure": ("outcome", "summary"),
}
"""Fields without which an effect has nothing to write down."""
DECIDERS = {
    "ask-handover": ("grant-handover", "refuse-handover"),
    "ask-extension": ("grant-extension", "refuse-extension"),
    "ask-suspension": ("grant-suspension", "refuse-suspension"),
    "ask-disposal": ("grant-disposal", "refuse-disposal"),
    "propose-closure": ("grant-closure", "refuse-closure"),
}
"""Effects that leave a request open, with those that decide it."""
OPEN_ONLY = frozenset({*DECIDERS, *(d for both in DECIDERS.values() for d in both)} | {"appoint"})
"""Effects that make sense in an open case only."""
NEED_EFFECTS = {
    "acknowledged": "acknowledge",
    "closure-pending": "propose-closure",
    "disposal-pending": "ask-disposal",
    "extension-pending": "ask-extension",
    "handover-pending": "ask-handover",
    "merger-pending": "ask-disposal",
    "referral-pending": "ask-disposal",
    "suspended": "grant-suspension",
    "suspension-pending": "ask-suspension",
    "voiding-pending": "ask-disposal",
}
"""Needs that only an effect can bring about."""
NEED_CLOCKS = {
    "has-promised-date": "resolve",
    "limit-not-passed": "resolve",
    "observation-over": "observe",
}
"""Needs that look at a clock by its name."""
_ONE_DISPOSAL = frozenset({"merger-pending", "referral-pending", "voiding-pending"})
_OPPOSITES = {frozenset({"acknowledged", "not-yet-acknowledged"})} | {
    frozenset({need, "no-disposal-pending"}) for need in _ONE_DISPOSAL
}


def seats(parties: Iterable[str]) -> set[str]:
    """Spell out parties that stand for others, so that sets of them can be compared."""
    return {seat for party in parties for seat in SEATS.get(party, (party,))}


def at_odds(needs: Sequence[str]) -> list[tuple[str, str]]:
    """List the pairs of needs that are never met together."""
    return [(one, other) for one, other in combinations(needs, 2) if _opposed(one, other)]


def _opposed(one: str, other: str) -> bool:
    pair = {one, other}
    denied = any(f"{no}-{a}" == b for no in ("no", "not") for a in pair for b in pair)
    return denied or pair <= _ONE_DISPOSAL or frozenset(pair) in _OPPOSITES
