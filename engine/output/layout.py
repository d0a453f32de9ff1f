"""The Word template of a report as it ships: fields where words will stand, in A4.

It is built for the columns of its report, so that both never fall apart. The office can save it
(`duban report template`), change it in Word and keep it in its folder of templates.
"""

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from engine.output.table import Column, Kind

TITLE, BODY, HEAD = "方正小标宋简体", "仿宋", "黑体"
LATIN = "Times New Roman"
_SHORT, _LONG = 210, 297
_SIDE, _TOP = 16, 15
_ROOM: dict[Kind, float] = {
    "text": 20, "code": 29, "number": 13, "days": 13, "date": 24, "instant": 24, "long": 17,
    "fen": 24,
}  # fmt: skip
"""Millimetres that a column of a kind takes, before all are stretched to the sheet."""
_LONG_TEXTS = {"title": 38, "issue.title": 34, "measures": 70, "moves": 70, "label": 40}
_TIGHT: dict[Kind, float] = {
    "code": 24, "number": 10, "days": 10, "date": 20, "instant": 20, "long": 12, "fen": 18,
}  # fmt: skip
"""What those columns need in the small letters of a crowded sheet, so that no date is broken."""
_CROWDED = 1.25
"""From how many times the width of the sheet on its columns are crowded."""
_RIGHT: tuple[Kind, ...] = ("number", "days", "long", "fen")
_SMALL, _CELL, _TEXT, _NAME = 8, 10, 12, 22
_MARGIN = "40"
"""Twentieths of a point beside the text of a cell on a crowded sheet."""


@lru_cache(maxsize=32)
def layout(columns: tuple[Column, ...], *, landscape: bool) -> bytes:
    """Build the template of a report with these columns."""
    made = Document()
    for said in ("author", "comments", "title"):  # what the library says of itself
        setattr(made.core_properties, said, "")
    wide = a4(made, landscape=landscape)
    style(made)
    line(made, "{{ title }}", TITLE, _NAME, centred=True)
    head = line(made, "{{ office }}\t{{ as_of }}", BODY, _TEXT)
    head.paragraph_format.tab_stops.add_tab_stop(Mm(wide), WD_TAB_ALIGNMENT.RIGHT)
    line(made, "{%p for fact in facts %}", BODY, _TEXT)
    line(made, "{{ fact.label }}{{ colon }}{{ fact.value }}", BODY, _TEXT)
    line(made, "{%p endfor %}", BODY, _TEXT)
    line(made, "{%p for group in groups %}", BODY, _TEXT)
    line(made, "{{ group.title }}", HEAD, _TEXT)
    _groups(made, wide)
    line(made, "", BODY, _TEXT)  # Word would take two tables without a line between for one
    line(made, "{%p endfor %}", BODY, _TEXT)
    _rows(made, columns, wide)
    line(made, "", BODY, _TEXT)
    signs = line(made, "{{ signs.made }}\t{{ signs.checked }}\t{{ signs.issued }}", BODY, _TEXT)
    for third in (1, 2):
        signs.paragraph_format.tab_stops.add_tab_stop(Mm(wide * third / 3))
    number_pages(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def a4(made: Any, *, landscape: bool) -> int:  # noqa: ANN401  # python-docx
    """Set up A4 and give the width between its margins in millimetres."""
    section = made.sections[0]
    width, height = (_LONG, _SHORT) if landscape else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(_SIDE)
    section.top_margin = section.bottom_margin = Mm(_TOP)
    section.footer_distance = Mm(8)
    return width - 2 * _SIDE


def style(made: Any) -> None:  # noqa: ANN401  # python-docx
    """Choose the letters of the whole document."""
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(_TEXT)
    normal.paragraph_format.space_after = Pt(2)
    eastern(normal.element.get_or_add_rPr(), BODY)


def eastern(properties: Any, font: str) -> None:  # noqa: ANN401  # an element
    """Name the font of Chinese signs: Word chooses it apart from that of Latin ones."""
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)


def line(  # noqa: PLR0913  # how a line looks
    place: Any,  # noqa: ANN401  # python-docx
    text: str,
    font: str,
    size: float,
    *,
    centred: bool = False,
    right: bool = False,
) -> Any:  # noqa: ANN401  # a paragraph
    """Add a line."""
    return _write(place.add_paragraph(), text, font, size, centred=centred, right=right)


def _write(  # noqa: PLR0913
    paragraph: Any,  # noqa: ANN401  # python-docx
    text: str,
    font: str,
    size: float,
    *,
    centred: bool = False,
    right: bool = False,
) -> Any:  # noqa: ANN401
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = LATIN
    eastern(run._element.get_or_add_rPr(), font)  # noqa: SLF001  # python-docx has no word for it
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    paragraph.paragraph_format.space_after = Pt(2)
    return paragraph


# --- tables --------------------------------------------------------------------------------------


def _groups(made: Any, wide: int) -> None:  # noqa: ANN401
    """Lay out the table of a group: as many columns as it will have, which are repeated."""
    table = _table(made, 4, 3, (wide,))
    _set(table, 0, ("{%tc for head in group.heads %}", "{{ head }}", "{%tc endfor %}"), HEAD)
    _set(table, 1, ("{%tr for row in group.rows %}", "", ""), BODY)
    _set(table, 2, ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"), BODY)
    _set(table, 3, ("{%tr endfor %}", "", ""), BODY)
    _head(table.rows[0])


def _rows(made: Any, columns: Sequence[Column], wide: int) -> None:  # noqa: ANN401
    """Lay out the rows of the report, between the lines that repeat them."""
    shares = [_LONG_TEXTS.get(column.key, _ROOM[column.kind]) for column in columns]
    crowded = sum(shares) > _CROWDED * wide
    widths = _tight(columns, shares, wide) if crowded else [wide * s / sum(shares) for s in shares]
    table = _table(made, 4, len(columns), widths)
    size = _SMALL if crowded else _CELL
    if crowded:
        _narrow_margins(table)
    blank = [""] * (len(columns) - 1)
    _set(table, 0, [f"{{{{ heads[{n}] }}}}" for n in range(len(columns))], HEAD, size=size)
    _set(table, 1, ["{%tr for row in rows %}", *blank], BODY)
    _set(table, 2, [f"{{{{ row.{column.key} }}}}" for column in columns], BODY,
         [column.kind in _RIGHT for column in columns], size=size)  # fmt: skip
    _set(table, 3, ["{%tr endfor %}", *blank], BODY)
    _head(table.rows[0])


def _tight(columns: Sequence[Column], shares: Sequence[float], wide: int) -> list[float]:
    """Give dates, codes and numbers what they need; texts, which may be broken, share the rest."""
    needed = [_TIGHT.get(column.kind, 0) for column in columns]
    texts = sum(share for share, need in zip(shares, needed, strict=True) if not need)
    left = wide - sum(needed)
    return [need or left * share / texts for share, need in zip(shares, needed, strict=True)]


def _narrow_margins(table: Any) -> None:  # noqa: ANN401
    """Leave less room beside what stands in the cells of a table."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), _MARGIN)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)  # noqa: SLF001


def _table(made: Any, rows: int, columns: int, widths: Sequence[float]) -> Any:  # noqa: ANN401
    table = made.add_table(rows, columns)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    if len(widths) == columns:
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
            for cell in column.cells:
                cell.width = Mm(width)
    else:
        table.autofit = True
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
    return table


def _set(  # noqa: PLR0913  # how a row looks
    table: Any,  # noqa: ANN401  # python-docx
    number: int,
    texts: Iterable[str],
    font: str,
    right: Sequence[bool] = (),
    *,
    size: float = _CELL,
) -> None:
    for place, (cell, text) in enumerate(zip(table.rows[number].cells, texts, strict=True)):
        _write(cell.paragraphs[0], text, font, size, right=bool(right) and right[place])


def _head(row: Any) -> None:  # noqa: ANN401
    """Have a row repeated at the top of every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


# --- page numbers --------------------------------------------------------------------------------


def number_pages(made: Any) -> None:  # noqa: ANN401
    """Put the number of the page at the foot of each."""
    paragraph = made.sections[0].footer.paragraphs[0]
    _write(paragraph, "— ", BODY, _CELL, centred=True)
    for kind, words in (("begin", None), (None, "PAGE"), ("separate", None), (None, None),
                        ("end", None)):  # fmt: skip
        run = paragraph.add_run()
        run.font.size = Pt(_CELL)
        run._element.append(_field(kind, words))  # noqa: SLF001
    _write(paragraph, " —", BODY, _CELL, centred=True)


def _field(kind: str | None, words: str | None) -> Any:  # noqa: ANN401  # an element
    """Make one part of a field: its beginning, what it counts, what it shows, its end."""
    if kind is not None:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    elif words is not None:
        part = OxmlElement("w:instrText")
        part.set(qn("xml:space"), "preserve")
        part.text = f" {words} "
    else:
        part = OxmlElement("w:t")
        part.text = "1"
    return part
