"""The machine decides: what it explains is what it lets pass, and nothing else has any way in."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from transitions import MachineError

from engine.domain import machine
from engine.domain.needs import Need
from engine.errors import ForbiddenError, InvalidError, NotFromHereError, UnmetError
from engine.words import say
from tests.domain.stage import ASSIGNMENT, Stage, id_of, principal, workflow
from tests.people import CHEN, HAN, JIANG, LI, PEOPLE, SHEN, SUN, WEI, ZHANG, ZHAO, Person
from workflows.needs import VOCABULARY

STORY: dict[str, Callable[[], Stage]] = {
    "registered": Stage,
    "assigned": lambda: Stage().assigned(),
    "acknowledged": lambda: Stage().acknowledged(),
    "planned": lambda: Stage().planned(),
    "started": lambda: Stage().started(),
    "stabilized": lambda: Stage().stabilized(),
    "proposed": lambda: Stage().proposed(),
    "closed": lambda: Stage().closed(),
}
DATA: dict[str, dict[str, Any]] = {
    "assign": ASSIGNMENT,
    "hand-over": {"to": LI.login},
    "request-extension": {"due": "2026-05-25"},
    "request-suspension": {"review_on": "2027-01-01"},
    "propose-closure": {"outcome": "resolved", "summary": "完成"},
    "merge": {"into": "DB-2026-0002"},
    "refer": {"body": "区住建局"},
}


def ready(name: str) -> Stage:
    """Give a chapter of the story, with another case beside it."""
    stage = STORY[name]()
    other = replace(stage.facts.case, id=2, code="DB-2026-0002", closed_at=None)
    stage.cases = {other.code: other}
    return stage


@pytest.mark.parametrize("chapter", STORY)
def test_what_is_explained_as_free_passes_and_nothing_else_does(chapter: str) -> None:
    for person, trigger in product(PEOPLE, ready(chapter).exits(ZHAO)):
        stage = ready(chapter)
        door = stage.exits(person)[trigger]
        data = DATA.get(trigger, {}) if door.arc.fields else {}
        if door.allowed:
            stage.step(person, trigger, "理由", **data)
            continue
        expected = UnmetError if door.mine else ForbiddenError
        with pytest.raises(expected) as refused:
            stage.step(person, trigger, "理由", **data)
        if isinstance(refused.value, UnmetError):
            assert [u.need for u in refused.value.unmet] == [u.need for u in door.unmet]
        else:
            assert door.unmet[0].need == "party"


@pytest.mark.parametrize(
    "trigger",
    ["to_closed", "may_close", "is_closed", "__class__", "trigger", "arc-1", "", "accept", "关闭"],
)
def test_a_trigger_that_the_state_does_not_have_is_refused_by_name(trigger: str) -> None:
    stage = Stage().assigned()
    with pytest.raises(NotFromHereError) as refused:
        stage.step(ZHANG, trigger)
    assert "“Assigned”. The steps there are: Acknowledge, Decline, " in say(
        refused.value.message, "en"
    )
    assert "acknowledge" in dict(refused.value.steps)
    assert stage.facts.case.state == "assigned"


def test_a_step_of_another_state_is_named_by_its_title_in_both_languages() -> None:
    with pytest.raises(NotFromHereError) as refused:
        Stage().assigned().step(SUN, "close")
    told = refused.value.message
    assert say(told, "zh").startswith("“已交办”状态下没有“办结”这一步。现在的步骤有：签收、退回、")
    assert say(told, "en").startswith("There is no step “Close” in the state “Assigned”. ")
    shown = say(told, "zh") + say(told, "en")
    assert not [trigger for trigger, _ in refused.value.steps if f"{trigger}," in shown]


def test_a_step_that_is_another_one_to_another_is_named_as_the_caller_knows_it() -> None:
    for who, title in ((ZHAO, "提请合并"), (CHEN, "批准合并")):
        with pytest.raises(NotFromHereError) as refused:
            Stage().assigned().step(who, "close")
        assert title in say(refused.value.message, "zh")


def test_every_need_is_asked_and_none_cut_short() -> None:
    with pytest.raises(UnmetError) as refused:
        Stage().assigned().step(ZHANG, "start")
    assert [unmet.need for unmet in refused.value.unmet] == [
        "acknowledged", "liaison-named", "officer-of-every-unit", "plan-adopted",
        "measures-complete",
    ]  # fmt: skip


def test_a_refusal_comes_before_the_fields_are_read() -> None:
    with pytest.raises(ForbiddenError):
        Stage().assigned().step(SUN, "hand-over", "\x00", nonsense=1)
    with pytest.raises(InvalidError) as refused:
        Stage().assigned().step(ZHANG, "hand-over", "\x00", nonsense=1)
    fields = {fault.field for fault in refused.value.faults}
    assert fields == {"reason", "data.nonsense", "data.to"}


def test_of_two_arcs_the_callers_own_is_meant() -> None:
    both = replace(principal(ZHAO), roles=frozenset({"office", "supervision"}))
    stage = Stage().step(both, "void", "重复")
    assert stage.facts.case.state == "registered"
    assert stage.step(both, "void").facts.case.outcome == "void"


def test_who_may_only_read_takes_no_step_and_sees_what_is_missing() -> None:
    stage, reader = Stage().assigned(), principal(ZHANG, may_write=False)
    with pytest.raises(ForbiddenError) as refused:
        stage.step(reader, "acknowledge")
    assert refused.value.message.code == "token-may-only-read"
    doors = machine.explain(stage.attempt_of(reader), VOCABULARY.needs)
    assert not any(door.mine or door.allowed for door in doors)


def test_nobody_but_the_office_and_duty_begins_a_case() -> None:
    for person in PEOPLE:
        attempt = Stage().attempt(person)
        if person in {ZHAO, JIANG} or "office" in person.roles:
            assert machine.is_party(workflow().transitions[0], attempt)
        else:
            assert not machine.is_party(workflow().transitions[0], attempt)


@pytest.mark.parametrize("person", [SHEN, HAN, WEI, CHEN])
def test_a_role_that_is_none_of_the_parties_fires_nothing(person: Person) -> None:
    mine = {name for name, door in Stage().assigned().exits(person).items() if door.mine}
    by_role = {WEI: {"grant-extension", "refuse-extension"}}
    by_role[CHEN] = {"refer", "merge", "void", "return-closure"}
    assert mine == by_role.get(person, set())


def test_code_named_by_a_definition_is_refused() -> None:
    compiled = machine._machine(workflow(), VOCABULARY.needs)  # noqa: SLF001  # what is compiled
    with pytest.raises(MachineError):
        compiled.resolve_callable("os.system", None)  # type: ignore[arg-type]  # asked for no event
    assert compiled.resolve_callable(len, None) is len  # type: ignore[arg-type]
    assert {name for name in compiled.events if not name.startswith("arc-")} == set()


def test_each_definition_is_compiled_once_and_needs_may_be_others() -> None:
    attempt = Stage().assigned().attempt(ZHANG)
    never = {name: Need(name, lambda _a: {}, ("office",)) for name in VOCABULARY.needs}
    arc = machine.choose(attempt, "acknowledge", never)
    assert machine.missing_for(arc, attempt, never)[0].need == "not-yet-acknowledged"
    attempt.arc = arc
    assert machine.fire(attempt, arc, VOCABULARY.needs) == "assigned"
    assert id_of(ZHANG) == attempt.facts.case.lead_id
