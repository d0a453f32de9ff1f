"""Calendar, workflows and deputies over HTTP."""

from tests.people import CHEN, HAN, LI, SHEN, SUN, WEI, ZHANG, ZHAO
from tests.web.api.api_office import Api
from tests.web.api.story import assigned

DEPUTY = {
    "principal": ZHANG.login, "deputy": SUN.login, "from": "2026-03-03", "to": "2026-03-09",
    "reason": "出差",
}  # fmt: skip


def test_a_due_date_comes_with_its_reason_in_both_languages(api: Api) -> None:
    path = "/calendar/due?from=2024-09-27&days=5"
    told = api.get(HAN, path)
    assert (told["due"], told["provisional"]) == ("2024-10-10", False)
    assert told["derivation"].startswith("5 working days after Fri 2024-09-27")
    chinese = api.get(HAN, path, headers={"Accept-Language": "zh"})
    assert chinese["derivation"] != told["derivation"]
    assert api.get(HAN, f"{path}&unit=natural-day")["due"] == "2024-10-02"


def test_a_year_is_shown_with_its_source(api: Api) -> None:
    year = api.get(SHEN, "/calendar/2026")
    assert year["papers"]
    assert not year["provisional"]
    assert {"date": "2026-01-01", "name": "元旦", "isOffDay": True} in year["days"]
    assert api.get(SHEN, "/calendar/2030")["provisional"]
    for wrong, status in (("1800", 422), ("x", 404), ("2026.0", 404), ("02026", 404)):
        assert api.ask(SHEN, "GET", f"/calendar/{wrong}").status_code == status


def test_a_workflow_is_shown_with_its_steps(api: Api) -> None:
    names = [flow["name"] for flow in api.get(ZHANG, "/workflows")["items"]]
    assert names == ["key-issue", "petition"]
    flow = api.get(ZHANG, "/workflows/key-issue")
    assert [state["name"] for state in flow["states"]] == [
        "registered", "assigned", "in-resolution", "stabilized", "closed",
    ]  # fmt: skip
    assert api.ask(ZHANG, "GET", "/workflows/nothing").status_code == 404


def test_a_deputy_acts_for_the_leader_and_the_event_names_both(api: Api) -> None:
    code = assigned(api)
    order = DEPUTY | {"deputy": LI.login}
    made = api.post(ZHANG, "/deputies", order)
    assert api.get(LI, "/me")["stands_in_for"] == [ZHANG.login]
    api.step(LI, code, "acknowledge")
    told = api.get(CHEN, f"/cases/{code}/history")["items"][-1]
    assert (told["actor"]["login"], told["on_behalf_of"]["login"]) == (LI.login, ZHANG.login)
    assert api.ask(ZHANG, "DELETE", f"/deputies/{made['id']}").status_code == 204
    assert api.get(LI, "/me")["stands_in_for"] == []
    listed = api.get(HAN, "/deputies")
    assert [(d["id"], d["ended_at"] is None) for d in listed["items"]] == [(made["id"], False)]


def test_who_may_name_a_deputy_and_whom(api: Api) -> None:
    assert api.ask(CHEN, "POST", "/deputies", json=DEPUTY).status_code == 403
    assert api.ask(LI, "POST", "/deputies", json=DEPUTY).status_code == 403
    wrong = DEPUTY | {"to": "2026-03-01", "deputy": WEI.login}
    assert api.ask(ZHAO, "POST", "/deputies", json=wrong).status_code == 422
    api.post(ZHAO, "/deputies", DEPUTY)
    twice = api.ask(ZHAO, "POST", "/deputies", json=DEPUTY)
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    for wrong_id in ("7", "x", str(2**64), "-1"):
        assert api.ask(ZHAO, "DELETE", f"/deputies/{wrong_id}").status_code == 404
