"""“Your turn” stands where the reader can go on, and a card offers no step that is still closed."""

from datetime import date

import pytest

from engine.bootstrap import Application
from engine.service import case_files, parts, plans
from tests.people import CHEN, SUN, WU, ZHANG, ZHAO, Person
from tests.web import desk
from tests.web.story import Story

YOURS, LACKS = '<span class="you">轮到您</span>', "还不能办理："


@pytest.fixture
def merging(office: Application) -> Story:
    """A registered case that somebody asked to merge into another."""
    story = Story(office).begin()
    other = story.code
    story.begin("某某另一小区", "另一件事")
    story.step(ZHAO, "merge", "同一件事情重复登记了", into=other)
    return story


def page(story: Story, person: Person, place: str) -> str:
    """Give a page as somebody sees it."""
    return str(desk.enter(story.application, person).get(place).text)


def test_a_case_that_waits_for_supervision_is_no_turn_of_the_office(merging: Story) -> None:
    there = f"/cases/{merging.code}"
    assert YOURS not in page(merging, ZHAO, there)
    mine = page(merging, ZHAO, "/my")
    assert f'href="{there}/do/assign"' not in mine
    assert f'href="{there}"' in mine
    assert LACKS in mine
    assert "由督查组补齐" in mine


def test_once_supervision_decided_it_is_the_turn_of_the_office_again(merging: Story) -> None:
    merging.step(CHEN, "return-closure", "两件事情并不相同，继续办理")
    there = f"/cases/{merging.code}"
    assert YOURS in page(merging, ZHAO, there)
    assert f'href="{there}/do/assign"' in page(merging, ZHAO, "/my")


def test_a_card_offers_what_supplies_the_step_instead_of_the_step(office: Application) -> None:
    story = Story(office).begin().assign().start()
    there = f"/cases/{story.code}"
    file = story.do(WU, case_files.add_file, story.code, "核对表.txt", "核对".encode())
    measure = (story.case()["plan"] or {"measures": []})["measures"][0]["id"]
    done = plans.ProgressOrder("done", "核对完毕", date(2026, 3, 3), [file["id"]])
    story.do(WU, plans.record_progress, story.code, measure, done)
    mine = page(story, ZHANG, "/my")
    assert f'href="{there}/do/stabilize"' not in mine
    assert LACKS in mine
    assert "尚未登记给群众的阶段性答复" in mine
    assert f'class="btn btn--primary" href="{there}/replies"' in mine
    reply = parts.ReplyOrder("interim", "正在办理", date(2026, 3, 3), "meeting")
    story.do(WU, parts.record_reply, story.code, reply)
    assert f'href="{there}/do/stabilize"' in page(story, ZHANG, "/my")


def test_a_measure_is_the_turn_of_its_owner_alone(office: Application) -> None:
    story = Story(office).begin().assign().start()
    line = "核清底数"
    for person, is_turn in ((WU, True), (ZHANG, False), (SUN, False)):
        told = page(story, person, f"/cases/{story.code}")
        about = next(p for p in told.split("<li>") if "owed__what" in p and line in p)
        assert (YOURS in about) is is_turn, person
