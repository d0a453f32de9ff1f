"""Letter, annex, overdue report and daily report on A4, read back from the PDF that is printed."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache, cached_property
from io import BytesIO
from typing import Any, NamedTuple
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from engine.service import cases, daily, letters
from engine.service.cases import NewCase
from engine.service.letters import LetterOrder
from tests.browser.conftest import opened
from tests.browser.window import Chromium, Site
from tests.people import CHEN, ZHAO
from tests.web import desk
from tests.web.story import Story, model

TASKS = 40
DEMAND = "落实资金。三日内到账，报送凭证；" * 5
LETTER = "/letters/"
DAILY = "/reports/daily/2026-04-08"
MILLIMETRE = 96 / 25.4


class Form(NamedTuple):
    """What a paper has to be: its sides and the width of what is written on it, in millimetres."""

    sides: tuple[int, int]
    written: int
    head: str | None
    sheets: range


FORMS = {
    LETTER: Form((210, 297), 210, None, range(3, 5)),
    "/issues/ZD-2026-001/annex": Form((297, 210), 261, "协办单位", range(2, 7)),
    "/reports/overdue": Form((210, 297), 180, "牵头单位", range(2, 7)),
    DAILY: Form((210, 297), 180, None, range(1, 2)),
}
NEVER = ("跳到正文", "工作台", "我的事项", "English", "跟随系统", "打印", "下载DOCX", "存为Word")
"""What helps to find one's way on a screen, and is not printed."""
UNSEEN = "document.querySelectorAll('.vh, .skip').forEach(one => one.remove())"
"""What only a screen reader reads is not on paper."""
CUT = """() => [...document.querySelectorAll("body *")].filter(one => {
    if (!one.checkVisibility() || one.closest("svg, .vh, .skip, .sprite")) { return false; }
    const box = one.getBoundingClientRect(), style = getComputedStyle(one);
    const hides = style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1
        || style.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1;
    return box.right > innerWidth + 1 || box.left < -1 || hides;
}).map(one => `${one.tagName}.${one.className}: ${one.innerText.slice(0, 40)}`)"""


def squeezed(text: str) -> str:
    """Leave out spaces, which a PDF has elsewhere, and take what looks alike as the same."""
    return re.sub(r"\s+", "", normalize("NFKC", text))


class Paper:
    """What a page becomes when it is printed, and what it shows."""

    def __init__(self, site: Site, place: str) -> None:
        self.place, self.form = place, FORMS[place]
        self.window = site.window(CHEN)
        if place == LETTER:
            place += Story(site.application).case(CHEN)["urges"][0]["no"]
        assert self.window.open(place) == 200
        self.pdf = PdfReader(BytesIO(self.window.page.pdf(prefer_css_page_size=True)))
        self.window.page.emulate_media(media="print")

    @cached_property
    def sheets(self) -> list[str]:
        """What stands on each sheet, without spaces."""
        return [squeezed(sheet.extract_text()) for sheet in self.pdf.pages]

    def lines(self) -> list[str]:
        """Give what a reader of the page should find on paper, in its order."""
        self.window.page.evaluate(UNSEEN)
        shown = re.split(r"[\n\t]", self.window.page.inner_text("body"))
        return [line for line in map(squeezed, shown) if line]

    def fonts(self) -> Iterator[tuple[str, bool]]:
        """Name the fonts with whether their letters are in the file."""
        for sheet in self.pdf.pages:
            found: Any = sheet["/Resources"]
            for font in found.get("/Font", {}).values():
                yield from letters_of(font.get_object())


@cache
def paper_of(site: Site, place: str) -> Paper:
    """Print a page once for all tests of this file."""
    return Paper(site, place)


def letters_of(font: Any) -> Iterator[tuple[str, bool]]:  # noqa: ANN401  # of pypdf
    """Tell of a font whether its letters are in the file."""
    if font["/Subtype"] == "/Type3":
        yield str(font.get("/Name", "drawn")), True
        return
    for one in font.get("/DescendantFonts", [font]):
        described = one.get_object()["/FontDescriptor"].get_object()
        yield str(font["/BaseFont"]), any(f"/FontFile{n}" in described for n in ("", "2", "3"))


@pytest.fixture(scope="module")
def office(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve an office with much that is late, a long letter and the day's report handed in."""
    for site in opened(tmp_path_factory.mktemp("paper") / "office", model(), chromium):
        story = Story(site.application)
        for number in range(TASKS):
            task = NewCase(f"第{number + 1}项任务", measures_text="一查\n二改")
            story.do(ZHAO, cases.register_case, story.issue, task)
        order = LetterOrder("\n".join([DEMAND] * 9), date(2026, 3, 10), "领导小组会议纪要")
        no = story.do(CHEN, letters.draft_letter, story.code, order)["no"]
        story.do(CHEN, letters.issue_letter, no)
        desk.set_clock(site.application.settings.home, desk.START.replace(month=4, day=8))
        story.do(ZHAO, daily.hand_in, date(2026, 4, 8))
        yield site


PROSE = [place for place, form in FORMS.items() if not form.head]
TABLES = [place for place, form in FORMS.items() if form.head]


@pytest.mark.parametrize("place", PROSE)
def test_what_is_printed_is_the_text_of_the_page_from_first_to_last(
    office: Site, place: str
) -> None:
    paper = paper_of(office, place)
    printed = "".join(re.sub(r"—\d+—", "", sheet) for sheet in paper.sheets)
    assert printed == "".join(paper.lines())


@pytest.mark.parametrize("place", TABLES)
def test_what_is_printed_is_every_line_of_the_page_and_no_more(office: Site, place: str) -> None:
    """No line is on an earlier sheet than the one before it; what is left are repeated heads.

    Within a sheet the browser draws what stands around a table before the table.
    """
    paper = paper_of(office, place)
    left, at, lines = [re.sub(r"—\d+—", "", sheet) for sheet in paper.sheets], 0, paper.lines()
    for line in lines:
        while at < len(left) and line not in left[at]:
            at += 1
        assert at < len(left), f"{line} is missing, or not where it belongs: {left}"
        left[at] = left[at].replace(line, "|", 1)
    heads = "".join(squeezed(head) for head in paper.window.page.locator("th").all_inner_texts())
    assert all(part in heads for sheet in left for part in sheet.split("|")), left


@pytest.mark.parametrize("place", FORMS)
def test_nothing_that_helps_on_a_screen_is_printed(office: Site, place: str) -> None:
    printed = "".join(paper_of(office, place).sheets)
    assert [word for word in NEVER if word in printed] == []


@pytest.mark.parametrize("place", FORMS)
def test_sheets_are_of_a4_numbered_and_never_empty(office: Site, place: str) -> None:
    paper = paper_of(office, place)
    assert len(paper.sheets) in paper.form.sheets
    for number, (sheet, text) in enumerate(zip(paper.pdf.pages, paper.sheets, strict=True), 1):
        sides = tuple(round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:])
        assert sides == paper.form.sides
        assert len(text) > 60, f"sheet {number} holds only {text}"
        plain = place == LETTER and number in {1, len(paper.sheets)}
        assert (f"—{number}—" in text) is not plain, number
    assert all(embedded for _, embedded in paper.fonts())
    assert len({name for name, _ in paper.fonts()}) >= 1


@pytest.mark.parametrize("place", TABLES)
def test_heads_of_a_table_are_repeated_on_every_sheet(office: Site, place: str) -> None:
    paper = paper_of(office, place)
    head = paper.form.head or ""
    rows = [len(re.findall(r"第\d+项任务", text)) for text in paper.sheets]
    assert sum(rows) >= TASKS
    assert all(head in text for text, held in zip(paper.sheets, rows, strict=True) if held)


@pytest.mark.parametrize("place", FORMS)
def test_nothing_is_cut(office: Site, place: str) -> None:
    paper = paper_of(office, place)
    wide = int(paper.form.written * MILLIMETRE)
    paper.window.page.set_viewport_size({"width": wide, "height": 1000})
    assert paper.window.page.evaluate(CUT) == []
