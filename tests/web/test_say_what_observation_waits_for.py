"""What lists say of a case that is being observed: until when, and what comes after it."""

from datetime import timedelta

import pytest

from engine.service.case_lists import CaseQuery, list_cases
from tests.people import ZHANG, ZHAO
from tests.web import desk
from tests.web.desk import text_of
from tests.web.story import Story


@pytest.fixture
def observed(story: Story) -> Story:
    """Give an office whose only case is stabilised on 3 March, to be observed until the 18th."""
    story.step(ZHANG, "stabilize")
    return story


def row(story: Story, path: str = "/cases") -> str:
    """Give the words of the case's row in a list."""
    page = desk.enter(story.application, ZHAO).get(path).text
    return text_of(page.split('<tr role="row"')[-1])


@pytest.mark.parametrize("path", ["/cases", "/issues/ZD-2026-001"])
def test_until_it_is_over_the_list_says_when_and_what_then(observed: Story, path: str) -> None:
    told = row(observed, path)
    assert "观察期至3月18日" in told
    assert f"申请办结 责任领导{ZHANG.name}，3月18日期满后" in told
    assert "承诺时限" not in told


def test_once_it_is_over_the_step_waits_for_the_lead_leader(observed: Story) -> None:
    desk.set_clock(observed.application.settings.home, desk.START + timedelta(days=16))
    told = row(observed)
    assert "观察期已于3月18日满" in told
    assert f"申请办结 责任领导{ZHANG.name}" in told
    assert "期满后" not in told


def test_the_list_tells_the_minimum_to_programs_too(observed: Story) -> None:
    (item,) = observed.do(ZHAO, list_cases, CaseQuery())["items"]
    assert item["minimum"] == {
        "kind": "observe", "due_at": item["minimum"]["due_at"], "passed": False,
    }  # fmt: skip
    assert item["minimum"]["due_at"].startswith("2026-03-18")
