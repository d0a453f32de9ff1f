"""Steps over HTTP: every refusal in its order, and a refusal changes nothing."""

from typing import Any

from tests.people import CHEN, LI, SHEN, SUN, WEI, ZHANG, ZHAO, ZHENG, Person
from tests.web.api.api_office import Api
from tests.web.api.story import ASSIGNMENT, assigned, planned, registered, started

ODD = (
    "to_closed", "may_close", "is_closed", "__class__", "trigger", "close()", "accept", "CLOSE",
    "close ", "", "delete", "to_registered", "__init__", "may_assign", "add_model", "关闭",
    "accept-petition", "register", "start\n", "'; drop table case; --",
)  # fmt: skip


def refused(
    api: Api,
    person: Person,
    code: str,
    status: int,
    problem: str,
    **body: Any,  # noqa: ANN401  # as JSON has it
) -> dict[str, Any]:
    """Ask for a step that is refused and changes nothing; give the problem."""
    before = api.told()
    answer = api.ask(person, "POST", f"/cases/{code}/steps", json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert (found["code"], found["status"]) == (problem, status)
    assert api.told() == before
    return found


def test_what_is_wrong_in_many_ways_is_refused_in_the_settled_order(api: Api) -> None:
    """One order wrong in every way is put right fault by fault, each next refusal showing up."""
    code = planned(api)
    now = api.version(code)
    every: dict[str, Any] = {"trigger": "hand-over", "version": now - 1, "data": {"to": 5}}
    refused(api, ZHENG, code, 404, "not-found", **every)
    refused(api, SUN, code, 409, "stale", **every)
    refused(api, SUN, code, 409, "stale", **every | {"trigger": "to_closed"})
    refused(api, SUN, code, 409, "not-from-here", **every | {"trigger": "close", "version": now})
    refused(api, SUN, code, 403, "forbidden", **every | {"version": now})
    found = refused(api, ZHANG, code, 422, "invalid", **every | {"version": now})
    assert {fault["field"] for fault in found["errors"]} == {"data.to", "reason"}
    extension = {"trigger": "request-extension", "version": now, "reason": "工期顺延"}
    found = refused(api, ZHANG, code, 422, "unmet", **extension, data={"due": "2026-12-31"})
    assert [need["need"] for need in found["unmet"]] == ["extension-within-cap"]
    api.step(ZHANG, code, "request-extension", reason="工期顺延", data={"due": "2026-05-10"})


def test_a_case_out_of_sight_is_unknown_whatever_is_sent(api: Api) -> None:
    code = planned(api)
    bodies: list[Any] = [{}, [], {"trigger": 1}, {"trigger": "start", "version": 1, "colour": 1}]
    for body in bodies:
        there = api.ask(ZHENG, "POST", f"/cases/{code}/steps", json=body)
        nowhere = api.ask(ZHENG, "POST", "/cases/DB-2026-9999/steps", json=body)
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(code, "") == nowhere.text.replace("DB-2026-9999", "")
    broken = {"content": b"{", "headers": {"content-type": "application/json"}}
    assert api.ask(ZHENG, "POST", f"/cases/{code}/steps", **broken).status_code == 404
    assert api.ask(SUN, "POST", f"/cases/{code}/steps", **broken).status_code == 422


def test_no_odd_name_is_a_trigger(api: Api) -> None:
    code = started(api)
    now = api.version(code)
    for trigger in ODD:
        for person in (ZHANG, CHEN):
            refused(api, person, code, 409, "not-from-here", trigger=trigger, version=now)


def test_every_unmet_need_is_named_with_who_can_meet_it(api: Api) -> None:
    code = assigned(api)
    found = refused(api, ZHANG, code, 422, "unmet", trigger="start", version=api.version(code))
    assert [need["need"] for need in found["unmet"]] == [
        "acknowledged", "liaison-named", "officer-of-every-unit", "plan-adopted",
        "measures-complete",
    ]  # fmt: skip
    assert all(need["message"] and need["who"] for need in found["unmet"])
    chinese = api.ask(
        ZHANG, "POST", f"/cases/{code}/steps",
        json={"trigger": "start", "version": api.version(code)}, headers={"Accept-Language": "zh"},
    ).json()  # fmt: skip
    assert chinese["unmet"][0]["message"] == "责任领导尚未签收"


def test_every_wrong_field_of_the_data_is_named(api: Api) -> None:
    code = registered(api)
    data = {"lead_leader": SUN.login, "lead_unit": "月球办", "due": "2020-01-01", "colour": "red"}
    found = refused(api, ZHAO, code, 422, "invalid", trigger="assign", version=1, data=data)
    assert {fault["field"] for fault in found["errors"]} == {
        "data.lead_leader", "data.lead_unit", "data.colour",
    } | ({"data.due"} & {fault["field"] for fault in found["errors"]})  # fmt: skip
    missing = refused(api, ZHAO, code, 422, "invalid", trigger="assign", version=1)
    assert {fault["field"] for fault in missing["errors"]} == {
        "data.lead_leader", "data.lead_unit", "data.due",
    }  # fmt: skip


def test_a_date_in_the_past_is_refused(api: Api) -> None:
    code = registered(api)
    data = ASSIGNMENT | {"due": "2026-03-02"}
    found = refused(api, ZHAO, code, 422, "invalid", trigger="assign", version=1, data=data)
    assert [fault["field"] for fault in found["errors"]] == ["data.due"]


def test_a_step_is_of_whoever_it_belongs_to(api: Api) -> None:
    code = assigned(api)
    for person in (ZHAO, LI, SUN, CHEN, WEI):
        refused(
            api, person, code, 403, "forbidden", trigger="acknowledge", version=api.version(code)
        )
    refused(api, SHEN, code, 404, "not-found", trigger="acknowledge", version=api.version(code))


def test_a_token_that_may_only_read_takes_no_step(api: Api) -> None:
    code = assigned(api)
    body = {"trigger": "acknowledge", "version": api.version(code)}
    reading = {"Authorization": f"Bearer {api.token(ZHANG, 'read')}"}
    assert api.ask(None, "GET", f"/cases/{code}", headers=reading).status_code == 200
    answer = api.ask(None, "POST", f"/cases/{code}/steps", json=body, headers=reading)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    api.step(ZHANG, code, "acknowledge")
