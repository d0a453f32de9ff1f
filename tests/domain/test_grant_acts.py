"""Who may do what besides steps of a case: one table, and what is not in it is nobody's."""

from itertools import product

import pytest

from engine.domain.access import ACTS, OPERATOR, ROLES, WRITES, may, require
from engine.errors import ForbiddenError
from engine.words import say
from tests.domain.stage import principal
from tests.people import PEOPLE, SHEN, ZHANG

CASE_ACTS = {act for act in ACTS if act.split(".")[0] in {"case", "issue", "import", "report"}}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_for_its_roles_and_for_nobody_else(act: str) -> None:
    for person in PEOPLE:
        allowed = bool(set(person.roles) & ACTS[act])
        assert may(principal(person), act).allowed == allowed
        if allowed:
            require(principal(person), act)
            continue
        with pytest.raises(ForbiddenError) as refused:
            require(principal(person), act)
        assert say(refused.value.message, "zh") != say(refused.value.message, "en")


def test_an_act_that_is_not_in_the_table_belongs_to_nobody() -> None:
    for person in PEOPLE:
        with pytest.raises(KeyError):
            may(principal(person), "case.erase")


def test_the_administrator_and_the_operator_touch_no_case() -> None:
    for who, act in product((principal(SHEN), OPERATOR), sorted(CASE_ACTS)):
        assert not may(who, act).allowed


def test_roles_in_the_table_are_roles_that_there_are() -> None:
    assert set().union(*ACTS.values()) <= set(ROLES)


def test_behind_a_reading_token_nothing_is_written() -> None:
    reader = principal(SHEN, may_write=False)
    for act in ACTS:
        if act.rpartition(".")[2] in WRITES:
            assert not may(reader, act).allowed
            assert may(reader, act).message.code == "token-may-only-read"
    assert may(principal(ZHANG, may_write=False), "case.read").allowed
