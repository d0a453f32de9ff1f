"""Pictures of a workflow: everything is on them, they are valid, and no two lanes overlap."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from engine.domain.loader import load
from engine.domain.workflow import Workflow
from engine.output.diagram import mermaid, svg
from engine.words import LOCALES, Locale, Text
from tests.domain.wordbook import SENTENCES, VOCABULARY, WORKFLOWS

SVG = "{http://www.w3.org/2000/svg}"
BOTH = pytest.mark.parametrize("name", ["key-issue", "petition"])
LANGUAGES = pytest.mark.parametrize("locale", LOCALES)


def workflow_of(name: str) -> Workflow:
    """Load a shipped definition."""
    text = (WORKFLOWS / f"{name}.toml").read_text(encoding="utf-8")
    return load(text, f"{name}.toml", VOCABULARY, SENTENCES)


@BOTH
@LANGUAGES
def test_the_drawing_shows_every_state_and_every_step(name: str, locale: Locale) -> None:
    workflow = workflow_of(name)
    shown = " ".join(e.text or "" for e in ET.fromstring(svg(workflow, locale)).iter(f"{SVG}text"))
    for state in workflow.states.values():
        assert state.title.in_(locale) in shown
    for arc in workflow.transitions:
        assert arc.title.in_(locale) in shown


@BOTH
@LANGUAGES
def test_the_drawing_is_told_in_words_for_those_who_cannot_see_it(
    name: str, locale: Locale
) -> None:
    workflow = workflow_of(name)
    root = ET.fromstring(svg(workflow, locale))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert title.text
    assert desc.text
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) == {title.get("id"), desc.get("id")}
    assert workflow.title.in_(locale) in title.text
    moves = [a for a in workflow.transitions if a.target not in (None, a.source)]
    assert all(arc.title.in_(locale) in desc.text for arc in moves)


@BOTH
def test_states_stand_in_a_row_from_left_to_right_without_touching(name: str) -> None:
    root = ET.fromstring(svg(workflow_of(name), "en"))
    boxes = [e for e in root.iter(f"{SVG}rect") if e.get("class") == "state"]
    spans = [(float(b.get("x", "")), float(b.get("width", ""))) for b in boxes]
    assert len({box.get("y") for box in boxes}) == 1
    assert all(x + w < after for (x, w), (after, _) in pairwise(spans))
    assert spans[-1][0] + spans[-1][1] < float(root.get("width", ""))


@BOTH
def test_every_jump_and_every_step_back_has_a_lane_of_its_own(name: str) -> None:
    root = ET.fromstring(svg(workflow_of(name), "zh"))
    paths = [e.get("d", "") for e in root.iter(f"{SVG}path") if "Q" in e.get("d", "")]
    lanes = [re.findall(r"Q\S+ (\S+) ", path)[0] for path in paths]
    assert len(lanes) == len(set(lanes)) > 2


@LANGUAGES
def test_signs_that_mean_something_in_xml_or_mermaid_are_written_as_entities(
    locale: Locale,
) -> None:
    workflow = workflow_of("key-issue")
    odd = Text('<b> & "x": y; #1', '<b> & "x": y; #1')
    states = {**workflow.states, "registered": replace(workflow.states["registered"], title=odd)}
    edited = replace(workflow, states=states, title=odd)
    names = [e.text for e in ET.fromstring(svg(edited, locale)).iter(f"{SVG}text")]
    assert odd.zh in names
    assert 'state "#lt;b> & #quot;x#quot;#58; y#59; #35;1" as s1' in mermaid(edited, locale)


@BOTH
@LANGUAGES
def test_mermaid_has_an_arrow_for_every_pair_of_states_and_a_note_for_the_rest(
    name: str, locale: Locale
) -> None:
    workflow = workflow_of(name)
    lines = mermaid(workflow, locale).splitlines()
    assert lines[0] == "stateDiagram-v2"
    moves = {(a.source, a.target) for a in workflow.transitions if a.target not in (None, a.source)}
    closed = sum(state.is_closed for state in workflow.states.values())
    assert sum("-->" in line for line in lines) == len(moves) + closed
    stays = [a for a in workflow.transitions if a.target is None]
    assert all(f"        {arc.title.in_(locale)}" in lines for arc in stays)
