"""Every figure of the dashboard and of the trends is that of the list it leads to."""

import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.datastructures import QueryParams

from engine.errors import InvalidError
from engine.service.case_lists import CaseQuery, count_cases, list_cases
from engine.service.dashboard import dashboard
from engine.service.trends import trends
from tests.people import CHEN, PEOPLE, WEI, ZHANG, ZHAO, Person
from tests.service.case_office import CaseOffice
from web.pages.case_filters import asked_of

OFFICE = ZoneInfo("Asia/Shanghai")
_HALF = 0.5
READERS = [person for person in PEOPLE if not {"admin"} & set(person.roles)]


def busy(office: CaseOffice, rng: random.Random) -> None:
    """Walk cases some way over some weeks."""
    ways = [
        office.registered, office.assigned, office.acknowledged, office.planned, office.started,
        office.stabilized, office.closed, office.started, office.registered,
    ]  # fmt: skip
    rng.shuffle(ways)
    for way in ways:
        code = way()
        if office.show(code)["state"] == "in-resolution" and rng.random() < _HALF:
            review = (office.at.date() + timedelta(days=9)).isoformat()
            office.step(ZHANG, code, "request-suspension", "等待鉴定", review_on=review)
            office.step(WEI, code, "grant-suspension", "同意")
        office.passes(days=rng.randrange(1, 6), hours=rng.randrange(3))
    office.passes(days=rng.choice((0, 30)))


def counted(office: CaseOffice, person: Person, address: str) -> int:
    """Count the list at an address."""
    asked = asked_of(QueryParams(address))
    query = asked.query(office.at.astimezone(OFFICE).date(), OFFICE, 20)
    total: int = office.does(person, list_cases, query)["total"]
    assert office.does(person, count_cases, query) == total
    return total


def test_every_figure_equals_its_list(case_office: CaseOffice, rng: random.Random) -> None:
    busy(case_office, rng)
    for person in rng.sample(READERS, 4):
        told = case_office.does(person, dashboard)
        for unit in told["units"]:
            if unit["key"]:
                address = f"view=overdue&unit={unit['key']}"
                assert counted(case_office, person, address) == unit["overdue"], (person, unit)
        for leader in told["leaders"]:
            if leader["key"]:
                address = f"view=overdue&leader={leader['key']}"
                assert counted(case_office, person, address) == leader["overdue"]
        for n, bucket in enumerate(told["ageing"]):
            assert counted(case_office, person, f"view=overdue&late={n}") == bucket["count"]
        if "duty" not in person.roles:
            for state in told["states"]:
                found = counted(case_office, person, f"view=all&state={state['state']}")
                assert found == state["count"]


def test_every_week_and_every_stay_equals_its_list(
    case_office: CaseOffice, rng: random.Random
) -> None:
    busy(case_office, rng)
    for person in (ZHAO, ZHANG, *rng.sample(READERS, 2)):
        told = case_office.does(person, trends)
        for week in told["weeks"]:
            opened = counted(case_office, person, f"view=all&opened={week['first']}")
            rested = counted(case_office, person, f"view=all&rested={week['first']}")
            left = counted(case_office, person, f"view=open&as_of={week['as_of'] or ''}")
            assert (opened, rested) == (week["opened"], week["rested"]), (person, week)
            if week["as_of"] or "duty" not in person.roles:
                assert left == week["left"], (person, week)
        for stay in told["stays"]:
            if "duty" not in person.roles:
                address = f"view=open&state={stay['state']}"
                assert counted(case_office, person, address) == stay["count"]


def test_the_flow_tells_what_was_done_in_which_week(case_office: CaseOffice) -> None:
    first = case_office.registered()
    case_office.passes(days=7)
    case_office.registered()
    case_office.step(ZHAO, first, "void", "重复登记")
    case_office.step(CHEN, first, "void", "属实")
    weeks = case_office.does(ZHAO, trends)["weeks"][-2:]
    assert [(w["first"], w["opened"], w["rested"], w["left"]) for w in weeks] == [
        ("2026-03-02", 1, 0, 1), ("2026-03-09", 1, 1, 1),
    ]  # fmt: skip
    stays = {s["state"]: s for s in case_office.does(ZHAO, trends)["stays"]}
    assert stays["registered"]["ended"] == 1
    assert stays["registered"]["ended_median_seconds"] == timedelta(days=7).total_seconds()


def test_a_case_with_a_request_that_waits_is_in_the_view_of_what_is_to_be_decided(
    case_office: CaseOffice,
) -> None:
    code, _other = case_office.started(), case_office.started()
    before = case_office.at
    case_office.passes(hours=1)
    case_office.step(ZHANG, code, "request-extension", "等待验收", due="2026-06-01")
    found = case_office.does(ZHAO, list_cases, CaseQuery(pending=True))["items"]
    assert [item["code"] for item in found] == [code]
    then = CaseQuery(pending=True, as_of=before)
    assert case_office.does(ZHAO, count_cases, then) == 0


def test_limits_of_this_month_and_sources_narrow(case_office: CaseOffice) -> None:
    code = case_office.acknowledged(due="2026-04-20")
    assert case_office.does(ZHAO, count_cases, CaseQuery(until=date(2026, 3, 3))) == 0
    found = case_office.does(ZHAO, list_cases, CaseQuery(until=date(2026, 3, 31)))["items"]
    assert [item["code"] for item in found] == [code]
    assert case_office.does(ZHAO, count_cases, CaseQuery(origin="district")) == 1
    assert case_office.does(ZHAO, count_cases, CaseQuery(origin="public")) == 0


WRONG = (
    "view=nope", "due=never", "late=9", "late=x", "late=²", "opened=2026-02-30", "rested=x",
    "as_of=tomorrow", "as_of=9999-12-31", "opened=9999-12-31", "origin=mars", "state=nope",
    "unit=无此", "leader=nobody", "issue=ZD-1", "sort=size", "cursor=zz", "q=" + "长" * 101,
    "as_of=2026-01-01&view=soon", "as_of=2026-01-01&late=1", "unit=%00", "q=%00&leader=%ff",
)  # fmt: skip


def test_a_wrong_filter_is_told(case_office: CaseOffice) -> None:
    for address in WRONG:
        with pytest.raises(InvalidError) as refusal:
            counted(case_office, ZHAO, address)
        assert refusal.value.faults, address
