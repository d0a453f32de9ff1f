import csv
import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

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
    for name in ("a.json", "a.csv", "a.xlsx"):
        assert f"Written to {name}: 2 rows." in late.done("report", "overdue", "--out", name).out
    assert json.loads((tmp_path / "a.json").read_text())["total"] == 2
    marked = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert marked.startswith("\ufeff")
    titles = [row[1] for row in csv.reader(marked.removeprefix("\ufeff").splitlines())]
    assert "'=复工+交付" in titles
    rows = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_index(0).to_python()
    assert "=复工+交付" in [row[1] for row in rows]
    assert {type(row[6]) for row in rows[1:]} == {float}


def test_wrong_use_is_told_in_a_sentence(late: Terminal) -> None:
    for words, told in (
        (("--out", "a.docx"), ".csv, .json, .xlsx"),
        (("--out", "a.pdf"), ".csv, .json, .xlsx"),
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
