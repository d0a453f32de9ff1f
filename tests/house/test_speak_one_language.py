"""The glossary and the shipped workflow use the same words."""

import tomllib

from engine.domain.access import ROLES
from tests.house import pages

GLOSSARY = "docs/glossary.md"
WORKFLOW = tomllib.loads(pages.text("workflows/key-issue.toml"))
Words = list[tuple[str, str, str]]


def listed(heading: str) -> Words:
    """Read the words under a heading of the glossary, with their name in data."""
    rows = pages.cells(pages.part(GLOSSARY, heading))
    return [(zh, en, name.strip("`")) for zh, en, name in rows]


def titled(definitions: dict[str, dict[str, dict[str, str]]]) -> Words:
    """Read the titles of named parts of the workflow."""
    return [(d["title"]["zh"], d["title"]["en"], name) for name, d in definitions.items()]


def test_states_have_the_words_of_the_glossary() -> None:
    assert listed("States") == titled(WORKFLOW["states"])


def test_clocks_have_the_words_of_the_glossary() -> None:
    assert listed("Clocks") == titled(WORKFLOW["clock"])


def test_steps_have_the_words_of_the_glossary() -> None:
    steps = [(t["title"]["zh"], t["title"]["en"], t["trigger"]) for t in WORKFLOW["transition"]]
    assert sorted(listed("Steps")) == sorted(steps)


def test_rungs_have_the_words_of_the_glossary_and_of_the_clocks_page() -> None:
    rungs = [(r["title"]["zh"], r["title"]["en"], r["name"]) for r in WORKFLOW["rung"]]
    assert listed("Rungs of the ladder") == rungs
    rows = pages.cells(pages.part("docs/explanation/clocks.md", "The ladder"))
    told = [(name.strip("`"), title, day.replace("−", "-")) for name, title, day, _ in rows]
    assert told == [
        (r["name"], r["title"]["zh"], str(r["after_working_days"])) for r in WORKFLOW["rung"]
    ]


def test_every_role_has_its_words() -> None:
    assert [role for _, _, role in listed("People and units")] == list(ROLES)


def test_no_word_of_the_glossary_stands_for_two_things() -> None:
    things = ("Things", "Time", "Record and proof")
    words = [row[0] for heading in things for row in pages.cells(pages.part(GLOSSARY, heading))]
    assert len(words) == len(set(words))


def test_the_clocks_page_explains_every_clock() -> None:
    rows = pages.cells(pages.part("docs/explanation/clocks.md", "Which clocks there are"))
    told = [
        pair
        for row in rows
        for pair in zip(row[0].replace("`", "").split(", "), row[1].split(", "), strict=True)
    ]
    assert sorted(told) == sorted((name, d["title"]["zh"]) for name, d in WORKFLOW["clock"].items())
