"""Who writes which part, who is which party, and how both are named."""

import pytest

from engine.domain import parties
from engine.domain.access import WRITERS
from engine.domain.parties import PARTIES, name_all
from engine.domain.writers import may_write, require_writer
from engine.errors import ForbiddenError
from engine.words import say
from tests.domain.stage import Stage, id_of, measure, principal, workflow
from tests.people import (
    CHEN,
    CHU,
    FENG,
    HAN,
    JIANG,
    LI,
    PEOPLE,
    QIAN,
    SHEN,
    SUN,
    WANG,
    WEI,
    WU,
    ZHANG,
    ZHAO,
    ZHENG,
    ZHOU,
    Person,
)

OFFICES, TEAMS, OF_LEAD_UNIT = {ZHAO, QIAN}, {CHEN, CHU}, {SUN, ZHOU}
WHO_WRITES = {
    "task-force": {ZHANG},
    "plan": {ZHANG} | OF_LEAD_UNIT,
    "plan.adopt": {ZHANG},
    "progress": {ZHANG, WU} | OF_LEAD_UNIT,
    "claim": {ZHANG} | OF_LEAD_UNIT | OFFICES,
    "reply": {ZHANG} | OF_LEAD_UNIT | OFFICES,
    "note": {ZHANG, WU} | OF_LEAD_UNIT | OFFICES | TEAMS,
    "file": {ZHANG, WU} | OF_LEAD_UNIT | OFFICES | TEAMS,
    "letter": TEAMS,
    "nudge": {ZHANG, WEI} | OFFICES | TEAMS,
    "letter.answer": {ZHANG} | OF_LEAD_UNIT,
}
"""Interface.md, "Who writes what", for a case of 张三 and 乙建设办 with a measure of 吴十's."""


def owned() -> Stage:
    """Give a case in which 吴十, of another unit, owns a measure."""
    return Stage().planned(measure(owner_id=id_of(WU)))


def test_every_part_is_tried() -> None:
    assert set(WHO_WRITES) == set(WRITERS)


@pytest.mark.parametrize("part", WHO_WRITES)
def test_a_part_is_written_by_those_and_nobody_else(part: str) -> None:
    facts = owned().facts
    found = {p for p in PEOPLE if may_write(part, facts, principal(p), workflow())}
    assert found == WHO_WRITES[part]
    for person in PEOPLE:
        if person in found:
            require_writer(part, facts, principal(person), workflow())
            continue
        with pytest.raises(ForbiddenError) as refused:
            require_writer(part, facts, principal(person), workflow())
        assert say(refused.value.message, "zh") != say(refused.value.message, "en")


def test_a_measure_at_hand_is_its_owners_alone_among_owners() -> None:
    facts = Stage().planned(measure(owner_id=id_of(WU)), measure(owner_id=id_of(ZHENG))).facts
    second = facts.measures[1]
    assert may_write("progress", facts, principal(ZHENG), workflow(), second)
    assert not may_write("progress", facts, principal(WU), workflow(), second)


def test_who_may_only_read_writes_nothing() -> None:
    facts, reader = owned().facts, principal(ZHANG, may_write=False)
    for part in WRITERS:
        assert not may_write(part, facts, reader, workflow())
        with pytest.raises(ForbiddenError) as refused:
            require_writer(part, facts, reader, workflow())
        assert refused.value.message.code == "token-may-only-read"


def test_a_deputy_writes_what_the_leader_would() -> None:
    facts, deputy = owned().facts, principal(LI, for_=(ZHANG,))
    assert may_write("plan.adopt", facts, deputy, workflow())
    assert not may_write("plan.adopt", facts, principal(LI, for_=(WANG,)), workflow())


def test_before_an_assignment_only_roles_hold() -> None:
    facts = Stage().facts
    held = {name for name, party in PARTIES.items() for p in PEOPLE
            if party.holds(facts, principal(p), workflow())}  # fmt: skip
    assert held == {"office", "duty", "head", "supervision", "assigner"}


@pytest.mark.parametrize(("declines", "person"), [(0, ZHAO), (1, ZHAO), (2, CHEN), (3, CHEN)])
def test_after_the_second_decline_supervision_assigns(declines: int, person: Person) -> None:
    facts = Stage().case_is(declines=declines).facts
    fits = {p for p in (ZHAO, CHEN) if PARTIES["assigner"].holds(facts, principal(p), workflow())}
    assert fits == {person}
    role = parties.assigning_role(facts, workflow())
    assert role in person.roles
    assert say(PARTIES["assigner"].named(facts, workflow()), "zh")


def test_the_successor_is_whom_the_case_was_offered_to() -> None:
    offered = Stage().assigned().step(ZHAO, "hand-over", "轮岗", to=LI.login).facts
    assert parties.succeeds(offered, principal(LI))
    assert not any(parties.succeeds(offered, principal(p)) for p in PEOPLE if p is not LI)


def test_an_officer_is_one_of_the_lead_unit() -> None:
    facts = Stage().assigned().facts
    assert {p for p in PEOPLE if parties.of_lead_unit(facts, principal(p))} == OF_LEAD_UNIT
    assert FENG not in OF_LEAD_UNIT


def test_parties_are_named_by_who_they_are_now() -> None:
    before, facts = Stage().facts, Stage().assigned().facts
    every = tuple(PARTIES)
    assert ZHANG.name in say(name_all(("lead-leader",), facts, workflow()), "zh")
    assert ZHANG.name not in say(name_all(every, before, workflow()), "zh")
    offered = Stage().assigned().step(ZHAO, "hand-over", "轮岗", to=LI.login).facts
    assert LI.name in say(name_all(("successor",), offered, workflow()), "zh")
    assert say(name_all(("office", "head"), facts, workflow()), "en") == (
        "the office or the group head"
    )


@pytest.mark.parametrize("person", [SHEN, HAN, JIANG, WEI])
def test_nobody_is_party_by_being_present(person: Person) -> None:
    facts, me = Stage().assigned().facts, principal(person)
    held = {n for n, p in PARTIES.items() if p.holds(facts, me, workflow())}
    assert held == {role for role in person.roles if role in {"duty", "head"}}
