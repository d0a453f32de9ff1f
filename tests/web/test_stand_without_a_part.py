"""A part of a page that cannot be read is told in its place; the rest of the page stands."""

import re
from collections.abc import Iterator

import pytest

from engine.failpoints import arm, read_failpoints
from tests.people import CHEN, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser, text_of
from tests.web.story import Story

PAGES: dict[tuple[Person, str], tuple[str, ...]] = {
    (ZHAO, "/"): ("今天的日报", "今天的变化", "上周同日", "本月办结件数", "卡在哪里"),
    (CHEN, "/my"): ("督办函", "中止计时、等待复查的事项"),
    (CHEN, "/supervision"): ("记录校验", "前后改动对照", "制度变更", "督办函"),
    (CHEN, "/reports/overdue"): ("可选的单位和领导", "总体超期情况"),
    (ZHAO, "/cases/{code}"): ("在流程中的位置", "各项时限等谁办理", "办理经过"),
    (ZHANG, "/cases/{code}?history=all"): ("在流程中的位置", "各项时限等谁办理", "办理经过"),
}
"""Of each page the parts that are looked up apart, in the order in which they are."""


@pytest.fixture
def _late(story: Story) -> Iterator[None]:
    """Let limits have passed, so that every part has something to tell; disarm afterwards."""
    desk.set_clock(story.application.settings.home, desk.START.replace(month=4, day=8))
    yield
    arm([])


def main_of(browser: Browser, path: str) -> str:
    """Give the page itself, without what stands ready in its frame."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return str(answer.text).partition('id="offline"')[2]


def ids_of(html: str) -> set[str]:
    """Give the parts of a page by the headings that name them."""
    return set(re.findall(r'aria-labelledby="([^"]+)"', html))


@pytest.mark.usefixtures("_late")
@pytest.mark.parametrize(("person", "path"), PAGES, ids=lambda one: getattr(one, "login", one))
def test_a_part_that_cannot_be_read_is_told_in_its_place(
    story: Story, caplog: pytest.LogCaptureFixture, person: Person, path: str
) -> None:
    browser, place = desk.enter(story.application, person), path.format(code=story.code)
    whole = main_of(browser, place)
    assert "没有读到" not in whole
    for nth, what in enumerate(PAGES[person, path], 1):
        caplog.clear()
        arm(read_failpoints(f"page.part:error:{nth}"))
        page = main_of(browser, place)
        told = text_of(page)
        assert f"{what}没有读到，其他内容完整。" in told
        assert told.count("没有读到，其他内容完整") == 1
        (record,) = [one for one in caplog.records if one.name == "duban.web"]
        number = record.args[0] if isinstance(record.args, tuple) else ""
        assert f"错误编号{number}。" in told
        assert len(ids_of(whole) - ids_of(page)) <= 2, "but for what is within that part"
        (retry,) = re.findall(r'<a href="([^"]+)">再读一次</a>', page)
        assert "没有读到" not in main_of(browser, retry.partition("#")[0])
    arm(read_failpoints(f"page.part:error:{len(PAGES[person, path]) + 1}"))
    assert main_of(browser, place) == whole, "there is no further part"


def test_what_was_foreseen_is_no_failure_of_a_part(story: Story) -> None:
    """A wrong place in a list of letters is refused as before, not told as a fault of ours."""
    answer = desk.enter(story.application, CHEN).get("/supervision?urge=issue&cursor=x")
    assert answer.status_code == 422
    assert "没有读到，其他内容完整" not in answer.text


def test_whoever_runs_no_scripts_sees_a_check_go_on(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page of a check asks for itself again while one runs, as that of an import does."""
    monkeypatch.setattr("web.pages.supervision.run_apart", lambda *_: None)
    chen = desk.enter(story.application, CHEN)
    refresh = '<noscript><meta http-equiv="refresh" content="3"></noscript>'
    assert refresh not in chen.get("/supervision/check").text
    assert chen.submit("/supervision", {}, "/supervision/check").status_code == 303
    running = chen.get("/supervision/check").text
    assert refresh in running.partition("</head>")[0]
    assert '<a class="btn" href="/supervision/check">' in running
    assert refresh not in chen.get("/supervision").text, "a form stands there"
