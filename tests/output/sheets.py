"""Reports for the tests of their files: hostile values, and readers that know nothing of ours."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from python_calamine import CalamineWorkbook

from engine.output.paper import Column, Paper, Row, Table

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = datetime(2026, 4, 23, 14, 30, tzinfo=SHANGHAI)
COLUMNS = (
    Column("code", "code"), Column("issue.title"), Column("due", "date"), Column("at", "instant"),
    Column("days.working", "days"), Column("owed", "fen"), Column("took", "long"),
)  # fmt: skip
HEADS = ("编号", "重点问题", "时限", "时刻", "工作日", "应付", "用时")
ABOVE = 4
"""Lines of a workbook above the heads: title, office, one fact, and a blank one."""
HOSTILE = (
    "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1",
    "<w:p></w:p>", "]]>", "&amp;<&>", "{{ 7*7 }}", "{% for x in y %}", "{#", "{_{", "%}", "}}",
    "http://example.org/", "0012", "1e5", "3/4", "😀👩‍👩‍👧𠮷", "甲\n乙", "'引号'", '"',
    "_x0041_x", " 前后 ", "TRUE",
)  # fmt: skip
"""Texts that something on the way might run, read or drop; all of them are to come out whole."""
UNWRITABLE = "a\x00b\x07c\x0bd\x0ce\x1bf\ufffeg"
REPLACED = "a�b�c�d�e�f�g"


def paper(rows: Iterable[Row], **changes: object) -> Paper:
    """Make a report of seven columns."""
    usual: dict[str, object] = {
        "name": "overdue", "title": "超期报告", "office": "督查办公室", "as_of": AS_OF,
        "facts": (("共", "9件"),), "columns": COLUMNS, "heads": HEADS, "rows": rows,
    }  # fmt: skip
    return Paper(**{**usual, **changes})  # type: ignore[arg-type]  # as each test needs


def row(text: str) -> Row:
    """Make a row that holds a text twice, and a value of every other kind."""
    return (text, text, date(2026, 4, 1), AS_OF, 7, 123_456, 1.5)


def groups() -> tuple[Table, ...]:
    """Make two small tables of different width."""
    count, days = Column("count", "number"), Column("days", "days")
    return (
        Table("按牵头单位", (Column("label"), count), ("单位", "件"), (("建管办", 3),)),
        Table(
            "按责任领导", (Column("label"), count, days), ("领导", "件", "天"), (("张三", 4, 9),)
        ),
    )


def read_workbook(made: bytes, sheet: int = 0) -> list[list[object]]:
    """Read a sheet of a workbook."""
    page = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(sheet)
    return [list(row) for row in page.to_python()]
