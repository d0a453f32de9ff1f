"""A form that others overtook shows who did what, their words beside one's own, and a way on."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from engine.service import parts, plans
from engine.service.case_answers import CaseAnswer
from engine.service.plans import MeasureOrder, PlanOrder
from engine.service.task_forces import TaskForceOrder, set_task_force
from tests.people import BUILDING, CHEN, LABOUR, LI, SUN, WEI, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.desk import Browser, Form
from tests.web.story import Story

WHY = "房源处置款四月到账"


def opened(story: Story, who: Person, part: str, action: str = "") -> tuple[Browser, Form]:
    """Let somebody open a form of the case; give it as it stands."""
    there, place = desk.enter(story.application, who), f"/cases/{story.code}/{part}"
    return there, there.form(place, place + action)


def overtaken(browser: Browser, form: Form, given: Mapping[str, Any]) -> str:
    """Send a form that others overtook; give what the page says."""
    answer = browser.post(form.action, form.filled(given))
    assert answer.status_code == 409
    assert '<a href="#since">' in answer.text
    assert 'id="since"' in answer.text
    return str(answer.text)


def same(page: str, form: Form) -> Form:
    """Find a form again on the page that came of it."""
    return next(f for f in desk.forms_of(page, form.action) if f.action == form.action)


def measures(case: CaseAnswer) -> list[MeasureOrder]:
    """Give the plan of a case as it would be written again."""
    assert case["plan"] is not None
    return [
        MeasureOrder(
            one["title"], one["owner"] and one["owner"]["login"],
            one["unit"] and one["unit"]["name"], None, date.fromisoformat(one["due"] or ""), None,
            one["id"],
        )
        for one in case["plan"]["measures"]
    ]  # fmt: skip


def replan(story: Story, *orders: MeasureOrder) -> None:
    """Let the lead leader write another plan."""
    order = PlanOrder(story.case()["version"], orders, "改了安排")
    story.do(ZHANG, plans.write_plan, story.code, order)


def test_a_step_shows_who_was_first_what_they_wrote_and_what_to_do(story: Story) -> None:
    there, form = opened(story, ZHANG, "do/request-extension", "/confirm")
    story.do(WU, parts.add_note, story.code, "专户已到账一半")
    page = overtaken(there, form, {"due": "2026-04-10", "reason": WHY})
    words = desk.text_of(page)
    for part in ("没有保存：这个事项刚被修改过", "您打开之后，吴十先改了这件事项", "1条记录",
                 "吴十（所长）", "3月3日", "15:00", "专户已到账一半", "再按“下一步：核对”",
                 WHY):  # fmt: skip
        assert part in words, part
    assert f'href="/cases/{story.code}/do/request-extension"' in page
    again = same(page, form)
    assert there.post(again.action, again.values).status_code == 200


@pytest.mark.parametrize(("locale", "says"), [
    ("zh", "您打开之后，您自己已经改过这件事项"), ("en", "You changed this case yourself"),
])  # fmt: skip
def test_ones_own_change_is_not_laid_upon_others(story: Story, locale: str, says: str) -> None:
    there, form = opened(story, WU, "claims")
    there.client.headers["Accept-Language"] = locale
    sent = form.filled({"kind": "wages", "people": "3", "owed": "5"})
    assert there.post(form.action, sent).status_code == 303
    assert says in desk.text_of(overtaken(there, form, sent))


def test_two_plans_stand_side_by_side_and_neither_is_lost(story: Story) -> None:
    there, form = opened(story, ZHANG, "plan")
    (first,) = measures(story.case())
    replan(story, MeasureOrder("核清底数并公示", first.owner, first.unit, None, date(2026, 3, 25),
                               None, first.id),
           MeasureOrder("垫付工资", SUN.login, BUILDING.name, None, date(2026, 3, 28)))  # fmt: skip
    page = overtaken(there, form, {"measures.0.title": "核清底数和欠薪名册", "reason": WHY})
    words = desk.text_of(page)
    for part in ("核清底数并公示", "垫付工资", "3月25日", "还是您打开时的内容", "与现在相同",
                 "提交后以您填的为准"):  # fmt: skip
        assert part in words, part
    assert "<ins>和欠薪名册</ins>" in page
    again = same(page, form)
    assert again.values["measures.0.title"] == ["核清底数和欠薪名册"]
    assert again.values["measures.1.title"] == ["垫付工资"], "what others added is kept"
    assert there.post(again.action, again.values).status_code == 303
    kept = [one.title for one in measures(story.case())]
    assert kept == ["核清底数和欠薪名册", "垫付工资"]


def test_two_task_forces_stand_side_by_side_and_no_row_is_mixed(story: Story) -> None:
    there, form = opened(story, ZHANG, "task-force")
    members = [(SUN.login, BUILDING.name), (WU.login, LABOUR.name)]
    order = TaskForceOrder(story.case()["version"], SUN.login, members)
    story.do(ZHANG, set_task_force, story.code, order)
    page = overtaken(there, form, {"members.1.account": ""})
    words = desk.text_of(page)
    for part in ("联络员", "还是您打开时的内容", "提交后以您填的为准"):
        assert part in words, part
    again = same(page, form).values
    mine = {name: value for name, value in form.values.items() if name.startswith("members.")}
    assert {n: v for n, v in again.items() if n.startswith("members.")} == {
        **mine, "members.1.account": [""],
    }  # fmt: skip


def test_one_more_row_does_not_hide_that_others_were_first(story: Story) -> None:
    there, form = opened(story, ZHANG, "plan")
    (first,) = measures(story.case())
    replan(
        story,
        MeasureOrder("核清底数并公示", first.owner, first.unit, None, first.due, None, first.id),
    )
    words = desk.text_of(overtaken(there, form, {"measures.0.title": "我的"} | {"reason": WHY}))
    assert "核清底数并公示" in words
    more = there.post(form.action, {**form.values, "_add": "measures"})
    assert more.status_code == 409
    assert "核清底数并公示" in desk.text_of(more.text)


def test_going_back_to_change_something_tells_it_too(story: Story) -> None:
    place = f"/cases/{story.code}/do/request-extension"
    there, form = opened(story, ZHANG, "do/request-extension", "/confirm")
    sent = form.filled({"due": "2026-04-10", "reason": WHY})
    assert there.post(form.action, sent).status_code == 200
    story.do(WU, parts.add_note, story.code, "专户已到账一半")
    answer = there.post(f"{place}/edit", sent)
    assert answer.status_code == 409
    assert "专户已到账一半" in desk.text_of(answer.text)


def test_a_measure_that_others_dropped_for_good_can_be_kept_as_a_new_one(story: Story) -> None:
    (first,) = measures(story.case())
    replan(
        story, first, MeasureOrder("垫付工资", SUN.login, BUILDING.name, None, date(2026, 3, 28))
    )
    there, form = opened(story, ZHANG, "plan")
    replan(story, first)
    page = overtaken(there, form, {"reason": WHY})
    again = same(page, form)
    assert again.values["measures.1.title"] == ["垫付工资"]
    assert there.post(again.action, again.values).status_code == 303
    assert [one.title for one in measures(story.case())] == ["核清底数", "垫付工资"]


def test_progress_on_a_measure_that_is_gone_is_not_lost(story: Story) -> None:
    (first,) = measures(story.case())
    replan(
        story, first, MeasureOrder("垫付工资", SUN.login, BUILDING.name, None, date(2026, 3, 28))
    )
    story.do(ZHANG, plans.adopt_plan, story.code, story.case()["version"])
    added = measures(story.case())[1]
    there, form = opened(story, SUN, f"measures/{added.id}/progress")
    replan(story, first)
    page = overtaken(there, form, {"status": "under-way", "note": "已垫付三成"})
    words = desk.text_of(page)
    for part in ("登记措施进展", "垫付工资", "已垫付三成", "没有保存，需要的请抄走"):
        assert part in words, part


def test_a_step_that_others_closed_keeps_what_was_typed_and_shows_what_is_left(
    story: Story,
) -> None:
    there, form = opened(story, ZHANG, "do/request-extension", "/confirm")
    story.step(ZHANG, "stabilize")
    page = overtaken(there, form, {"due": "2026-04-10", "reason": WHY})
    words = desk.text_of(page)
    for part in (
        "“申请延期”现在办不了",
        "当前状态下没有这个步骤",
        WHY,
        "2026-04-10",
        "已稳定",
        "报稳定",
    ):
        assert part in words, part
    assert not any(f.action.endswith("/confirm") for f in desk.forms_of(page, ""))
    left = [s for s in story.case(ZHANG)["steps"] if s["mine"] and s["allowed"]]
    assert left
    for step in left:
        assert f'<a href="/cases/{story.code}/do/{step["trigger"]}">{step["title"]}</a>' in page


def test_a_step_that_became_anothers_says_whose_it_is(story: Story) -> None:
    there, form = opened(story, ZHANG, "do/stabilize", "/confirm")
    story.step(ZHANG, "hand-over", "调岗", to=LI.login)
    story.step(LI, "accept-handover")
    words = desk.text_of(overtaken(there, form, {"reason": WHY}))
    for part in ("“报稳定”现在办不了", "由责任领导李四", WHY, "责任领导 张三 李四"):
        assert part in words, part


def test_a_decision_shows_that_another_decided_first(story: Story) -> None:
    story.step(ZHANG, "request-extension", WHY, due="2026-04-10")
    there, form = opened(story, WEI, "do/grant-extension", "/confirm")
    story.step(WEI, "refuse-extension", "不再延")
    words = desk.text_of(overtaken(there, form, {"reason": "同意"}))
    for part in ("不再延", "未同意", "您自己已经改过", "同意", "“同意延期”现在办不了"):
        assert part in words, part
    assert "没有待批复的延期申请" in words


def test_only_what_touched_the_amount_overtakes_a_payment(story: Story) -> None:
    claim = story.case()["claims"][0]["id"]
    there, form = opened(story, WU, f"claims/{claim}")
    _, other = opened(story, WU, f"claims/{claim}")
    story.do(ZHAO, parts.add_note, story.code, "与款项无关")
    assert there.post(form.action, form.filled({"paid": "3"})).status_code == 303
    page = overtaken(there, other, {"paid": "2.50", "difference_reason": "尾款未到"})
    words = desk.text_of(page)
    for part in ("已付", "5元", "3元", "2.50元", "提交后以您填的为准"):
        assert part in words, part


def test_a_letter_shows_both_wordings(story: Story) -> None:
    chen = desk.enter(story.application, CHEN)
    said = {"demands": "落实资金来源", "answer_by": "2026-03-10"}
    place = f"/cases/{story.code}/letters/new"
    checked = chen.submit(place, said, f"{place}/confirm")
    draft = next(f for f in desk.forms_of(checked.text, place) if f.action == place)
    letter = chen.post(place, draft.filled({"ok": "1"})).headers["location"].split("?")[0]
    revise, sign = f"{letter}/do/revise", f"{letter}/do/issue"
    mine = chen.form(revise, f"{revise}/confirm")
    late = chen.form(sign, f"{sign}/confirm")
    theirs = chen.submit(revise, {"demands": "落实资金来源并公示"}, f"{revise}/confirm")
    deed = next(f for f in desk.forms_of(theirs.text, revise) if f.action == revise)
    assert chen.post(revise, deed.filled({"ok": "1"})).status_code == 303
    page = overtaken(chen, mine, {"demands": "落实资金来源和责任人"})
    assert "<ins>并公示</ins>" in page
    assert "<ins>和责任人</ins>" in page
    assert "2026-03-10" in page
    issued = overtaken(chen, late, {})
    assert "落实资金来源并公示" in desk.text_of(issued)
