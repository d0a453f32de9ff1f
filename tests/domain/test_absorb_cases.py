"""A case begins by those who may begin one, and takes over the earlier dates of one merged in."""

from datetime import date

import pytest

from engine.domain import step
from engine.errors import ForbiddenError
from tests.domain.stage import ASSIGNMENT, Stage, principal
from tests.people import JIANG, LI, PEOPLE, QIAN, SHEN, WEI, ZHANG, ZHAO, Person

EARLIER, LATER = "2026-04-30", "2026-06-30"


def absorbed(survivor: Stage, merged: Stage) -> Stage:
    """Let a case take another in."""
    draft = survivor.draft()
    step.absorb(draft, survivor.attempt(ZHAO), merged.facts)
    return survivor.kept(draft)


def due(day: str) -> Stage:
    """Give an assigned case with a date."""
    return Stage().step(ZHAO, "assign", **(ASSIGNMENT | {"due": day}))


@pytest.mark.parametrize("person", PEOPLE)
def test_a_case_is_begun_by_the_office_or_on_duty(person: Person) -> None:
    attempt = Stage().attempt(person)
    if person in {ZHAO, QIAN, JIANG}:
        assert step.beginning(attempt).trigger == "register"
        return
    with pytest.raises(ForbiddenError):
        step.beginning(attempt)


def test_who_may_only_read_begins_nothing() -> None:
    with pytest.raises(ForbiddenError):
        step.begin(Stage().attempt_of(principal(ZHAO, may_write=False)))


def test_a_beginning_has_its_state_and_its_clock() -> None:
    facts = Stage().facts
    assert [(s.state, s.to_at) for s in facts.stage] == [("registered", None)]
    assert [c.kind for c in facts.running] == ["assign"]
    assert facts.case.limit_kind == "assign"


def test_the_earlier_date_counts() -> None:
    both = absorbed(due(LATER), due(EARLIER)).facts
    assert str(both.case.due_on) == str(both.case.first_due_on) == EARLIER
    resolve = both.clock_of("resolve")
    assert resolve is not None
    assert str(resolve.due_on) == EARLIER
    assert [c.ended_by for c in both.clock if c.kind == "resolve"] == ["superseded", None]


def test_a_later_date_wins_nothing() -> None:
    survivor = due(EARLIER)
    before = survivor.facts
    assert absorbed(survivor, due(LATER)).facts.clock == before.clock
    assert survivor.facts.case == before.case


def test_a_survivor_without_a_date_may_promise_no_later_one() -> None:
    facts = absorbed(Stage(), due(EARLIER)).facts
    assert (facts.case.due_on, str(facts.case.first_due_on)) == (None, EARLIER)


def test_a_case_that_waited_longer_for_its_assignment_hands_that_on() -> None:
    merged, survivor = Stage(), Stage()
    survivor.now = merged.passes(days=9).now
    late = Stage(registered_at=survivor.now)
    draft = late.draft()
    draft.change(late.facts.clock[0], due_on=date(2026, 3, 20), due_at=survivor.now)
    late.kept(draft)
    taken = absorbed(late, merged).facts.clock_of("assign")
    assert taken is not None
    assert taken.due_on == date(2026, 3, 4)


def test_decisions_that_were_asked_for_in_the_merged_case_end_with_it() -> None:
    merged = due(LATER).step(ZHAO, "hand-over", "轮岗", to=LI.login)
    survivor = due(LATER).passes(days=5).step(ZHAO, "hand-over", "轮岗", to=LI.login)
    offered = survivor.facts.clock_of("handover")
    assert absorbed(survivor, merged).facts.clock_of("handover") == offered


def test_a_suspended_survivor_stays_suspended() -> None:
    survivor = Stage().started()
    survivor.step(ZHANG, "request-suspension", "诉讼", review_on="2026-04-01")
    survivor.step(WEI, "grant-suspension")
    assert absorbed(survivor, due(EARLIER)).facts.suspended
    assert SHEN.roles == ("admin",)
