"""A table as CSV and as a workbook: nothing in it is ever run, and types are kept."""

import csv
import io
import random
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from engine.output.sheet import LONGEST_CELL, Sheet, csv_text, workbook

RUNS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://x")')


def sheet(*rows: tuple[object, ...]) -> Sheet:
    """Make a table of three columns."""
    return Sheet("逾期", ("编号", "标题", "天数"), rows)  # type: ignore[arg-type]  # cells


@pytest.mark.parametrize("cell", RUNS)
def test_csv_disarms_what_a_spreadsheet_would_run(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(sheet(("DB", cell, 1))), newline="")))
    assert rows[1] == ["DB", f"'{cell}", "1"]


def test_numbers_stay_numbers_even_below_zero() -> None:
    assert csv_text(sheet(("DB", "停工", -3))).splitlines()[1] == "DB,停工,-3"


def test_the_mark_for_excel_comes_first_and_only_on_demand() -> None:
    assert csv_text(sheet(), marked=True) == "\ufeff" + csv_text(sheet())


@pytest.mark.parametrize("cell", RUNS)
def test_a_workbook_holds_no_formula_and_no_link(cell: str) -> None:
    made = workbook(sheet(("DB", cell, 7)))
    parts = zipfile.ZipFile(io.BytesIO(made))
    inside = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in inside
    assert "hyperlink" not in inside
    page = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0)
    assert page.name == "逾期"
    assert page.to_python()[1][2] == 7


def test_any_text_comes_back_as_it_was(rng: random.Random) -> None:
    signs = "甲乙丙 ,;\"'=+-@1aZ　（）\n"
    rows = [("".join(rng.choices(signs, k=rng.randint(1, 30))), "x", n) for n in range(200)]
    read = list(csv.reader(io.StringIO(csv_text(sheet(*rows)), newline="")))
    assert [row[0].removeprefix("'") for row in read[1:]] == [r[0].removeprefix("'") for r in rows]
    page = CalamineWorkbook.from_filelike(io.BytesIO(workbook(sheet(*rows)))).get_sheet_by_index(0)
    assert [row[0] for row in page.to_python()[1:]] == [row[0] for row in rows]


def test_what_no_cell_can_hold_is_cut() -> None:
    made = workbook(sheet(("长" * (LONGEST_CELL + 1), None, None)))
    page = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0)
    assert len(str(page.to_python()[1][0])) == LONGEST_CELL
