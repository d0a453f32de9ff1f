"""What a decision page shows of the request, and a case while its time stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import WEI, WU, ZHANG
from tests.web import desk, story
from tests.web.story import Story

WHY = "等待法院解封账户"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Story]:
    """Give a case in resolution, in an office of its own."""
    application = desk.copy_of(story.model(), tmp_path)
    yield Story(application)
    application.close()


def _page(told: Story, person: object, path: str = "") -> str:
    there = desk.enter(told.application, person)  # type: ignore[arg-type]
    return desk.text_of(there.get(f"/cases/{told.code}{path}").text)


def test_a_suspension_is_decided_knowing_why_until_when_and_what_stops(told: Story) -> None:
    told.step(ZHANG, "request-suspension", WHY, review_on="2026-03-25")
    words = _page(told, WEI, "/do/grant-suspension")
    for part in (WHY, "张三", "2026年3月25日", "距今天", "停止计时，至恢复计时为止"):
        assert part in words, part
    assert "停止计时，至恢复计时为止" not in _page(told, WEI, "/do/refuse-suspension")


def test_a_suspended_case_names_its_review_and_who_resumes_it(told: Story, tmp_path: Path) -> None:
    told.step(ZHANG, "request-suspension", WHY, review_on="2026-03-25")
    told.step(WEI, "grant-suspension")
    words = _page(told, ZHANG)
    for part in ("复查：最迟3月25日", "恢复计时", "起中止计时", "停止时的时限为"):
        assert part in words, part
    assert "已过" not in words
    mine = desk.text_of(desk.enter(told.application, ZHANG).get("/my").text)
    assert "复查：最迟3月25日" in mine
    others = desk.text_of(desk.enter(told.application, WU).get("/my").text)
    assert "复查：最迟" not in others
    desk.later(tmp_path, desk.START, days=60)
    assert "已过" in _page(told, ZHANG)
    told.step(ZHANG, "resume")
    assert "复查：" not in _page(told, ZHANG)


def test_an_extension_is_decided_knowing_why_and_between_which_days(told: Story) -> None:
    told.step(ZHANG, "request-extension", WHY, due="2026-04-10")
    words = _page(told, WEI, "/do/grant-extension")
    assert WHY in words
    assert "延至2026年4月10日" in words


def test_an_extension_is_asked_for_knowing_the_last_day(told: Story) -> None:
    hint = "现为2026年3月31日（周二），最迟可延至2026年4月30日（周四）"
    assert hint in _page(told, ZHANG, "/do/request-extension")
    there, place = desk.enter(told.application, ZHANG), f"/cases/{told.code}/do/request-extension"
    answer = there.submit(place, {"due": "2026-05-01", "reason": WHY}, f"{place}/confirm")
    assert answer.status_code == 422
    assert "最迟延至2026年4月30日" in desk.text_of(answer.text)


def test_progress_is_recorded_under_the_measure_that_it_is_about(told: Story) -> None:
    plan = told.case()["plan"]
    assert plan is not None
    measure = plan["measures"][0]
    words = _page(told, WU, f"/measures/{measure['id']}/progress")
    owner, evidence = measure["owner"], measure["evidence"]
    assert owner is not None
    for part in (measure["title"], owner["name"], evidence or "以什么佐证完成"):
        assert part in words, part
