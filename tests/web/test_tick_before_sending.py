"""What is done for good is done only where somebody says that they checked it; the server asks."""

from typing import Any

import pytest

from tests.people import CHEN, PASSWORD, SHEN, WU, ZHANG, ZHAO
from tests.web import desk
from tests.web.desk import Browser, Form
from tests.web.story import Story
from tests.web.test_pass_the_door import events

SAID = {"demands": "落实资金来源", "answer_by": "2026-03-10"}


def checked(browser: Browser, path: str, given: dict[str, Any]) -> Form:
    """Fill in and go to the check page; give the form that does it."""
    shown = browser.submit(path, given, f"{path}/confirm")
    assert shown.status_code == 200, desk.text_of(shown.text)
    return next(form for form in desk.forms_of(shown.text, path) if form.action == path)


def unticked(browser: Browser, form: Form, said: str) -> None:
    """Send a check page without its tick; it comes back with what was typed and why."""
    for sent in ({}, {"ok": ""}):
        answer = browser.post(form.action, {**form.values, **sent})
        assert answer.status_code == 422
        assert "我已核对以上内容属实：请先勾选。没有提交，填写的内容都在。" in answer.text
        assert '<a href="#f-ok">' in answer.text
        assert said in answer.text
        back = next(f for f in desk.forms_of(answer.text, "") if f.action == form.action)
        kept = {name: v for name, v in form.values.items() if name not in {"_csrf", "ok"}}
        assert {name: back.values[name] for name in kept} == kept


def test_a_step_is_not_taken_without_the_tick(story: Story) -> None:
    zhang = desk.enter(story.application, ZHANG)
    path = f"/cases/{story.code}/do/request-extension"
    form = checked(zhang, path, {"due": "2026-04-20", "reason": "资金月底到账"})
    before = events(story)
    unticked(zhang, form, "资金月底到账")
    assert events(story) == before
    assert zhang.post(path, form.filled({"ok": "1"})).status_code == 303
    assert events(story) > before


def test_a_letter_is_not_drafted_issued_or_signed_without_the_tick(story: Story) -> None:
    chen, wu = desk.enter(story.application, CHEN), desk.enter(story.application, WU)
    draft = checked(chen, f"/cases/{story.code}/letters/new", SAID)
    before = events(story)
    unticked(chen, draft, SAID["demands"])
    assert events(story) == before
    letter = chen.post(draft.action, draft.filled({"ok": "1"})).headers["location"].split("?")[0]
    for browser, act in ((chen, "issue"), (wu, "sign")):
        form = checked(browser, f"{letter}/do/{act}", {})
        before = events(story)
        unticked(browser, form, story.code)
        assert events(story) == before
        assert browser.post(form.action, form.filled({"ok": "1"})).status_code == 303


def test_a_proof_holds_though_the_tick_was_forgotten(story: Story) -> None:
    """The password was right, so the session has a new secret: the refusal hands it over."""
    told = Story(story.application).begin("另一件", "另一项")
    told.step(ZHAO, "void", "重复登记，与另一件相同")
    chen = desk.enter(told.application, CHEN)
    desk.age(told.application, CHEN)
    path = f"/cases/{told.code}/do/void"
    form = checked(chen, path, {"reason": "情况属实，同意"})
    former = chen.client.cookies["duban"]
    answer = chen.post(path, form.filled({"again": PASSWORD}))
    assert answer.status_code == 422
    assert chen.client.cookies["duban"] != former
    back = next(f for f in desk.forms_of(answer.text, "") if f.action == path)
    assert "again" not in back.values
    assert told.case()["state"] == "registered"
    assert chen.post(path, back.filled({"ok": "1"})).status_code == 303
    assert told.case()["state"] == "closed"


@pytest.mark.parametrize("sent", [{"name": ""}, {"email": "no address at all"}], ids=str)
def test_who_proves_themselves_and_is_then_refused_stays_signed_in(
    story: Story, sent: dict[str, str]
) -> None:
    shen = desk.enter(story.application, SHEN)
    desk.age(story.application, SHEN)
    path = f"/accounts/{WU.login}"
    form = shen.form(path)
    answer = shen.post(path, {**form.values, **sent, "again": PASSWORD})
    assert answer.status_code == 422
    assert "session-of" not in shen.client.cookies["duban"]
    assert shen.get(path).status_code == 200
