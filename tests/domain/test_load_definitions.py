"""Loading a definition: what it becomes, and how every fault of spelling is named."""

import hashlib

import pytest

from engine.domain.loader import load
from engine.domain.reading import WrongDefinitionError
from engine.domain.workflow import FieldUse, Workflow
from tests.domain.wordbook import KEY_ISSUE, SENTENCES, VOCABULARY, WORKFLOWS

FILE = "key-issue.toml"


def loaded(text: str) -> Workflow:
    """Load with the words of the key-issue workflow."""
    return load(text, FILE, VOCABULARY, SENTENCES)


def refused(*edits: tuple[str, str]) -> WrongDefinitionError:
    """Load an edited key-issue text and give the refusal; every edit must change something."""
    text = KEY_ISSUE
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(WrongDefinitionError) as caught:
        loaded(text)
    return caught.value


def test_the_key_issue_definition_loads_whole() -> None:
    workflow = loaded(KEY_ISSUE)
    assert workflow.label == "key-issue@2"
    assert [s.name for s in workflow.states.values() if s.is_closed] == ["closed"]
    assert workflow.digest == hashlib.sha256(KEY_ISSUE.encode()).hexdigest()


def test_the_petition_definition_loads_whole() -> None:
    text = (WORKFLOWS / "petition.toml").read_text(encoding="utf-8")
    workflow = load(text, "petition.toml", VOCABULARY, SENTENCES)
    statutory = ("accept", "resolve", "review", "re-review")
    clocks = [workflow.clocks[kind] for kind in statutory]
    assert [(c.days, c.unit) for c in clocks] == [(n, "natural-day") for n in (15, 60, 30, 30)]
    assert not any(c.first_day_counts for c in clocks)
    assert workflow.clocks["resolve"].extension_cap_days == 30


def test_a_block_with_several_sources_becomes_one_arc_for_each() -> None:
    arcs = [t for t in loaded(KEY_ISSUE).transitions if t.trigger == "hand-over"]
    assert [a.source for a in arcs] == ["assigned", "in-resolution", "stabilized"]


def test_a_question_mark_makes_a_field_optional() -> None:
    (assign,) = loaded(KEY_ISSUE).arcs("registered", "assign")
    assert FieldUse("supporting_units", required=False) in assign.fields
    assert FieldUse("due", required=True) in assign.fields


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ('"no-time-won"', '"no-time-one"', "transition[2].needs[2] (line 39)", "“no-time-won”"),
        ('by = ["assigner"]', 'by = ["asigner"]', "transition[2].by[1]", "“assigner”"),
        ('to = "assigned"', 'to = "asigned"', "transition[2].to", "“assigned”"),
        ('from = ["registered"]', 'from = ["regstered"]', "transition[2].from[1]", "“registered”"),
        ('"set-due"', '"set-dew"', "transition[2].effects[2]", "“set-due”"),
        ('"lead_unit"', '"lead_unite"', "transition[2].fields[2]", "“lead_unit”"),
        ("reason = true", "raeson = true", "transition[4].raeson", "“reason”"),
        ('initial = "registered"', 'initial = "registred"', "initial", "“registered”"),
        ('stops = ["assign"]', 'stops = ["asign"]', "clock.assign.stops[1]", "“assign”"),
        ('unit = "working-day"', 'unit = "workday"', "clock.assign.unit", "“working-day”"),
        ('"case-due"', '"case-dew"', "clock.resolve.date_from", "“case-due”"),
        ('"draft-letter"', '"draft-leter"', "rung[3].does", "“draft-letter”"),
        ("max_declines", "max_decline", "settings.max_decline", "“max_declines”"),
        ("version = 2", "versoin = 2", "versoin", "“version”"),
    ],
)
def test_an_unknown_word_is_named_with_its_place_and_the_nearest_word(
    old: str, new: str, place: str, told: str
) -> None:
    fault = refused((old, new))
    for locale in ("zh", "en"):
        assert fault.say(locale).startswith(FILE)
        assert told in fault.say(locale)
    assert place in str(fault)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version = 2", 'version = "2"', "whole number"),
        ("version = 2", "version = true", "whole number"),
        ("reason = true", "reason = 1", "true or false"),
        ('by = ["assigner"]', 'by = "assigner"', "list of words"),
        ('title = { zh = "交办重点问题", en = "Assigned key issue" }', 'title = "x"', "zh ="),
        (', en = "Assigned key issue"', "", "title.en"),
        ('zh = "交办重点问题"', 'zh = " "', "title.zh"),
        ("days = 15", "days = -1", "whole number"),
        ("days = 15", 'days = 15\ndate_from = "case-due"', "exactly one"),
        ("days = 15", "", "exactly one"),
        ('unit = "natural-day"', 'unit = "date"', "unit is date"),
        ('at = "15:00"', 'at = "25:00"', "time of day"),
        ('trigger = "assign"', 'trigger = "As sign"', "cannot be a name"),
        ("order = 2", "order = 1", "stands twice"),
        ('name = "overdue"', 'name = "remind"', "stands twice"),
        ('"office", "duty"', '"office", "office"', "stands twice"),
        ('to = "registered"\nby = ["office"', 'by = ["office"', "is missing"),
        ("version = 2", "version = 2\nversion = 3", "not valid TOML"),
        ("[settings]", "[settings", "not valid TOML"),
        ("[settings]", "[other]", "“other” is unknown"),
    ],
)
def test_a_wrong_value_is_refused_in_words(old: str, new: str, told: str) -> None:
    assert told in str(refused((old, new)))


def test_all_faults_are_told_together() -> None:
    fault = refused(
        ('"no-time-won"', '"no-time-one"'), ("reason = true", "reason = 1"), ("days = 15", "")
    )
    assert len(fault.faults) == 3
    assert all(word in str(fault) for word in ("no-time-won", "true or false", "exactly one"))


def test_a_flood_of_faults_is_cut_and_counted() -> None:
    text = KEY_ISSUE.replace('title = { zh = "', 'title = { zz = "')
    with pytest.raises(WrongDefinitionError) as caught:
        loaded(text)
    assert f"And {len(caught.value.faults) - 20} more." in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "states = 1", "transition = 3", "[[states]]", "clock = []", "transition = [1]"]
)
def test_a_file_of_another_shape_is_refused_without_a_crash(text: str) -> None:
    with pytest.raises(WrongDefinitionError):
        loaded(text)
