"""What each step changes besides the state."""

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.effects import DISPOSALS, EFFECTS, HAPPENS, REQUESTS
from engine.domain.fields import OUTCOMES
from tests.domain.stage import Stage, id_of, measure, principal, workflow
from tests.people import CHEN, LI, WEI, ZHANG, ZHAO


def states_of_requests(stage: Stage) -> list[tuple[str, str]]:
    """Give kind and state of every request."""
    return [(asked.kind, asked.state) for asked in stage.facts.request]


def test_every_effect_is_used_by_some_step() -> None:
    used = {name for arc in workflow().transitions for name in arc.effects}
    assert used <= set(EFFECTS)
    assert set(HAPPENS) <= set(EFFECTS)


def test_an_acknowledgement_is_dated_and_a_decline_takes_it_back() -> None:
    stage = Stage().acknowledged()
    assert stage.facts.case.acknowledged_at == stage.now
    stage.step(ZHANG, "decline", "不属本级")
    case = stage.facts.case
    assert (case.acknowledged_at, case.declines, case.lead_id) == (None, 1, None)


def test_a_decline_withdraws_what_waits() -> None:
    stage = Stage().assigned().step(ZHAO, "hand-over", "轮岗", to=LI.login)
    stage.step(ZHANG, "request-extension", "备案", due="2026-05-25")
    stage.step(ZHANG, "decline", "不属本级")
    assert states_of_requests(stage) == [("handover", "withdrawn"), ("extension", "withdrawn")]
    decided = {(asked.decided_by, asked.decided_at) for asked in stage.facts.request}
    assert decided == {(id_of(ZHANG), stage.now)}


def test_the_first_date_is_kept_when_another_one_is_promised() -> None:
    stage = Stage().assigned()
    stage.step(ZHANG, "request-extension", "备案", due="2026-06-01").step(WEI, "grant-extension")
    case = stage.facts.case
    assert (str(case.first_due_on), str(case.due_on)) == ("2026-05-20", "2026-06-01")


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_case_closes_with_the_outcome_that_was_proposed(outcome: str) -> None:
    stage = Stage().stabilized().passes(days=16).replied("final")
    stage.step(ZHANG, "propose-closure", outcome=outcome, summary="完成").step(CHEN, "close")
    case = stage.facts.case
    assert (case.state, case.outcome, case.closed_at) == ("closed", outcome, stage.now)
    assert stage.facts.holders == ()
    assert stage.facts.running == ()


@pytest.mark.parametrize("disposal", ["refer", "void"])
def test_a_case_closes_by_what_the_office_proposed(disposal: str) -> None:
    data = {"body": "区住建局"} if disposal == "refer" else {}
    stage = Stage().assigned().step(ZHAO, disposal, "依据", **data)
    assert stage.facts.case.state == "assigned"
    stage.step(CHEN, disposal)
    assert stage.facts.case.outcome == DISPOSALS[disposal]
    assert states_of_requests(stage) == [("disposal", "granted")]


def test_a_returned_proposal_is_refused_and_can_be_made_again() -> None:
    stage = Stage().proposed().step(CHEN, "return-closure", "材料不全")
    stage.step(ZHANG, "propose-closure", outcome="resolved", summary="已补")
    assert states_of_requests(stage) == [("closure", "refused"), ("closure", "pending")]


def test_a_relapse_is_counted_and_takes_the_proposal_back() -> None:
    stage = Stage().proposed().step(ZHAO, "relapse", "再次停工")
    assert stage.facts.case.relapses == 1
    assert states_of_requests(stage) == [("closure", "withdrawn")]


def test_stabilizing_withdraws_what_was_asked_of_the_group_head() -> None:
    stage = Stage().started().step(ZHANG, "request-extension", "备案", due="2026-05-25")
    stage.step(ZHANG, "request-suspension", "诉讼", review_on="2026-04-01")
    stage.report("done", proved=True).replied("interim").step(ZHANG, "stabilize")
    assert {state for _, state in states_of_requests(stage)} == {"withdrawn"}


def test_a_reopening_is_counted_and_brings_the_people_back() -> None:
    stage = Stage().closed()
    before = {(t.role, t.account_id, t.unit_id) for t in stage.facts.tenure}
    stage.passes(days=3).step(WEI, "reopen", "群众反映")
    case = stage.facts.case
    assert (case.reopenings, case.outcome, case.closed_at) == (1, None, None)
    assert {(t.role, t.account_id, t.unit_id) for t in stage.facts.holders} == before
    assert {t.basis for t in stage.facts.holders} == {"reopen"}


def test_a_handover_waits_until_the_successor_accepts() -> None:
    stage = Stage().assigned().step(ZHAO, "hand-over", "轮岗", to=LI.login)
    assert stage.facts.case.lead_id == id_of(ZHANG)
    assert stage.step(LI, "accept-handover").facts.case.lead_id == id_of(LI)


def test_a_handover_that_is_refused_changes_nobody() -> None:
    stage = Stage().assigned().step(ZHAO, "hand-over", "轮岗", to=LI.login)
    stage.step(LI, "refuse-handover", "分工不同")
    assert stage.facts.case.lead_id == id_of(ZHANG)
    assert states_of_requests(stage) == [("handover", "refused")]


def test_each_step_counts_as_one_change_and_each_part_gets_its_number() -> None:
    stage = Stage().started()
    before = stage.facts.case.version
    stage.step(ZHANG, "request-extension", "备案", due="2026-05-25")
    assert stage.facts.case.version == before + 1
    facts = stage.facts
    kinds = (facts.stage, facts.tenure, facts.clock, facts.request, facts.plan, facts.measure)
    rows: list[Any] = [row for kind in kinds for row in kind]
    numbers = [row.no for row in rows]
    assert len(set(numbers)) == len(numbers)
    assert stage.facts.case.next_no == max(numbers) + 1


def test_the_operator_is_nobody_who_could_ask_or_decide() -> None:
    stage = Stage().assigned()
    attempt = stage.attempt(ZHANG)
    attempt.who = principal(ZHANG)
    object.__setattr__(attempt.who, "account_id", None)
    with pytest.raises(AssertionError):
        EFFECTS["ask-extension"](stage.draft(), attempt)


def test_deciding_what_nobody_asked_for_changes_nothing() -> None:
    stage = Stage().started(measure())
    attempt = stage.attempt(CHEN)
    for effect in ("grant-closure", "grant-disposal", "grant-extension", "refuse-handover"):
        draft = stage.draft()
        EFFECTS[effect](draft, attempt)
        assert draft.facts.request == ()
        assert draft.facts.case.due_on == stage.facts.case.due_on
    assert set(REQUESTS) >= {"closure", "disposal"}


def test_stages_follow_each_other_without_a_gap() -> None:
    stage = Stage().passes(hours=1).assigned().passes(hours=1).step(ZHANG, "decline", "不属本级")
    stage.passes(hours=1)
    first, second, third = stage.facts.stage
    assert [s.state for s in (first, second, third)] == ["registered", "assigned", "registered"]
    assert (first.to_at, second.to_at) == (second.from_at, third.from_at)
    assert third.to_at is None
    assert second.from_at - first.from_at == timedelta(hours=1)
