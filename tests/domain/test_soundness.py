"""Each check of soundness: a definition that breaks exactly it, and what is said about it."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.domain.loader import load
from engine.domain.needs import Vocabulary
from engine.domain.reading import WrongDefinitionError
from engine.words import Text
from tests.domain.wordbook import KEY_ISSUE, SENTENCES, VOCABULARY, WORKFLOWS, vocabulary

SHADOW = """
[[transition]]
trigger = "start"
title = { zh = "开始", en = "Start" }
from = ["assigned"]
to = "in-resolution"
by = ["lead-leader"]
needs = ["acknowledged", "liaison-named", "officer-of-every-unit", "plan-adopted",
    "measures-complete", "no-disposal-pending", "amounts-agree"]

# --- clocks -"""
LIMBO = 'limbo = { title = { zh = "搁置", en = "Limbo" }, order = 9 }\nclosed        ='
TO_LIMBO = """
[[transition]]
trigger = "shelve"
title = { zh = "搁置", en = "Shelve" }
from = ["registered"]
to = "limbo"
by = ["office"]

# --- clocks -"""
OUT_OF_LIMBO = TO_LIMBO.replace(
    'from = ["registered"]\nto = "limbo"', 'from = ["limbo"]\nto = "registered"'
)
IDLE = """
[clock.idle]
title = {{ zh = "闲", en = "Idle" }}
starts = [{starts}]
stops = [{stops}]
unit = "working-day"
days = 1

[clock.assign]"""


def idle(starts: str, stops: str) -> tuple[str, str]:
    """Add a clock with these starts and stops."""
    return ("\n[clock.assign]", IDLE.format(starts=starts, stops=stops))


@dataclass(frozen=True)
class Broken:
    """Edits of the key-issue text that break one check, with the code and words to expect."""

    code: str
    edits: tuple[tuple[str, str], ...]
    zh: str
    en: str


CASES = [
    Broken(
        "unsound-initial-closed",
        (("order = 1 }", "order = 1, closed = true }"),),
        "初始状态“registered”是办结状态",
        "the initial state “registered” is closed",
    ),
    Broken(
        "unsound-no-beginning",
        (('from = []\nto = "registered"', 'from = ["registered"]'),),
        "没有从无到“registered”的步骤",
        "nothing begins a case in “registered”",
    ),
    Broken(
        "unsound-beginning",
        (('from = []\nto = "registered"', 'from = []\nto = "assigned"'),),
        "“register”从无开始",
        "must lead to the initial state “registered”",
    ),
    Broken(
        "unsound-unreachable",
        (("closed        =", LIMBO), ("\n# --- clocks -", OUT_OF_LIMBO)),
        "没有步骤能到状态“limbo”",
        "no transition leads to the state “limbo”",
    ),
    Broken(
        "unsound-no-closure",
        (("closed        =", LIMBO), ("\n# --- clocks -", TO_LIMBO)),
        "从状态“limbo”无法办结",
        "from the state “limbo” a case can never be closed",
    ),
    Broken(
        "unsound-closed-act",
        (
            (
                'from = ["in-resolution"]\nby = ["lead-leader"]\nfields = ["review_on"]',
                'from = ["in-resolution", "closed"]\nby = ["lead-leader"]\nfields = ["review_on"]',
            ),
        ),
        "状态“closed”已办结",
        "the state “closed” is closed, so “request-suspension” cannot",
    ),
    Broken(
        "unsound-no-outcome",
        (
            (
                'effects = ["grant-disposal", "end-tenures", "withdraw-requests"]',
                'effects = ["end-tenures", "withdraw-requests"]',
            ),
        ),
        "“refer”办结事项却没有结果",
        "“refer” closes a case without an outcome",
    ),
    Broken(
        "unsound-nobody",
        (('by = ["assigner"]', "by = []"),),
        "没有人可以执行“assign”",
        "nobody may fire “assign”",
    ),
    Broken(
        "unsound-nobody",
        (('by = ["assigner"]', 'by = ["time"]'),),
        "没有人可以执行“assign”",
        "nobody may fire “assign”",
    ),
    Broken(
        "unsound-party",
        (('effects = ["appoint", "set-due"]', 'effects = ["set-due"]'),),
        "但没有步骤有“appoint”",
        "who never comes about: no transition has the effect “appoint”",
    ),
    Broken(
        "unsound-shadowed",
        (("\n# --- clocks -", SHADOW),),
        "“start”被前面的同名步骤遮住",
        "“start” from “assigned” stands behind an earlier one",
    ),
    Broken(
        "unsound-at-odds",
        (
            (
                'needs = ["suspension-pending"]',
                'needs = ["suspension-pending", "no-suspension-pending"]',
            ),
        ),
        "同时要求“suspension-pending”和“no-suspension-pending”",
        "which are never met together",
    ),
    Broken(
        "unsound-dead",
        (('effects = ["acknowledge"]', "effects = []"),),
        "“start”要求“acknowledged”，但没有步骤有“acknowledge”",
        "“start” needs “acknowledged”, which is never met",
    ),
    Broken(
        "unsound-field",
        (('fields = ["review_on"]', 'fields = ["review_on?"]'),),
        "fields 中须有必填的“review_on”",
        "must ask for the field “review_on”",
    ),
    Broken(
        "unsound-disposal",
        (
            (
                'trigger = "void"\ntitle = { zh = "提请作废"',
                'trigger = "avoid"\ntitle = { zh = "提请作废"',
            ),
        ),
        "“avoid”有 ask-disposal",
        "the trigger must be one of: merge, refer, void",
    ),
    Broken(
        "unsound-undecided",
        (('effects = ["refuse-handover"]', "effects = []"),),
        "但没有步骤有“refuse-handover”",
        "no transition has “refuse-handover” to decide it",
    ),
    Broken(
        "unsound-need-clock",
        (("[clock.observe]", "[clock.observation]"),),
        "条件“observation-over”看时钟“observe”",
        "looks at the clock “observe”, which is not defined",
    ),
    Broken(
        "unsound-clock-start",
        (idle("", '"assign"'),),
        "没有什么使时钟“idle”开始",
        "nothing starts the clock “idle”",
    ),
    Broken(
        "unsound-clock-stop",
        (idle('"assign"', ""),),
        "没有什么使时钟“idle”停止",
        "nothing stops the clock “idle”",
    ),
    Broken(
        "unsound-clock-stop",
        (idle('"stabilize"', '"register"'),),
        "没有什么使时钟“idle”停止",
        "nothing stops the clock “idle”",
    ),
    Broken(
        "unsound-clock-pause",
        (('resumes_on = ["resume", "stabilize"]\n', ""),),
        "时钟“resolve”须同时有 pauses_on 和 resumes_on",
        "the clock “resolve” needs both pauses_on and resumes_on",
    ),
    Broken(
        "unsound-extension-pair",
        (('extended_by = "head"\n', ""),),
        "时钟“resolve”须同时有 extension_cap_days 和 extended_by",
        "the clock “resolve” needs both extension_cap_days and extended_by",
    ),
    Broken(
        "unsound-extension-granter",
        (('extended_by = "head"', 'extended_by = "office"'),),
        "时钟“resolve”由“office”批准延期",
        "extensions of the clock “resolve” are for “office” to grant",
    ),
    Broken(
        "unsound-extension-cap",
        (("extension_cap_days = 30 ", "extension_cap_days = 60 "),),
        "时钟“resolve”的延期上限30日",
        "the cap of 30 days of the clock “resolve” differs",
    ),
]


def faults_of(text: str, words: Vocabulary, sentences: dict[str, Text]) -> WrongDefinitionError:
    """Load a text that must be refused."""
    with pytest.raises(WrongDefinitionError) as caught:
        load(text, "key-issue.toml", words, sentences)
    return caught.value


def codes(fault: WrongDefinitionError) -> set[str]:
    """Give the catalogue codes of what is wrong."""
    found = (fault.params["what"] for fault in fault.faults)
    return {getattr(what, "code", "") for what in found}


@pytest.mark.parametrize("broken", CASES, ids=lambda b: b.code)
def test_a_definition_that_breaks_one_check_is_refused_for_it_alone(broken: Broken) -> None:
    text = KEY_ISSUE
    for old, new in broken.edits:
        assert old in text
        text = text.replace(old, new, 1)
    fault = faults_of(text, VOCABULARY, SENTENCES)
    assert codes(fault) == {broken.code}
    assert broken.zh in fault.say("zh")
    assert broken.en in fault.say("en")


def test_a_fault_of_a_transition_names_its_block_and_line() -> None:
    fault = faults_of(KEY_ISSUE.replace('by = ["assigner"]', "by = []"), VOCABULARY, SENTENCES)
    assert "transition[2] (line 32)" in str(fault)


@pytest.mark.parametrize("words", [None, Text("", "missing"), Text("缺", " ")])
def test_a_need_without_a_sentence_in_both_languages_is_refused(words: Text | None) -> None:
    sentences = {**SENTENCES}
    del sentences["need-four-eyes"]
    if words is not None:
        sentences["need-four-eyes"] = words
    fault = faults_of(KEY_ISSUE, VOCABULARY, sentences)
    assert codes(fault) == {"unsound-no-sentence"}
    assert "请在用语目录中补上 need-four-eyes" in fault.say("zh")
    assert "add need-four-eyes to the catalogue" in fault.say("en")


@pytest.mark.parametrize("suppliers", [(), ("nobody",)])
def test_a_need_that_nobody_could_meet_is_refused(suppliers: tuple[str, ...]) -> None:
    fault = faults_of(KEY_ISSUE, vocabulary(suppliers=suppliers), SENTENCES)
    assert codes(fault) == {"unsound-no-supplier"}
    assert "没有能满足它的人" in fault.say("zh")
    assert "has nobody who could meet it" in fault.say("en")


@pytest.mark.parametrize("file", sorted(WORKFLOWS.glob("*.toml")), ids=lambda f: f.stem)
def test_the_shipped_definitions_are_sound(file: Path) -> None:
    assert load(file.read_text(encoding="utf-8"), file.name, VOCABULARY, SENTENCES).transitions
