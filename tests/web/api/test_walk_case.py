"""One case from registration to closure through the API alone, with everybody who has a part."""

from pathlib import Path

import pytest

from engine.bootstrap import log_signer
from engine.service import verify
from tests.people import CHEN, HAN, JIANG, LI, SHEN, SUN, WEI, WU, ZHANG, ZHAO, ZHENG
from tests.web.api.api_office import Api
from tests.web.api.story import closed, started, walk

TABLES = Path(__file__).parents[2] / "data" / "decomposition"


def test_a_case_is_walked_to_closed_and_everything_about_it_is_proved(api: Api) -> None:
    code = closed(api)
    case = api.get(ZHANG, f"/cases/{code}")
    assert (case["state"], case["outcome"]) == ("closed", "resolved")
    assert case["overdue"] is False
    assert case["lead_leader"] is None or case["lead_leader"]["login"] == ZHANG.login
    told = api.get(CHEN, f"/cases/{code}/history")["items"]
    steps = [event["trigger"] for event in told if "trigger" in event]
    assert steps == [
        "register", "assign", "acknowledge", "start", "stabilize", "propose-closure", "close",
    ]  # fmt: skip
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert told[0]["prev"] is None
    assert [e["prev"] for e in told[1:]] == [e["hash"] for e in told[:-1]]
    actors = {event["actor"]["login"] for event in told}
    assert actors == {ZHAO.login, ZHANG.login, SUN.login, CHEN.login}


@pytest.mark.parametrize("ending", ["docx", "xlsx", "csv", "gb18030.csv"])
def test_a_task_of_an_imported_table_is_walked_to_closed(api: Api, ending: str) -> None:
    content = (TABLES / f"decomposition.{ending}").read_bytes()
    files = {"file": (f"分解表.{ending}", content)}
    shown = api.ask(ZHAO, "POST", "/imports", files=files, data={"create_missing": "true"}).json()
    assert (shown["new"], shown["new_issues"], shown["wrong"]) == (2, 1, 0)
    made = api.post(ZHAO, f"/imports/{shown['id']}/confirm", {"sha256": shown["sha256"]}, 200)
    one, other = made["codes"]
    planned = api.get(ZHAO, f"/cases/{one}")["planned"]
    assert planned["lead_leader"]
    assert planned["lead_unit"]
    assert planned["measures_text"]
    walk(api, one)
    assert api.get(CHEN, f"/cases/{one}")["state"] == "closed"
    assert api.get(CHEN, f"/cases/{other}")["state"] == "registered"


def test_the_log_of_a_walked_case_is_intact(api: Api) -> None:
    closed(api)
    note = api.ask(HAN, "GET", "/audit/checkpoint").text
    verifier = log_signer(api.application.settings).verifier()
    found = verify.verify(api.application.database, [verifier], [note], "en")
    assert found["findings"] == []
    assert found["unprovable_after"] == found["size"] == api.told()


def test_everybody_sees_of_a_case_what_is_theirs(api: Api) -> None:
    code = started(api)
    for person in (ZHAO, ZHANG, SUN, WU, CHEN, WEI, HAN):
        assert api.get(person, f"/cases/{code}")["state"] == "in-resolution"
    assert set(api.get(JIANG, f"/cases/{code}")) == {"code", "title", "state", "lead_unit", "due"}
    for person in (SHEN, ZHENG):
        assert api.ask(person, "GET", f"/cases/{code}").status_code in {403, 404}
    assert api.get(LI, f"/cases/{code}")["code"] == code


def test_the_steps_are_the_callers_own(api: Api) -> None:
    code = started(api)
    for person, trigger in ((ZHANG, "stabilize"), (ZHAO, "hand-over")):
        steps = {step["trigger"]: step for step in api.get(person, f"/cases/{code}")["steps"]}
        assert steps[trigger]["mine"]
    steps = {step["trigger"]: step for step in api.get(ZHANG, f"/cases/{code}")["steps"]}
    unmet = steps["stabilize"]["unmet"]
    assert not steps["stabilize"]["allowed"]
    assert len({need["need"] for need in unmet}) == len(unmet) > 0
    assert all(need["who"] and need["message"] for need in unmet)
