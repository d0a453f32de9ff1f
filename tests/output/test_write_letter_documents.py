"""An urging letter as a Word document in letter form, from our template and from the office's."""

import io
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from engine.errors import DefinitionError
from engine.output.letter import blank_letter, letter_document
from tests.output.sheets import HOSTILE

WORDS: dict[str, object] = {
    "organ": "甲镇督查组", "number": "〔2026〕第1号", "title": "关于限期化解“欠薪”的督办函",
    "to": "丙劳动所：", "opening": "现督办如下：", "closing": "请于2026年3月10日前回复。",
    "demands": [{"head": "一、落实资金。", "text": "三日内到账。"}, {"head": "", "text": "二"}],
    "day": "2026年3月3日", "copies": "抄送：张三。",
    "slip": {
        "title": "督办函回复单", "no": "〔2026〕第1号", "case": "欠薪", "unit": "丙劳动所",
        "by": "2026年3月10日", "why": "", "next": "", "leader": "签字：",
        "heads": dict.fromkeys(("no", "case", "unit", "by", "why", "next", "leader"), "头"),
    },
}  # fmt: skip


def lines(made: bytes) -> list[str]:
    """Read the lines of a document that say something."""
    return [p.text for p in docx.Document(io.BytesIO(made)).paragraphs if p.text.strip()]


def test_a_letter_says_its_words_in_their_order() -> None:
    assert lines(letter_document(WORDS)) == [
        "甲镇督查组", "〔2026〕第1号", "关于限期化解“欠薪”的督办函", "丙劳动所：", "现督办如下：",
        "一、落实资金。三日内到账。", "二", "请于2026年3月10日前回复。", "甲镇督查组",
        "2026年3月3日", "抄送：张三。", "督办函回复单",
    ]  # fmt: skip


def test_the_form_is_that_of_a_letter() -> None:
    made = docx.Document(io.BytesIO(letter_document(WORDS)))
    (section,) = made.sections
    assert [round((size or 0) / 36_000) for size in (section.page_width, section.page_height)] == [
        210,
        297,
    ]
    assert section.different_first_page_header_footer
    pages = [f._element.xml for f in (section.first_page_footer, section.footer)]  # noqa: SLF001
    assert ["PAGE" in xml for xml in pages] == [False, True]
    organ = made.paragraphs[0]
    edges = organ._p.find(qn("w:pPr")).find(qn("w:pBdr"))  # noqa: SLF001
    assert edges.find(qn("w:bottom")).get(qn("w:val")) == "thickThinSmallGap"
    assert str(organ.runs[0].font.color.rgb) == "C8102E"
    assert 'w:val="thinThickSmallGap"' in pages[0]
    text = next(p for p in made.paragraphs if p.text.startswith("现督办"))
    assert text.runs[0].font.size == Pt(16)
    assert text.paragraph_format.line_spacing == Pt(29)
    assert text.paragraph_format.first_line_indent == Pt(32)


def test_hostile_words_stand_there_as_they_are() -> None:
    demands = [{"head": "", "text": text} for text in HOSTILE]
    made = letter_document({**WORDS, "demands": demands, "title": "{{ organ }}<b>{% raw %}"})
    assert "{{ organ }}<b>{% raw %}" in lines(made)
    assert [line for line in lines(made) if line in HOSTILE] == [t for t in HOSTILE if t.strip()]


def test_the_template_of_the_office_comes_first(tmp_path: Path) -> None:
    made = docx.Document(io.BytesIO(blank_letter()))
    made.paragraphs[0].runs[0].text = "中共甲镇委员会 {{ organ }}"
    made.save(str(tmp_path / "letter.docx"))
    assert lines(letter_document(WORDS, tmp_path))[0] == "中共甲镇委员会 甲镇督查组"
    assert lines(letter_document(WORDS, tmp_path / "none"))[0] == "甲镇督查组"


def test_a_broken_template_is_told_by_its_name(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("{{ phone }}")
    made.save(str(tmp_path / "letter.docx"))
    with pytest.raises(DefinitionError, match=r"letter\.docx"):
        letter_document(WORDS, tmp_path)
