"""The reference of the definition language names every word that a definition may use."""

import re

from engine.domain import loader
from engine.domain.soundness_rules import DECIDERS, EFFECT_FIELDS
from tests.domain.wordbook import VOCABULARY, WORKFLOWS

REFERENCE = (WORKFLOWS.parent / "docs" / "reference" / "workflow.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"`([^`\n]+)`", REFERENCE))


def rows(heading: str) -> dict[str, list[list[str]]]:
    """Read the table under a heading: the word of each row, with the words of its other cells."""
    part = REFERENCE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.strip("|").split("|") for line in part.splitlines() if line.startswith("| `")]
    return {c[0].strip(" `"): [re.findall(r"`([^`]+)`", x) for x in c[1:]] for c in cells}


def test_the_reference_lists_the_parties_needs_and_effects_of_the_vocabulary() -> None:
    assert set(rows("Parties")) == set(VOCABULARY.parties)
    assert set(rows("Needs")) == set(VOCABULARY.needs)
    assert set(rows("Effects")) == set(VOCABULARY.effects)


def test_the_reference_tells_the_fields_and_the_deciders_of_each_effect() -> None:
    for effect, (fields, deciders) in rows("Effects").items():
        assert tuple(fields) == EFFECT_FIELDS.get(effect, ())
        assert tuple(deciders) == DECIDERS.get(effect, ())


def test_the_reference_names_every_key_unit_and_other_word() -> None:
    keys = {
        "trigger",
        "from",
        "to",
        "by",
        "fields",
        "reason",
        "needs",
        "effects",
        "title",
        "source",
    }
    keys |= {"starts", "stops", "unit", "date_from", "at", "limit", "tells", "does", "carries_over"}
    others = {*VOCABULARY.happenings, *VOCABULARY.fields, *VOCABULARY.settings, *VOCABULARY.duties}
    assert keys | others | {*VOCABULARY.date_sources, *loader.UNITS} <= WORDS
