"""Many cases at once through the pages: each with its own right, its own fate, and done once."""

import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from engine.bootstrap import Application
from engine.service import cases
from engine.service.cases import NewCase
from tests.people import CHEN, JIANG, JUSTICE, LABOUR, LI, QIAN, SUN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.web import desk
from tests.web.desk import Browser, Form
from tests.web.story import Story

ASSIGN, NUDGE, URGE = (f"/cases/bulk/{act}" for act in ("assign", "nudge", "urge"))
GIVEN = {"lead_leader": LI.login, "lead_unit": JUSTICE.name, "due": "2026-05-20"}


class Bulk:
    """An office with a started case and three registered ones, and somebody at a browser."""

    def __init__(self, application: Application, person: Person) -> None:
        self.story = Story(application)
        self.at: Browser = desk.enter(application, person)
        self.new = [self.register(f"任务{n}") for n in (1, 2, 3)]
        self.started = self.story.code

    def register(self, title: str, **planned: str) -> str:
        """Register a case."""
        order = NewCase(title, **planned)  # type: ignore[arg-type]
        return str(self.story.do(ZHAO, cases.register_case, self.story.issue, order)["code"])

    def state(self, code: str) -> tuple[str, int]:
        """Give a case's state, and how many events it has."""
        shown = self.story.do(CHEN, cases.show_case, code)
        return shown["state"], len(self.story.do(CHEN, cases.history, code))

    def check(self, act: str, codes: Sequence[str], given: dict[str, str]) -> str:
        """Tick, fill in and go on to the check; give its page."""
        address = f"{act}?" + "&".join(f"id={code}" for code in codes)
        answer = self.at.submit(address, given, f"{act}/confirm")
        assert answer.status_code == 200, desk.text_of(answer.text)
        return str(answer.text)

    def last(self, page: str, act: str) -> Form:
        """Give the form of the check."""
        return next(form for form in desk.forms_of(page, act) if form.action == act)

    def done(self, form: Form) -> str:
        """Send the check; give the words of what became of it."""
        answer = self.at.post(form.action, form.values)
        assert answer.status_code == 303, desk.text_of(answer.text)
        return desk.text_of(self.at.get(answer.headers["location"]).text)


@pytest.fixture
def office(story: Story) -> Bulk:
    """Give the office with the clerk at a browser."""
    return Bulk(story.application, ZHAO)


def test_registered_cases_are_assigned_and_the_refused_one_says_why(office: Bulk) -> None:
    chosen = [office.new[0], office.started, office.new[1], "DB-2026-0999"]
    page = office.check(ASSIGN, chosen, GIVEN)
    words = desk.text_of(page)
    assert "可以办理2件" in words
    assert "不能办理2件" in words
    assert [office.state(code)[0] for code in office.new] == ["registered"] * 3
    words = office.done(office.last(page, ASSIGN))
    assert "已办理2件" in words
    assert f"交办{LI.name}，牵头单位{JUSTICE.name}，承诺时限2026年5月20日" in words
    assert "“化解中”状态下没有“交办”这一步。现在的步骤有：报稳定、" in words
    assert "没有编号为“DB-2026-0999”的督办事项" in words
    assert [office.state(code)[0] for code in office.new] == ["assigned", "assigned", "registered"]


def test_sent_twice_it_is_done_once_and_told_the_same(office: Bulk) -> None:
    form = office.last(office.check(ASSIGN, office.new, GIVEN), ASSIGN)
    first = office.done(form)
    stood = [office.state(code) for code in office.new]
    assert office.done(form) == first
    assert [office.state(code) for code in office.new] == stood


def test_a_ticket_is_good_for_its_own_order_alone(office: Bulk) -> None:
    form = office.last(office.check(ASSIGN, office.new[:1], GIVEN), ASSIGN)
    office.done(form)
    form.values["lead_leader"] = [ZHANG.login]
    answer = office.at.post(form.action, form.values)
    assert answer.status_code == 422
    assert office.story.do(CHEN, cases.show_case, office.new[0])["lead_leader"]["login"] == LI.login


def test_a_case_that_changed_meanwhile_is_left_as_it_is(office: Bulk) -> None:
    form = office.last(office.check(ASSIGN, office.new[:2], GIVEN), ASSIGN)
    order = cases.StepOrder("assign", 1, None, {
        "lead_leader": ZHANG.login, "lead_unit": LABOUR.name, "due": "2026-06-01"})  # fmt: skip
    office.story.do(ZHAO, cases.take_step, office.new[0], order)
    words = office.done(form)
    assert "没有保存：您打开之后，这条记录已有变动" in words
    assert "已办理1件" in words


def test_what_is_left_empty_is_as_each_case_was_planned(office: Bulk) -> None:
    planned = office.register("有安排的", lead_leader=LI.login, lead_unit=JUSTICE.name)
    page = office.check(ASSIGN, [planned, office.new[0]], {"due": "2026-05-20"})
    words = office.done(office.last(page, ASSIGN))
    assert f"交办{LI.name}，牵头单位{JUSTICE.name}" in words
    assert "没有办理的1件" in words
    assert office.state(office.new[0])[0] == "registered"


def test_wrong_fields_come_back_to_the_form_with_what_was_typed(office: Bulk) -> None:
    address = f"{ASSIGN}?id={office.new[0]}"
    answer = office.at.submit(address, GIVEN | {"due": "2026-13-01"}, f"{ASSIGN}/confirm")
    assert answer.status_code == 422
    form = next(f for f in desk.forms_of(answer.text, ASSIGN) if f.action == f"{ASSIGN}/confirm")
    assert form.values["lead_leader"] == [LI.login]
    assert form.values["id"] == [f"{office.new[0]}@1"]
    assert "承诺时限" in desk.text_of(answer.text)


def test_nothing_ticked_is_said(office: Bulk) -> None:
    words = desk.text_of(office.at.get(ASSIGN).text)
    assert "还没有勾选事项" in words
    many = "&".join(f"id=DB-2026-{n:04}" for n in range(201))
    assert "一次最多200件" in desk.text_of(office.at.get(f"{NUDGE}?{many}").text)


def test_the_head_of_the_list_ticks_its_page_without_scripts(office: Bulk) -> None:
    listed = next(form for form in office.at.forms("/cases") if form.action == "/cases/export")
    assert set(listed.values["page"][0].split(",")) == {*office.new, office.started}
    page = office.at.get(f"{NUDGE}?all=1&page={listed.values['page'][0]}").text
    assert len(re.findall(r'name="id" value="[^"]+@', page)) == 4


def test_a_nudge_goes_to_each_case_once_a_day(office: Bulk) -> None:
    page = office.check(NUDGE, [office.started, office.new[0]], {"text": "请反馈进展"})
    assert f"将提醒{ZHANG.name}" in desk.text_of(page)
    assert "已提醒" not in desk.text_of(page)
    words = office.done(office.last(page, NUDGE))
    assert "已办理2件" in words
    assert f"已提醒{QIAN.name}" in words
    again = desk.text_of(office.check(NUDGE, [office.started], {"text": "再催"}))
    assert "今天已经催办过" in again


def test_who_may_not_is_told_so_for_each_case(story: Story) -> None:
    office = Bulk(story.application, WU)
    words = desk.text_of(office.check(NUDGE, [office.started, office.new[0]], {"text": "催"}))
    assert "可以办理" not in words
    assert "不能办理2件" in words
    assert 'formaction="/cases/bulk' not in office.at.get("/cases").text


def test_a_result_is_its_makers_alone(office: Bulk) -> None:
    form = office.last(office.check(NUDGE, [office.started], {"text": "请反馈"}), NUDGE)
    answer = office.at.post(form.action, form.values)
    other = desk.enter(office.story.application, CHEN)
    assert office.at.get(answer.headers["location"]).status_code == 200
    assert other.get(answer.headers["location"]).status_code == 404
    assert office.at.get("/cases/bulk/done/no-such").status_code == 404


def test_one_case_is_nudged_from_its_own_page(office: Bulk) -> None:
    place = f"/cases/{office.started}/nudge"
    assert f'href="{place}"' in office.at.get(f"/cases/{office.started}").text
    assert office.at.submit(place, {"text": ""}).status_code == 422
    answer = office.at.submit(place, {"text": "请反馈进展"})
    assert answer.headers["location"] == f"/cases/{office.started}?done=nudge#history"
    page = desk.text_of(office.at.get(f"/cases/{office.started}?done=nudge").text)
    assert "已发送催办提醒" in page
    assert "催办" in page
    assert "今天已经催办过" in desk.text_of(office.at.submit(place, {"text": "再催"}).text)


# --- the list as a file ---------------------------------------------------------------------------


def rows_of(browser: Browser, address: str) -> list[list[str]]:
    """Read the list that was handed out as CSV, without its head."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return [line.split(",") for line in answer.content.decode("utf-8-sig").splitlines()[1:]]


def test_the_ticked_cases_are_handed_out_or_all_that_match(office: Bulk) -> None:
    ticked = rows_of(office.at, f"/cases/export?format=csv&id={office.new[1]}&id={office.started}")
    assert {row[0] for row in ticked} == {office.new[1], office.started}
    found = rows_of(office.at, "/cases/export?format=csv&view=all&state=registered")
    assert {row[0] for row in found} == set(office.new)


def test_a_workbook_says_in_words_what_the_list_says(office: Bulk) -> None:
    answer = office.at.get("/cases/export?format=xlsx&view=all&q=欠付")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    values = book.get_sheet_by_index(0).to_python()
    line = next(row for row in values if office.started in row)
    assert {"欠付工资", "化解中", LABOUR.name, "张三（副镇长）"} <= set(map(str, line))


@pytest.mark.parametrize("person", [SUN, ZHENG, JIANG, LI])
def test_nobody_is_handed_what_the_list_does_not_show(office: Bulk, person: Person) -> None:
    browser = desk.enter(office.story.application, person)
    page = browser.get("/cases?view=all").text
    shown = set(re.findall(r'name="id" value="([^"]+)"', page))
    everything = "&".join(f"id={code}" for code in (*office.new, office.started))
    assert {row[0] for row in rows_of(browser, "/cases/export?format=csv&view=all")} == shown
    if shown:
        asked = rows_of(browser, f"/cases/export?format=csv&{everything}")
        assert {row[0] for row in asked} == shown


def test_duty_is_handed_summaries(office: Bulk) -> None:
    browser = desk.enter(office.story.application, JIANG)
    rows = rows_of(browser, "/cases/export?format=csv&view=all")
    assert {row[0] for row in rows} == {*office.new, office.started}
    assert not any(ZHANG.name in cell or office.story.issue in cell for r in rows for cell in r)


@pytest.mark.parametrize("wrong", ["format=exe", "state=nope", "due=never", "cursor=zz&unit=无此"])
def test_a_wrong_wish_for_a_file_is_a_sentence(office: Bulk, wrong: str) -> None:
    answer = office.at.get(f"/cases/export?{wrong}")
    assert answer.status_code == 422
    assert "系统出错" not in answer.text


def test_letters_are_drafted_on_each_case_that_has_a_unit(story: Story) -> None:
    office = Bulk(story.application, CHEN)
    assert "起草督办函" in desk.text_of(office.at.get("/cases").text)
    demands = {"demands": "三日内书面说明", "answer_by": "2026-03-16", "basis": "领导小组会议"}
    late = office.at.submit(
        f"{URGE}?id={office.started}", demands | {"answer_by": "2026-03-02"}, f"{URGE}/confirm"
    )
    assert late.status_code == 422
    page = office.check(URGE, [office.started, office.new[0]], demands)
    words = desk.text_of(page)
    assert f"将起草，主送{LABOUR.name}。" in words
    assert "不能办理1件" in words
    assert story.do(CHEN, cases.show_case, office.started)["urges"] == []
    form = office.last(page, URGE)
    told = office.done(form)
    assert f"已起草，主送{LABOUR.name}，待发出。" in told
    assert office.done(form) == told
    (letter,) = story.do(CHEN, cases.show_case, office.started)["urges"]
    assert (letter["status"], letter["demands"]) == ("draft", "三日内书面说明")
    assert "起草督办函" not in desk.text_of(desk.enter(story.application, ZHAO).get("/cases").text)


def test_letters_are_for_supervision_alone_to_draft(story: Story) -> None:
    office = Bulk(story.application, ZHAO)
    demands = {"demands": "三日内书面说明", "answer_by": "2026-03-16"}
    assert "不能办理1件" in desk.text_of(office.check(URGE, [office.started], demands))
