"""A report as a Word document, from the template that ships and from one of the office's own."""

import io
import re
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from engine.errors import DefinitionError, InvalidError, SettingsError
from engine.output import document as documents
from engine.output.document import blank, document
from engine.output.layout import layout
from engine.output.word import fill
from engine.service.reports.catalogue import REPORTS, Report
from engine.service.reports.papers import columns_of
from engine.words import LOCALES
from tests.house.tree import ROOT
from tests.output.sheets import HEADS, HOSTILE, groups, paper, row


def read(made: bytes) -> tuple[list[str], list[list[list[str]]]]:
    """Read a document: its lines, and its tables."""
    found = docx.Document(io.BytesIO(made))
    tables = [[[c.text for c in r.cells] for r in table.rows] for table in found.tables]
    return [line.text for line in found.paragraphs], tables


def own(folder: Path, text: str, name: str = "overdue") -> Path:
    """Keep a template of the office's own, of one line."""
    made = docx.Document()
    made.add_paragraph(text)
    made.save(str(folder / f"{name}.docx"))
    return folder


def test_a_document_says_what_it_is_and_gives_its_rows() -> None:
    lines, tables = read(document(paper([row("停工"), row("欠薪")], groups=groups())))
    assert lines[:3] == ["超期报告", "督查办公室\t截至2026年4月23日14:30", "共：9件"]
    assert [line for line in lines if line][-1] == "制表：\t审核：\t签发："
    assert tables[0] == [["单位", "件"], ["建管办", "3"]]
    assert tables[1] == [["领导", "件", "天"], ["张三", "4", "9"]]
    assert tables[2][0] == list(HEADS)
    assert tables[2][1] == [
        "停工", "停工", "2026-04-01", "2026-04-23 14:30", "7", "1,234.56", "1.5",
    ]  # fmt: skip
    assert tables[2][2][0] == "欠薪"


def test_a_report_without_rows_is_a_document_too() -> None:
    _, tables = read(document(paper([])))
    assert tables == [[list(HEADS)]]


def test_hostile_values_stand_there_as_they_are() -> None:
    made = document(paper([row(t) for t in HOSTILE], title=HOSTILE[0], office="{{ rows }}<b>"))
    lines, (table,) = read(made)
    assert lines[0] == HOSTILE[0]
    assert lines[1].startswith("{{ rows }}<b>")
    assert [line[0] for line in table[1:]] == list(HOSTILE)
    assert [line[1] for line in table[1:]] == list(HOSTILE)


def test_a_long_text_stands_whole() -> None:
    _, (table,) = read(document(paper([row("长" * 40_000)])))
    assert table[1][0] == "长" * 40_000


def test_heads_are_repeated_rows_stay_whole_and_pages_are_numbered() -> None:
    found = docx.Document(io.BytesIO(document(paper([row("停工")] * 3, landscape=True))))
    (table,) = found.tables
    body = found.element.body
    assert len(body.findall(f".//{qn('w:tblHeader')}")) == 1
    assert "w:tblHeader" in table.rows[0]._tr.xml  # noqa: SLF001  # its XML
    assert len(body.findall(f".//{qn('w:cantSplit')}")) == len(table.rows)
    (page,) = found.sections
    assert page.page_width == pytest.approx(Mm(297), rel=1e-4)
    assert page.page_height == pytest.approx(Mm(210), rel=1e-4)
    footer = page.footer.paragraphs[0]
    assert " PAGE " in footer._p.xml  # noqa: SLF001  # its XML
    assert footer.text == "— 1 —"


def test_chinese_signs_have_fonts_of_their_own() -> None:
    with zipfile.ZipFile(io.BytesIO(document(paper([row("停工")])))) as file:
        body = file.read("word/document.xml").decode()
    for font in ("方正小标宋简体", "仿宋", "黑体"):
        assert f'w:eastAsia="{font}"' in body


def test_the_office_has_its_own_template(tmp_path: Path) -> None:
    folder = own(
        tmp_path, "本单位格式：{{ title }}，{{ rows[0].issue.title }}，{{ rows|length }}件"
    )
    assert read(document(paper([row("<停工>")]), folder))[0] == [
        "本单位格式：超期报告，<停工>，1件"
    ]
    assert read(document(paper([row("停工")], name="ageing"), folder))[1] != []


def test_the_template_that_ships_is_where_an_own_one_begins(tmp_path: Path) -> None:
    (tmp_path / "overdue.docx").write_bytes(blank(paper([])))
    rows = [row("停工")]
    assert read(document(paper(rows), tmp_path)) == read(document(paper(rows)))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ tittle }}", "tittle"),
        ("{{ rows[0].nothing }}", "nothing"),
        ("{{ title ", "overdue.docx"),
        ("{% for row in rows %}", "overdue.docx"),
        ("{{ title.__class__.__mro__ }}", "__class__"),
        ("{{ ''.__class__ }}", "__class__"),
        ("{% include 'x' %}", "overdue.docx"),
        ("{{ 1/0 }}", "overdue.docx"),
        ("{{ range(99999999)|list }}", "overdue.docx"),
        ("{%p for row in rows %}", "overdue.docx"),
    ],
)
def test_a_wrong_template_is_told_in_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        document(paper([row("停工")]), own(tmp_path, text))
    for locale in LOCALES:
        words = refused.value.say(locale)
        assert told in words
        assert "\n" not in words


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a document"])
def test_what_is_no_document_is_no_template(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "overdue.docx").write_bytes(content)
    with pytest.raises(DefinitionError, match=r"overdue\.docx cannot be used"):
        document(paper([]), tmp_path)


def test_more_rows_than_anybody_leafs_through_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST_ROWS", 2)
    document(paper([row("a")] * 2))
    with pytest.raises(InvalidError, match="at most 2"):
        document(paper([row("a")] * 3))


def test_without_its_library_a_document_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docxtpl", None)
    with pytest.raises(SettingsError, match=r"duban\[docs\]"):
        fill(blank(paper([])), {})


def test_the_reference_names_every_field_of_a_template() -> None:
    page = (ROOT / "docs" / "reference" / "documents.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)
    assert told == list(documents.fields(paper([])))
    assert f"{documents.MOST_ROWS:,} rows" in page


@pytest.mark.parametrize("report", REPORTS.values(), ids=lambda report: report.name)
def test_no_date_and_no_code_is_broken_however_many_columns_there_are(report: Report) -> None:
    columns = columns_of(report)
    made = docx.Document(io.BytesIO(layout(columns, landscape=True)))
    table = made.tables[-1]
    widths = [cell.width.mm for cell in table.rows[0].cells]
    assert sum(widths) == pytest.approx(265, abs=1)
    size = table.rows[0].cells[0].paragraphs[0].runs[0].font.size.pt
    for column, width in zip(columns, widths, strict=True):
        signs = {"date": 10, "instant": 10, "code": 12}.get(column.kind, 0)
        assert width > signs * size * 0.58 * 0.353, column  # a sign of Latin letters, in points
