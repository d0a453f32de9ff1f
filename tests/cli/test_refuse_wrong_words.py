"""Wrong words about reports, the calendar, letters and days: one clear sentence each, exit 2."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.service.reports.asking import GROUPINGS
from engine.service.reports.catalogue import REPORTS
from tests.cli.conftest import Terminal
from tests.cli.test_import import GOOD, table

AS_OF = {
    "2026-13-01": "such as 2026-03-03",
    "2026-02-30T10:00": "such as 2026-03-03",
    "2026-03-03T25:00": "such as 2026-03-03",
    "2026-03-03T10:00+25:00": "such as 2026-03-03",
    "2026-03-03T10:00 Asia/Shanghai": "such as 2026-03-03",
    "yesterday": "such as 2026-03-03",
    "20260303": "such as 2026-03-03",
    "": "such as 2026-03-03",
    "２０２６-03-03": "such as 2026-03-03",
    "2026-03-03T15:00:01+08:00": "2026-03-03T15:00:00+08:00",
    "2027-01-01": "2026-03-03T15:00:00+08:00",
    "9999-12-31T23:59:59-12:00": "2026-03-03T15:00:00+08:00",
    "1999-12-31": "2000-01-01",
    "0001-01-01T00:00:00+14:00": "2000-01-01",
    "1900-01-01": "2000-01-01",
}
FILTERS = {
    ("--by", "colour"): ", ".join(GROUPINGS),
    ("--by", "Unit"): ", ".join(GROUPINGS),
    ("--by", ""): ", ".join(GROUPINGS),
    ("--unit", "没有"): "没有",
    ("--unit", ""): "",
    ("--leader", "nobody"): "nobody",
    ("--leader", "张三"): "张三",
    ("--issue", "ZD-1999-001"): "ZD-1999-001",
    ("--stage", "late"): "in-resolution",
    ("--limit", "0"): "from 1",
    ("--limit", "-1"): "from 1",
    ("--limit", "1.5"): "from 1",
    ("--limit", "9" * 40): "from 1",
    ("--as", "nobody"): "nobody",
    ("--format", "xml"): "table, json, csv",
    ("--colour", "red"): "--colour",
    ("--out", "report"): ".xlsx",
    ("--out", "report.pdf"): ".xlsx",
    ("--out", ".xlsx"): ".xlsx",
    ("--out", ""): "duban: --out is of a kind that this cannot write",
    ("--out", "/proc/none.csv"): "/proc/none.csv",
    ("--out", "no/where.csv"): "no/where.csv",
    ("--out", "folder.csv"): "folder.csv",
    ("--out", "a\x00.csv"): "",
    ("--out", "长" * 300 + ".csv"): "",
}
OTHERS = {
    ("report", "colour"): "overdue",
    ("report",): "overdue",
    ("report", "overdue", "extra"): "extra",
    ("calendar", "show", "year"): "whole number",
    ("calendar", "show", "1200"): "1200",
    ("calendar", "show", "99999"): "99999",
    ("calendar", "due", "2026-02-30", "5"): "such as 2026-03-03",
    ("calendar", "due", "2026-03-03T10:00", "5"): "such as 2026-03-03",
    ("calendar", "due", "2026-03-03", "0"): "1 to 10000",
    ("calendar", "due", "2026-03-03", "-5"): "",
    ("calendar", "due", "2026-03-03", "10001"): "10000",
    ("calendar", "due", "2026-03-03", "five"): "whole number",
    ("calendar", "due", "9999-12-31", "5"): "",
    ("calendar", "due", "2026-03-03", "5", "--unit", "fortnight"): "working-day, natural-day",
    ("calendar", "due", "2026-03-03", "5", "--unit", "working-hour"): "working-day, natural-day",
    ("calendar", "override", "2026-03-04", "rest", "--reason", "停电"): "work, off",
    ("calendar", "override", "2026-03-04", "off"): "--reason",
    ("calendar", "override", "2026-03-04", "off", "--reason", " "): "reason",
    ("calendar", "override", "1200-03-04", "off", "--reason", "停电"): "1200",
    ("calendar", "override", "2026-02-29", "off", "--reason", "停电"): "such as 2026-03-03",
    ("calendar", "import", "none.json"): "none.json",
    ("calendar", "import", "folder.csv"): "folder.csv",
    ("calendar", "import", "empty.json"): "empty.json",
    ("calendar", "import", "list.json"): "list.json",
    ("calendar", "import", "binary.json"): "binary.json",
    ("letter", "show", "DB-2026-0001-9"): "DB-2026-0001-9",
    ("letter", "show", "督办"): "督办",
    ("letter", "list", "--waits-for", "rain"): "",
    ("report", "daily", "--as-of", "2026-02-30"): "such as 2026-03-03",
    ("report", "daily", "--as-of", "2027-01-01"): "",
    ("report", "daily", "--out", "daily.txt"): "daily.txt",
    ("report", "daily", "--out", "no/where.docx"): "no/where.docx",
    ("case", "list", "--as-of", "2027-01-01"): "2026-03-03T15:00:00+08:00",
    ("case", "list", "--sort", "colour"): "limit",
    ("case", "list", "--state", "late"): "in-resolution",
    ("export", "--kind", "pdf", "--out", "a.pdf"): "xes",
    ("export", "--kind", "xes", "--out", "no/where.xes"): "no/where.xes",
    ("export", "--kind", "xes"): "--out",
}


@pytest.fixture
def small(office: Terminal, tmp_path: Path) -> Iterator[Terminal]:
    """Give an office with two cases, and some files that are nothing."""
    office.done("import", table(tmp_path, GOOD))
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "empty.json").write_text("")
    (tmp_path / "list.json").write_text("[1, 2]")
    (tmp_path / "binary.json").write_bytes(bytes(range(256)))
    yield office
    assert not list(tmp_path.glob("*.pdf"))


pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_an_instant_that_is_none_or_lies_ahead_is_refused_with_what_would_do(
    small: Terminal,
) -> None:
    for text, told in AS_OF.items():
        assert told in small.refused("report", "overdue", "--as-of", text), text


def test_every_report_refuses_what_it_does_not_know(small: Terminal) -> None:
    for number, (words, told) in enumerate(FILTERS.items()):
        name = list(REPORTS)[number % len(REPORTS)]
        assert told in small.refused("report", name, *words), (name, words)


def test_before_the_first_event_every_report_is_empty(small: Terminal) -> None:
    for name in REPORTS:
        for at in ("2000-01-01", "2026-03-03T14:59:59+08:00"):
            answer = small.done("report", name, "--as-of", at).json()
            assert (answer["total"], answer["items"]) == (0, []), name
    assert small.done("case", "list", "--as-of", "2000-01-01").json()["total"] == 0


def test_whatever_else_is_wrong_is_told_in_a_sentence(small: Terminal) -> None:
    for words, told in OTHERS.items():
        assert told in small.refused(*words), words
