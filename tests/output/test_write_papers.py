"""A report as a workbook, as CSV and as JSON: typed, whole, and nothing in it is ever run."""

import csv
import io
import json
import os
import random
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime

import pytest

from engine.errors import InvalidError
from engine.intake.csv_file import read_csv
from engine.output import workbook as books
from engine.output.paper import ENDINGS, MEDIA, paper_bytes
from engine.output.plain import csv_text
from engine.output.workbook import LONGEST_CELL, workbook
from tests.output.sheets import (
    ABOVE,
    AS_OF,
    HEADS,
    HOSTILE,
    REPLACED,
    UNWRITABLE,
    groups,
    paper,
    read_workbook,
    row,
)


def parts(made: bytes) -> dict[str, str]:
    """Give the parts of a workbook as text."""
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        return {name: file.read(name).decode() for name in file.namelist() if name.endswith("ml")}


def test_a_workbook_says_what_it_is_and_then_gives_its_rows_in_their_types() -> None:
    told = read_workbook(workbook(paper([row("停工")])))
    assert told[0][0] == "超期报告"
    assert told[1][0] == "督查办公室    截至2026年4月23日14:30"
    assert told[2][0] == "共：9件"
    assert told[ABOVE] == list(HEADS)
    at = datetime(2026, 4, 23, 14, 30)  # noqa: DTZ001  # a workbook knows no zones
    assert told[ABOVE + 1] == ["停工", "停工", date(2026, 4, 1), at, 7, 1234.56, 1.5]


def test_instants_stand_on_the_clock_of_the_office() -> None:
    late = datetime(2026, 4, 23, 18, 0, tzinfo=UTC)
    told = read_workbook(workbook(paper([("a", "b", None, late, None, None, None)])))
    assert told[ABOVE + 1][3] == datetime(2026, 4, 24, 2, 0)  # noqa: DTZ001


@pytest.mark.parametrize(
    "text", ["<r>停工</r>", "a & b < c > d", "_x0041_", " 两边空 ", "一\n二", "_X"]
)
def test_markup_and_blanks_of_a_text_come_back_as_they_were(text: str) -> None:
    told = read_workbook(workbook(paper([(text, text * 60, None, None, None, None, None)])))
    assert [told[ABOVE + 1][0], told[ABOVE + 1][1]] == [text, text * 60]


def test_a_date_before_the_first_of_a_spreadsheet_is_a_text() -> None:
    for day in (date(1899, 5, 1), date(1900, 2, 28)):
        told = read_workbook(workbook(paper([("a", "b", day, None, None, None, None)])))
        assert told[ABOVE + 1][2] == day.isoformat()
    for day in (date(1900, 3, 1), date(9999, 12, 31)):
        told = read_workbook(workbook(paper([("a", "b", day, None, None, None, None)])))
        assert told[ABOVE + 1][2] == day


def test_the_heads_stay_in_sight_on_screen_and_on_every_page() -> None:
    made = parts(workbook(paper([row("停工")] * 3, landscape=True)))
    sheet, book = made["xl/worksheets/sheet1.xml"], made["xl/workbook.xml"]
    assert f'<pane ySplit="{ABOVE + 1}"' in sheet
    assert f'<autoFilter ref="A{ABOVE + 1}:G{ABOVE + 4}"/>' in sheet
    assert "$" + f"{ABOVE + 1}:$" + f"{ABOVE + 1}</definedName>" in book
    assert re.search(r'<pageSetup paperSize="9"[^>]* orientation="landscape"', sheet)
    assert 'fitToHeight="0"' in sheet


def test_what_sums_up_stands_on_a_sheet_of_its_own() -> None:
    told = read_workbook(workbook(paper([row("停工")], groups=groups())), 1)
    assert [line[:3] for line in told] == [
        ["按牵头单位", "", ""], ["单位", "件", ""], ["建管办", 3, ""], ["", "", ""],
        ["按责任领导", "", ""], ["领导", "件", "天"], ["张三", 4, 9],
    ]  # fmt: skip


def test_a_workbook_holds_no_formula_and_no_link() -> None:
    made = parts(workbook(paper([row(text) for text in HOSTILE])))
    inside = made["xl/worksheets/sheet1.xml"]
    assert not re.search("<f[> ]|<hyperlink", inside)
    assert not [name for name in made if "rels" in name and "hyperlink" in made[name]]
    told = read_workbook(workbook(paper([row(text) for text in HOSTILE])))[ABOVE + 1 :]
    assert [line[0] for line in told] == list(HOSTILE)


def test_any_text_comes_back_as_it_was(rng: random.Random) -> None:
    signs = "甲乙丙😀 ,;\"'=+-@1aZ　（）\n<>&{}%#"
    texts = ["".join(rng.choices(signs, k=rng.randint(1, 30))) + "x" for _ in range(200)]
    told = read_workbook(workbook(paper([row(text) for text in texts])))[ABOVE + 1 :]
    assert [line[0] for line in told] == texts
    made = paper_bytes(paper([row(text) for text in texts]), ".csv").decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(made, newline="")))[1:]
    guarded = re.compile(r"^'(?='*[=+@＝＋－＠\t\r\n-])")
    assert [guarded.sub("", line[0]) for line in read] == texts
    answer = json.loads(paper_bytes(paper([row(text) for text in texts]), ".json"))
    assert [item["issue"]["title"] for item in answer["items"]] == texts


@pytest.mark.parametrize("ending", ENDINGS)
def test_signs_that_no_file_can_hold_are_replaced(ending: str) -> None:
    made = paper_bytes(paper([row(UNWRITABLE)]), ending)
    text = "".join(parts(made).values()) if ending in {".xlsx", ".docx"} else made.decode()
    assert text.count(REPLACED) == 2


def test_a_text_that_no_cell_can_hold_ends_visibly() -> None:
    for sign, kept in (("长", LONGEST_CELL), ("😀", (LONGEST_CELL - 12) // 2 + 12)):
        told = str(read_workbook(workbook(paper([row(sign * 40_000)])))[ABOVE + 1][0])
        assert told.endswith("……（内容过长，已截断）")
        assert len(told.encode("utf-16-le")) <= 2 * LONGEST_CELL
        assert abs(len(told) - kept) <= 1
    fits = "😀" * (LONGEST_CELL // 2)
    assert read_workbook(workbook(paper([row(fits)])))[ABOVE + 1][0] == fits


@pytest.mark.parametrize("title", ["a/b?[c]:*\\", "'", "", "长" * 40, "History"])
def test_any_title_names_a_sheet(title: str) -> None:
    assert read_workbook(workbook(paper([row("停工")], title=title)))[ABOVE + 1][0] == "停工"


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MOST_ROWS", ABOVE + 3)
    workbook(paper([row("a")] * 2))
    with pytest.raises(InvalidError, match="at most 2"):
        workbook(paper([row("a")] * 3))


@pytest.mark.parametrize("text", [t for t in HOSTILE if t[0] in "=+-@＝\t"])
def test_csv_disarms_what_a_spreadsheet_would_run(text: str) -> None:
    made = paper_bytes(paper([row(text)]), ".csv")
    assert made.startswith("\ufeff".encode())
    (read,) = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))[1:]
    assert read == [f"'{text}", f"'{text}", "2026-04-01", AS_OF.isoformat(), "7", "1234.56", "1.5"]


def test_numbers_stay_numbers_even_below_zero() -> None:
    made = paper_bytes(paper([("a", "b", None, None, -3, -150, -1.5)]), ".csv")
    assert made.decode().splitlines()[1] == "a,b,,,-3,-1.5,-1.5"


def test_json_names_cells_as_its_columns_are_named() -> None:
    told = json.loads(paper_bytes(paper([row("停工")], groups=groups()), ".json"))
    assert told["items"] == [{
        "code": "停工", "issue": {"title": "停工"}, "due": "2026-04-01", "at": AS_OF.isoformat(),
        "days": {"working": 7}, "owed": 123_456, "took": 1.5,
    }]  # fmt: skip
    assert [group["items"][0]["label"] for group in told["groups"]] == ["建管办", "张三"]
    assert told["as_of"] == AS_OF.isoformat()


def test_every_ending_has_its_media_type_and_no_other_is_written() -> None:
    assert set(ENDINGS) == set(MEDIA) == {".xlsx", ".docx", ".csv", ".json"}
    with pytest.raises(KeyError):
        paper_bytes(paper([]), ".pdf")


def test_a_long_workbook_takes_the_room_of_what_is_written_not_of_its_rows() -> None:
    rows = int(os.environ.get("DUBAN_TEST_PAPER_ROWS", "3000"))
    workbook(paper([row("a")]))  # what is loaded once is not counted
    tracemalloc.start()
    made = workbook(paper(row(f"DB-2026-{n:06}") for n in range(rows)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(made) + 1_000_000, f"{rows} rows took {peak:,} bytes"


@pytest.mark.parametrize(
    "text", ["=1+1", "-5号楼", "'=1", "''@a", "'甲", "＋86", "甲", "'", "", "\t甲"]
)
def test_what_csv_disarms_reads_back_as_it_was(text: str) -> None:
    content = csv_text(["任务"], [[text]]).encode()
    (_, (read,)) = list(read_csv(content, {}))[-1]
    assert read == text
    written = content.decode().splitlines()[1] if text else ""
    assert not written.strip('"').startswith(("=", "-", "@", "＋", "\t"))
