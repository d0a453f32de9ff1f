"""What is told of a case that is over: who answered for it, how it ended, when it stood where."""

import pytest

from engine.service.imports import run_import
from tests.people import CHEN, LABOUR, ZHANG, ZHAO, Person
from tests.service.import_office import ledger
from tests.web import desk
from tests.web.desk import text_of
from tests.web.story import Story


@pytest.fixture
def merged(story: Story) -> Story:
    """Give an office one of whose two cases was merged into the other."""
    story.begin("某某另一小区", "另一件事").assign()
    story.step(ZHAO, "merge", "同一件事情重复登记了", into="DB-2026-0001")
    story.step(CHEN, "merge", "同意")
    return story


def page(story: Story, path: str, person: Person = ZHAO) -> str:
    """Give the words of a page."""
    return text_of(desk.enter(story.application, person).get(path).text)


@pytest.mark.parametrize("path", ["/cases?view=closed", "/issues/ZD-2026-002"])
def test_a_list_names_who_answered_for_a_closed_case(merged: Story, path: str) -> None:
    told = page(merged, path).split("另一件事")[-1]
    assert LABOUR.name in told
    assert ZHANG.name in told


def test_a_merged_case_leads_to_the_one_that_it_was_merged_into(merged: Story) -> None:
    there = desk.enter(merged.application, ZHAO).get(f"/cases/{merged.code}").text
    assert "已办结：已合并，并入DB-2026-0001" in text_of(there).replace(" ", "")
    assert 'href="/cases/DB-2026-0001"' in there


def test_the_history_calls_what_was_approved_an_approval(merged: Story) -> None:
    entries = page(merged, f"/cases/{merged.code}").rsplit("条记录首尾相接", 1)[1]
    newest, asked = entries.split("提请合并", 1)
    assert f"批准合并 {CHEN.name}" in newest
    assert asked.strip().startswith(ZHAO.name)
    assert f"{CHEN.name}批准合并" in page(merged, "/").replace(" ", "")


def test_an_imported_case_stood_in_each_state_when_its_table_says(story: Story) -> None:
    way = {
        "登记时间": "2025-09-01", "交办时间": "2025-09-02", "化解时间": "2025-10-08",
        "稳定时间": "2025-11-01", "办结时间": "2025-11-20", "结果": "已化解",
    }  # fmt: skip
    story.do(ZHAO, run_import, ledger(way, create_missing=True))
    told = page(story, "/cases/DB-2025-0001")
    assert "由历史台账导入" in told
    head = told[: told.index("在流程中的位置")]
    for day in ("9月1日", "9月2日", "10月8日", "11月1日", "11月20日"):
        assert f"2025年{day}" in head
    assert "2026年" not in head.split("承诺时限")[-1]
