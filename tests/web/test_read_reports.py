"""Reports on pages: every one at any instant, and as a file that holds what the page shows."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
from python_calamine import CalamineWorkbook

from engine.output.paper import MEDIA
from engine.service import cases
from engine.service.cases import NewCase
from engine.service.principals import principal_of
from engine.service.reports import holders
from engine.service.reports.asking import ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.service.reports.overdue import every
from tests.people import CHEN, HAN, SHEN, ZHANG, ZHAO, ZHENG
from tests.web import desk
from tests.web.story import Story, model


@pytest.fixture
def late(tmp_path: Path) -> Story:
    """Let the limits of a case pass, and those of two more of the same issue."""
    office = desk.copy_of(model(), tmp_path)
    story = Story(office)
    for task in ("=cmd|'!A0", "<b>工地安全</b>"):
        story.do(ZHAO, cases.register_case, story.issue, NewCase(task, measures_text="一查\n二改"))
    desk.set_clock(office.settings.home, desk.START.replace(month=4, day=8))
    return story


def test_the_index_leads_to_every_report(late: Story) -> None:
    there = desk.enter(late.application, ZHAO)
    index = there.get("/reports").text
    for name in REPORTS:
        assert f'href="/reports/{name}"' in index
        shown = there.get(f"/reports/{name}")
        assert shown.status_code == 200
        assert late.code in shown.text or name in {"workload", "pingpong"}


def test_a_file_holds_what_the_page_shows(late: Story) -> None:
    there = desk.enter(late.application, ZHAO)
    for name in REPORTS:
        hold_together(there, late, name)


def hold_together(there: desk.Browser, late: Story, name: str) -> None:
    """Take every file that a page offers, and hold their rows against each other and the page."""
    page = there.get(f"/reports/{name}?by=issue&issue={late.issue}").text
    found = re.findall(r'href="(/reports/[^"]*format=[^"]*)"', page)
    links = [link.replace("&amp;", "&") for link in found]
    rows = {}
    for link, ending in zip(links, (".xlsx", ".docx", ".csv"), strict=True):
        file = there.get(link)
        assert file.headers["content-type"].startswith(MEDIA[ending].split(";")[0])
        given = file.headers["content-disposition"]
        assert given.startswith("attachment; filename=")
        assert unquote(given).endswith(f"2026-04-08{ending}")
        assert "sandbox" in file.headers["content-security-policy"]
        rows[ending] = read(file.content, ending)
    assert [len(found) for found in rows.values()] == [len(rows[".csv"])] * 3
    firsts = {ending: [row[0].lstrip("'") for row in found] for ending, found in rows.items()}
    assert firsts[".xlsx"] == firsts[".docx"] == firsts[".csv"]
    assert all(first in desk.text_of(page) for first in firsts[".csv"])


def read(content: bytes, ending: str) -> list[list[str]]:
    """Read the rows of a file below its heads."""
    if ending == ".csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    if ending == ".docx":
        table = docx.Document(io.BytesIO(content)).tables[-1]
        return [[cell.text for cell in row.cells] for row in table.rows[1:]]
    page = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    blank = next(number for number, row in enumerate(page) if not any(row))
    return [[str(cell) for cell in row] for row in page[blank + 2 :]]


def test_a_file_holds_what_its_reader_may_see_and_no_more(late: Story) -> None:
    for person, count in ((ZHAO, 3), (HAN, 3), (ZHANG, 1), (ZHENG, 0)):
        there = desk.enter(late.application, person)
        assert len(read(there.get("/reports/ledger?format=csv").content, ".csv")) == count, person
        assert desk.text_of(there.get("/reports/ledger").text).count("DB-2026-") == count
    for path in ("/reports", "/reports/ledger", "/reports/ledger?format=xlsx",
                 f"/issues/{late.issue}/annex"):  # fmt: skip
        assert desk.enter(late.application, SHEN).get(path).status_code == 403


def test_what_is_asked_wrongly_is_told_in_a_sentence(late: Story) -> None:
    there = desk.enter(late.application, CHEN)
    for asked in ("format=pdf", "as_of=2026-02-30", "by=colour", "stage=none", "unit=没有",
                  "issue=ZD-1999-001", "as_of=2099-01-01", "cursor=x"):  # fmt: skip
        answer = there.get(f"/reports/overdue?{asked}")
        assert answer.status_code == 422, asked


def test_the_sentence_above_the_overdue_counts_what_is_listed_below(late: Story) -> None:
    with late.application.reading("web", "zh") as office:
        who = principal_of(office, ZHAO.login)
        told = holders.lateness(office, who, ReportQuery())
        days = sorted(
            item["days"]["working"] for item in every(office, who, ReportQuery())["items"]
        )
        ago = ReportQuery(as_of=office.now - timedelta(days=7))
        before = every(office, who, ago)["total"]
    assert told["overdue"] == len(days) == 3
    assert (told["longest"], told["median"]) == (days[-1], days[1])
    assert told["week_before"] == before
    assert sum(holder["count"] for holder in told["units"]) == 3
    assert [sum(holder["buckets"]) for holder in told["leaders"]] == [
        holder["count"] for holder in told["leaders"]
    ]
    assert told["open"] == sum(holder["open"] for holder in told["units"])


def test_the_annex_is_the_official_table_of_one_issue(late: Story) -> None:
    there = desk.enter(late.application, ZHANG)
    alone = desk.text_of(there.get(f"/issues/{late.issue}/annex").text)
    assert "某某小区停工化解任务分解表" in alone
    assert "工地安全" not in alone
    whole = desk.enter(late.application, CHEN).get(f"/issues/{late.issue}/annex").text
    assert 'rowspan="3"' in whole
    assert "&lt;b&gt;工地安全&lt;/b&gt;" in whole
    assert "一查<br>二改" in whole
    assert there.get("/issues/ZD-1999-001/annex").status_code == 404
