"""The vocabulary of the shipped workflows: every need, party, field, effect and clock event.

A need is a pure predicate. It gives None when met, else the values for its sentence, which stands
in the catalogue under `need-<name>`. Parties who could meet it stand beside it.
"""

from collections.abc import Iterable

from engine.domain.access import is_fit
from engine.domain.attempt import Attempt
from engine.domain.effects import EFFECTS
from engine.domain.facts import FINISHED, UNANSWERED, UNIT_ROLES
from engine.domain.fields import FIELDS
from engine.domain.needs import Check, Missing, Need, Vocabulary
from engine.domain.parties import PARTIES
from engine.domain.proposals import closure_digest, disposal_digest
from engine.domain.stalled import offer_stands
from engine.domain.tenure import at_rest
from engine.words import listed, message
from workflows.time_needs import (
    MET,
    extension_adds_time,
    extension_within_cap,
    has_promised_date,
    limit_not_passed,
    no_time_won,
    observation_over,
    reopening_window,
    when,
)


def _list(titles: Iterable[str]) -> str:
    return "；".join(titles)


# --- the lead leader and the task force -----------------------------------------------------------


def _acknowledged(a: Attempt) -> Missing | None:
    return when(a.facts.case.acknowledged_at is None)


def _not_yet_acknowledged(a: Attempt) -> Missing | None:
    return when(a.facts.case.acknowledged_at is not None)


def _work_not_started(a: Attempt) -> Missing | None:
    return when(any(m.status != "planned" for m in a.facts.measure))


def _liaison_named(a: Attempt) -> Missing | None:
    return when(not a.facts.holding("liaison"))


def _officer_of_every_unit(a: Attempt) -> Missing | None:
    staffed = {
        t.unit_id for t in a.facts.holding("member") if a.facts.people[t.account_id or 0].enabled
    }
    bare = sorted(a.facts.unit_ids - staffed)
    return when(bool(bare), units=listed(a.facts.units[u].name for u in bare))


def _leader_to_return_to(a: Attempt) -> Missing | None:
    leads = [t for t in at_rest(a.facts) if t.role == "lead"]
    account = a.facts.people[leads[-1].account_id or 0] if leads else None
    return when(account is None or not account.enabled or not is_fit(account.roles, "lead-leader"))


# --- plan and measures ----------------------------------------------------------------------------


def _plan_adopted(a: Attempt) -> Missing | None:
    plan = a.facts.newest_plan
    return when(plan is None or plan.adopted_at is None)


def _no_draft_plan(a: Attempt) -> Missing | None:
    plan = a.facts.newest_plan
    return when(plan is not None and plan.adopted_at is None)


def _measures_complete(a: Attempt) -> Missing | None:
    if not a.facts.measures:
        return {"measures": message("measures-none")}
    bare = [m.title for m in a.facts.measures if m.owner_id is None or m.due_on is None]
    return {"measures": message("measures-bare", titles=_list(bare))} if bare else MET


def _measures_finished(a: Attempt) -> Missing | None:
    open_ones = [m.title for m in a.facts.measures if m.status not in FINISHED]
    return when(bool(open_ones), count=len(open_ones), titles=_list(open_ones))


def _measures_proved(a: Attempt) -> Missing | None:
    bare = [m.title for m in a.facts.measures if m.status in FINISHED and not m.proved]
    return when(bool(bare), count=len(bare), titles=_list(bare))


# --- those affected: replies, money, letters, disputes --------------------------------------------


def _interim_reply(a: Attempt) -> Missing | None:
    return when(not any(r.kind in ("interim", "final") for r in a.facts.reply))


def _final_reply(a: Attempt) -> Missing | None:
    return when(not any(r.kind == "final" for r in a.facts.reply))


def _no_unanswered_letter(a: Attempt) -> Missing | None:
    waiting = [x.number or str(x.no) for x in a.facts.letter if x.status in UNANSWERED]
    return when(bool(waiting), numbers=listed(waiting))


def _no_open_dispute(a: Attempt) -> Missing | None:
    return when(any(d.state == "open" for d in a.facts.dispute))


def _amounts_recorded(a: Attempt) -> Missing | None:
    return when(any(c.paid_fen is None for c in a.facts.claim))


def _amounts_agree(a: Attempt) -> Missing | None:
    apart = [c for c in a.facts.claim if c.paid_fen != c.owed_fen and not c.difference_reason]
    return when(bool(apart), count=len(apart))


# --- requests that wait for a decision ------------------------------------------------------------


def _waits(kind: str) -> Check:
    return lambda a: when(a.facts.pending(kind) is None)


def _waits_not(kind: str) -> Check:
    return lambda a: when(a.facts.pending(kind) is not None)


def _disposal_waits(disposal: str) -> Check:
    def check(a: Attempt) -> Missing | None:
        asked = a.facts.pending("disposal")
        return when(asked is None or asked.disposal != disposal)

    return check


def _suspended(a: Attempt) -> Missing | None:
    return when(not a.facts.suspended)


def _not_suspended(a: Attempt) -> Missing | None:
    return when(a.facts.suspended)


def _successor_fit(a: Attempt) -> Missing | None:
    return when(a.facts.pending("handover") is not None and not offer_stands(a.facts))


def _no_handover_pending(a: Attempt) -> Missing | None:
    """Ask that nobody can still accept the case; what nobody can does not hold it up."""
    return when(offer_stands(a.facts))


def _proposal_unchanged(a: Attempt) -> Missing | None:
    asked = a.facts.pending("closure")
    return when(asked is not None and asked.digest != closure_digest(a.facts, asked))


def _disposal_unchanged(a: Attempt) -> Missing | None:
    asked = a.facts.pending("disposal")
    return when(asked is not None and asked.digest != disposal_digest(a.facts, asked))


def _survivor_open(a: Attempt) -> Missing | None:
    asked, survivor = a.facts.pending("disposal"), a.facts.survivor
    merging = asked is not None and asked.disposal == "merge"
    return when(merging and (survivor is None or survivor.closed_at is not None))


def _four_eyes(a: Attempt) -> Missing | None:
    """Ask that the approver never answered or stood in for it, and is of none of its units."""
    if _answered(a):
        return {"part": message("four-eyes-answered")}
    units = {t.unit_id for t in a.facts.tenure if t.role in UNIT_ROLES}
    return MET if units.isdisjoint(a.who.above) else {"part": message("four-eyes-unit")}


def _answered(a: Attempt) -> bool:
    leads = {t.account_id for t in a.facts.tenure if t.role == "lead"}
    stood_in = (
        d.principal_id in leads for d in a.facts.deputies if d.deputy_id == a.who.account_id
    )
    return a.who.account_id in leads or any(stood_in)


NEEDS: tuple[Need, ...] = (
    Need("acknowledged", _acknowledged, ("lead-leader",)),
    Need("amounts-agree", _amounts_agree, ("lead-leader", "officer")),
    Need("amounts-recorded", _amounts_recorded, ("lead-leader", "officer")),
    Need("closure-pending", _waits("closure"), ("lead-leader",)),
    Need("disposal-pending", _waits("disposal"), ("office",)),
    Need("disposal-unchanged", _disposal_unchanged, ("supervision", "office")),
    Need("extension-adds-time", extension_adds_time, ("lead-leader", "head")),
    Need("extension-pending", _waits("extension"), ("lead-leader",)),
    Need("extension-within-cap", extension_within_cap, ("lead-leader",)),
    Need("final-reply", _final_reply, ("lead-leader", "officer")),
    Need("four-eyes", _four_eyes, ("uninvolved",)),
    Need("handover-pending", _waits("handover"), ("lead-leader", "office")),
    Need("has-promised-date", has_promised_date, ("office",)),
    Need("interim-reply", _interim_reply, ("lead-leader", "officer")),
    Need("leader-to-return-to", _leader_to_return_to, ("office",)),
    Need("liaison-named", _liaison_named, ("lead-leader",)),
    Need("limit-not-passed", limit_not_passed, ("no-one",)),
    Need("measures-complete", _measures_complete, ("lead-leader", "officer")),
    Need("measures-finished", _measures_finished, ("lead-leader", "officer")),
    Need("measures-proved", _measures_proved, ("lead-leader", "officer")),
    Need("merger-pending", _disposal_waits("merge"), ("office",)),
    Need("no-closure-pending", _waits_not("closure"), ("supervision",)),
    Need("no-disposal-pending", _waits_not("disposal"), ("supervision",)),
    Need("no-draft-plan", _no_draft_plan, ("lead-leader",)),
    Need("no-extension-pending", _waits_not("extension"), ("head",)),
    Need("no-handover-pending", _no_handover_pending, ("successor",)),
    Need("no-open-dispute", _no_open_dispute, ("supervision",)),
    Need("no-suspension-pending", _waits_not("suspension"), ("head",)),
    Need("no-time-won", no_time_won, ("assigner",)),
    Need("no-unanswered-letter", _no_unanswered_letter, ("lead-leader", "officer")),
    Need("not-suspended", _not_suspended, ("lead-leader", "head")),
    Need("not-yet-acknowledged", _not_yet_acknowledged, ("no-one",)),
    Need("observation-over", observation_over, ("time",)),
    Need("officer-of-every-unit", _officer_of_every_unit, ("lead-leader",)),
    Need("plan-adopted", _plan_adopted, ("lead-leader",)),
    Need("proposal-unchanged", _proposal_unchanged, ("supervision", "lead-leader")),
    Need("referral-pending", _disposal_waits("refer"), ("office",)),
    Need("reopening-window", reopening_window, ("no-one",)),
    Need("successor-fit", _successor_fit, ("office",)),
    Need("survivor-open", _survivor_open, ("office",)),
    Need("suspended", _suspended, ("lead-leader", "head")),
    Need("suspension-pending", _waits("suspension"), ("lead-leader",)),
    Need("voiding-pending", _disposal_waits("void"), ("office",)),
    Need("work-not-started", _work_not_started, ("no-one",)),
)

VOCABULARY = Vocabulary(
    needs={need.name: need for need in NEEDS},
    parties=tuple(PARTIES),
    fields=tuple(FIELDS),
    effects=tuple(EFFECTS),
    happenings=(
        "measure-adopted",
        "measure-finished",
        "measure-dropped",
        "letter-issued",
        "letter-signed",
        "letter-answered",
        "letter-returned",
        "propose-disposal",
        "day-begun",
        "report-handed-in",
    ),
    date_sources=("case-due", "measure-due", "letter-answer-by", "report-day"),
    duties=("draft-letter", "list-for-meeting"),
    settings=("max_declines", "extension_cap_days", "reopening_window_days"),
)
