"""The task force has a liaison and officers of every unit; who stays keeps the tenure."""

from functools import partial

import pytest

from engine.errors import ConflictError, ForbiddenError, StaleError
from engine.service import task_forces
from engine.service.task_forces import TaskForceOrder
from engine.words import say
from tests.people import (
    BUILDING,
    CHEN,
    FENG,
    HAN,
    JUSTICE,
    LABOUR,
    LI,
    SUN,
    WU,
    ZHANG,
    ZHENG,
    ZHOU,
    Person,
)
from tests.service.case_office import FORCE, CaseOffice, fields_of, needs_of


def test_the_leader_names_it(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    force = case_office.force(code)["task_force"]
    assert force["liaison"]["login"] == SUN.login
    named = [(m["account"]["login"], m["unit"]["name"]) for m in force["members"]]
    assert sorted(named) == sorted(FORCE)
    assert case_office.history(code)[-1]["kind"] == "task-force.set"
    case_office.assert_intact()


@pytest.mark.parametrize("person", [SUN, LI, CHEN])
def test_nobody_else_names_it(case_office: CaseOffice, person: Person) -> None:
    code = case_office.assigned()
    refusal = case_office.refuses(lambda: case_office.force(code, by=person), code)
    assert isinstance(refusal, ForbiddenError)


def test_an_officer_of_a_unit_below_stands_for_the_unit(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    case_office.force(code, (FENG.login, BUILDING.name), (WU.login, LABOUR.name))
    refusal = case_office.refused(ZHANG, code, "start")
    assert "officer-of-every-unit" not in needs_of(refusal)


def test_every_wrong_name_is_named(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    members = (
        (ZHENG.login, BUILDING.name), (WU.login, JUSTICE.name), ("nobody", LABOUR.name),
        (HAN.login, "无此单位"),
    )  # fmt: skip
    refusal = case_office.refuses(lambda: case_office.force(code, *members), code)
    assert fields_of(refusal) == {
        "members.0.account", "members.1.unit", "members.2.account", "members.3.account",
        "members.3.unit",
    }  # fmt: skip
    twice = ((SUN.login, BUILDING.name), (SUN.login, BUILDING.name))
    refusal = case_office.refuses(lambda: case_office.force(code, *twice), code)
    assert fields_of(refusal) == {"members"}
    order = TaskForceOrder(case_office.show(code)["version"], HAN.login, [])
    tried = partial(case_office.does, ZHANG, task_forces.set_task_force, code, order)
    assert fields_of(case_office.refuses(tried, code)) == {"liaison"}
    crowd = ((SUN.login, BUILDING.name),) * 101
    refusal = case_office.refuses(lambda: case_office.force(code, *crowd), code)
    assert fields_of(refusal) == {"members"}


def test_a_unit_without_an_officer_keeps_the_work_from_starting(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    case_office.force(code, (ZHOU.login, BUILDING.name))
    refusal = case_office.refused(ZHANG, code, "start")
    assert needs_of(refusal) == {"officer-of-every-unit", "plan-adopted", "measures-complete"}
    assert LABOUR.name in say(refusal.unmet[0].message, "zh")  # type: ignore[attr-defined]


def test_a_stale_or_closed_case_takes_none(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    order = TaskForceOrder(1, SUN.login, list(FORCE))
    tried = partial(case_office.does, ZHANG, task_forces.set_task_force, code, order)
    assert isinstance(case_office.refuses(tried, code), StaleError)
    closed = case_office.closed()
    refusal = case_office.refuses(lambda: case_office.force(closed), closed)
    assert isinstance(refusal, ForbiddenError | ConflictError)
