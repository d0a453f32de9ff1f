"""What steps change besides the state: one small function for each effect of the vocabulary.

An effect reads the attempt and writes the draft. It asks nothing: needs were met before. Effects
that are clock events of their own (a disposal proposed) say so in `HAPPENS`.
"""

from collections.abc import Callable

from engine.domain import tenure
from engine.domain.attempt import Attempt
from engine.domain.draft import Draft
from engine.domain.proposals import closure_digest, disposal_digest
from engine.domain.records import Request, Unit, columns

Effect = Callable[[Draft, Attempt], None]
REQUESTS = ("handover", "extension", "suspension", "closure", "disposal")
DISPOSALS = {"refer": "referred", "merge": "merged", "void": "void"}
"""What closing by each disposal leaves as the outcome."""


def _acting(a: Attempt) -> int:
    """The account that acts; a step of a case always has one."""
    if a.who.account_id is None:
        raise AssertionError  # the operator belongs to no party, so no arc is theirs
    return a.who.account_id


def _ask(draft: Draft, a: Attempt, kind: str, **values: object) -> Request:
    blank = dict.fromkeys(columns("request")[2:])
    asked = {"kind": kind, "state": "pending", "asked_by": _acting(a), "asked_at": a.now}
    return draft.add(Request, **{**blank, **asked, **values})


def _decide(state: str, *kinds: str) -> Effect:
    def decide(draft: Draft, a: Attempt) -> None:
        for kind in kinds:
            asked = draft.facts.pending(kind)
            if asked is not None:
                draft.change(asked, state=state, decided_by=_acting(a), decided_at=a.now)

    return decide


def _acknowledge(draft: Draft, a: Attempt) -> None:
    draft.set_case(acknowledged_at=a.now)


def _appoint(draft: Draft, a: Attempt) -> None:
    lead_unit, supporting = a.given("lead_unit"), a.given("supporting_units")
    if supporting is None:
        supporting = _planned_beside(draft, lead_unit)
    tenure.appoint(draft, a.given("lead_leader"), lead_unit, supporting, "assign")
    draft.set_case(acknowledged_at=None)


def _planned_beside(draft: Draft, lead_unit: Unit) -> list[Unit]:
    """Give the supporting units that were planned: they stay where an order says nothing of any."""
    planned = (draft.facts.units[i] for i in draft.facts.case.planned_supporting)
    return [unit for unit in planned if unit.id != lead_unit.id]


def _set_due(draft: Draft, a: Attempt) -> None:
    due = a.given("due")
    draft.set_case(due_on=due, first_due_on=draft.facts.case.first_due_on or due)


def _ask_handover(draft: Draft, a: Attempt) -> None:
    """Offer the case; an offer that nobody can accept any more makes way for it."""
    _decide("withdrawn", "handover")(draft, a)
    _ask(draft, a, "handover", to_id=a.given("to").id)


def _ask_extension(draft: Draft, a: Attempt) -> None:
    _ask(draft, a, "extension", new_due=a.given("due"))


def _ask_suspension(draft: Draft, a: Attempt) -> None:
    _ask(draft, a, "suspension", review_on=a.given("review_on"))


def _propose_closure(draft: Draft, a: Attempt) -> None:
    asked = _ask(draft, a, "closure", outcome=a.given("outcome"), summary=a.given("summary"))
    draft.change(asked, digest=closure_digest(draft.facts, asked))


def _ask_disposal(draft: Draft, a: Attempt) -> None:
    into = a.given("into")
    asked = _ask(
        draft,
        a,
        "disposal",
        disposal=a.arc.trigger if a.arc else None,
        body=a.given("body"),
        into_id=into and into.id,
    )
    draft.change(asked, digest=disposal_digest(draft.facts, asked))


def _grant_closure(draft: Draft, a: Attempt) -> None:
    asked = draft.facts.pending("closure")
    _decide("granted", "closure")(draft, a)
    draft.set_case(outcome=asked.outcome if asked else None)


def _grant_disposal(draft: Draft, a: Attempt) -> None:
    asked = draft.facts.pending("disposal")
    _decide("granted", "disposal")(draft, a)
    draft.set_case(outcome=DISPOSALS[asked.disposal or ""] if asked else None)


def _grant_extension(draft: Draft, a: Attempt) -> None:
    asked = draft.facts.pending("extension")
    _decide("granted", "extension")(draft, a)
    if asked:
        draft.set_case(due_on=asked.new_due)


def _grant_handover(draft: Draft, a: Attempt) -> None:
    _decide("granted", "handover")(draft, a)
    tenure.succeed(draft, _acting(a))


def _end_tenures(draft: Draft, _a: Attempt) -> None:
    tenure.end_all(draft)


def _restore_tenures(draft: Draft, _a: Attempt) -> None:
    tenure.restore(draft)
    draft.set_case(outcome=None)


def _count_decline(draft: Draft, _a: Attempt) -> None:
    draft.set_case(declines=draft.facts.case.declines + 1, acknowledged_at=None)


def _count_relapse(draft: Draft, _a: Attempt) -> None:
    draft.set_case(relapses=draft.facts.case.relapses + 1)


def _count_reopening(draft: Draft, _a: Attempt) -> None:
    draft.set_case(reopenings=draft.facts.case.reopenings + 1)


EFFECTS: dict[str, Effect] = {
    "acknowledge": _acknowledge,
    "appoint": _appoint,
    "ask-disposal": _ask_disposal,
    "ask-extension": _ask_extension,
    "ask-handover": _ask_handover,
    "ask-suspension": _ask_suspension,
    "count-decline": _count_decline,
    "count-relapse": _count_relapse,
    "count-reopening": _count_reopening,
    "end-tenures": _end_tenures,
    "grant-closure": _grant_closure,
    "grant-disposal": _grant_disposal,
    "grant-extension": _grant_extension,
    "grant-handover": _grant_handover,
    "grant-suspension": _decide("granted", "suspension"),
    "propose-closure": _propose_closure,
    "refuse-closure": _decide("refused", "closure"),
    "refuse-disposal": _decide("refused", "disposal"),
    "refuse-extension": _decide("refused", "extension"),
    "refuse-handover": _decide("refused", "handover"),
    "refuse-suspension": _decide("refused", "suspension"),
    "restore-tenures": _restore_tenures,
    "set-due": _set_due,
    "withdraw-closure": _decide("withdrawn", "closure"),
    "withdraw-extension-and-suspension": _decide("withdrawn", "extension", "suspension"),
    "withdraw-requests": _decide("withdrawn", *REQUESTS),
}  # fmt: skip
"""Every effect that a workflow may name."""

HAPPENS = {"ask-disposal": "propose-disposal"}
"""Effects that are clock events by another name than their trigger's."""
