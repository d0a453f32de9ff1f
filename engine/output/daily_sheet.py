"""The Word template of the daily report as it ships: a red head, number and day, the paragraphs."""

import io
from functools import lru_cache

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from engine.output.layout import BODY, HEAD, TITLE, a4, line, number_pages, style

NAME = "daily"
"""The name of the template in the office's own folder."""
RED = RGBColor(0xC8, 0x10, 0x2E)
_NAME, _TEXT, _LEADING, _INDENT = 24, 16, 29, 2


@lru_cache(maxsize=1)
def daily_template() -> bytes:
    """Build it: fields `title`, `number`, `office`, `day`, `lines` of `head` and `rest`, `end`."""
    made = Document()
    for said in ("author", "comments", "title"):  # what the library says of itself
        setattr(made.core_properties, said, "")
    wide = a4(made, landscape=False)
    style(made)
    line(made, "{{ title }}", TITLE, _NAME, centred=True).runs[0].font.color.rgb = RED
    below = line(made, "{{ number }}\t{{ office }}\t{{ day }}", BODY, _TEXT)
    below.paragraph_format.tab_stops.add_tab_stop(Mm(wide / 2), WD_TAB_ALIGNMENT.CENTER)
    below.paragraph_format.tab_stops.add_tab_stop(Mm(wide), WD_TAB_ALIGNMENT.RIGHT)
    _rule(below)
    line(made, "{%p for line in lines %}", BODY, _TEXT)
    words = line(made, "{{ line.head }}", HEAD, _TEXT)
    _indented(words)
    added = line(made, "{{ line.rest }}", BODY, _TEXT)
    words._p.append(added.runs[0]._r)  # noqa: SLF001  # head and rest are one paragraph
    added._p.getparent().remove(added._p)  # noqa: SLF001
    line(made, "{%p endfor %}", BODY, _TEXT)
    _indented(line(made, "{{ end }}", BODY, _TEXT))
    number_pages(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _indented(paragraph: object) -> None:
    shape = paragraph.paragraph_format  # type: ignore[attr-defined]  # untyped
    shape.first_line_indent, shape.line_spacing = Pt(_INDENT * _TEXT), Pt(_LEADING)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY  # type: ignore[attr-defined]


def _rule(paragraph: object) -> None:
    """Draw the red line below the head."""
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "4"), ("color", "C8102E")):
        bottom.set(qn(f"w:{name}"), value)
    border.append(bottom)
    paragraph._p.get_or_add_pPr().append(border)  # type: ignore[attr-defined]  # noqa: SLF001
