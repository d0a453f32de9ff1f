"""The calendar through pages: why a date is what it is, and a change that is looked at first."""

import json
import re
from datetime import UTC, date, datetime
from functools import partial

from engine.service import calendar, daily
from engine.service.calendar import show_year
from tests.people import CHEN, JIANG, PEOPLE, SHEN, WU, ZHANG, ZHAO
from tests.web import desk
from tests.web.desk import Browser
from tests.web.story import Story
from tests.web.test_show_pages import faults_of

NOTICE = (
    b'{"year": 2027, "papers": [], "days": ['
    b'{"name": "New Year <b>", "date": "2027-01-01", "isOffDay": true},'
    b'{"name": "New Year", "date": "2027-01-03", "isOffDay": false}]}'
)
EXCEPTION = {"date": "2026-03-23", "works": "off", "reason": "防汛停工"}


def loaded(there: Browser, data: bytes = NOTICE, year: int = 2026) -> str:
    """Send a notice to be looked at; give the page."""
    form = there.form(f"/calendar/{year}", f"/calendar/{year}/import")
    sent = {name: values for name, values in form.values.items() if name != "file"}
    answer = there.post(form.action, sent, files={"file": ("2027.json", data)})
    assert answer.status_code in {200, 422}, answer.text
    text: str = answer.text
    return text


def test_a_wrong_file_is_told_at_the_field_in_the_words_of_the_form(story: Story) -> None:
    there = desk.enter(story.application, SHEN)
    for data, says in (
        (b"{", "通知文件：“2027.json”不是写好的放假通知：按JSON格式读，"),
        (b'{"year": "2027", "days": []}', "通知文件：“2027.json”的年份（year）须为"),
        (b'{"year": 2027, "days": []}', "通知文件：“2027.json”没有列出任何日期"),
    ):
        page = loaded(there, data)
        assert says in desk.text_of(page)
        assert '<a href="#f-file">' in page
        assert faults_of(page) == []
    form = there.form("/calendar/2026", "/calendar/2026/import")
    sent = {name: values for name, values in form.values.items() if name != "file"}
    answer = there.post(form.action, sent)
    assert "通知文件：请选择一个文件。" in desk.text_of(answer.text)


def test_a_notice_of_part_of_a_year_is_warned_of_before_it_is_loaded(story: Story) -> None:
    there = desk.enter(story.application, SHEN)
    few = loaded(there)
    assert 'class="notice notice--soon"' in few
    assert "这份通知只有2个日期，可能不是全年的" in desk.text_of(few)
    days = ",".join(
        f'{{"name": "x", "date": "2027-01-{day:02}", "isOffDay": true}}' for day in range(1, 31)
    )
    whole = loaded(there, f'{{"year": 2027, "days": [{days}]}}'.encode())
    assert 'class="notice notice--soon"' not in whole


def test_everybody_can_ask_why_a_date_is_what_it_is(story: Story) -> None:
    for person in PEOPLE:
        there = desk.enter(story.application, person)
        assert there.get("/calendar").headers["location"] == "/calendar/2026"
        page = there.get("/calendar/2026?from=2026-09-24&days=5&unit=working-day").text
        words = desk.text_of(page)
        assert "2026年10月9日（周五）" in words
        assert "10月1日至10月7日放假" in words
        assert ("/calendar/2026/import" in page) == (person is SHEN)


def test_what_cannot_be_counted_is_said_at_its_field(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    for asked, field in (("from=x&days=5", "from"), ("from=2026-01-01&days=-1", "days"),
                         ("from=2026-01-01&days=2&unit=moon", "unit"), ("days=5", "from"),
                         ("from=2026-01-01", "days")):  # fmt: skip
        answer = there.get(f"/calendar/2026?{asked}")
        assert answer.status_code == 422, asked
        assert f'<a href="#f-{field}">' in answer.text
        assert faults_of(answer.text) == []
    for year in ("0", "1948", "9999", "x"):
        assert there.get(f"/calendar/{year}").status_code in {404, 422}


def test_the_grid_has_every_day_of_the_year_once(story: Story) -> None:
    page = desk.enter(story.application, ZHAO).get("/calendar/2024").text
    assert len(re.findall(r"<td[^>]*>\d", page)) == 366
    assert page.count('class="cal-off"') > 20
    assert "春节" in page


def test_an_exception_is_looked_at_and_then_made(story: Story) -> None:
    there = desk.enter(story.application, SHEN)
    answer = there.submit("/calendar/2026", EXCEPTION, "/calendar/2026/override")
    words = desk.text_of(answer.text)
    assert "项时限变动" in words
    assert "理由：防汛停工" in words
    assert faults_of(answer.text) == []
    assert story.do(SHEN, show_year, 2026)["overrides"] == []
    form = next(f for f in desk.forms_of(answer.text, "/") if f.action.endswith("/confirm"))
    done = there.post(form.action, form.values)
    assert done.headers["location"] == "/calendar/2026?done=calendar"
    assert "本地例外：防汛停工" in desk.text_of(there.get("/calendar/2026").text)
    assert story.do(SHEN, show_year, 2026)["overrides"][0]["works"] is False


def test_the_limits_that_would_move_are_counted_with_both_dates_and_no_case_is_named(
    story: Story,
) -> None:
    story.step(ZHANG, "request-extension", "待到账", due="2026-04-10")
    there = desk.enter(story.application, SHEN)
    given = {**EXCEPTION, "date": "2026-03-05"}
    page = desk.text_of(there.submit("/calendar/2026", given, "/calendar/2026/override").text)
    assert "将有1项时限变动" in page
    assert "时限数" in page
    assert story.code not in page
    assert "3月6日（周五）" in page
    assert "3月9日（周一）" in page


def test_a_notice_is_looked_at_and_loaded_as_it_was(story: Story) -> None:
    there = desk.enter(story.application, SHEN)
    page = loaded(there)
    assert faults_of(page) == []
    form = next(f for f in desk.forms_of(page, "/") if f.action.endswith("/confirm"))
    form.values["notice"] = [form.values["notice"][0].replace("\n", "\r\n")]
    done = there.post(form.action, form.values)
    assert done.headers["location"] == "/calendar/2027?done=calendar"
    shown = story.do(SHEN, show_year, 2027)
    assert [day["name"] for day in shown["days"]] == ["New Year <b>", "New Year"]
    assert faults_of(there.get("/calendar/2027").text) == []


def test_a_change_in_between_shows_the_preview_again(story: Story) -> None:
    there = desk.enter(story.application, SHEN)
    for page in (
        there.submit("/calendar/2026", {**EXCEPTION, "date": "2026-03-05"},
                     "/calendar/2026/override").text,
        loaded(there),
    ):  # fmt: skip
        form = next(f for f in desk.forms_of(page, "/") if f.action.endswith("/confirm"))
        form.values["digest"] = ["0" * 64]
        answer = there.post(form.action, form.values)
        assert answer.status_code == 409
        assert "请重新预览" in desk.text_of(answer.text)
        again = next(f for f in desk.forms_of(answer.text, "/") if f.action == form.action)
        assert again.values["digest"] != ["0" * 64]
        assert there.post(again.action, again.values).status_code == 303


def test_a_file_that_is_no_notice_is_refused_in_words(story: Story) -> None:
    there = desk.enter(story.application, SHEN)
    for data in (b"", b"\xff\xfe", b"{}", b"year = 1", b'{"year": 2027, "days": []}', b"[" * 9999):
        page = loaded(there, data)
        assert 'class="error-summary"' in page
    assert story.do(SHEN, show_year, 2027)["provisional"]
    form = there.form("/calendar/2026", "/calendar/2026/import")
    assert there.post(form.action, form.values).status_code == 422


def test_nobody_but_the_administrator_changes_it(story: Story) -> None:
    for person in (ZHAO, WU, ZHANG):
        there = desk.enter(story.application, person)
        token = there.form("/account", "/logout").values
        for part in ("override", "override/confirm", "import/confirm"):
            sent = {**token, **EXCEPTION, "notice": NOTICE.decode(), "digest": "0"}
            assert there.post(f"/calendar/2026/{part}", sent).status_code == 403


def test_those_concerned_find_it_in_their_inbox(story: Story) -> None:
    story.step(ZHANG, "request-extension", "待到账", due="2026-04-10")
    change = partial(calendar.override, works=False, reason="停电")
    moved = story.do(SHEN, change, date(2026, 3, 5))["moved"]
    page = desk.enter(story.application, ZHANG).get("/inbox").text
    assert moved
    assert 'href="/calendar/2026"' in page
    assert "您的1项时限有变动" in desk.text_of(page)


def test_what_has_counted_cannot_be_changed_and_the_page_says_so(story: Story) -> None:
    """Today is 3 March: no day up to it becomes a day off, nor a notice with it is loaded."""
    there = desk.enter(story.application, SHEN)
    assert 'min="2026-03-04"' in there.get("/calendar/2026").text
    for day in ("2026-03-03", "2026-03-02", "2026-02-28", "2025-12-31"):
        for works in ("off", "work"):
            given = {"date": day, "works": works, "reason": "补休"}
            page = there.submit("/calendar/2026", given, "/calendar/2026/override").text
            assert '<a href="#f-date">' in page
            assert "（今天是2026年3月3日）的工作日已经用于计算" in desk.text_of(page)
            assert "提请延期或中止" in desk.text_of(page)
            assert faults_of(page) == []
            form = there.form("/calendar/2026", "/calendar/2026/override")
            sent = {**form.filled(given), "digest": ["0" * 64]}
            assert there.post("/calendar/2026/override/confirm", sent).status_code == 422
    shown = story.do(SHEN, show_year, 2026)
    days = [*shown["days"], {"name": "补休", "date": "2026-03-02", "isOffDay": True}]
    page = loaded(there, json.dumps({"year": 2026, "days": days}).encode())
    assert '<a href="#f-file">' in page
    assert "会改变今天（2026年3月3日）及以前的1个日子：2026年3月2日" in desk.text_of(page)
    assert story.do(SHEN, show_year, 2026) == shown


def test_a_notice_of_a_year_that_began_tells_whose_overdue_days_change(story: Story) -> None:
    """By how many working days before and after, counted alike, and no case is named."""
    desk.set_clock(story.application.settings.home, datetime(2027, 1, 6, 1, 0, tzinfo=UTC))
    there = desk.enter(story.application, SHEN)
    page = loaded(there)
    words = desk.text_of(page)
    assert faults_of(page) == []
    assert "与这份通知不同的有2天：1月1日（周五）、1月3日（周日）" in words.replace("2027年", "")
    assert "超期工作日有变的事项：" not in words
    assert "超期的天数不变" in words
    only_off = NOTICE.replace(b'"2027-01-03", "isOffDay": false', b'"2027-01-04", "isOffDay": true')
    page = loaded(there, only_off)
    words = desk.text_of(page)
    found = re.search(r"超期工作日有变的事项：1项 1项：超期由(\d+)个工作日变为(\d+)个", words)
    assert found
    assert int(found[1]) - int(found[2]) == 2
    assert story.code not in page
    form = next(f for f in desk.forms_of(page, "/") if f.action.endswith("/confirm"))
    late = story.case()["days_overdue"]["working"]
    assert late == int(found[1])
    assert there.post(form.action, form.values).status_code == 303
    assert story.case()["days_overdue"]["working"] == int(found[2])
    overseer = desk.text_of(desk.enter(story.application, CHEN).get("/inbox").text)
    assert "沈管导入了cn-2027放假通知（列出2个日子）" in overseer
    assert "超期天数有变的事项1项" in overseer


def test_a_report_that_was_due_stays_with_whoever_owed_it(story: Story) -> None:
    """New Year's Day went by as a working day; its notice, loaded late, hands nothing to others."""
    desk.set_clock(story.application.settings.home, datetime(2027, 1, 1, 9, 0, tzinfo=UTC))
    on = date(2027, 1, 1)
    assert story.do(ZHAO, daily.show_daily, on)["may_hand_in"]
    story.do(SHEN, calendar.import_year, NOTICE)
    shown = story.do(ZHAO, daily.show_daily, on)
    assert (shown["may_hand_in"], shown["late"]) == (True, True)
    assert not story.do(JIANG, daily.show_daily, on)["may_hand_in"]
    page = desk.enter(story.application, ZHAO).get("/roster?from=2026-12-28").text
    assert "1月1日（周五） 工作日" in desk.text_of(page)
    assert story.do(ZHAO, daily.hand_in, on)["late"]
