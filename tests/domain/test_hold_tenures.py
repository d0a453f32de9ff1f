"""Who answers: from each assignment to closure or decline exactly one, at every instant."""

from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from engine.domain import tenure
from engine.domain.tenure import accountable_at, accountable_until, at_rest
from tests.domain.stage import ASSIGNMENT, NOW, UNIT_IDS, Stage, id_of
from tests.people import BUILDING, CHEN, LABOUR, LEADERS, LI, SUN, WANG, WU, ZHANG, ZHAO, Person

HOUR = timedelta(hours=1)


def leads(stage: Stage) -> list[tuple[int | None, int | None, int | None]]:
    """Give who led from when to when, in hours since the beginning."""

    def hours(at: datetime | None) -> int | None:
        return None if at is None else (at - NOW) // HOUR

    spans = [t for t in stage.facts.tenure if t.role == "lead"]
    return [(t.account_id, hours(t.from_at), hours(t.to_at)) for t in spans]


def handed_over(stage: Stage, by: Person, to: Person) -> Stage:
    """Pass a case on."""
    return stage.step(by, "hand-over", "轮岗", to=to.login).step(to, "accept-handover")


def test_a_successor_answers_from_the_very_instant_on() -> None:
    stage = handed_over(Stage().assigned().passes(hours=5), ZHANG, LI).passes(hours=2)
    assert leads(stage) == [(id_of(ZHANG), 0, 5), (id_of(LI), 5, None)]
    at = NOW + 5 * HOUR
    assert accountable_at(stage.facts.tenure, at) == id_of(LI)
    assert accountable_at(stage.facts.tenure, at - timedelta(microseconds=1)) == id_of(ZHANG)
    assert accountable_at(stage.facts.tenure, NOW - HOUR) is None


def test_what_ended_at_a_handover_was_the_predecessors() -> None:
    stage = handed_over(Stage().assigned().passes(hours=5), ZHANG, LI)
    at = NOW + 5 * HOUR
    assert accountable_until(stage.facts.tenure, NOW, at) == id_of(ZHANG)
    assert accountable_until(stage.facts.tenure, NOW, at + HOUR) == id_of(LI)
    assert accountable_until(stage.facts.tenure, NOW - HOUR, NOW) is None


def test_what_lasted_but_an_instant_is_answered_for_too() -> None:
    stage = Stage().passes(hours=1).acknowledged()
    clock = next(c for c in stage.facts.clock if c.kind == "acknowledge")
    assert clock.valid_from == clock.ended_at == stage.now
    assert accountable_until(stage.facts.tenure, stage.now, stage.now) == id_of(ZHANG)


def test_at_any_instant_at_most_one_answers_and_none_only_where_the_case_is_nobodys(
    rng: Random,
) -> None:
    for _ in range(60):
        stage = wander(rng)
        spans = [t for t in stage.facts.tenure if t.role == "lead"]
        for former, latter in pairwise(spans):
            assert former.to_at is not None
            assert former.to_at <= latter.from_at
        for step in range((stage.now - NOW) // HOUR + 1):
            at = NOW + step * HOUR + timedelta(minutes=30)
            held = [t for t in spans if tenure.holds_at(t, at)]
            assert len(held) <= 1
            state = next(
                s.state
                for s in reversed(stage.facts.stage)
                if s.from_at <= at and (s.to_at is None or at < s.to_at)
            )
            assert bool(held) == (state not in {"registered", "closed"})


def wander(rng: Random) -> Stage:
    """Assign, decline, hand over, void and reopen at random hours, also several within one."""
    stage = Stage()
    for _ in range(12):
        stage.passes(hours=rng.randrange(3))
        leader = next((p for p in LEADERS if id_of(p) == stage.facts.case.lead_id), None)
        if stage.facts.case.state == "closed":
            if any(t.role == "lead" for t in at_rest(stage.facts)):
                stage.step(CHEN, "reopen", "群众反映")
            continue
        if leader is None:
            _assign(stage, rng)
        elif stage.facts.case.state == "assigned" and rng.random() < 0.4:
            stage.step(leader, "decline", "不属本级")
        elif stage.facts.case.state == "assigned" and rng.random() < 0.3:
            stage.step(ZHAO, "void", "重复").step(CHEN, "void")
        else:
            handed_over(stage, leader, rng.choice([p for p in LEADERS if p is not leader]))
    return stage


def _assign(stage: Stage, rng: Random) -> None:
    by = ZHAO if stage.facts.case.declines < 2 else CHEN
    stage.step(by, "assign", **(ASSIGNMENT | {"lead_leader": rng.choice(LEADERS).login}))


def test_a_reopened_case_has_exactly_who_had_it_when_it_was_closed() -> None:
    stage = handed_over(Stage().acknowledged().force(), ZHANG, LI)
    stage.step(ZHAO, "void", "重复").step(CHEN, "void")
    assert [t.account_id for t in at_rest(stage.facts) if t.role == "lead"] == [id_of(LI)]
    stage.step(CHEN, "reopen", "并非重复")
    again = [(t.role, t.account_id, t.unit_id) for t in stage.facts.holders]
    assert sorted(again, key=str) == sorted(
        [
            ("lead", id_of(LI), None),
            ("lead-unit", None, UNIT_IDS[BUILDING.name]),
            ("supporting-unit", None, UNIT_IDS[LABOUR.name]),
            ("liaison", id_of(SUN), None),
            ("member", id_of(SUN), UNIT_IDS[BUILDING.name]),
            ("member", id_of(WU), UNIT_IDS[LABOUR.name]),
        ],
        key=str,
    )


def test_who_declined_at_the_instant_of_the_closure_does_not_come_back() -> None:
    stage = Stage().assigned().step(ZHANG, "decline", "不属本级")
    stage.step(ZHAO, "void", "重复").step(CHEN, "void")
    assert at_rest(stage.facts) == []


def test_closing_and_reopening_twice_within_an_instant_doubles_nobody() -> None:
    stage = Stage().closed()
    for _ in range(2):
        stage.step(CHEN, "reopen", "群众反映").step(ZHANG, "stabilize").passes(days=16)
        stage.step(ZHANG, "propose-closure", outcome="resolved", summary="完成")
        stage.step(CHEN, "close").step(CHEN, "reopen", "群众反映")
        assert len(stage.facts.holding("lead")) == len(stage.facts.holding("lead-unit")) == 1
        stage.step(ZHANG, "stabilize").passes(days=16)
        stage.step(ZHANG, "propose-closure", outcome="resolved", summary="完成")
        stage.step(CHEN, "close")


def test_an_open_case_rests_with_nobody() -> None:
    assert at_rest(Stage().assigned().facts) == []


def test_who_stays_in_a_task_force_keeps_the_tenure() -> None:
    stage = Stage().assigned().force().passes(hours=3)
    draft = stage.draft()
    stays = ("member", id_of(SUN), UNIT_IDS[BUILDING.name])
    tenure.staff(draft, {("liaison", id_of(WU), None), stays})
    held = {(t.role, t.account_id): t.from_at for t in draft.facts.holders if t.account_id}
    assert held[("member", id_of(SUN))] == NOW
    assert held[("liaison", id_of(WU))] == stage.now
    assert ("member", id_of(WU)) not in held


@pytest.mark.parametrize("successor", [LI, WANG])
def test_units_and_task_force_stay_when_the_leader_changes(successor: Person) -> None:
    stage = handed_over(Stage().assigned().force(), ZHANG, successor)
    assert len(stage.facts.unit_ids) == 2
    assert len(stage.facts.holding("member")) == 2
