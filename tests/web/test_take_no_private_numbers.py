"""A number that belongs to somebody is taken nowhere, in a text, a reason, a table or a name."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.errors import InvalidError
from engine.service import calendar_changes as calendar
from engine.service import case_files, daily, daily_units, deputies, issues, letters, nudges, views
from engine.service.case_lists import CaseQuery
from engine.service.cases import NewCase, register_case
from engine.service.parts import (
    ClaimChange,
    ReplyOrder,
    add_note,
    change_claim,
    record_reply,
)
from engine.service.plans import MeasureOrder, PlanOrder, ProgressOrder, record_progress, write_plan
from engine.service.principals import principal_of
from engine.words import say
from tests.people import CHEN, LI, SHEN, SUN, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.story import Story

LINE, CARD = "13812345678", "500112197203154418"
TEXT = f"王某，手机{LINE}"
DAY = date(2026, 3, 3)
Verb = tuple[Person, Callable[..., Any], tuple[Any, ...]]


def _measure(story: Story) -> int:
    plan = story.case()["plan"]
    return plan["measures"][0]["id"] if plan else 0


def _texts(story: Story) -> Iterator[tuple[str, Verb]]:
    """Give every verb that takes free text, with a text that none may take, and its field."""
    code, version = story.code, story.case()["version"]
    claim = story.case()["claims"][0]["id"]
    until = DAY + timedelta(days=9)
    plan = PlanOrder(version, [MeasureOrder(TEXT, evidence=TEXT)], TEXT)
    yield "title", (ZHAO, issues.open_issue, (issues.NewIssue(TEXT, "district"),))
    yield "summary", (ZHAO, issues.open_issue, (issues.NewIssue("停工", "district", summary=TEXT),))
    yield "category", (
        ZHAO, issues.open_issue, (issues.NewIssue("停工", "district", category=TEXT),)
    )  # fmt: skip
    yield "title", (ZHAO, register_case, (story.issue, NewCase(TEXT)))
    yield "measures_text", (ZHAO, register_case, (story.issue, NewCase("甲", measures_text=TEXT)))
    yield "summary", (ZHAO, register_case, (story.issue, NewCase("甲", summary=TEXT)))
    yield "measures.0.title", (ZHANG, write_plan, (code, plan))
    yield "measures.0.evidence", (ZHANG, write_plan, (code, plan))
    yield "reason", (ZHANG, write_plan, (code, plan))
    yield "note", (
        WU, record_progress, (code, _measure(story), ProgressOrder("under-way", TEXT, DAY))
    )  # fmt: skip
    yield "text", (ZHAO, add_note, (code, TEXT))
    yield "text", (WU, record_reply, (code, ReplyOrder("interim", TEXT, DAY, "meeting")))
    yield "difference_reason", (
        WU, change_claim, (code, claim, ClaimChange(difference_reason=TEXT))
    )  # fmt: skip
    yield "file", (WU, case_files.add_file, (code, f"{TEXT}.txt", b"x"))
    yield "text", (CHEN, nudges.nudge, (code, TEXT))
    yield "demands", (CHEN, letters.draft_letter, (code, letters.LetterOrder(TEXT, until)))
    yield "basis", (CHEN, letters.draft_letter, (code, letters.LetterOrder("速办", until, TEXT)))
    yield "text", (ZHAO, daily.save_draft, (DAY, TEXT, 0))
    yield "text", (ZHAO, daily.hand_in, (DAY, TEXT))
    yield "text", (SUN, daily_units.report_unit, (DAY, TEXT))
    order = deputies.NewDeputy(ZHANG.login, LI.login, DAY, until, TEXT)
    yield "reason", (ZHANG, deputies.name_deputy, (order,))
    yield "name", (ZHAO, views.save_view, (TEXT[3:], {"state": "closed"}, CaseQuery()))


def test_every_verb_that_takes_text_refuses_the_number_and_keeps_nothing_of_it(
    story: Story, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for field, (person, verb, given) in _texts(story):
        with pytest.raises(InvalidError) as refused:
            story.do(person, verb, *given)
        faults = {fault.field: say(fault.message, "zh") for fault in refused.value.faults}
        assert "不登记群众个人信息" in faults.get(field, ""), (verb.__name__, field, faults)
        assert LINE not in str(faults)
    for field, trigger, data in (("reason", "request-extension", {"due": "2026-04-10"}),):
        with pytest.raises(InvalidError) as refused:
            story.step(ZHANG, trigger, TEXT, **data)
        assert [fault.field for fault in refused.value.faults] == [field]
    with pytest.raises(InvalidError), story.application.writing("web", "zh") as opened:
        calendar.preview_override(
            opened, principal_of(opened, SHEN.login), DAY, works=False, reason=TEXT
        )
    assert not [file for file in home.rglob("*") if file.is_file() and _holds(file)]
    assert LINE not in caplog.text


def _holds(file: Path) -> bool:
    return LINE.encode() in file.read_bytes()


@pytest.mark.parametrize("number", [LINE, CARD, "+86 138-1234-5678"])
def test_a_page_says_why_and_keeps_what_was_typed(story: Story, number: str) -> None:
    there, place = desk.enter(story.application, WU), f"/cases/{story.code}/notes"
    answer = there.submit(f"/cases/{story.code}", {"text": f"已到现场。{number}"}, place)
    assert answer.status_code == 422
    told = desk.text_of(answer.text)
    assert "第6个字起像是身份证号、手机号或银行卡号。督办不登记群众个人信息" in told
    assert f"已到现场。{number}" in answer.text
    assert len(story.case()["notes"]) == 1


def test_a_row_of_a_table_is_wrong_by_it(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    table = (
        "重点问题,任务,责任领导,牵头单位,化解措施\n"
        f"某某小区停工,恢复施工,{ZHANG.name},丙劳动所,联系王某{LINE}\n"
    )
    form = there.form("/import")
    answer = there.post("/import", form.values, files={"file": ("表.csv", table.encode())})
    told = desk.text_of(there.get(answer.headers["location"]).text)
    assert "第2行“化解措施”" in told
    assert "像是含有身份证号、手机号或银行卡号。督办不登记群众个人信息" in told
    assert "1行有错误" in told
