from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter

from tests.intake.files import HEADER, NOW, ROW, ZONE, read, refusal, said, xlsx_file


def test_a_merged_range_spans_its_tasks_and_a_blank_does_not() -> None:
    rows = [HEADER, ROW, ["", "欠薪", *ROW[2:]], ["", "消防", *ROW[2:]]]
    sheet = read(xlsx_file(rows, [(1, 0, 2, 0, "甲小区")]))
    assert [(row.row, row.issue) for row in sheet.rows] == [(2, "甲小区"), (3, "甲小区")]
    assert [said(fault)[:2] for fault in sheet.faults] == [(4, "重点问题")]


def test_rows_are_counted_as_the_sheet_shows_them_wherever_the_table_begins() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.merge_range(3, 2, 3, 7, "分解表")
    sheet.write_row(5, 2, HEADER)
    sheet.merge_range(6, 2, 7, 2, "甲小区")
    sheet.write_row(6, 3, ROW[1:])
    sheet.write_row(7, 3, ["欠薪", "李四", "", "", ""])
    book.close()
    found = read(out.getvalue())
    assert [(row.row, row.issue) for row in found.rows] == [(7, "甲小区")]
    assert [said(fault) for fault in found.faults] == [(8, "牵头单位", "No lead unit is entered.")]


def test_days_times_and_numbers_are_read_as_what_they_are() -> None:
    header = ["重点问题", "任务", "责任领导", "牵头单位", "办结时限", "文号", "登记时间"]
    at = datetime(2024, 3, 1, 9, 30)  # noqa: DTZ001  # a cell has no time zone
    row = ["甲", "复工", "张三", "乙", date(2024, 3, 5), 12.0, at]
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, header)
    sheet.write_row(1, 0, row)
    book.close()
    (found,) = read(out.getvalue()).rows
    assert (found.due, found.document_no) == (date(2024, 3, 5), "12")
    assert found.registered_at == datetime(2024, 3, 1, 9, 30, tzinfo=ZONE)


def test_the_first_sheet_with_the_columns_is_read_or_the_one_that_is_asked_for() -> None:
    other = [HEADER, ["另一个", *ROW[1:]]]
    content = xlsx_file([HEADER, ROW], sheets={"说明": [["填表说明"]], "三月": other})
    assert read(content).rows[0].issue == "另一个"
    assert read(content, sheet="表").rows[0].issue == ROW[0]
    assert read(content, sheet="3").rows[0].issue == ROW[0]
    assert "there are: 说明、三月、表" in refusal(content, sheet="四月")


def test_a_hidden_sheet_is_not_read() -> None:
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    hidden = book.add_worksheet("旧")
    hidden.write_row(0, 0, HEADER)
    hidden.hide()
    shown = book.add_worksheet("新")
    shown.activate()
    shown.set_first_sheet()
    shown.write_row(0, 0, HEADER)
    shown.write_row(1, 0, ROW)
    book.close()
    assert [row.issue for row in read(out.getvalue()).rows] == [ROW[0]]


@pytest.mark.parametrize("kind", ["empty", "header alone"])
def test_a_sheet_without_rows_is_refused(kind: str) -> None:
    rows = [] if kind == "empty" else [HEADER]
    assert refusal(xlsx_file(rows))


def test_a_real_ledger_of_many_rows_is_read_in_the_bounded_process() -> None:
    header = [*HEADER, "登记时间", "办结时间"]
    rows = [
        [f"问题{n % 50}", f"任务{n}", *ROW[2:], "2024-03-01", "2024-04-01 10:30"]
        for n in range(5000)
    ]
    sheet = read(xlsx_file([header, *rows]))
    assert (sheet.kind, len(sheet.rows), len(sheet.faults)) == ("ledger", 5000, 0)
    assert sheet.rows[-1].closed_at is not None
    assert sheet.rows[-1].closed_at < NOW
