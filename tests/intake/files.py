"""Tables as files of every kind, made for the tests of reading them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import xlsxwriter

from engine.errors import DubanError
from engine.intake.reading import ImportSheet, Reading, read_sheet
from engine.intake.rows import RowFault
from engine.words import say

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
SAMPLES = Path(__file__).parents[1] / "data" / "decomposition"
HEADER = ["重点问题", "任务分解", "责任领导", "牵头单位", "协办单位", "化解措施"]
ROW = ["某某小区停工", "复工", "张三(副镇长)", "乙建设办", "丙劳动所、丁司法所", "每周公布节点"]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org"
_TYPES = (
    f'<Types xmlns="{_REL}/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def read(content: bytes, **how: object) -> ImportSheet:
    """Read a file at the tests' instant, in the office's zone."""
    return read_sheet(content, Reading(ZONE, NOW, **how))  # type: ignore[arg-type]  # by name


def refusal(content: bytes, **how: object) -> str:
    """Give the sentence, in both languages, with which a file is refused; empty where it is not."""
    try:
        read(content, **how)
    except DubanError as refused:
        return f"{refused.say('en')} {refused.say('zh')}"
    return ""


def said(fault: RowFault) -> tuple[int, str, str]:
    """Give a fault's row and column, and its sentence."""
    return fault.row, fault.column, say(fault.message, "en")


def csv_file(rows: Iterable[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Write a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_file(
    rows: Iterable[Sequence[object]],
    merges: Iterable[tuple[int, int, int, int, str]] = (),
    sheets: Mapping[str, Iterable[Sequence[object]]] | None = None,
) -> bytes:
    """Write an Excel file; `merges` are first row and column, last row and column (from 0), text.

    `sheets` stand before the sheet with the rows.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "default_date_format": "yyyy-mm-dd", "remove_timezone": True}
    )
    for name, of in {**(sheets or {}), "表": rows}.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(of):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
    for merge in merges:
        sheet.merge_range(*merge)
    book.close()
    return out.getvalue()


def cell(text: str, merge: str = "", span: int = 1) -> str:
    """Write a Word cell; a line break in the text becomes a paragraph."""
    merged = {"": "", "restart": '<w:vMerge w:val="restart"/>', "continue": "<w:vMerge/>"}[merge]
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    return f"<w:tc><w:tcPr>{wide}{merged}</w:tcPr>{lines}</w:tc>"


def table(*rows: Sequence[str], widths: Sequence[int] = (1, 2, 3, 4, 5, 6)) -> str:
    """Write a Word table of cells that are written already, or are plain text."""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = "".join(
        "<w:tr>" + "".join(c if c.startswith("<w:tc>") else cell(c) for c in row) + "</w:tr>"
        for row in rows
    )
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def docx_file(*body: str, part: str = "word/document.xml") -> bytes:
    """Write a Word file with this body."""
    document = f'<w:document xmlns:w="{_W}"><w:body>{"".join(body)}</w:body></w:document>'
    relation = (
        f'<Relationships xmlns="{_REL}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{_REL}/officeDocument/2006/relationships/officeDocument" Target="{part}"/>'
        "</Relationships>"
    )
    return zipped({"[Content_Types].xml": _TYPES, "_rels/.rels": relation, part: document})


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Write a zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def unzipped(content: bytes) -> dict[str, bytes]:
    """Read all parts of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
