"""An urging letter through its pages: drafted, issued, signed for, answered, judged."""

import io
import re
from typing import Any

import docx
import pytest

from tests.people import CHEN, HAN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.web import desk
from tests.web.desk import Browser, text_of
from tests.web.story import Story

CASE = "/cases/DB-2026-0001"
SAID = {"demands": "落实资金。三日内到账\n补齐专班", "answer_by": "2026-03-10", "basis": "会议纪要"}


def at(story: Story, person: Person) -> Browser:
    """Seat somebody at a browser."""
    return desk.enter(story.application, person)


def through(browser: Browser, path: str, given: dict[str, Any]) -> Any:  # noqa: ANN401  # httpx's answer
    """Fill in, check, done; give the last answer."""
    checked = browser.submit(path, given, f"{path}/confirm")
    assert checked.status_code == 200, text_of(checked.text)
    form = next(f for f in desk.forms_of(checked.text, path) if f.action == path)
    return browser.post(path, form.filled({"ok": "1"}))


def drafted(story: Story) -> tuple[Browser, str]:
    """Draft a letter by hand; give supervision's browser and the letter's page."""
    browser = at(story, CHEN)
    done = through(browser, f"{CASE}/letters/new", SAID)
    place, _, said = done.headers["location"].partition("?")
    assert (done.status_code, said) == (303, "done=letter-draft")
    return browser, place


def test_a_letter_goes_its_whole_way_through_pages(story: Story) -> None:
    chen, letter = drafted(story)
    assert at(story, ZHANG).get(letter).status_code == 404
    assert through(chen, f"{letter}/do/revise", {"demands": "落实资金"}).status_code == 303
    assert through(chen, f"{letter}/do/issue", {}).status_code == 303
    wu = at(story, WU)
    assert "〔2026〕第1号" in wu.get(CASE).text
    assert through(wu, f"{letter}/do/sign", {}).status_code == 303
    assert through(wu, f"{letter}/do/answer", {"text": "资金已到账"}).status_code == 303
    returned = {"verdict": "returned", "text": "缺凭证"}
    assert through(chen, f"{letter}/do/judge", returned).status_code == 303
    assert through(at(story, ZHANG), f"{letter}/do/answer", {"text": "凭证附后"}).status_code == 303
    accepted = {"verdict": "accepted", "text": "属实"}
    assert through(chen, f"{letter}/do/judge", accepted).status_code == 303
    words = text_of(chen.get(letter).text)
    for told in ("〔2026〕第1号", "吴十", "凭证附后", "属实", "回复已认可"):
        assert told in words


def test_the_sheet_says_who_must_do_what_by_when(story: Story) -> None:
    chen, letter = drafted(story)
    through(chen, f"{letter}/do/issue", {})
    words = text_of(at(story, WU).get(letter).text)
    assert "丙劳动所：" in words
    assert "轮到您" in words
    assert "签收后才能回复" in words
    assert "最迟3月4日（周三）" in words
    assert "2026年3月10日前书面回复" in words
    assert "回复认可前，这个事项不能报稳定" in words


@pytest.mark.parametrize(("given", "field"), [
    ({"demands": ""}, "demands"), ({"answer_by": ""}, "answer_by"),
    ({"answer_by": "2026-03-03"}, "answer_by"), ({"answer_by": "x"}, "answer_by"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(
    story: Story, given: dict[str, str], field: str
) -> None:
    answer = at(story, CHEN).submit(
        f"{CASE}/letters/new", SAID | given, f"{CASE}/letters/new/confirm"
    )
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    kept = next(f for f in desk.forms_of(answer.text, "") if f.action.endswith("confirm"))
    assert kept.values["basis"] == ["会议纪要"]


def test_a_form_of_before_is_refused_and_shown_again(story: Story) -> None:
    chen, letter = drafted(story)
    path = f"{letter}/do/revise"
    form = chen.form(path, f"{path}/confirm").filled({"demands": "旧的"})
    through(chen, path, {"demands": "新的"})
    for place in (path, f"{path}/confirm"):
        answer = chen.post(place, form)
        assert answer.status_code == 409
        assert "旧的" in answer.text
    assert "新的" in chen.get(letter).text


def test_a_letter_sent_twice_is_issued_once(story: Story) -> None:
    chen, letter = drafted(story)
    path = f"{letter}/do/issue"
    checked = chen.submit(path, {}, f"{path}/confirm")
    form = next(f for f in desk.forms_of(checked.text, path) if f.action == path)
    assert chen.post(path, form.filled({"ok": "1"})).status_code == 303
    assert chen.post(path, form.filled({"ok": "1"})).status_code == 409
    assert "〔2026〕第1号" in chen.get(letter).text


def test_the_check_keeps_nothing(story: Story) -> None:
    chen, letter = drafted(story)
    shown = chen.submit(f"{letter}/do/issue", {}, f"{letter}/do/issue/confirm").text
    assert "〔2026〕第1号" in shown
    assert "签收督办函" in shown
    assert "〔2026〕第1号" not in chen.get(letter).text


@pytest.mark.parametrize("person", [ZHAO, ZHANG, HAN])
def test_only_supervision_drafts(story: Story, person: Person) -> None:
    browser = at(story, person)
    assert browser.get(f"{CASE}/letters/new").status_code == 403
    assert "/letters/new" not in browser.get(CASE).text


def test_whoever_does_not_see_the_case_does_not_see_its_letter(story: Story) -> None:
    chen, letter = drafted(story)
    through(chen, f"{letter}/do/issue", {})
    stranger = at(story, ZHENG)
    for path in (letter, f"{letter}/do/sign"):
        assert stranger.get(path).status_code == 404
    assert chen.get("/letters/DB-2026-0001-9").status_code == 404
    assert chen.get("/letters/none").status_code == 404


def test_a_closed_door_says_why(story: Story) -> None:
    chen, letter = drafted(story)
    assert "还是草稿" in text_of(chen.get(f"{letter}/do/judge").text)
    through(chen, f"{letter}/do/issue", {})
    answer = at(story, WU).get(f"{letter}/do/answer")
    assert answer.status_code == 409
    assert "尚未签收" in answer.text
    assert at(story, ZHAO).get(f"{letter}/do/sign").status_code == 403


def test_the_letter_reads_the_same_later_and_in_english(story: Story, home: Any) -> None:  # noqa: ANN401  # a path
    chen, letter = drafted(story)
    through(chen, f"{letter}/do/issue", {})
    wu = at(story, WU)
    before = sheet(wu.get(letter).text)
    desk.set_clock(home, desk.START.replace(month=4, day=8))
    assert sheet(wu.get(letter).text) == before
    assert "一、落实资金。" in before
    english = sheet(wu.get(letter, headers={"Accept-Language": "en"}).text)
    assert "Answer in writing by 10 March 2026" in english


def sheet(html: str) -> str:
    """Give the words of the sheet."""
    found = re.search(r'<article class="sheet letter".*?</article>', html, re.DOTALL)
    assert found
    return text_of(found[0])


def test_a_letter_waits_on_the_page_of_ones_own_matters(story: Story) -> None:
    chen, letter = drafted(story)
    assert "1份督办函草稿待发出" in chen.get("/my").text
    through(chen, f"{letter}/do/issue", {})
    assert "督办函草稿待发出" not in chen.get("/my").text
    link = f'href="{letter}"'
    for person, waits in ((WU, True), (ZHANG, True), (ZHENG, False), (ZHAO, False)):
        assert (link in at(story, person).get("/my").text) is waits, person
    assert link in at(story, WU).get(f"{CASE}").text.partition('id="people"')[0]
    through(at(story, WU), f"{letter}/do/sign", {})
    through(at(story, WU), f"{letter}/do/answer", {"text": "已到账"})
    assert link not in at(story, WU).get("/my").text
    assert "1份督办函回复待审核" in chen.get("/my").text


def test_a_letter_is_handed_out_in_letter_form(story: Story) -> None:
    chen, letter = drafted(story)
    answer = chen.get(f"{letter}.docx")
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert "attachment" in answer.headers["content-disposition"]
    lines = [p.text for p in docx.Document(io.BytesIO(answer.content)).paragraphs]
    assert lines[0] == "甲镇督查组"
    assert at(story, ZHENG).get(f"{letter}.docx").status_code == 404


def test_a_case_that_nobody_leads_says_so_before_anything_is_filled_in(story: Story) -> None:
    chen = at(story, CHEN)
    registered = story.begin("另一问题", "另一任务")
    code = registered.code
    shown = chen.get(f"/cases/{code}/letters/new")
    assert shown.status_code == 200
    assert "请催办" in text_of(shown.text)
    assert "/letters/new/confirm" not in shown.text
    assert f'href="/cases/{code}/nudge"' in shown.text
    assert "/letters/new/confirm" in chen.get(f"{CASE}/letters/new").text
