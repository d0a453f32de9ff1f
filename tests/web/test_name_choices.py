"""Forms name what may be chosen in the words that they show, and lead nowhere that is shut."""

import re
from pathlib import Path

from tests.people import SHEN, WU, ZHANG, ZHAO
from tests.web import desk
from tests.web.story import Story


def test_a_choice_that_was_not_made_is_asked_for_in_the_words_of_the_page(story: Story) -> None:
    office = desk.enter(story.application, ZHAO)
    answer = office.submit("/issues/new", {"title": "某某路积水", "origin": "nowhere"})
    assert answer.status_code == 422
    said = desk.text_of(answer.text)
    assert "区级交办、" in said
    assert "district、" not in said
    assert "district," not in said


def test_a_need_of_a_step_leads_to_the_case_where_it_is_met(tmp_path: Path) -> None:
    story = Story(desk.new_office(tmp_path)).begin().assign()
    page = desk.enter(story.application, ZHANG).get(f"/cases/{story.code}/do/start").text
    links = re.findall(r'class="guard__fix no-print"><a href="([^"]*)"', page)
    assert links
    assert all(link.startswith(f"/cases/{story.code}") for link in links)


def test_there_is_no_progress_on_a_measure_that_is_not_there(story: Story) -> None:
    unit = desk.enter(story.application, WU)
    assert unit.get(f"/cases/{story.code}/measures/999/progress").status_code == 404


def test_help_leads_an_administrator_to_no_page_of_cases(story: Story) -> None:
    shown = desk.enter(story.application, SHEN).get("/help").text
    assert '"/search"' not in shown.partition("<main")[2]
    names = re.findall(r' id="([^"]+)"', shown)
    assert len(names) == len(set(names))
