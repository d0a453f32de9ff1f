"""Every report over HTTP: to whom it tells what, page by page, as of when, and what it refuses."""

from typing import Any

import pytest

from engine.service.reports.catalogue import REPORTS
from tests.people import BUILDING, CHEN, LABOUR, LI, SHEN, TOWN, WANG, ZHANG, ZHAO, ZHENG
from tests.web.api.api_office import Api
from tests.web.api.story import ASSIGNMENT, opened_issue, registered
from tests.web.api.test_list_and_report import turned

LISTS = sorted(set(REPORTS) - {"workload"})


@pytest.fixture
def six(api: Api) -> list[str]:
    """Register six cases; four are assigned to two units, one of them is sent back."""
    issues = opened_issue(api), opened_issue(api)
    codes = [registered(api, issues[n % 2]) for n in range(6)]
    for n, code in enumerate(codes[:4]):
        unit = BUILDING.name if n % 2 else LABOUR.name
        data = ASSIGNMENT | {"lead_unit": unit, "supporting_units": [], "due": "2026-03-20"}
        api.step(ZHAO, code, "assign", data=data)
    api.step(ZHANG, codes[0], "decline", reason="不属于本单位职责范围")
    api.passes(days=30)
    return codes


def codes_of(items: list[Any]) -> set[str]:
    """Name the cases of items."""
    return {item["code"] for item in items}


def test_pages_are_one_list_and_a_reader_of_all_sees_all(api: Api, six: list[str]) -> None:
    for name in LISTS:
        whole = api.get(CHEN, f"/reports/{name}?by=unit&limit=200")
        assert turned(api, f"/reports/{name}?by=unit", 2) == whole["items"], name
        assert codes_of(whole["items"]) == ({six[0]} if name == "pingpong" else set(six)), name
        assert sum(group["count"] for group in whole["groups"]) == whole["total"], name


def test_a_report_tells_of_what_one_may_read_only(api: Api, six: list[str]) -> None:
    for name in REPORTS:
        assert api.get(ZHENG, f"/reports/{name}")["total"] == 0, name
        assert api.ask(SHEN, "GET", f"/reports/{name}").status_code == 403, name
    for name in LISTS:
        own = api.get(ZHANG, f"/reports/{name}?limit=200")["items"]
        assert codes_of(own) == ({six[0]} if name == "pingpong" else set(six[:4])), name
    assert api.get(ZHANG, "/reports/workload")["whole"]["opened"] == 4


def moves_of(item: Any) -> list[Any]:  # noqa: ANN401  # an item
    """Tell the moves of a case by kind and logins."""
    return [
        (move["kind"], move["from"]["login"], move["to"] and move["to"]["login"])
        for move in item["moves"]
    ]


def test_a_unit_stands_for_those_below_it(api: Api, six: list[str]) -> None:
    for name in ("overdue", "ledger", "responsibility"):
        for unit, codes in ((TOWN, six[1:4]), (BUILDING, [six[1], six[3]])):
            told = api.get(CHEN, f"/reports/{name}?limit=200", params={"unit": unit.name})
            assert codes_of(told["items"]) - {six[0]} == set(codes), (name, unit)


def test_work_is_counted_by_unit_unless_asked_otherwise(api: Api, six: list[str]) -> None:
    told = api.get(CHEN, "/reports/workload")
    found = {item["key"]: (item["opened"], item["closed"], item["open"]) for item in told["items"]}
    assert found == {None: (3, 0, 3), BUILDING.name: (2, 0, 2), LABOUR.name: (1, 0, 1)}
    nothing = {"median_seconds": None, "p90_seconds": None, "n": 0}
    assert told["whole"] == {
        "opened": len(six), "closed": 0, "open": len(six), "overdue": len(six),
        "cycle_time": nothing,
    }  # fmt: skip
    by_leader = api.get(CHEN, "/reports/workload?by=leader")["items"]
    assert {item["key"]: item["open"] for item in by_leader} == {ZHANG.login: 3, None: 3}


def test_days_are_charged_to_the_leader_or_to_nobody(api: Api, six: list[str]) -> None:
    items = api.get(CHEN, "/reports/responsibility?limit=200")["items"]
    late = {i["code"]: i["days"] for i in api.get(CHEN, "/reports/overdue?limit=200")["items"]}
    for code in six:
        own = [item for item in items if item["code"] == code]
        assert sum(item["days"]["calendar"] for item in own) == late[code]["calendar"] > 0
        assert sum(item["days"]["working"] for item in own) == late[code]["working"]
    charged = {item["code"] for item in items if item["leader"] and item["days"]["calendar"]}
    assert charged == set(six[1:4])


def test_who_passed_a_case_to_whom_and_when_is_told(api: Api, six: list[str]) -> None:
    (item,) = api.get(CHEN, "/reports/pingpong")["items"]
    assert (item["code"], item["declines"], item["handovers"]) == (six[0], 1, 0)
    assert moves_of(item) == [("decline", ZHANG.login, None)]
    again = ASSIGNMENT | {"lead_leader": LI.login, "due": "2026-03-20"}
    api.step(ZHAO, six[0], "assign", data=again)
    for person, trigger in ((WANG, "refuse-handover"), (ZHANG, "accept-handover")):
        data = {"to": person.login}
        api.step(LI, six[0], "hand-over", reason="岗位调整，移交办理", data=data)
        api.passes(days=1)
        api.step(person, six[0], trigger, reason="分工不在本人")
    (item,) = api.get(CHEN, "/reports/pingpong")["items"]
    assert (item["declines"], item["handovers"], item["refusals"]) == (1, 1, 1)
    assert moves_of(item) == [
        ("decline", ZHANG.login, LI.login), ("refusal", LI.login, WANG.login),
        ("handover", LI.login, ZHANG.login),
    ]  # fmt: skip
    before = {"as_of": "2026-03-03T14:59:59+08:00"}
    assert api.get(CHEN, "/reports/pingpong", params=before)["items"] == []


def test_a_bucket_lists_what_it_counts(api: Api, six: list[str]) -> None:
    told = api.get(CHEN, "/reports/ageing")
    assert [bucket["from"] for bucket in told["buckets"]] == [0, 4, 11, 21]
    for bucket in told["buckets"]:
        listed = api.get(CHEN, f"/reports/ageing?bucket={bucket['from']}")
        assert listed["total"] == len(listed["items"]) == bucket["count"]
    assert sum(bucket["count"] for bucket in told["buckets"]) == len(six)


def test_what_a_report_does_not_take_is_named(api: Api, six: list[str]) -> None:
    assert six
    for asked, field in (
        ("ageing?bucket=5", "bucket"), ("ledger?bucket=4", "bucket"), ("ledger?by=person", "by"),
        ("workload?stage=late", "stage"), ("pingpong?as_of=2026-03-32", "as_of"),
        ("responsibility?limit=0", "limit"), ("decomposition?cursor=x", "cursor"),
    ):  # fmt: skip
        answer = api.ask(CHEN, "GET", f"/reports/{asked}")
        assert answer.status_code == 422, asked
        assert [fault["field"] for fault in answer.json()["errors"]] == [field], asked
    cursor = api.get(CHEN, "/reports/workload?limit=1")["next"]
    other = api.ask(CHEN, "GET", f"/reports/workload?by=leader&cursor={cursor}")
    assert [fault["field"] for fault in other.json()["errors"]] == ["cursor"]
