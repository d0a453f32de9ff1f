"""A workflow in words and as a picture: the figures in it are those of what the reader may see."""

from datetime import datetime, timedelta
from random import Random
from statistics import median

import pytest

from engine.errors import NotFoundError
from engine.service.case_lists import CaseQuery, count_cases
from engine.service.workflow_view import StandingAnswer, WorkflowView, view_workflow
from tests.people import CHEN, HAN, JIANG, LI, SHEN, SUN, WEI, ZHANG, ZHAO, Person
from tests.service.case_office import CaseOffice


def seen(office: CaseOffice, person: Person, name: str = "key-issue") -> WorkflowView:
    """Look a workflow up."""
    return office.does(person, view_workflow, name)


def figure(office: CaseOffice, person: Person, state: str) -> StandingAnswer:
    """Give the figures of a state as somebody sees them."""
    return next(one for one in seen(office, person)["standing"] or () if one["state"] == state)


def test_figures_are_those_of_the_stays(case_office: CaseOffice, rng: Random) -> None:
    since: list[tuple[datetime, str]] = []
    for _ in range(rng.randint(1, 23)):
        case_office.passes(minutes=rng.randint(1, 3000))
        since.append((case_office.at, case_office.registered()))
    case_office.passes(days=rng.randint(1, 40))
    ages = sorted((case_office.at - at).total_seconds() for at, _ in since)
    told = figure(case_office, ZHAO, "registered")
    assert told["count"] == len(ages)
    assert told["median_seconds"] == pytest.approx(median(ages))
    assert (told["longest"], told["longest_seconds"]) == (since[0][1], ages[-1])
    ninth = told["ninth_seconds"]
    assert ninth in ages
    assert sum(age <= ninth for age in ages) * 10 >= len(ages) * 9
    assert sum(age < ninth for age in ages) * 10 < len(ages) * 9


def test_figures_follow_every_step_at_once(case_office: CaseOffice) -> None:
    code = case_office.registered()
    assert figure(case_office, ZHAO, "registered")["count"] == 1
    case_office.step(ZHAO, code, "assign", lead_leader=ZHANG.login, lead_unit="乙建设办",
                     supporting_units=[], due="2026-05-20")  # fmt: skip
    case_office.passes(hours=3)
    assert figure(case_office, ZHAO, "registered")["count"] == 0
    told = figure(case_office, ZHAO, "assigned")
    assert (told["count"], told["longest"]) == (1, code)
    assert told["median_seconds"] == timedelta(hours=3).total_seconds()


def test_each_sees_the_figures_of_the_cases_that_one_may_read(case_office: CaseOffice) -> None:
    case_office.registered()
    case_office.assigned()
    for person in (ZHAO, CHEN, WEI, HAN, ZHANG, LI, SUN):
        for state in ("registered", "assigned", "closed"):
            listed = case_office.does(person, count_cases, CaseQuery(state=state))
            assert figure(case_office, person, state)["count"] == listed, (person.login, state)
    assert figure(case_office, ZHANG, "registered")["count"] == 0
    assert figure(case_office, ZHANG, "assigned")["count"] == 1


def test_a_closed_case_leaves_the_picture_with_the_sight_of_it(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    case_office.step(ZHAO, code, "void", "重复登记")
    case_office.step(CHEN, code, "void")
    for days, left in ((1, 1), (88, 1), (2, 0)):
        case_office.passes(days=days)
        assert figure(case_office, ZHANG, "closed")["count"] == left
        assert figure(case_office, ZHAO, "closed")["count"] == 1


def test_who_reads_no_case_in_full_gets_no_figure(case_office: CaseOffice) -> None:
    case_office.assigned()
    for person in (SHEN, JIANG):
        shown = seen(case_office, person)
        assert shown["standing"] is None
        assert "Cases: " not in shown["picture"]
    assert "Cases: 1" in seen(case_office, ZHAO)["picture"]


def test_cases_of_another_workflow_are_not_counted(case_office: CaseOffice) -> None:
    case_office.registered()
    told = seen(case_office, ZHAO, "petition")["standing"] or []
    assert [one["count"] for one in told] == [0] * 8


def test_a_workflow_or_version_that_is_not_there_is_told(case_office: CaseOffice) -> None:
    for name, version in (("key-issue", 9), ("nothing", None)):
        with pytest.raises(NotFoundError):
            case_office.does(ZHAO, view_workflow, name, version)
