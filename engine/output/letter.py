"""An urging letter as a Word document in letter form 信函格式, from a template of Word.

The template that ships is built here; the office can save it (`duban letter template`), change it
in Word and keep it as `letter.docx` in its folder of templates.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from engine.output.layout import BODY, HEAD, LATIN, TITLE, eastern, number_pages
from engine.output.word import fill, template_of

NAME = "letter"
RED = RGBColor(0xC8, 0x10, 0x2E)
_TEXT, _SMALL, _BIG, _ORGAN = 16, 14, 22, 32
_LINE = 29
_LEFT, _RIGHT, _TOP, _BOTTOM = 28, 26, 30, 24
_WIDE = 210 - _LEFT - _RIGHT
_FIELDS = ("no", "case", "unit", "by", "why", "next", "leader")
_TALL = {"why": 62, "next": 50, "leader": 32}


def letter_document(words: Mapping[str, object], templates: Path | None = None) -> bytes:
    """Write a letter. `templates` is the folder in which the office keeps its own.

    Raises DefinitionError where the office's template cannot be filled in.
    """
    return fill(template_of(NAME, templates) or blank_letter(), words)


@lru_cache(maxsize=1)
def blank_letter() -> bytes:
    """Build the template that ships: what the office begins its own with."""
    made = Document()
    for said in ("author", "comments", "title"):  # what the library says of itself
        setattr(made.core_properties, said, "")
    _page(made)
    _letter(made)
    _slip(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:  # noqa: ANN401  # python-docx
    """Set up A4: the lower rule stands on the first page alone, page numbers on all others."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(_LEFT), Mm(_RIGHT)
    section.top_margin, section.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
    section.footer_distance = Mm(15)
    section.different_first_page_header_footer = True
    rule = section.first_page_footer.paragraphs[0]
    _rule(rule, "top", "thinThickSmallGap")
    number_pages(made)
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(_TEXT)
    eastern(normal.element.get_or_add_rPr(), BODY)


def _letter(made: Any) -> None:  # noqa: ANN401
    organ = _line(made, "{{ organ }}", TITLE, _ORGAN, "center", exact=False)
    organ.runs[0].font.color.rgb = RED
    _rule(organ, "bottom", "thickThinSmallGap")
    _line(made, "{{ number }}", BODY, _TEXT, "right")
    _line(made, "", BODY, _TEXT)
    _line(made, "{{ title }}", TITLE, _BIG, "center", exact=False)
    _line(made, "", BODY, _TEXT)
    _line(made, "{{ to }}", BODY, _TEXT)
    _text(made, "{{ opening }}")
    _line(made, "{%p for demand in demands %}", BODY, _TEXT)
    demand = _text(made, "{{ demand.head }}", HEAD)
    _run(demand, "{{ demand.text }}", BODY, _TEXT)
    _line(made, "{%p endfor %}", BODY, _TEXT)
    _text(made, "{{ closing }}")
    _line(made, "", BODY, _TEXT)
    for field in ("organ", "day"):
        signed = _line(made, f"{{{{ {field} }}}}", BODY, _TEXT, "right")
        signed.paragraph_format.right_indent = Pt(4 * _TEXT)
    _line(made, "", BODY, _TEXT)
    copies = _line(made, "{{ copies }}", BODY, _SMALL)
    _border(copies, "top", "single", "000000", 6)
    _border(copies, "bottom", "single", "000000", 6)


def _slip(made: Any) -> None:  # noqa: ANN401
    """Lay out the form for the answer, on a page of its own."""
    made.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    _line(made, "{{ slip.title }}", TITLE, _BIG, "center", exact=False)
    table = made.add_table(len(_FIELDS), 2)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, wide in zip(table.columns, (38, _WIDE - 38), strict=True):
        column.width = Mm(wide)
    for row, field in zip(table.rows, _FIELDS, strict=True):
        for cell, wide in zip(row.cells, (38, _WIDE - 38), strict=True):
            cell.width = Mm(wide)
        if field in _TALL:
            row.height = Mm(_TALL[field])
        _run(row.cells[0].paragraphs[0], f"{{{{ slip.heads.{field} }}}}", HEAD, _SMALL)
        _run(row.cells[1].paragraphs[0], f"{{{{ slip.{field} }}}}", BODY, _SMALL)
        for cell in row.cells:
            looks = cell.paragraphs[0].paragraph_format
            looks.space_before = looks.space_after = Pt(4)


def _line(  # noqa: PLR0913  # how a line looks
    made: Any,  # noqa: ANN401  # python-docx
    text: str,
    font: str,
    size: float,
    side: str = "left",
    *,
    exact: bool = True,
) -> Any:  # noqa: ANN401  # a paragraph
    paragraph = made.add_paragraph()
    _run(paragraph, text, font, size)
    looks = paragraph.paragraph_format
    looks.space_after = looks.space_before = Pt(0)
    if exact:
        looks.line_spacing_rule, looks.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE)
    paragraph.alignment = {
        "left": WD_ALIGN_PARAGRAPH.JUSTIFY,
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }[side]
    return paragraph


def _text(made: Any, text: str, font: str = BODY) -> Any:  # noqa: ANN401
    """Add a paragraph of the text, set in by two signs."""
    paragraph = _line(made, text, font, _TEXT)
    paragraph.paragraph_format.first_line_indent = Pt(2 * _TEXT)
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: float) -> None:  # noqa: ANN401
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), LATIN
    eastern(run._element.get_or_add_rPr(), font)  # noqa: SLF001  # python-docx has no word for it


def _rule(paragraph: Any, side: str, kind: str) -> None:  # noqa: ANN401
    """Draw a red double rule of 170 mm, wider than the text."""
    looks = paragraph.paragraph_format
    looks.left_indent, looks.right_indent = Mm(20 - _LEFT), Mm(20 - _RIGHT)
    _border(paragraph, side, kind, str(RED), 24)


def _border(paragraph: Any, side: str, kind: str, colour: str, size: int) -> None:  # noqa: ANN401
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(
            borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap",
            "w:overflowPunct", "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi",
            "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing",
            "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment",
            "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr",
            "w:pPrChange",
        )  # fmt: skip
    edge = OxmlElement(f"w:{side}")
    for name, value in (("val", kind), ("sz", str(size)), ("space", "4"), ("color", colour)):
        edge.set(qn(f"w:{name}"), value)
    borders.append(edge)
