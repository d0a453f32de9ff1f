"""The rules can be looked up: the workflow, and who may do what; all in words."""

import re

import pytest

from engine.domain.access import ACTS, ROLES, WRITERS
from engine.service.publishing import publish_workflow
from tests.people import JIANG, PEOPLE, SHEN, WU, ZHAO, Person
from tests.service.versions import version
from tests.web import desk
from tests.web.story import Story
from web.wording import web_catalogue
from workflows.needs import VOCABULARY


def test_every_official_may_read_every_workflow(story: Story) -> None:
    for person in PEOPLE:
        there = desk.enter(story.application, person)
        assert there.get("/workflows").headers["location"] == "/workflows/key-issue"
        for name in ("key-issue", "petition"):
            assert there.get(f"/workflows/{name}").status_code == 200, (person.login, name)


def test_the_picture_and_its_table_tell_the_same(story: Story) -> None:
    shown = desk.enter(story.application, ZHAO).get("/workflows/key-issue").text
    picture = shown[shown.index("<svg xmlns") :]
    assert re.findall(r'note"[^>]*>(\d+)件<', picture) == ["0", "0", "1", "0", "0"]
    assert f'href="/cases/{story.code}"' in shown


@pytest.mark.parametrize("person", [SHEN, JIANG], ids=lambda person: person.login)
def test_who_reads_no_case_is_told_why_there_are_no_counts(story: Story, person: Person) -> None:
    shown = desk.enter(story.application, person).get("/workflows/key-issue").text
    assert "图上没有件数" in shown
    assert not re.search(r'class="label note"', shown)
    assert story.code not in shown


def test_a_version_that_is_not_there_is_not_found(story: Story) -> None:
    there = desk.enter(story.application, WU)
    assert there.get("/workflows/key-issue?version=2").status_code == 200
    for asked in ("key-issue?version=9", "key-issue?version=x", "nothing"):
        assert there.get(f"/workflows/{asked}").status_code == 404


def test_a_source_is_a_rule_that_there_is_or_none(story: Story) -> None:
    there = desk.enter(story.application, WU)
    own = desk.text_of(there.get("/workflows/key-issue").text)
    assert "依据" not in own
    assert "审核办结等提请" in own
    statutory = desk.text_of(there.get("/workflows/petition").text)
    assert "依据 信访工作条例（中发〔2022〕11号）" in statutory
    assert "依据： 15日内：《信访工作条例》第二十二条" in statutory


def test_an_administrator_is_told_how_a_version_is_left(story: Story) -> None:
    newer = version(3, ("days = 15", "days = 20"))
    story.do(SHEN, publish_workflow, "other.toml", newer)
    there = desk.enter(story.application, SHEN)
    assert "duban workflow publish key-issue.toml" in there.get("/workflows/key-issue").text
    assert "workflow migrate" not in there.get("/workflows/key-issue").text
    older = there.get("/workflows/key-issue?version=2").text
    assert "duban workflow migrate key-issue --from 2 --to 3 --dry-run" in older
    assert "workflow publish" not in older


def test_everybody_can_read_what_a_version_holds_otherwise(story: Story) -> None:
    newer = version(3, ("days = 15", "days = 20"), ("max_declines = 2 ", "max_declines = 3 "))
    story.do(SHEN, publish_workflow, "other.toml", newer)
    for person in (WU, SHEN):
        there = desk.enter(story.application, person)
        shown = desk.text_of(there.get("/workflows/key-issue").text)
        assert "放宽或无法相比 退回次数上限：2次→3次（放宽）" in shown
        assert "“观察期”最短时间：15日→20日（延长）" in shown
        assert "与上一版相比" not in there.get("/workflows/key-issue?version=2").text


def test_a_case_shows_its_place_in_its_workflow(story: Story) -> None:
    shown = desk.enter(story.application, WU).get(f"/cases/{story.code}").text
    assert re.findall(r'class="name here"[^>]*>([^<]+)<', shown) == ["化解中"]
    assert 'href="/workflows/key-issue?version=2"' in shown


def test_pictures_bring_no_style_of_their_own(story: Story) -> None:
    there = desk.enter(story.application, ZHAO)
    for path in ("/workflows/petition", f"/cases/{story.code}"):
        shown = there.get(path).text
        assert "<style" not in shown
        assert " style=" not in shown


def test_the_roles_page_is_the_table_of_acts(story: Story) -> None:
    """Each row has a tick for exactly the roles of the act."""
    shown = desk.enter(story.application, SHEN).get("/roles").text
    rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th>(.*?)</tr>', shown, re.DOTALL))
    for act, roles in ACTS.items():
        cells = re.findall(r">(可以|不可以)</span>", rows[said(f"act-{dashed(act)}")])
        ticked = [role for role, cell in zip(ROLES, cells, strict=True) if cell == "可以"]
        assert set(ticked) == roles, act
    assert len(rows) == len(ACTS)


def test_every_word_of_the_rules_has_its_words() -> None:
    codes = [f"condition-{need}" for need in VOCABULARY.needs]
    codes += [f"party-{party}" for party in VOCABULARY.parties]
    codes += [f"happening-{name}" for name in VOCABULARY.happenings]
    codes += [f"flow-date-{name}" for name in VOCABULARY.date_sources]
    codes += [f"flow-duty-{name}" for name in VOCABULARY.duties]
    codes += [f"flow-setting-{name}" for name in VOCABULARY.settings]
    codes += [f"act-{dashed(act)}" for act in ACTS]
    codes += [f"part-of-{dashed(part)}" for part in WRITERS]
    codes += [f"{word}-{role}" for role in ROLES for word in ("role", "role-does")]
    assert [code for code in codes if code not in web_catalogue()] == []


def dashed(name: str) -> str:
    """Spell the name of an act or a part as codes are spelt."""
    return name.replace(".", "-")


def said(code: str) -> str:
    """Give the Chinese words of a code."""
    return web_catalogue()[code].zh
