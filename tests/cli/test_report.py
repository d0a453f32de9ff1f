import csv
import json
from pathlib import Path

import docx
import pytest
from python_calamine import CalamineWorkbook

from engine.output.paper import ENDINGS, TEMPLATES
from engine.service.reports.catalogue import REPORTS
from engine.settings import load_settings
from tests.cli.conftest import Terminal
from tests.cli.test_import import GOOD, table


@pytest.fixture
def late(office: Terminal, tmp_path: Path) -> Terminal:
    """Give an office in which two cases wait for their assignment for too long."""
    office.done("import", table(tmp_path, GOOD.replace("复工交付", "=复工+交付")))
    office.at("2026-03-11T15:00:00+08:00")
    return office


def test_what_is_overdue_is_listed_and_counted(late: Terminal) -> None:
    answer = late.done("report", "overdue", "--by", "unit").json()
    assert (answer["total"], answer["next"], len(answer["items"])) == (2, None, 2)
    item = answer["items"][0]
    assert (item["clock"], item["days"]) == ("assign", {"calendar": 7, "working": 5})
    assert sum(group["count"] for group in answer["groups"]) == 2
    first = late.done("report", "overdue", "--limit", "1").json()
    assert (len(first["items"]), first["total"]) == (1, 2)


def test_every_report_is_printed_in_every_shape(late: Terminal) -> None:
    for name, report in REPORTS.items():
        asked = ("report", name, "--as-of", "2026-03-11", "--by", "leader")
        answer = late.done(*asked, "--format", "json").json()
        assert {"as_of", "items", "next", "total", "groups"} <= set(answer), name
        assert answer["total"] == len(answer["items"]), name
        heads, *rows = csv.reader(late.done(*asked, "--format", "csv").out.splitlines())
        assert heads == [column.key for column in report.columns]
        assert len(rows) == answer["total"]
        assert late.done(*asked, "--format", "table").out
    assert "Not yet assigned" in late.done("report", "workload", "--format", "table").out
    buckets = late.done("report", "ageing", "--bucket", "4").json()
    assert [bucket["count"] for bucket in buckets["buckets"]] == [0, 2, 0, 0]
    assert buckets["total"] == 2


def test_a_past_instant_has_its_own_answer(late: Terminal) -> None:
    assert late.done("report", "overdue", "--as-of", "2026-03-04").json()["total"] == 0
    exact = late.done("report", "overdue", "--as-of", "2026-03-05T00:00:00+08:00").json()
    assert exact["total"] == 2
    local = late.done("report", "overdue", "--as-of", "2026-03-05T00:00:00").json()
    assert local["as_of"] == exact["as_of"]


def test_people_read_words(late: Terminal) -> None:
    late.set("DUBAN_LOCALE", "zh")
    out = late.done("report", "overdue", "--by", "leader", "--format", "table").out
    assert "共2项" in out
    assert "交办" in out
    assert "已登记" in out


def test_files_are_written_by_their_ending_and_run_nothing(late: Terminal, tmp_path: Path) -> None:
    for name in ("a.json", "a.csv", "a.xlsx", "a.docx"):
        assert f"Written to {name}: 2 rows." in late.done("report", "overdue", "--out", name).out
    assert json.loads((tmp_path / "a.json").read_text())["total"] == 2
    marked = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert marked.startswith("\ufeff")
    titles = [row[1] for row in csv.reader(marked.removeprefix("\ufeff").splitlines())]
    assert "'=复工+交付" in titles
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    heads = next(number for number, row in enumerate(rows) if row[0] == "Code")
    assert "=复工+交付" in [row[1] for row in rows]
    assert {type(row[6]) for row in rows[heads + 1 :]} == {float}
    (table,) = docx.Document(str(tmp_path / "a.docx")).tables
    assert "=复工+交付" in [row.cells[1].text for row in table.rows]


def test_every_report_is_a_file_of_every_kind(late: Terminal, tmp_path: Path) -> None:
    late.set("DUBAN_LOCALE", "zh")
    for name in REPORTS:
        asked = ("report", name, "--by", "unit", "--unit", "乙建设办", "--out")
        for ending in ENDINGS:
            late.done(*asked, f"{name}{ending}")
        page = CalamineWorkbook.from_path(str(tmp_path / f"{name}.xlsx")).get_sheet_by_index(0)
        told = [str(line[0]) for line in page.to_python()]
        assert told[0].startswith("重点问题督办")
        assert told[1].endswith("截至2026年3月11日15:00")
        assert told[2] == "单位：乙建设办"
        lines = [p.text for p in docx.Document(str(tmp_path / f"{name}.docx")).paragraphs]
        assert (lines[0], lines[2:4]) == (told[0], told[2:4])


def test_a_decomposition_on_paper_is_read_again(late: Terminal) -> None:
    late.set("DUBAN_LOCALE", "zh")
    for ending in (".xlsx", ".docx"):
        late.done("report", "decomposition", "--by", "unit", "--out", f"again{ending}")
        told = late.done("import", f"again{ending}", "--dry-run", "--format", "json").json()
        assert [row["fate"] for row in told["rows"]] == ["there"] * 2, ending


def test_the_office_keeps_its_own_template(late: Terminal, tmp_path: Path) -> None:
    late.done("report", "template", "overdue", "--out", "shipped.docx")
    templates = load_settings().home / TEMPLATES
    templates.mkdir(parents=True, exist_ok=True)
    own = docx.Document(str(tmp_path / "shipped.docx"))
    own.paragraphs[0].text = "本办格式：{{ title }}"
    own.save(str(templates / "overdue.docx"))
    late.done("report", "overdue", "--out", "a.docx")
    first = docx.Document(str(tmp_path / "a.docx")).paragraphs[0].text
    assert first == "本办格式：Assigned key issues: Overdue"
    own.paragraphs[0].text = "{{ tittle }}"
    own.save(str(templates / "overdue.docx"))
    assert "tittle" in late.refused("report", "overdue", "--out", "a.docx")


def test_wrong_use_is_told_in_a_sentence(late: Terminal) -> None:
    for words, told in (
        (("--out", "a.pdf"), ".xlsx, .docx, .csv, .json"),
        (("--out", "no/where.csv"), "no/where.csv"),
        (("--by", "colour"), "unit, leader, stage, issue"),
        (("--as-of", "2026-02-30"), "such as 2026-03-03"),
        (("--unit", "没有"), "没有"),
        (("--leader", "nobody"), "nobody"),
        (("--limit", "0"), "from 1"),
    ):
        assert told in late.refused("report", "overdue", *words), words
    assert "overdue" in late.refused("report")
    assert "ageing" in late.refused("report", "nothing")


def test_the_daily_report_is_shown_and_saved(office: Terminal, tmp_path: Path) -> None:
    shown = office.done("report", "daily").json()
    assert (shown["status"], shown["handed_in_at"]) == ("draft", None)
    assert office.done("report", "daily", "--as-of", shown["date"]).json()["date"] == shown["date"]
    assert shown["text"].splitlines()[0] in office.done("report", "daily", "--format", "table").out
    for ending in ("docx", "xlsx", "csv", "json"):
        file = tmp_path / f"daily.{ending}"
        office.done("report", "daily", "--out", str(file))
        assert file.stat().st_size > 100
    assert json.loads((tmp_path / "daily.json").read_bytes())["date"] == shown["date"]
    assert ".docx" in office.refused("report", "daily", "--out", str(tmp_path / "daily.pdf"))
    assert office.refused("report", "daily", "--as-of", "2999-01-01")
    template = tmp_path / "own.docx"
    office.done("report", "template", "daily", "--out", str(template))
    assert template.read_bytes().startswith(b"PK")
    refused = office.refused("report", "template", "nope", "--out", str(template))
    assert "daily" in refused
