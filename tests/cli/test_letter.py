"""An urging letter through the command line, from draft to verdict, and as a document."""

import json
from typing import Any

import docx
import pytest

from tests.cli.conftest import Terminal
from tests.people import BUILDING, CHEN, LABOUR, SUN, ZHANG, ZHAO, ZHENG

TABLE = f"""\
重点问题,任务分解,责任领导,牵头单位,协办单位,化解措施
某某小区停工,复工,{ZHANG.name},{BUILDING.name},{LABOUR.name},每周公布节点
"""


@pytest.fixture
def code(office: Terminal) -> str:
    """Give a case that 张三 leads with 乙建设办."""
    data = {"lead_leader": ZHANG.login, "lead_unit": BUILDING.name,
            "supporting_units": [LABOUR.name], "due": "2026-06-30"}  # fmt: skip
    (office.folder / "table.csv").write_text(TABLE, encoding="utf-8")
    office.done("import", "table.csv", "--as", ZHAO.login)
    case = "DB-2026-0001"
    office.done("case", "step", case, "assign", "--as", ZHAO.login, "--data", json.dumps(data))
    return case


def drafted(office: Terminal, code: str) -> Any:  # noqa: ANN401  # the letter
    """Draft a letter."""
    return office.done("letter", "draft", code, "--demands", "落实资金", "--answer-by",
                       "2026-03-10", "--as", CHEN.login).json()  # fmt: skip


def test_a_letter_goes_its_whole_way(office: Terminal, code: str) -> None:
    no = drafted(office, code)["no"]
    revised = office.done("letter", "revise", no, "--demands", "落实剩余资金", "--answer-by",
                          "2026-03-11", "--basis", "纪要", "--as", CHEN.login).json()  # fmt: skip
    assert (revised["demands"], revised["basis"]) == ("落实剩余资金", "纪要")
    assert (
        office.done("letter", "issue", no, "--as", CHEN.login).json()["number"] == "〔2026〕第1号"
    )
    assert office.done("letter", "sign", no, "--as", SUN.login).json()["status"] == "signed"
    office.done("letter", "answer", no, "--text", "已到账", "--as", SUN.login)
    waiting = office.done("letter", "list", "--waits-for", "judge").json()
    assert [item["no"] for item in waiting["items"]] == [no]
    judged = office.done("letter", "verdict", no, "--verdict", "accepted", "--text", "属实",
                         "--as", CHEN.login).json()  # fmt: skip
    assert judged["status"] == "accepted"
    assert office.done("letter", "list", "--waits-for", "judge").json()["total"] == 0
    assert office.done("letter", "show", no).json()["answer"] == "已到账"
    assert [item["no"] for item in office.done("letter", "list").json()["items"]] == [no]
    for spelt in ("〔2026〕第1号", "[2026]1", "（2026） 第1号"):
        assert office.done("letter", "show", spelt).json()["no"] == no


def test_a_letter_is_written_as_a_document_from_the_template_of_the_office(
    office: Terminal, code: str
) -> None:
    no = drafted(office, code)["no"]
    own = office.folder / "home" / "templates"
    own.mkdir()
    said = office.done("letter", "template", "--out", str(own / "letter.docx")).out
    assert "letter.docx" in said
    made = docx.Document(str(own / "letter.docx"))
    made.paragraphs[0].runs[0].text = "本办公室 {{ organ }}"
    made.save(str(own / "letter.docx"))
    out = office.folder / "函.docx"
    office.done("letter", "show", no, "--out", str(out), "--as", CHEN.login)
    lines = [p.text for p in docx.Document(str(out)).paragraphs]
    assert lines[0] == "本办公室 甲镇督查组"
    assert any("draft" in line for line in lines)


def test_what_cannot_be_done_is_refused_in_one_line(office: Terminal, code: str) -> None:
    no = drafted(office, code)["no"]
    assert "no urging letter" in office.refused("letter", "show", f"{code}-99")
    assert "no urging letter" in office.refused("letter", "sign", no, "--as", ZHENG.login)
    office.refused("letter", "issue", no, "--as", ZHANG.login)
    assert ".docx" in office.refused("letter", "show", no, "--out", "x.pdf")
    past = office.refused("letter", "draft", code, "--demands", "落实", "--answer-by",
                          "2026-03-03", "--as", CHEN.login)  # fmt: skip
    assert "after today" in past
