"""Who asks: a token and nothing else, with the rights that its owner has at this instant."""

from typing import Any

import pytest

from engine.domain.access import OPERATOR
from engine.service.accounts import change_roles, disable_account
from engine.service.tokens import revoke_token
from tests.people import CHEN, HAN, JIANG, LABOUR, SHEN, SUN, TOWN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.web.api.api_office import Api
from tests.web.api.story import opened_issue, registered


def test_the_caller_is_told_who_it_is(api: Api) -> None:
    told = api.get(ZHANG, "/me")
    assert {name: told[name] for name in ("login", "name", "post", "unit", "roles")} == {
        "login": "zhangsan", "name": "张三", "post": "副镇长", "unit": TOWN.name,
        "roles": ["leader"],
    }  # fmt: skip
    assert LABOUR.name in told["units"]


def test_no_credentials_or_bad_ones_are_401(api: Api) -> None:
    good = api.tokens[ZHAO.login]
    bad = (
        "", "Bearer", "Bearer ", "Bearer x", "Bearer duban_x", f"Bearer {good}x", f"Basic {good}",
        good, f"Token {good}", "Bearer " + "é" * 9, "Bearer " + "x" * 9000,
    )  # fmt: skip
    for header in bad:
        answer = api.ask(None, "GET", "/me", headers={"Authorization": header.encode()})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), header
        assert answer.headers["www-authenticate"] == "Bearer"
    assert api.ask(None, "GET", "/me").status_code == 401
    assert api.ask(None, "POST", "/issues", content=b"{").status_code == 401


def test_a_session_opens_no_door_of_the_api(api: Api) -> None:
    cookie = {"Cookie": "duban=whatever"}
    assert api.ask(None, "GET", "/me", headers=cookie).status_code == 401
    answer = api.ask(ZHAO, "GET", "/me", headers=cookie)
    assert answer.status_code == 401


def test_a_token_of_a_feed_opens_nothing_else(api: Api) -> None:
    header = {"Authorization": f"Bearer {api.token(ZHANG, 'feed')}"}
    assert api.ask(None, "GET", "/me", headers=header).status_code == 401


def test_rights_end_at_the_next_request(api: Api) -> None:
    with api.application.writing("cli", "en") as desk:
        change_roles(desk, OPERATOR, ZHAO.login, add=["auditor"], remove=["office"])
        disable_account(desk, OPERATOR, WU.login)
        revoke_token(desk, OPERATOR, 1)
    body = {"title": "某小区停工", "origin": "district"}
    assert api.ask(ZHAO, "POST", "/issues", json=body).status_code == 403
    assert api.ask(WU, "GET", "/me").status_code == 401
    assert api.ask(SHEN, "GET", "/me").status_code == 401


@pytest.mark.parametrize("person", [ZHANG, SUN, CHEN, SHEN, HAN])
def test_only_office_and_duty_open_issues(api: Api, person: Person) -> None:
    before = api.told()
    for body in ({"title": "某小区停工", "origin": "district"}, {}, {"colour": 1}):
        answer = api.ask(person, "POST", "/issues", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert api.told() == before


def test_what_is_out_of_sight_is_404_everywhere(api: Api) -> None:
    code, issue = registered(api), opened_issue(api)
    calls = [
        ("GET", f"/cases/{code}"), ("GET", f"/cases/{code}/history"),
        ("GET", f"/cases/{code}/files/1"), ("POST", f"/cases/{code}/notes"),
        ("POST", f"/cases/{code}/claims"), ("PATCH", f"/cases/{code}/claims/1"),
        ("POST", f"/cases/{code}/replies"), ("PUT", f"/cases/{code}/task-force"),
        ("PUT", f"/cases/{code}/plan"), ("POST", f"/cases/{code}/plan/adopt"),
        ("POST", f"/cases/{code}/measures/1/progress"), ("POST", f"/cases/{code}/files"),
        ("GET", f"/cases/{code}/history?limit=0"), ("GET", f"/cases/{code}/files/x"),
        ("GET", f"/issues/{issue}"),
    ]  # fmt: skip
    for method, path in calls:
        body: dict[str, Any] = {} if method == "GET" else {"json": {}}
        other = path.replace("-0001", "-0999").replace("002", "999")
        there = api.ask(ZHENG, method, path, **body)
        nowhere = api.ask(ZHENG, method, other, **body)
        assert (there.status_code, nowhere.status_code) == (404, 404), path
        assert there.json()["code"] == nowhere.json()["code"] == "not-found"
    assert api.get(ZHENG, "/cases")["total"] == api.get(ZHENG, "/issues")["total"] == 0


def test_the_duty_officer_sees_a_summary_and_what_it_registered(api: Api) -> None:
    code = registered(api)
    body = {"title": "夜间突发停水", "origin": "public"}
    own = api.post(JIANG, "/issues", body)["code"]
    mine = api.post(JIANG, f"/issues/{own}/cases", {"title": "尽快恢复供水"})["code"]
    assert "steps" in api.get(JIANG, f"/cases/{mine}")
    assert set(api.get(JIANG, f"/cases/{code}")) == {"code", "title", "state", "lead_unit", "due"}
    listed = {item["code"]: item for item in api.get(JIANG, "/cases")["items"]}
    assert "version" in listed[mine]
    assert "version" not in listed[code]


def test_messages_are_in_the_language_that_is_asked_for(api: Api) -> None:
    for language, words in (("zh", "请先登录"), ("en", "Sign in"), ("zh-CN,en;q=0.1", "请先登录"),
                            ("fr, en;q=0.5", "Sign in"), ("fr", "请先登录")):  # fmt: skip
        answer = api.ask(None, "GET", "/me", headers={"Accept-Language": language})
        assert answer.json()["detail"].startswith(words), language
