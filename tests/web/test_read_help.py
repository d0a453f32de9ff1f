"""Help and glossary: open to everybody, whole in both languages, and leading to what is there."""

import re

import pytest

from engine.domain.access import ROLES
from tests.house import pages
from tests.people import SHEN, ZHAO, with_role
from tests.web import desk
from tests.web.story import Story
from web.pages.helping import EVERYBODY, OF_ROLE, PARTS
from web.wording import web_catalogue

HEADS = {"things": "Things", "time": "Time", "record": "Record and proof"}


def test_help_is_linked_from_every_page_and_open_to_everybody(story: Story) -> None:
    nobody = desk.browser(story.application)
    assert 'href="/help"' in nobody.get("/login").text
    for path in ("/help", "/glossary"):
        assert nobody.get(path).status_code == 200
    assert 'href="/help"' in desk.enter(story.application, SHEN).get("/account").text


@pytest.mark.parametrize("role", ROLES)
def test_what_help_sends_a_role_to_is_there_for_it(story: Story, role: str) -> None:
    there = desk.enter(story.application, with_role(role))
    shown = there.get("/help").text
    assert shown.index(f'id="h-{role}"') < shown.index('id="h-all"')
    for name, place in OF_ROLE[role]:
        assert f'id="{role}-{name}"' in shown
        answer = there.get(place)
        assert answer.status_code in {200, 303}, (role, place)
        assert not answer.headers.get("location", "").startswith("/login")


def test_every_way_has_its_steps_in_both_languages() -> None:
    for name, _ in (*EVERYBODY, *(way for ways in OF_ROLE.values() for way in ways)):
        steps = web_catalogue()[f"howto-{name}-steps"]
        assert len(steps.zh.split("|")) == len(steps.en.split("|")) > 1, name
        assert web_catalogue()[f"howto-{name}"].zh.startswith(("怎样", "非工作")), name


@pytest.mark.parametrize("part", PARTS)
def test_the_glossary_page_has_the_words_of_the_document(part: str) -> None:
    """A word new in docs/glossary.md goes to web/locale/glossary.toml too, with what it means."""
    rows = pages.cells(pages.part("docs/glossary.md", HEADS[part]))
    codes = [code for code in web_catalogue() if code.startswith(f"term-{part}-")]
    terms = [web_catalogue()[code] for code in codes]
    assert [(term.zh, term.en) for term in terms] == [(row[0], row[1]) for row in rows]
    meant = [web_catalogue()[f"means-{code.removeprefix('term-')}"] for code in codes]
    assert [plain(text.en) for text in meant] == [plain(row[2]) for row in rows]
    assert all(re.search("[一-鿿]", text.zh) for text in meant)


def test_the_glossary_leads_to_the_words_of_the_workflows(story: Story) -> None:
    shown = desk.enter(story.application, ZHAO).get("/glossary").text
    assert 'href="/workflows/petition"' in shown
    assert shown.count('role="row"') > len(ROLES)


def plain(text: str) -> str:
    """Give a text of the document without the signs of its markup."""
    return text.replace("`", "").replace('"', "'")
