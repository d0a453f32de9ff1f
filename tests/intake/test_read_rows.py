from datetime import UTC, date, datetime, time
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.moments import MOMENTS
from engine.errors import DubanError
from engine.intake.cells import Person, WrongCell, moment, name, person, units
from engine.intake.columns import COLUMNS, FIELDS, PERSONAL, SYNONYMS, fold
from tests.intake.files import HEADER, ROW, ZONE, csv_file, read, refusal, said

LEDGER = [
    "重点问题", "任务", "责任领导", "牵头单位", "协办单位", "办结时限", "编号", "来源", "文号",
    "类别", "登记时间", "交办时间", "化解时间", "稳定时间", "办结时间", "结果",
]  # fmt: skip


def ledger(**cells: str) -> list[str]:
    """Write one good row of a ledger, with some cells of other text."""
    good = {"重点问题": "甲小区", "任务": "复工", "责任领导": "张三", "牵头单位": "乙建设办"}
    return [{**good, **cells}.get(header, "") for header in LEDGER]


def fault(**cells: str) -> tuple[int, str, str]:
    """Give the one fault of a ledger's row."""
    (found,) = read(csv_file([LEDGER, ledger(**cells)])).faults
    return said(found)


# --- columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "field"),
    [(header, column.field) for column in COLUMNS for header in (*column.headers, column.field)],
)
def test_every_synonym_names_its_field_however_it_is_spaced_or_typed(
    header: str, field: str
) -> None:
    assert SYNONYMS[fold(f" {header[:1]} \n{header[1:].upper()}　")] == field
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in header)
    assert SYNONYMS[fold(wide)] == field


def test_no_two_columns_share_a_header() -> None:
    headers = [fold(h) for h in chain.from_iterable(c.headers for c in COLUMNS)]
    assert len(set(headers)) == len(headers)


def test_the_header_may_stand_below_titles_and_be_repeated_on_every_page() -> None:
    rows = [["某镇分解表"], [], HEADER, ROW, HEADER, ["乙小区", *ROW[1:]], [""], []]
    sheet = read(csv_file(rows))
    assert [(row.row, row.issue) for row in sheet.rows] == [(4, ROW[0]), (6, "乙小区")]


def test_other_columns_are_named_and_not_read() -> None:
    sheet = read(csv_file([["序号", *HEADER, "联系电话"], ["1", *ROW, "123"]]))
    assert sheet.layout.ignored == ("序号", "联系电话")


@pytest.mark.parametrize("header", PERSONAL)
def test_a_column_about_citizens_cannot_be_mapped(header: str) -> None:
    content = csv_file([[f"群众{header}", *HEADER], ["1", *ROW]])
    assert "tells of citizens" in refusal(content, mapping={f"群众{header}": "measures"})


def test_a_mapping_settles_what_a_header_means() -> None:
    content = csv_file([["事由", "任务", "重点问题"], ["甲", "乙", "丙"]])
    assert read(content, mapping={"事由": "issue"}).rows[0].issue == "甲"
    assert "no field “issues”" in refusal(content, mapping={"事由": "issues"})
    assert "No column is headed “事项”" in refusal(content, mapping={"事项": "issue"})


def test_two_columns_of_one_field_are_refused() -> None:
    assert "the same field" in refusal(
        csv_file([["任务", "任务分解", "重点问题"], ["1", "2", "3"]])
    )


def test_the_columns_tell_the_kind_unless_it_is_given() -> None:
    content = csv_file([[*HEADER, "登记时间"], [*ROW, "2024-03-01"]])
    assert read(content).kind == "ledger"
    asked = read(content, kind="decomposition")
    assert (asked.kind, asked.layout.ignored) == ("decomposition", ("登记时间",))
    assert "no import of the kind" in refusal(content, kind="roll")


def test_no_field_could_tell_of_a_citizen() -> None:
    assert not [part for part in PERSONAL if any(part in fold(f) for f in FIELDS)]


# --- cells --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("张三(副镇长)", Person("张三", "副镇长")),
        ("张三（副镇长）", Person("张三", "副镇长")),
        ("（副镇长）张三", Person("张三", "副镇长")),
        ("张 三", Person("张三", None)),
        ("张\n三\n(副镇长)", Person("张三", "副镇长")),
        ("Zhang San (deputy)", Person("Zhang San", "deputy")),
        ("和平(主任)", Person("和平", "主任")),
        ("", None),
    ],
)
def test_a_person_is_a_name_and_a_post(text: str, found: Person | None) -> None:
    assert person(text) == found


@pytest.mark.parametrize(
    "text",
    ["张三、李四", "张三，李四", "张三和李四", "张三\n李四", "张三(副镇长)李四(主任)", "张三/李四",
     "Zhang San and Li Si", "张三;李四"],
)  # fmt: skip
def test_two_people_in_one_cell_are_one_too_many(text: str) -> None:
    with pytest.raises(WrongCell) as wrong:
        person(text)
    assert wrong.value.code == "import-two-leaders"


@pytest.mark.parametrize("text", ["(副镇长)", "张三(副镇长", "张三)"])
def test_a_person_without_a_name_is_none(text: str) -> None:
    with pytest.raises(WrongCell) as wrong:
        person(text)
    assert wrong.value.code == "import-leader-shape"


def test_units_are_split_at_every_divider_and_named_once() -> None:
    assert units("甲、乙，丙,丁；戊;己\n甲") == ("甲", "乙", "丙", "丁", "戊", "己")


def test_a_line_break_in_a_name_is_layout() -> None:
    assert name("示例新城\n住宅项目") == "示例新城住宅项目"
    assert name("lead\nunit") == "lead unit"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024/3/5", date(2024, 3, 5)),
        ("2024.3.5", date(2024, 3, 5)),
        ("2024年3月5日", date(2024, 3, 5)),
        ("2024 年 3 月 5 日", date(2024, 3, 5)),
        ("２０２４年３月５日", date(2024, 3, 5)),
        ("2024-03-05T15:00:00+08:00", datetime(2024, 3, 5, 7, tzinfo=UTC)),
        ("2024-03-05T07:00:00Z", datetime(2024, 3, 5, 7, tzinfo=UTC)),
    ],
)
def test_a_day_or_an_instant_is_read_as_it_is_usually_written(
    text: str, found: date | datetime
) -> None:
    assert moment(text) == found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024-02-30", "import-no-such-day"),
        ("2024-03-05 25:00", "import-no-such-time"),
        ("0024-03-05", "import-date-far"),
        ("3月5日", "import-date"),
        ("尽快", "import-date"),
        ("45356", "import-date"),
        ("2024-03-05 下午", "import-date"),
    ],
)
def test_what_is_no_day_is_refused(text: str, code: str) -> None:
    with pytest.raises(WrongCell) as wrong:
        moment(text)
    assert wrong.value.code == code


@given(st.datetimes(datetime(1980, 1, 1), datetime(2199, 12, 31), timezones=st.just(ZONE)))  # noqa: DTZ001  # bounds are naive
def test_an_instant_that_was_written_is_read_again(at: datetime) -> None:
    found = moment(at.isoformat(timespec="seconds"))
    assert isinstance(found, datetime)
    assert found.timestamp() == int(at.timestamp())  # two zones never compare equal at a fold


# --- rows ---------------------------------------------------------------------------------------


def test_a_good_row_of_a_ledger_has_instants_in_order() -> None:
    times = {"登记时间": "2024-03-01 10:00", "交办时间": "2024-03-01", "办结时间": "2024-04-01"}
    (row,) = read(csv_file([LEDGER, ledger(**times, 结果="已化解", 来源="排查")])).rows
    assert row.registered_at == row.assigned_at == datetime(2024, 3, 1, 10, tzinfo=ZONE)
    assert row.closed_at == datetime(2024, 4, 1, tzinfo=ZONE)
    assert (row.outcome, row.origin, row.due) == ("resolved", "screening", None)


@pytest.mark.parametrize(
    ("cells", "column", "sentence"),
    [
        ({"重点问题": " "}, "重点问题", "Nothing is entered"),
        ({"任务": ""}, "任务", "Nothing is entered"),
        ({"任务": "长" * 301}, "任务", "longer than 300"),
        ({"责任领导": "张三、李四"}, "责任领导", "exactly one lead leader"),
        ({"责任领导": "", "交办时间": "2024-03-01"}, "责任领导", "No lead leader"),
        ({"牵头单位": "", "交办时间": "2024-03-01"}, "牵头单位", "No lead unit"),
        ({"办结时限": "月底"}, "办结时限", "is no date"),
        ({"来源": "网上"}, "来源", "no origin “网上”"),
        ({"结果": "好", "办结时间": "2024-03-01"}, "结果", "no outcome “好”"),
        ({"结果": "已化解"}, "结果", "no time of closure"),
        ({"登记时间": "2024-03-05", "交办时间": "2024-03-01"}, "交办时间", "before “登记时间”"),
        ({"登记时间": "2026-03-04"}, "登记时间", "in the future"),
    ],
)
def test_every_fault_names_row_column_and_remedy(
    cells: dict[str, str], column: str, sentence: str
) -> None:
    row, named, words = fault(**cells)
    assert (row, named) == (2, column)
    assert sentence in words


def test_all_faults_of_a_row_are_told_at_once() -> None:
    sheet = read(csv_file([LEDGER, ledger(重点问题="", 责任领导="甲、乙", 办结时限="x")]))
    assert [f.field for f in sheet.faults] == ["issue", "lead_leader", "due"]


def test_a_blank_row_amid_others_is_a_fault_and_at_the_end_it_is_none() -> None:
    sheet = read(csv_file([HEADER, ROW, [""] * 6, ["乙", *ROW[1:]], [""] * 6]))
    assert [said(f)[0] for f in sheet.faults] == [3]
    assert [row.row for row in sheet.rows] == [2, 4]


def test_without_a_column_for_leaders_a_decomposition_needs_none() -> None:
    sheet = read(csv_file([["重点问题", "任务"], ["甲", "乙"]]))
    assert (len(sheet.rows), sheet.faults) == (1, [])


printable = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=20
)
days = st.dates(date(1990, 1, 1), date(2026, 3, 3))


@given(printable, printable, st.lists(days, min_size=5, max_size=5).map(sorted))
def test_a_ledger_that_was_written_is_read_again(issue: str, task: str, when: list[date]) -> None:
    cells = [issue, task, "张三", "乙", *(day.isoformat() for day in when), "已化解"]
    header = ["重点问题", "任务", "责任领导", "牵头单位", *MOMENTS, "结果"]
    try:
        sheet = read(csv_file([header, cells]))
    except DubanError:
        assert not issue.strip() or not task.strip()
        return
    for row in sheet.rows:
        at = [getattr(row, moment_) for moment_ in MOMENTS]
        assert [found.astimezone(ZONE).date() for found in at] == when
    assert sheet.rows or {"issue", "task"} & {f.field for f in sheet.faults}


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-03-01", None),
        ("2026-03-01 00:00:00", None),
        ("2026-03-01 17:30", time(17, 30)),
        ("2026-03-01T09:30:05Z", time(17, 30, 5)),
        ("2026-02-28T18:00:00-05:00", time(7)),
    ],
)
def test_an_hour_of_a_due_date_is_that_of_the_office_and_midnight_is_the_whole_day(
    text: str, hour: time | None
) -> None:
    (row,) = read(csv_file([LEDGER, ledger(办结时限=text, 登记时间="2026-01-01")])).rows
    assert (row.due, row.due_hour) == (date(2026, 3, 1), hour)


def test_a_plan_is_due_by_the_end_of_a_day_whatever_hour_stands_with_it() -> None:
    (row,) = read(csv_file([[*HEADER, "办结时限"], [*ROW, "2026-03-01 17:30"]])).rows
    assert (row.due, row.due_hour) == (date(2026, 3, 1), None)
