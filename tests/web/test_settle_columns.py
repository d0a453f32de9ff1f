"""A table of unknown headers: a page settles its columns, and each wrong row is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bootstrap import Application
from tests.people import QIAN, ZHAO
from tests.web import desk
from tests.web.desk import Browser, text_of

OWN = (
    "大事,小事,谁负责,哪家牵头,答应的日子,联系电话\n"
    "某某小区停工,恢复施工,张三（副镇长）,乙建设办,2026-04-30,5550100\n"
    "某某小区停工,欠付工资,李四,丙劳动所,2026-03-31,5550101\n"
)
"""A table in an office's own words, with a column that is nobody's to import."""
MEANT = {"column.0": "issue", "column.1": "task", "column.2": "lead_leader",
         "column.3": "lead_unit", "column.4": "due"}  # fmt: skip
WRONG = (
    "重点问题,任务,责任领导,牵头单位,承诺时限\n"
    "某某小区停工,恢复施工,张三、李四,乙建设办,2026-04-31\n"
    "某某小区停工,欠付工资,,丙劳动所,2026-03-31\n"
)
"""A table with two wrong rows."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Application]:
    """Give an office on SQLite."""
    application = desk.new_office(tmp_path / "home")
    yield application
    application.close()


def uploaded(there: Browser, table: str, name: str = "分解表.csv") -> str:
    """Upload a table; give where it led."""
    form = there.form("/import")
    answer = there.post("/import", form.values, files={"file": (name, table.encode())})
    assert answer.status_code == 303, text_of(answer.text)
    return str(answer.headers["location"])


def test_unknown_headers_lead_to_a_page_where_each_is_settled(office: Application) -> None:
    there = desk.enter(office, ZHAO)
    place = uploaded(there, OWN)
    assert place.endswith("/columns")
    page = text_of(there.get(place).text)
    assert "没有找到表头" in page
    assert "乙建设办" in page
    assert "涉及群众个人信息，不能导入" in page
    assert "5550100" not in page
    done = there.submit(place, MEANT)
    assert done.status_code == 303, text_of(done.text)
    preview = done.headers["location"]
    shown = text_of(there.get(preview).text)
    assert "2行新增，0行已有，0行有错误" in shown
    assert "这些列没有用到，已忽略：联系电话" in shown
    made = there.submit(preview, {}, f"{preview}/confirm")
    assert made.headers["location"] == f"{preview}/done"
    again = there.get(f"{preview}/columns")
    assert again.status_code == 409
    assert "已经导入" in text_of(again.text)


def test_a_mapping_that_cannot_be_read_by_is_told_and_kept_as_it_was_typed(
    office: Application,
) -> None:
    there = desk.enter(office, ZHAO)
    place = uploaded(there, OWN)
    for given, told in (
        (MEANT | {"column.1": ""}, "缺少“任务分解”一列"),
        (
            MEANT | {"column.4": "lead_unit"},
            "两列是同一个字段：都对应到了“牵头单位”。请把其中一列改选为它真正的那一项；",
        ),
        (MEANT | {"column.0": "phone"}, "没有“phone”这个字段"),
    ):
        answer = there.submit(place, given)
        assert answer.status_code == 422
        assert told in text_of(answer.text)
        assert '<option value="lead_leader" selected>' in answer.text
    assert there.get(place.removesuffix("/columns")).headers["location"] == place


def test_a_column_that_was_read_can_be_left_out_again(office: Application) -> None:
    there = desk.enter(office, ZHAO)
    place = uploaded(there, WRONG.replace("、李四", "").replace("04-31", "04-30"))
    form = {"column.2": "", "column.4": ""}
    assert there.submit(f"{place}/columns", form).headers["location"] == place
    page = text_of(there.get(place).text)
    assert "2行新增，0行已有，0行有错误" in page
    assert "这些列没有用到，已忽略：责任领导、承诺时限" in page


def test_a_wrong_row_is_shown_with_its_number_what_stood_there_and_what_would_help(
    office: Application,
) -> None:
    there = desk.enter(office, ZHAO)
    page = text_of(there.get(uploaded(there, WRONG)).text)
    assert "2行有错误，整份表格不能导入" in page
    assert "第2行“责任领导”：“张三、李四”写了不止一人" in page
    assert "第2行“承诺时限”：没有“2026-04-31”这一天。" in page
    assert "第3行“责任领导”：没有填责任领导。" in page
    assert "恢复施工" in page
    assert "欠付工资" in page
    late = (
        WRONG.splitlines()[0]
        + ",登记时间,交办时间\n停工,复工,李四,乙建设办,,2026-02-03,2026-02-02\n"
    )
    page = text_of(there.get(uploaded(there, late)).text)
    assert "第2行“交办时间”填的是“2026-02-02”：早于“登记时间”。" in page


def test_all_that_is_wrong_with_a_row_is_told_at_once(office: Application) -> None:
    there = desk.enter(office, ZHAO)
    table = (
        "重点问题,任务,责任领导,牵头单位,协办单位,承诺时限\n"
        "某某小区停工,恢复施工,没有此人,没有此单位,也没有、丙劳动所,2026-04-31\n"
        ",欠付工资,张三、李四,没有此单位,,明天\n"
    )
    page = text_of(there.get(uploaded(there, table)).text)
    summary = page[: page.index("逐行核对结果")]
    assert "2行有错误" in summary
    for row, column, says in (
        (2, "承诺时限", "没有“2026-04-31”这一天"),
        (2, "责任领导", "系统中没有“没有此人”"),
        (2, "牵头单位", "系统中没有“没有此单位”"),
        (2, "协办单位", "系统中没有“也没有”这个单位"),
        (3, "重点问题", "没有填写"),
        (3, "责任领导", "写了不止一人"),
        (3, "牵头单位", "系统中没有“没有此单位”"),
        (3, "承诺时限", "“明天”不是日期"),
    ):
        assert f"第{row}行“{column}”" in summary
        assert says in summary, (row, column)
    assert "没有此单位（第2、3行）" in page


def test_the_columns_of_an_upload_are_its_owner_s_alone(office: Application) -> None:
    place = uploaded(desk.enter(office, ZHAO), OWN)
    assert desk.enter(office, QIAN).get(place).status_code in {403, 404}


def test_what_was_made_is_shown_afterwards_whenever_it_was_registered(office: Application) -> None:
    there = desk.enter(office, ZHAO)
    rows = [f"停工,第{n}项,李四,乙建设办,2024-02-0{n},2024-03-01" for n in range(1, 10)]
    rows += [f"停工,第{n}项,李四,乙建设办,2024-02-{n},2024-03-01" for n in range(10, 13)]
    table = "\n".join(["重点问题,任务,责任领导,牵头单位,登记时间,交办时间", *rows])
    for told in ("已登记12个新事项，0行已有", "没有新增：12行都已有"):
        place = uploaded(there, table)
        there.submit(place, {}, f"{place}/confirm")
        page = text_of(there.get(f"{place}/done").text)
        assert told in page
        is_new = told.startswith("已登记")
        assert ("还有2个未显示" in page, "第1项" in page) == (is_new, is_new)
