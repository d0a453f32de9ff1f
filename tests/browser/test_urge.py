"""Urging letters and the supervision workbench in a real browser, on paper, without scripts."""

import re
from datetime import date
from io import BytesIO
from typing import Literal

import pytest
from pypdf import PdfReader

from engine.service import letters
from engine.service.letters import LetterOrder
from tests.browser.window import DESK, PHONE, Site, Window
from tests.people import CHEN, HAN, WU, ZHANG, Person
from tests.web import desk
from tests.web.story import Story

SAID = "落实资金。三日内到账，报送凭证\n补齐专班责任"
LOOKS = [("zh", "light", DESK), ("zh", "dark", PHONE), ("en", "light", PHONE), ("en", "dark", DESK)]
MILLIMETRE = 96 / 25.4
FEW = 4
"""Pages that are looked at in every look; the others are in one."""


def urge(site: Site) -> Site:
    """Let there be a letter that is signed for and a draft."""
    story = Story(site.application)
    for issued in (True, False):
        order = LetterOrder(SAID, date(2026, 3, 10), "领导小组会议纪要")
        no = story.do(CHEN, letters.draft_letter, story.code, order)["no"]
        if issued:
            story.do(CHEN, letters.issue_letter, no)
            story.do(WU, letters.sign_letter, no)
    return site


@pytest.fixture
def urged(site: Site) -> Site:
    """Serve an office in which letters are under way."""
    return urge(site)


def numbers(site: Site) -> list[str]:
    """Give the letters' numbers in addresses."""
    return [letter["no"] for letter in Story(site.application).case(CHEN)["urges"]]


def places(site: Site) -> list[tuple[Person, str]]:
    """Name the pages of letters and supervision, those that differ most from others first."""
    story, (issued, draft) = Story(site.application), numbers(site)
    return [
        (WU, f"/letters/{issued}"),
        (CHEN, f"/letters/{draft}/do/issue"),
        (CHEN, f"/supervision?case={story.code}&seq=3&a=3&b=9"),
        (WU, "/my"),
        (CHEN, f"/letters/{draft}"),
        (CHEN, f"/letters/{draft}/do/revise"),
        (CHEN, f"/cases/{story.code}"),
        (CHEN, "/my"),
        (CHEN, "/supervision?urge=answer"),
        (CHEN, "/supervision/check"),
        (HAN, "/supervision"),
    ]


@pytest.mark.parametrize(("locale", "theme", "width"), LOOKS, ids=str)
def test_every_page_is_without_fault(
    urged: Site, locale: str, theme: Literal["light", "dark"], width: int
) -> None:
    told, wanted = {"zh": ("zh-CN", "zh-CN"), "en": ("en", "en-GB")}[locale]
    shown = places(urged)
    if (locale, theme, width) != LOOKS[0]:
        shown = shown[:FEW]
    window = urged.window(None, width, theme, locale=wanted)
    assert urged.faults(shown, window, told) == []


def take(window: Window, act: str, **given: str) -> None:
    """Fill in, check, send: from the page that offers it."""
    window.press(act)
    window.fill(given)
    window.press("下一步：核对")
    window.page.check('[name="ok"]')
    with window.page.expect_navigation():
        window.page.click('form:has([name="ok"]) .btn--primary')


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_letter_goes_its_way(site: Site, *, scripts: bool) -> None:
    chen = site.window(CHEN, java_script_enabled=scripts)
    chen.open("/cases/DB-2026-0001")
    take(chen, "起草督办函", demands=SAID, answer_by="2026-03-10")
    assert "草稿已保存" in chen.words()
    take(chen, "发出督办函")
    assert "〔2026〕第1号" in chen.words()
    leader = site.window(ZHANG, PHONE, java_script_enabled=scripts)
    leader.open("/my")
    leader.press("签收督办函")
    take(leader, "签收督办函")
    take(leader, "回复督办函", text="资金已到账")
    chen.open("/my")
    chen.press("1份督办函回复待审核")
    chen.press("〔2026〕第1号")
    take(chen, "审核回复", verdict="accepted", text="属实")
    assert "回复已认可" in chen.words()
    assert [*chen.wrong, *leader.wrong] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_check_is_asked_for_and_its_end_is_seen(site: Site, *, scripts: bool) -> None:
    window = site.window(CHEN, java_script_enabled=scripts)
    window.open("/supervision")
    window.press("开始校验")
    assert window.page.url.endswith("/supervision/check")
    if scripts:
        window.page.wait_for_selector(".verdict--good", timeout=60_000)
    for _ in range(600):
        if "首尾相接" in window.words():
            break
        window.page.wait_for_timeout(100)
        window.press("查看进度")
    assert "条记录首尾相接" in window.words()
    assert window.wrong == []


def printed(site: Site, no: str) -> list[str]:
    """Print a letter; give what stands on its pages, which are A4, without spaces."""
    window = site.window(CHEN)
    window.open(f"/letters/{no}")
    found = PdfReader(BytesIO(window.page.pdf(prefer_css_page_size=True)))
    for sheet in found.pages:
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == (595, 842)
    return [re.sub(r"\s+", "", sheet.extract_text()) for sheet in found.pages]


def test_a_letter_is_printed_in_letter_form(urged: Site) -> None:
    issued, draft = numbers(urged)
    first, slip = printed(urged, issued)
    assert first.startswith("甲镇督查组〔2026〕第1号关于限期化解")
    assert first.endswith("抄送：副镇长张三，乙建设办。")
    assert "一、落实资金。三日内到账" in first
    assert slip.startswith("督办函回复单")
    assert "—" not in first + slip
    assert "办理进程" not in first + slip
    assert "（草稿）" in printed(urged, draft)[0]


def test_a_long_letter_goes_on_overleaf_where_pages_are_numbered(site: Site) -> None:
    story = Story(site.application)
    order = LetterOrder("\n".join([SAID.partition("\n")[0] * 5] * 9), date(2026, 3, 10))
    no = story.do(CHEN, letters.draft_letter, story.code, order)["no"]
    first, second, *_, slip = printed(site, no)
    assert "—" not in first
    assert second.startswith("—2—")
    assert slip.startswith("督办函回复单")


def test_the_red_double_rule_is_drawn_by_the_style(urged: Site) -> None:
    window = urged.window(CHEN)
    window.open(f"/letters/{numbers(urged)[0]}")
    window.page.emulate_media(media="print")
    for place, wide, thin in (("top", "Top", "Bottom"), ("end", "Bottom", "Top")):
        width, colour, thick, fine = window.page.evaluate(
            f"""() => {{ const rule = document.querySelector(".letter__rule--{place}");
                const style = getComputedStyle(rule);
                return [rule.getBoundingClientRect().width, style.borderTopColor,
                        parseFloat(style.border{wide}Width), parseFloat(style.border{thin}Width)];
            }}"""
        )
        assert round(width / MILLIMETRE) == 170
        assert colour == "rgb(200, 16, 46)"
        assert thick > fine > 0


def test_the_letter_is_black_on_white_in_the_dark_too(urged: Site) -> None:
    window = urged.window(WU, color_scheme="dark")
    window.open(f"/letters/{numbers(urged)[0]}")
    sheet = "getComputedStyle(document.querySelector('.sheet.letter'))"
    assert window.page.evaluate(f"{sheet}.backgroundColor") == "rgb(255, 255, 255)"
    assert window.page.evaluate(f"{sheet}.color") == "rgb(0, 0, 0)"


def test_time_passes_and_the_letter_is_told_to_be_late(urged: Site) -> None:
    desk.set_clock(urged.application.settings.home, desk.START.replace(month=4, day=8))
    window = urged.window(WU)
    window.open("/my")
    window.press("回复督办函")
    assert "3月10日已过" in window.words()
