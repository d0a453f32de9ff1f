"""Deputies on their page: named by the leader, by the office for a leader, and ended early."""

from engine.bootstrap import Application
from engine.service.principals import principal_of
from tests.people import CHEN, LI, SHEN, SUN, WANG, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser

DAYS = {"from": "2026-03-03", "to": "2026-03-09", "reason": "外出学习"}


def stands_in_for(office: Application, deputy: Person) -> int:
    """Count for how many somebody may act today."""
    with office.reading("web") as at:
        return len(principal_of(at, deputy.login).stands_in_for)


def named(browser: Browser, **given: str) -> int:
    """Name a deputy by the form; give the status of the answer."""
    return int(browser.submit("/deputies", {**DAYS, **given}).status_code)


def test_a_leader_names_a_deputy_and_ends_it_early(office: Application) -> None:
    browser = desk.enter(office, ZHANG)
    assert named(browser, deputy=LI.login) == 303
    assert stands_in_for(office, LI) == 1
    shown = desk.text_of(browser.get("/deputies?done=deputy").text)
    assert all(words in shown for words in ("代理人已指定", "李四", "外出学习", "代理中"))
    assert browser.submit("/deputies", {}, action="/deputies/1/end").status_code == 303
    assert stands_in_for(office, LI) == 0
    assert "已结束" in browser.get("/deputies").text
    assert not [f for f in browser.forms("/deputies") if f.action.endswith("/end")]


def test_a_leader_names_only_their_own(office: Application) -> None:
    browser = desk.enter(office, ZHANG)
    form = browser.form("/deputies")
    assert "principal" not in form.values
    sent = {**form.filled({**DAYS, "deputy": LI.login}), "principal": WANG.login}
    assert browser.post("/deputies", sent).status_code == 303
    with office.reading("web") as at:
        mine = principal_of(at, ZHANG.login).account_id
        assert principal_of(at, LI.login).stands_in_for == {mine}


def test_the_office_names_and_ends_for_a_leader(office: Application) -> None:
    browser = desk.enter(office, ZHAO)
    assert named(browser, principal=ZHANG.login, deputy=LI.login) == 303
    other = desk.enter(office, WANG)
    assert "/deputies/1/end" not in other.get("/deputies").text
    token = other.form("/deputies").values["_csrf"]
    assert other.post("/deputies/1/end", {"_csrf": token}).status_code == 403
    assert stands_in_for(office, LI) == 1
    assert browser.submit("/deputies", {}, action="/deputies/1/end").status_code == 303


def test_whoever_may_not_name_one_reads_and_sees_no_form(office: Application) -> None:
    for person in (SUN, CHEN):
        browser = desk.enter(office, person)
        answer = browser.get("/deputies")
        assert answer.status_code == 200
        assert 'action="/deputies"' not in answer.text
        token = browser.form("/account", "/preferences").values["_csrf"]
        sent = {"_csrf": token, **DAYS, "principal": ZHANG.login, "deputy": LI.login}
        assert browser.post("/deputies", sent).status_code == 403
    assert stands_in_for(office, LI) == 0


def test_what_does_not_fit_is_told_in_place_and_stays(office: Application) -> None:
    browser = desk.enter(office, SHEN)
    right = {"principal": ZHANG.login, "deputy": LI.login}
    for wrong in (
        {"to": "2026-03-01"}, {"to": "2026-02-30"}, {"from": ""}, {"reason": " "},
        {"deputy": ZHANG.login}, {"deputy": CHEN.login}, {"principal": SUN.login},
    ):  # fmt: skip
        answer = browser.submit("/deputies", {**DAYS, **right, **wrong})
        assert answer.status_code == 422, wrong
        assert "error-summary" in answer.text, wrong
    assert named(browser, **right) == 303
    assert named(browser, **right) == 409


def test_an_empty_form_is_told_all_that_it_lacks_and_offers_nobody_oneself(
    office: Application,
) -> None:
    browser = desk.enter(office, ZHANG)
    offered = browser.get("/deputies").text
    assert f'value="{LI.login}"' in offered
    assert f'value="{ZHANG.login}"' not in offered
    refused = browser.submit("/deputies", {"deputy": "", "from": "", "to": "", "reason": ""})
    assert refused.status_code == 422
    for name in ("deputy", "from", "to", "reason"):
        assert f'id="f-{name}-e"' in refused.text, name
