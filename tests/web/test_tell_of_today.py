"""The panels of today: the daily report, what changed, and a part that cannot be read."""

from datetime import timedelta

import pytest

from engine.bootstrap import Application
from engine.service import cases, daily, daily_units, letters
from engine.service.letters import LetterOrder
from engine.service.principals import principal_of
from engine.service.today import changes_today
from engine.store import today
from tests.people import CHEN, LABOUR, SUN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.web import desk
from tests.web.desk import text_of
from tests.web.story import Story
from web.pages import home

ON = desk.START.date()


def panel(application: Application, person: Person, heading: str) -> str:
    """Give the words of a panel of the dashboard."""
    page = desk.enter(application, person).get("/").text
    at = page.index(f'aria-labelledby="{heading}"')
    return text_of(page[at : page.index("</section>", at)])


def test_the_daily_report_is_told_by_who_has_reported(story: Story) -> None:
    desk.set_clock(story.application.settings.home, desk.START - timedelta(minutes=37))
    told = panel(story.application, ZHAO, "daily-h")
    assert "15:00报送 还剩37分钟" in told
    assert "1个单位报来0个，1个未报" in told
    assert f"{LABOUR.name} （未报）" in told
    assert "催报1个单位" in told
    story.do(ZHAO, daily_units.chase_unit, ON, LABOUR.name)
    assert "已催1次" in panel(story.application, ZHAO, "daily-h")
    assert "您单位今天还没有报" in panel(story.application, WU, "daily-h")
    story.do(WU, daily_units.report_unit, ON, "无")
    assert f"{LABOUR.name} （已报）" in panel(story.application, CHEN, "daily-h")
    assert "催报" not in panel(story.application, ZHAO, "daily-h").replace("单位未报", "")
    assert "您单位今天已报" in panel(story.application, WU, "daily-h")
    assert "不用报" in panel(story.application, SUN, "daily-h")
    story.do(ZHAO, daily.hand_in, ON)
    told = panel(story.application, ZHAO, "daily-h")
    assert "已报送" in told
    assert "查看日报草稿" not in told
    assert 'id="daily"' not in desk.enter(story.application, ZHANG).get("/").text


def test_what_changed_today_is_told_newest_first_to_who_sees_it(story: Story) -> None:
    told = panel(story.application, ZHAO, "today-h")
    assert "欠付工资" in told
    newest = told.index("答复")
    assert newest < told.index("登记进展")
    assert "吴" in told or WU.name in told
    with story.application.writing("web", "zh") as writing:
        seen = changes_today(writing, principal_of(writing, ZHAO.login), 100)
        other = changes_today(writing, principal_of(writing, ZHENG.login), 100)
    assert seen["total"] == len(seen["items"])
    assert not seen["more"]
    assert other["total"] == 0
    at = [item["at"] for item in seen["items"]]
    assert at == sorted(at, reverse=True)
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=1))
    assert "还没有变化" in panel(story.application, ZHAO, "today-h")


def test_what_needs_attention_most_says_what_holds_it_up(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=60))
    assert f"报稳定，由责任领导{ZHANG.name}办理 条件已具备" in panel(
        story.application, ZHAO, "watch-h"
    )
    desk.set_clock(story.application.settings.home, desk.START)
    story.begin("另一问题", "另一事项").assign().step(ZHANG, "acknowledge")
    desk.set_clock(story.application.settings.home, desk.START + timedelta(days=60))
    told = panel(story.application, ZHAO, "watch-h")
    assert (
        f"开始化解，由责任领导{ZHANG.name}办理 工作专班尚未指定联络员，由责任领导{ZHANG.name}"
        in told
    )

    def broken(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(home, "tell_marks", broken)
    assert story.code in panel(story.application, ZHAO, "watch-h")


def test_a_draft_of_a_letter_is_no_change_and_an_issued_one_is(story: Story) -> None:
    before = panel(story.application, ZHAO, "today-h")
    order = LetterOrder("落实资金", ON + timedelta(days=7))
    no = story.do(CHEN, letters.draft_letter, story.code, order)["no"]
    assert panel(story.application, ZHAO, "today-h") == before
    story.do(CHEN, letters.issue_letter, no)
    assert "发出督办函" in panel(story.application, ZHAO, "today-h")


def test_however_much_happened_only_few_events_are_looked_at(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(today, "LOOKED_AT", 4)
    story.do(ZHAO, cases.register_case, story.issue, cases.NewCase("另一件"))
    told = panel(story.application, ZHAO, "today-h")
    assert "条以上" in told
    assert "另一件" in told


def test_what_was_closed_is_compared_with_the_former_month(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counts(_conn: object, first: object, end: object) -> int:
        asked.append((first, end))
        return len(asked) * 3

    monkeypatch.setattr(today, "closed_between", counts)
    desk.set_clock(story.application.settings.home, desk.START.replace(day=31))
    words = text_of(desk.enter(story.application, ZHAO).get("/").text)
    assert "本月办结3件，比上月同期少3件。" in words
    zone = story.application.zone
    days = [tuple(str(at.astimezone(zone).date()) for at in span) for span in asked]  # type: ignore[attr-defined]
    assert days == [("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01")]
    assert "本月办结" not in text_of(desk.enter(story.application, ZHANG).get("/").text)


@pytest.mark.parametrize(
    ("look", "what"), [("daily_today", "今天的日报"), ("changes_today", "今天的变化")]
)
def test_a_part_that_cannot_be_read_leaves_the_rest_whole(
    story: Story,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    look: str,
    what: str,
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(f"web.pages.home.{look}", breaks)
    answer = desk.enter(story.application, ZHAO).get("/")
    words = text_of(answer.text)
    assert answer.status_code == 200
    assert f"{what}没有读到，其他内容完整。" in words
    assert "数据更新到15:00" in words
    (record,) = [one for one in caplog.records if one.name == "duban.web"]
    number = record.args[0] if isinstance(record.args, tuple) else ""
    assert f"错误编号{number}" in words
    assert "no such thing" not in answer.text
