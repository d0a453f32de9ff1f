"""Every page in a real browser: both widths, languages and themes, without a fault of any kind."""

import os
import re
from datetime import date
from io import BytesIO
from typing import Literal

import pytest
from pypdf import PageObject, PdfReader

from engine.cli import running
from engine.service import cases, parts
from engine.service.case_lists import CaseQuery
from engine.service.cases import NewCase
from engine.service.import_headers import upload_unread
from engine.service.imports import ImportOrder, upload
from engine.service.long_runs import ExportOrder, begin_export
from engine.service.principals import principal_of
from tests.browser.window import DESK, PHONE, Site, Window
from tests.people import CHEN, JIANG, SHEN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.web import desk
from tests.web.story import Story
from tests.web.test_settle_columns import OWN, WRONG

CASE = "/cases/DB-2026-0001"
PLACES: list[tuple[Person | None, str]] = [
    (None, "/login"),
    (ZHAO, "/"),
    (SHEN, "/"),
    (WU, "/"),
    (ZHANG, "/my"),
    (WU, "/my"),
    (ZHAO, "/cases"),
    (ZHAO, "/cases?view=overdue"),
    (ZHAO, "/cases?q=查无此事&due=month"),
    (ZHAO, "/cases?more=1&sort=-code"),
    (ZHENG, "/cases"),
    (ZHAO, "/cases/views?state=assigned&due=overdue&q=工地"),
    (ZHAO, "/cases/bulk/assign?id=DB-2026-0001&id=DB-2026-0404"),
    (ZHAO, "/cases/bulk/nudge?id=DB-2026-0001"),
    (ZHAO, "/cases/bulk/nudge"),
    (CHEN, "/cases/bulk/urge?id=DB-2026-0001&id=DB-2026-0404"),
    (ZHAO, "/trends"),
    (ZHAO, CASE),
    (ZHAO, f"{CASE}?history=steps"),
    (ZHANG, CASE),
    (JIANG, CASE),
    (ZHANG, f"{CASE}/do/stabilize"),
    (ZHANG, f"{CASE}/do/hand-over"),
    (ZHAO, f"{CASE}/do/grant-extension"),
    (ZHANG, f"{CASE}/plan"),
    (ZHANG, f"{CASE}/task-force"),
    (WU, f"{CASE}/claims"),
    (WU, f"{CASE}/replies"),
    (WU, f"{CASE}/files"),
    (ZHAO, "/issues"),
    (ZHAO, "/issues/ZD-2026-001"),
    (ZHAO, "/issues/new"),
    (ZHAO, "/issues/ZD-2026-001/cases/new"),
    (ZHAO, "/import"),
    (ZHAO, "/import/1/columns"),
    (ZHAO, "/import/2"),
    (ZHAO, "/runs"),
    (ZHAO, "/runs/1"),
    (ZHENG, "/runs"),
    (ZHENG, "/runs/2"),
    (CHEN, "/reports"),
    (CHEN, "/reports/overdue"),
    (CHEN, "/reports/ledger"),
    (CHEN, "/reports/workload?by=leader"),
    (CHEN, "/reports/responsibility"),
    (ZHAO, "/issues/ZD-2026-001/annex"),
    (CHEN, "/reports/overdue?by=leader&as_of=2026-03-03"),
    (ZHAO, "/account"),
    (ZHAO, "/account/factor"),
    (SHEN, "/accounts"),
    (SHEN, "/accounts/sunba"),
    (SHEN, "/units?unit=乙建设办"),
    (ZHAO, "/reports/daily/2026-04-08"),
    (ZHAO, "/reports/daily/2026-04-08/hand-in"),
    (CHEN, "/reports/daily/2026-04-07"),
    (WU, "/reports/daily/2026-04-08/unit"),
    (ZHAO, "/roster"),
    (ZHAO, "/account/prove?next=/cases"),
    (ZHAO, "/deputies"),
    (ZHAO, "/inbox"),
    (WU, "/inbox"),
    (ZHAO, "/calendar/2026?from=2026-09-24&days=5&unit=working-day"),
    (SHEN, "/calendar/2027"),
    (ZHAO, "/workflows/key-issue"),
    (SHEN, "/workflows/petition"),
    (SHEN, "/roles"),
    (None, "/help"),
    (ZHAO, "/glossary"),
    (ZHAO, "/search?q=余额"),
    (ZHAO, "/search?q=查无此事"),
    (ZHAO, "/search?q=余额&in=note"),
    (ZHAO, "/search?q=余额&in=letter"),
    (JIANG, "/search?q=工资"),
]
LOOKS = [
    ("zh", "light", DESK), ("en", "dark", PHONE), ("zh", "dark", PHONE), ("en", "light", DESK),
    ("zh", "light", PHONE), ("en", "dark", DESK), ("zh", "dark", DESK), ("en", "light", PHONE),
]  # fmt: skip
"""The first two have each language, theme and width once; `DUBAN_LOOKS=8` looks in all."""
SEEN = LOOKS[: int(os.environ.get("DUBAN_LOOKS", "2"))]
PORTRAIT = (595.3, 841.9)
"""A4 in points."""


@pytest.fixture
def late(site: Site) -> Site:
    """Let the limits of the case pass."""
    desk.set_clock(site.application.settings.home, desk.START.replace(month=4, day=8))
    return site


@pytest.fixture
def uploads(late: Site) -> Site:
    """Upload two tables: one whose columns are to be settled, and one with wrong rows."""
    with late.application.writing("web") as writing:
        who = principal_of(writing, ZHAO.login)
        upload_unread(writing, who, ImportOrder("own.csv", OWN.encode()))
        upload(writing, who, ImportOrder("wrong.csv", WRONG.encode()))
    begin_runs(late)
    return late


def begin_runs(site: Site) -> None:
    """Begin an export that goes on, and one that is done."""
    order = ExportOrder("cases", CaseQuery(), ".csv", "清单")
    with site.application.writing("web") as writing:
        begun = [
            begin_export(writing, principal_of(writing, one.login), order) for one in (ZHAO, ZHENG)
        ]
    running.work(site.application, begun[1])


@pytest.mark.usefixtures("uploads")
@pytest.mark.parametrize(("locale", "theme", "width"), SEEN, ids=str)
def test_every_page_is_without_fault(
    late: Site, locale: str, theme: Literal["light", "dark"], width: int
) -> None:
    told, wanted = {"zh": ("zh-CN", "zh-CN"), "en": ("en", "en-GB")}[locale]
    window = late.window(None, width, theme, locale=wanted)
    assert late.faults(PLACES, window, told) == []


def test_the_chosen_theme_holds_against_the_system(site: Site) -> None:
    window = site.window(ZHAO, color_scheme="light")
    window.open("/account")
    light = window.page.evaluate("getComputedStyle(document.body).backgroundColor")
    window.page.get_by_role("button", name="深色").click()
    window.page.wait_for_url("**/account")
    dark = window.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light != dark
    assert window.barriers() == []


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_address_of_a_calendar_feed_is_shown_to_be_copied(site: Site, width: int) -> None:
    window = site.window(ZHANG, width)
    window.open("/account")
    window.press("生成订阅地址")
    address = window.page.get_by_label("复制到日历的“通过网址订阅”").input_value()
    assert "/api/v1/cases.ics?token=duban_" in address
    assert (window.barriers(), window.wrong, window.is_too_wide()) == ([], [], False)


def test_an_error_takes_the_eye_and_the_focus(site: Site) -> None:
    window = site.window(ZHAO)
    window.open("/issues/new")
    window.page.evaluate("document.querySelector('main form').noValidate = true")
    window.press("登记")
    assert window.page.evaluate("document.activeElement.className") == "error-summary"
    assert window.page.title().startswith("有错误：")
    window.page.click(".error-summary a")
    assert window.page.evaluate("document.activeElement.name") == "title"
    assert window.barriers() == []


def test_what_people_write_is_never_run(site: Site) -> None:
    story = Story(site.application)
    for odd in ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>',
                "</textarea><svg onload=alert(1)>"):  # fmt: skip
        story.do(WU, parts.add_note, story.code, odd)
        story.do(WU, parts.record_reply, story.code,
                 parts.ReplyOrder("interim", odd, date(2026, 3, 3), "letter"))  # fmt: skip
    window = site.window(ZHAO, bypass_csp=True)
    window.open(f"{CASE}?history=all")
    window.page.wait_for_timeout(200)
    assert window.wrong == []
    assert window.page.locator("main script, main img").count() == 0


def test_the_overdue_report_prints_on_a4(late: Site) -> None:
    window = late.window(CHEN)
    window.open("/reports/overdue")
    window.page.emulate_media(media="print")
    for hidden in ("nav.topnav", "form.filters", "[data-print]"):
        assert not window.page.locator(hidden).first.is_visible(), hidden
    assert window.page.locator(".print-head h1").inner_text() == "重点问题督办超期报告"
    assert "欠付工资" in window.words()
    (sheet,) = printed(window)
    assert (sheet.mediabox.width, sheet.mediabox.height) == pytest.approx(PORTRAIT, abs=1)
    assert "— 1 —" in sheet.extract_text()


def printed(window: Window) -> list[PageObject]:
    """Print what a window shows; give the sheets."""
    return list(PdfReader(BytesIO(window.page.pdf(prefer_css_page_size=True))).pages)


def test_a_long_report_repeats_its_heads_and_numbers_its_sheets(late: Site) -> None:
    story = Story(late.application)
    for number in range(48):
        task = NewCase(f"第{number + 1}项任务", measures_text="一查\n二改")
        story.do(ZHAO, cases.register_case, story.issue, task)
    window = late.window(CHEN)
    for place, size, head in (
        ("/reports/ledger", PORTRAIT, "牵头单位"),
        ("/issues/ZD-2026-001/annex", PORTRAIT[::-1], "协办单位"),
    ):
        window.open(place)
        sheets = printed(window)
        assert len(sheets) > 1, place
        for number, sheet in enumerate(sheets, 1):
            text = sheet.extract_text().replace(" ", "")
            assert (sheet.mediabox.width, sheet.mediabox.height) == pytest.approx(size, abs=1)
            assert f"—{number}—" in text, place
            assert head in text or "第" not in text, (place, number)


def test_the_daily_report_prints_on_one_a4(late: Site) -> None:
    """Nothing but the report is on paper; printed again later it has the same words."""
    window = late.window(ZHAO)
    window.open("/reports/daily/2026-04-08/hand-in")
    window.fill({"text": "在办40件"})
    window.press("下一步：核对")
    assert "填报“在办40件”，系统统计" in window.words()
    assert window.barriers() == []
    window.page.check("#f-ok")
    window.press("报送")
    printed = []
    for _ in range(2):
        window.open("/reports/daily/2026-04-08")
        pages = PdfReader(BytesIO(window.page.pdf(prefer_css_page_size=True))).pages
        assert len(pages) == 1
        assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [210, 297]
        printed.append(re.sub(r"\s", "", pages[0].extract_text()))
        desk.set_clock(late.application.settings.home, desk.START.replace(year=2027))
        window = late.window(CHEN)
    assert printed[0] == printed[1]
    for told in ("重点问题化解日报", "第1期", "2026年4月8日", "赵六于2026年4月8日15:00报送。"):
        assert told in printed[0]
    for hidden in ("各单位报来的情况", "审核并报送", "工作台", "打印"):
        assert hidden not in printed[0]


def test_filters_of_the_list_work_without_leaving_the_page(site: Site) -> None:
    window = site.window(ZHAO)
    window.open("/cases")
    window.page.evaluate("window.stayed = true")
    with window.page.expect_response(lambda answer: "state=closed" in answer.url):
        window.page.select_option("#st", "closed")
    window.page.wait_for_selector("text=没有符合条件的事项")
    assert "state=closed" in window.page.url
    assert window.page.evaluate("window.stayed") is True
    assert window.wrong == []


def test_many_cases_are_chosen_with_one_tick_and_nudged(late: Site) -> None:
    story = Story(late.application)
    story.do(ZHAO, cases.register_case, story.issue, cases.NewCase("另一件"))
    window = late.window(ZHAO)
    window.open("/cases")
    page = window.page
    page.check("[data-all]")
    assert page.locator('input[name="id"]:checked').count() == 2
    assert page.inner_text("[data-chosen]") == "已选2件。"
    page.uncheck('input[name="id"] >> nth=0')
    assert page.evaluate("document.querySelector('[data-all]').indeterminate") is True
    page.check("[data-all]")
    window.press("发送催办提醒")
    window.fill({"text": "请今天反馈"})
    window.press("下一步：核对")
    assert "可以办理2件" in window.words()
    assert window.barriers() == []
    window.press("催办这2件")
    assert "已办理2件" in window.words()
    assert window.barriers() == []
    assert window.wrong == []


def test_the_language_can_be_changed_in_the_head_of_a_phone(site: Site) -> None:
    window = site.window(ZHAO, PHONE)
    window.open("/cases")
    switch = window.page.locator("header button[name=locale]")
    assert switch.is_visible()
    with window.page.expect_navigation():
        switch.click()
    assert window.page.get_attribute("html", "lang") == "en"
    assert window.page.url.endswith("/cases")


def test_a_wrong_filter_is_told_in_place(site: Site) -> None:
    window = site.window(ZHAO)
    assert window.open("/cases?due=never") == 422
    assert "时限“never”：须为其一：已超期、三个工作日内到期、本月到期。" in window.words()
    assert window.barriers() == []


def test_what_cannot_be_sent_is_kept_and_what_cannot_be_read_is_told(site: Site) -> None:
    window = site.window(ZHAO)
    window.open("/issues/new")
    page = window.page
    lost, offline = page.locator("#lost"), page.locator("#offline")
    assert not offline.is_visible()
    window.fill({"title": "某处停工"})
    assert window.barriers() == []  # and the checker is there, once nothing can be had any more
    page.context.set_offline(True)
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main button.btn--primary").click()
    assert "没有联网，没有提交" in offline.inner_text()
    assert page.input_value('main [name="title"]') == "某处停工"
    assert window.barriers() == []
    page.context.set_offline(False)
    offline.wait_for(state="hidden")
    window.open("/cases")
    assert window.barriers() == []
    page.route("**/cases?*", lambda route: route.abort())
    page.select_option("#st", "closed")
    lost.wait_for(state="visible")
    assert "没有读到新的内容" in lost.inner_text()
    assert window.barriers() == []
    page.unroute("**/cases?*")
    page.select_option("#st", "assigned")
    lost.wait_for(state="hidden")
