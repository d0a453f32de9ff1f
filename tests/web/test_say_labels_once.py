"""A sentence about a field names it once, and a wrong part of an address with what stands there."""

import re

import pytest

from tests.people import SHEN, ZHAO
from tests.web import desk
from tests.web.story import Story
from web.wording import labelled_in


@pytest.mark.parametrize(
    ("label", "says", "told"),
    [
        ("登录名", "登录名须为1至64个字母。", "登录名须为1至64个字母。"),
        ("密码", "这个密码过于简单。", "这个密码过于简单。"),
        ("理由", "请填写理由。", "请填写理由。"),
        ("承诺时限", "须为日期。", "承诺时限：须为日期。"),
        ("名称", "已有名为“甲”的视图。", "名称：已有名为“甲”的视图。"),
    ],
)
def test_a_label_stands_before_a_sentence_that_lacks_it(label: str, says: str, told: str) -> None:
    assert labelled_in("zh", label, says) == told


@pytest.mark.parametrize(
    ("label", "says", "told"),
    [
        ("Login", "A login is 1 to 64 letters.", "A login is 1 to 64 letters."),
        ("Reason", "Enter a reason.", "Enter a reason."),
        ("Promised date", "This must be a date.", "Promised date: This must be a date."),
    ],
)
def test_english_too(label: str, says: str, told: str) -> None:
    assert labelled_in("en", label, says) == told


def test_no_form_says_a_label_twice(story: Story) -> None:
    admin, clerk = desk.enter(story.application, SHEN), desk.enter(story.application, ZHAO)
    new = {"login": "不行 的", "name": "", "email": "nowhere", "password": "x"}
    for there, place, given, action in (
        (admin, "/accounts/new", new, None),
        (admin, "/units", {"name": ""}, None),
        (clerk, "/issues/new", {"title": ""}, None),
        (clerk, "/account", {"password": "short", "current": "x"}, "/account/password"),
    ):
        page = there.submit(place, given, action)
        assert page.status_code in {409, 422}, place
        told = desk.text_of(page.text)
        assert not re.search(r"(\w{2,})：\W?\1", told), re.search(r".{9}(\w{2,})：\W?\1.{9}", told)
        assert re.search(r"：须|：请|须为|请", told)


def test_a_view_cannot_be_renamed_to_nothing_and_the_page_says_what_is_wrong(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    there.submit("/cases/views?view=all&state=registered", {"name": "待交办"}, "/cases/views")
    answer = there.submit("/cases/views", {"name": "长" * 21}, "/cases/views/1/rename")
    assert answer.status_code == 422
    assert "视图名称：请填写1至20字，写在一行内。" in desk.text_of(answer.text)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (
            "/reports/overdue?as_of=昨天",
            "网址中的“截至日期”写成了“昨天”，不能用：须为日期，如 2026-04-23。",
        ),
        (
            "/reports/overdue?format=pdf",
            "网址中的“文件格式”写成了“pdf”，不能用：须为其一：xlsx、docx、csv。",
        ),
        (
            "/cases/export?format=pdf",
            "网址中的“文件格式”写成了“pdf”，不能用：须为其一：xlsx、docx、",
        ),
        ("/roster?from=<b>", "网址中的“起始日期”写成了“&lt;b&gt;”，不能用：须为日期"),
        (
            "/reports/overdue?by=moon",
            "网址中的“分组”写成了“moon”，不能用：须为其一：按牵头单位、按责任领导、按状态、按重点问题。",
        ),
        ("/cases?due=never", "时限“never”：须为其一：已超期、三个工作日内到期、本月到期。"),
        ("/cases?origin=moon", "来源“moon”：须为其一：区级交办、本级排查、群众反映。"),
        ("/cases?as_of=昨天", "截至当日“昨天”：须为日期，如 2026-04-23。"),
    ],
)
def test_a_wrong_part_of_an_address_is_named_with_what_stands_there(
    story: Story, address: str, says: str
) -> None:
    answer = desk.enter(story.application, ZHAO).get(address)
    assert answer.status_code == 422
    assert says in desk.text_of(answer.text)
    assert "<b>”" not in answer.text


def test_whom_a_thing_takes_is_told_as_people_say_it(story: Story) -> None:
    told = desk.text_of(desk.enter(story.application, SHEN).get("/my").text)
    assert "须由办公室、领导、单位经办人、督查组、领导小组组长、值班人员或审计员办理" in told
