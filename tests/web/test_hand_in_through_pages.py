"""The daily report through pages: chased, written by two, handed in, and the same ever after."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document

from engine.domain.access import OPERATOR
from engine.service import calendar, cases, daily, daily_units, roster
from tests.people import CHEN, HAN, JIANG, LABOUR, LI, QIAN, SUN, WEI, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story
from tests.web.test_pass_the_door import events
from tests.web.test_tick_before_sending import checked, unticked

DAY = "/reports/daily/2026-03-03"
TODAY = date(2026, 3, 3)


def paper(html: str) -> str:
    """Give the report as it stands on the page, head and foot included."""
    found = re.search(r'<article class="paper".*?</article>', html, re.DOTALL)
    assert found
    return found[0]


def hand_in(browser: Browser, day: str = DAY, **given: str) -> Any:  # noqa: ANN401  # httpx's answer
    """Fill in, check, tick, and hand in."""
    form = checked(browser, f"{day}/hand-in", given)
    return browser.post(form.action, form.filled({"ok": "1"}))


def test_a_unit_reports_and_the_office_hands_in(story: Story) -> None:
    unit, office = desk.enter(story.application, WU), desk.enter(story.application, ZHAO)
    assert unit.get("/reports/daily").headers["location"] == f"{DAY}/unit"
    assert office.get("/reports/daily").headers["location"] == DAY
    page = desk.text_of(office.get(DAY).text)
    assert "1个单位报来0个，1个未报" in page
    assert "未报。 丙劳动所。" in page
    done = unit.submit(f"{DAY}/unit", {"text": "补贴到账"})
    assert done.headers["location"] == f"{DAY}/unit?done=reported"
    assert "补贴到账" in paper(office.get(DAY).text)
    done = hand_in(office)
    assert done.headers["location"] == f"{DAY}?done=handed-in"
    page = desk.text_of(office.get(done.headers["location"]).text)
    for words in ("日报已报送并存档", "第1期", "按时报送", "赵六于2026年3月3日15:00报送。"):
        assert words in page
    assert "审核并报送" not in page
    assert unit.get(f"{DAY}/unit").text.count("<textarea") == 0
    assert unit.post(f"{DAY}/unit", {**unit.form("/account", "/logout").values,
                                     "text": "迟了"}).status_code == 409  # fmt: skip


def test_a_unit_is_chased_and_asked_for_more_from_the_page(story: Story) -> None:
    office, unit = desk.enter(story.application, ZHAO), desk.enter(story.application, WU)
    assert office.submit(DAY, {}, f"{DAY}/chase").status_code == 303
    assert "催报1次，15:00" in desk.text_of(office.get(DAY).text)
    inbox = unit.get("/inbox").text
    assert f'href="{DAY}/unit"' in inbox
    unit.submit(f"{DAY}/unit", {"text": "有进展"})
    desk.set_clock(story.application.settings.home, desk.START.replace(minute=20))
    office.submit(DAY, {}, f"{DAY}/chase")
    assert "15:20退回补充" in desk.text_of(office.get(DAY).text)
    assert "请您单位补充情况" in desk.text_of(unit.get(f"{DAY}/unit").text)


def test_ticked_units_go_into_the_text(story: Story) -> None:
    story.do(WU, daily_units.report_unit, TODAY, "补贴到账")
    story.do(SUN, daily_units.report_unit, TODAY, "验收改约")
    office = desk.enter(story.application, ZHAO)
    sent = office.form(DAY, f"{DAY}/anew").values
    assert office.post(f"{DAY}/anew", {**sent, "use": [LABOUR.name]}).status_code == 303
    page = office.get(DAY).text
    assert "补贴到账" in paper(page)
    assert "验收改约" not in paper(page)
    assert re.findall(r'name="use" value="([^"]+)" form="use"( checked)?', page) == [
        ("乙建设办", ""), ("丙劳动所", " checked")
    ]  # fmt: skip


def test_the_second_editor_is_told_and_loses_nothing(story: Story) -> None:
    first, second = (desk.enter(story.application, who) for who in (ZHAO, QIAN))
    to_check = f"{DAY}/hand-in/confirm"
    mine, other = (one.form(f"{DAY}/hand-in", to_check).filled({"text": words})
                   for one, words in ((first, "赵六的稿"), (second, "钱七的稿")))  # fmt: skip
    assert first.post(f"{DAY}/draft", mine).headers["location"] == f"{DAY}/hand-in?done=draft"
    for action in ("draft", "hand-in/confirm"):
        answer = second.post(f"{DAY}/{action}", other)
        assert answer.status_code == 409
        page = desk.text_of(answer.text)
        assert "赵六在15:00保存了另一稿" in page
        assert "赵六的稿" in page
        form = next(f for f in desk.forms_of(answer.text, DAY) if f.action == to_check)
        assert form.values["text"] == ["钱七的稿"]
    shown = second.post(form.action, form.values)
    form = next(f for f in desk.forms_of(shown.text, DAY) if f.action == f"{DAY}/hand-in")
    assert second.post(form.action, form.filled({"ok": "1"})).status_code == 303, "now it was seen"
    assert "钱七的稿" in paper(first.get(DAY).text)


def test_what_was_counted_is_shown_and_nobody_edits_it(story: Story) -> None:
    """It stands beside the form, in no field of it; another number written is told as written."""
    office = desk.enter(story.application, ZHAO)
    shown = office.get(f"{DAY}/hand-in").text
    form = office.form(f"{DAY}/hand-in", f"{DAY}/hand-in/confirm")
    assert form.values["text"] == [""]
    told = desk.text_of(shown)
    assert "系统统计 不能修改，报送时重新统计 总体。在办1件，超期0件" in told
    answer = office.post(form.action, form.filled({"text": "在办40件，都已办妥。"}))
    words = desk.text_of(answer.text)
    assert "填报“在办40件”，系统统计1" in words
    for line in ("总体。 在办1件", "核对。 填写的“在办40件”与系统统计的1不一致"):
        assert line in desk.text_of(paper(answer.text))
    assert story.do(CHEN, daily.show_daily, TODAY)["status"] == "draft"
    assert hand_in(office, text="在办40件，都已办妥。").status_code == 303
    assert "核对。 填写的“在办40件”与系统统计的1不一致" in desk.text_of(paper(office.get(DAY).text))


def test_a_report_is_not_handed_in_without_the_tick_nor_without_the_check(story: Story) -> None:
    office = desk.enter(story.application, ZHAO)
    form = checked(office, f"{DAY}/hand-in", {"text": "情况属实"})
    before = events(story)
    unticked(office, form, "情况属实")
    unseen = {**form.filled({"ok": "1"}), "seen": ""}
    answer = office.post(form.action, unseen)
    assert answer.status_code == 409
    assert "请对照下面的新内容再核对一次" in desk.text_of(answer.text)
    assert events(story) == before
    back = office.post(f"{form.action}/edit", form.values)
    again = next(f for f in desk.forms_of(back.text, DAY) if f.action == f"{DAY}/hand-in/confirm")
    assert again.values["text"] == ["情况属实"]


def test_what_happens_between_check_and_hand_in_is_looked_at_again(story: Story) -> None:
    office = desk.enter(story.application, ZHAO)
    form = checked(office, f"{DAY}/hand-in", {"text": "情况属实"})
    story.do(ZHAO, cases.register_case, story.issue, cases.NewCase("另一件"))
    answer = office.post(form.action, form.filled({"ok": "1"}))
    assert answer.status_code == 409
    assert "在办2件" in desk.text_of(paper(answer.text))
    form = next(f for f in desk.forms_of(answer.text, DAY) if f.action == f"{DAY}/hand-in")
    assert form.values["text"] == ["情况属实"]
    assert form.values["ok"] == [], "ticked once more"
    assert office.post(form.action, form.filled({"ok": "1"})).status_code == 303


def test_lateness_is_shown_and_stays(story: Story) -> None:
    home = story.application.settings.home
    desk.set_clock(home, desk.START.replace(minute=20))
    office = desk.enter(story.application, ZHAO)
    assert "已过时限20分钟" in desk.text_of(office.get(DAY).text)
    hand_in(office)
    page = desk.text_of(office.get(DAY).text)
    assert "迟报20分钟" in page
    assert "15:20报送，晚于2026年3月3日15:00的时限" in page


def test_a_day_that_is_none_or_not_yet_come_has_no_page(story: Story) -> None:
    office = desk.enter(story.application, ZHAO)
    for path, status in (("2026-02-30", 404), ("x", 404), ("2026-03-04", 422)):
        for part in ("", "/hand-in", "/file"):
            assert office.get(f"/reports/daily/{path}{part}").status_code == status
    assert office.get(f"{DAY}/file?format=exe").status_code == 404


@pytest.mark.parametrize(
    ("person", "nav", "status"),
    [(ZHAO, DAY, 200), (CHEN, DAY, 200), (WEI, DAY, 200), (HAN, DAY, 200), (JIANG, DAY, 200),
     (WU, f"{DAY}/unit", 403), (ZHANG, DAY, 403)],
    ids=lambda one: getattr(one, "login", None),
)  # fmt: skip
def test_the_report_is_for_whoever_sees_every_case(
    story: Story, person: Person, nav: str, status: int
) -> None:
    there = desk.enter(story.application, person)
    assert there.get(DAY).status_code == status
    assert there.get("/reports/daily").headers["location"] == nav
    assert ">报告</a>" in there.get("/inbox").text


def test_everything_handed_in_is_the_same_bytes_ever_after(story: Story) -> None:
    """JSON, page and documents: after later events, a handover, a calendar, renames, a year."""
    office, there = desk.enter(story.application, ZHAO), desk.enter(story.application, CHEN)
    story.do(WU, daily_units.report_unit, TODAY, "补贴到账{{ 7*7 }}<b>")
    hand_in(office)
    kept = [f"{DAY}/file?format={name}" for name in ("json", "docx", "csv", "xlsx")]
    before = {place: there.get(place).content for place in kept}
    sheet = paper(there.get(DAY).text)

    story.step(ZHANG, "hand-over", "调整分工", to=LI.login)
    story.do(LI, cases.take_step, story.code,
             cases.StepOrder("accept-handover", story.case()["version"]))  # fmt: skip
    with story.application.writing("cli") as opened:
        calendar.override(opened, OPERATOR, date(2026, 3, 5), works=False, reason="停电")
        opened.conn.exec_driver_sql("UPDATE account SET name = 'X' || id")
        opened.conn.exec_driver_sql("UPDATE unit SET name = 'Y' || id")
    desk.set_clock(story.application.settings.home, desk.START.replace(year=2027))
    there = desk.enter(story.application, CHEN)
    assert {place: there.get(place).content for place in kept if "xlsx" not in place} == {
        place: content for place, content in before.items() if "xlsx" not in place
    }
    assert paper(there.get(DAY).text) == sheet
    words = "\n".join(p.text for p in Document(BytesIO(before[kept[1]])).paragraphs)
    for told in ("重点问题化解日报", "第1期", "2026年3月3日", "补贴到账{{ 7*7 }}<b>"):
        assert told in words


def test_the_roster_is_named_by_the_office_and_read_by_others(story: Story) -> None:
    office = desk.enter(story.application, ZHAO)
    given = {"date": "2026-03-07", "account": JIANG.login, "stands_in": QIAN.login}
    done = office.submit("/roster", given)
    assert done.headers["location"] == "/roster?from=2026-03-02&done=shift"
    page = desk.text_of(office.get(done.headers["location"]).text)
    assert "3月7日（周六） 休息日 蒋班（值班员） 钱七（科员）" in page
    wrong = office.submit("/roster", {"date": "2026-03-01", "account": JIANG.login})
    assert wrong.status_code == 422
    assert "日期：不能早于今天（2026年3月3日）。" in desk.text_of(wrong.text)
    for reader in (WU, ZHANG, JIANG):
        there = desk.enter(story.application, reader)
        assert "蒋班" in there.get("/roster").text
        assert there.post("/roster", {**there.form("/account", "/logout").values, **given}
                          ).status_code == 403  # fmt: skip
    desk.set_clock(story.application.settings.home, desk.START.replace(day=7))
    stand_in = desk.enter(story.application, QIAN)
    assert story.do(QIAN, daily.show_daily, date(2026, 3, 7))["may_hand_in"]
    assert hand_in(stand_in, "/reports/daily/2026-03-07").status_code == 303
    assert story.do(ZHAO, roster.list_shifts, TODAY, date(2026, 3, 31))[0]["date"] == "2026-03-07"
