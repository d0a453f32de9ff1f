import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.intake.csv_file import read_csv
from tests.intake.files import HEADER, ROW, csv_file, read, refusal


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_encoding_and_delimiter_gives_the_same_rows(encoding: str, delimiter: str) -> None:
    (row,) = read(csv_file([HEADER, ROW], encoding, delimiter)).rows
    assert (row.issue, row.task, str(row.lead_leader)) == (ROW[0], ROW[1], ROW[2])


def test_rows_are_counted_in_records_not_in_lines() -> None:
    rows = [HEADER, ["甲\n小区", *ROW[1:]], ["", *ROW[1:]]]
    sheet = read(csv_file(rows))
    assert sheet.rows[0].issue == "甲小区"
    assert [fault.row for fault in sheet.faults] == [3]


def test_an_open_quotation_mark_is_named_with_its_row() -> None:
    content = csv_file([HEADER, ROW]) + ('甲,"' + "x" * 100_000).encode()
    assert "stopped at row 3" in refusal(content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "empty"),
        (b"\xff" * 50, "neither UTF-8 nor GB18030"),
        ("重点问题,任务\n甲,".encode() + b"\xff\xff", "neither UTF-8 nor GB18030"),
        (b"\x00\x01\x02\x03" * 20, "no file that can be imported"),
        ("一,二,三\n1,2,3\n".encode(), "No header was found"),
        (csv_file([HEADER]), "nothing below the header"),
        (csv_file([["重点问题", "责任领导"], ["甲", "张三"]]), "column “task” is missing"),
        (b"\xff\xfe\x41", "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_wrong_with_the_file_is_said(content: bytes, sentence: str) -> None:
    assert sentence in refusal(content)


def test_a_csv_file_has_no_sheets() -> None:
    assert "no sheets" in refusal(csv_file([HEADER, ROW]), sheet="1")


def test_too_many_rows_are_refused() -> None:
    content = csv_file([["重点问题", "任务"], *([["甲", "乙"]] * 200_001)])
    assert "more than 200000 rows" in refusal(content)


def test_a_wide_table_is_refused() -> None:
    header = ["重点问题", "任务", *map(str, range(63))]
    assert "more than 64 columns" in refusal(csv_file([header, ["甲", "乙"]]))


cells = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=12
)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=6))
def test_whatever_is_written_is_read_again(rows: list[list[str]]) -> None:
    content = csv_file([["重点问题", "任务"], *rows])
    if b"\x00" not in content:
        assert [line for _, line in read_csv(content, {})][1:] == rows


@given(st.binary(max_size=300))
def test_random_bytes_are_refused_with_a_sentence(content: bytes) -> None:
    assert refusal(content)
