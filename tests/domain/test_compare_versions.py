"""What is not known to be the same or stricter counts as looser, whatever field of a rule it is."""

import random
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from engine.domain.loader import load
from engine.domain.loosening import differences
from engine.domain.workflow import ClockDef, FieldUse, Rung, State, Transition, Workflow
from engine.words import say
from tests.service.versions import STATE, version
from workflows.needs import VOCABULARY

STOPPED = 'stops = ["assign"]\nunit = "working-day"\ndays = '
STEPS = "who takes these steps, what they need or where they lead changed"
START_NEEDS = 'needs = ["acknowledged", "liaison-named", '


def flow(*changes: tuple[str, str], name: str = "key-issue") -> Workflow:
    return load(version(3, *changes, name=name), "other.toml", VOCABULARY)


BEFORE = flow()


def told(*changes: tuple[str, str]) -> tuple[list[str], list[str]]:
    """Give what is looser, and what is otherwise without being so."""
    found = differences(BEFORE, flow(*changes))
    assert found == tuple(sorted(found, key=lambda one: not one.wins))
    for one in found:
        assert say(one.words, "zh") != say(one.words, "en")
    texts = [(one.wins, say(one.words, "en")) for one in found]
    return [t for wins, t in texts if wins], [t for wins, t in texts if not wins]


LOOSER = [
    ((STOPPED + "1", STOPPED + "200"), "limit “Assign”: 1 working day → 200 working days (longer)"),
    (("extension_cap_days = 30", "extension_cap_days = 3000"),
     "cap on all extensions: 30 calendar days → 3000 calendar days (longer)"),
    (("max_declines = 2", "max_declines = 9"), "cap on declines: 2 times → 9 times (more)"),
    (("reopening_window_days = 90", "reopening_window_days = 91"),
     "window for reopening: 90 calendar days → 91 calendar days (longer)"),
    (("days = 15", "days = 14"),
     "minimum “Observe”: 15 calendar days → 14 calendar days (shorter)"),
    ((STOPPED + "1", STOPPED.replace("working-day", "working-hour") + "1"),
     "limit “Assign”: 1 working day → 1 working hour (counted otherwise)"),
    ((STOPPED + "1", STOPPED + "1\nlimit = false"),
     "minimum “Assign”: whether it is a limit or a minimum not the same"),
    (('starts = ["register", "decline"]', 'starts = ["register"]'),
     "limit “Assign”: what starts it not the same"),
    (('"interim-reply", ', ""), f"{STEPS}: Report stabilized"),
    (('by = ["supervision", "head"]\nreason = true', 'by = ["supervision", "head"]'),
     f"{STEPS}: Reopen"),
    (("after_working_days = 3", "after_working_days = 30"),
     "rung “Group head”: 3 working days after the limit → 30 working days after the limit (later)"),
    (('tells = ["lead-leader", "liaison", "supervision"]', 'tells = ["lead-leader"]'),
     "rung “Overdue”: who is told not the same"),
    (('does = "draft-letter"\n', ""),
     "rung “Letter drafted”: the duty that comes with it not the same"),
    (("carries_over = true", "carries_over = false"),
     "limit “Resolve”: whether it keeps its date when it starts again not the same"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), LOOSER, ids=[text for _, text in LOOSER])
def test_what_is_looser_is_named_with_old_and_new(change: tuple[str, str], expected: str) -> None:
    assert told(change) == ([expected], [])


RUNG = '[[rung]]\nname = "late"\ntitle = { zh = "通报", en = "Told" }\nafter_working_days = 9\n'
STRICTER = [
    [("max_declines = 2", "max_declines = 1")],
    [("extension_cap_days = 30", "extension_cap_days = 20")],
    [("days = 3\n", "days = 2\n")],
    [("days = 15", "days = 45")],
    [("after_working_days = 5", "after_working_days = 4")],
    [('[[rung]]\nname = "remind"', f'{RUNG}tells = ["head"]\n\n[[rung]]\nname = "remind"')],
]


@pytest.mark.parametrize("changes", STRICTER)
def test_what_is_stricter_is_named_and_wins_nothing(changes: list[tuple[str, str]]) -> None:
    looser, otherwise = told(*changes)
    assert looser == []
    assert otherwise


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [("审核办结等提请", "审核办结")],
        [STATE],
        [("registered", "entered")],
        [("[clock.plan]", "[clock.scheme]")],
        [('name = "head"', 'name = "group-head"')],
        [(START_NEEDS, START_NEEDS + '"not-suspended", ')],
        [('tells = ["head"]', 'tells = ["head", "supervision"]')],
    ],
)
def test_other_names_and_further_needs_are_no_difference(changes: list[tuple[str, str]]) -> None:
    assert told(*changes) == ([], [])


@pytest.mark.parametrize("trigger", ["assign", "resume", "relapse"])
def test_a_step_with_which_a_limit_begins_may_not_ask_for_more(trigger: str) -> None:
    def harder(arc: Transition) -> Transition:
        return replace(arc, needs=(*arc.needs, "final-reply")) if arc.trigger == trigger else arc

    after = replace(BEFORE, transitions=tuple(map(harder, BEFORE.transitions)))
    assert [one.place for one in differences(BEFORE, after) if one.wins] == ["transition"]


def test_what_does_nothing_may_come_and_go() -> None:
    idle = replace(BEFORE.transitions[2], trigger="look", needs=(), effects=(), target=None)
    after = replace(BEFORE, transitions=(*BEFORE.transitions, idle))
    assert differences(BEFORE, after) == differences(after, BEFORE) == ()
    moving = replace(idle, target="closed")
    after = replace(BEFORE, transitions=(*BEFORE.transitions, moving))
    assert all(one.wins for one in differences(BEFORE, after))
    assert differences(after, BEFORE)


# --- no field is left out -------------------------------------------------------------------------

WORDS = {"title", "source"}
APART = {
    State: {"name", "order", *WORDS},
    Transition: WORDS,
    ClockDef: {"kind", *WORDS},
    Rung: {"name", *WORDS},
}
"""Fields that win no time; whatever else there is, or comes to be, must be found."""


def others(name: str, value: Any) -> list[Any]:  # noqa: ANN401  # of a field
    """Give other values of the same kind: one more, one fewer; something, nothing."""
    if name == "extension_cap_days":
        return [None if value else 7]  # how far is the setting's to say: soundness holds them equal
    if name == "days" and value is None:
        return [3]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    if isinstance(value, tuple):
        return [(*value, FieldUse("x", required=True) if name == "fields" else "x")]
    return [None, "elsewhere"] if value else ["elsewhere"]


def changed(value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  # a part
    """Give a part with each of its fields otherwise."""
    for one in fields(value):
        if one.name not in APART[type(value)]:
            for other in others(one.name, getattr(value, one.name)):
                yield one.name, replace(value, **{one.name: other})


def other(part: str, value: Any) -> Workflow:  # noqa: ANN401  # a part
    """Give the workflow with one part otherwise."""
    changed: dict[str, Any] = {part: value}
    return replace(BEFORE, **changed)


def revised() -> Iterator[tuple[str, Workflow]]:
    """Give the workflow with each field of each part otherwise."""
    for part in ("states", "clocks"):
        held = getattr(BEFORE, part)
        for key, value in held.items():
            for name, new in changed(value):
                yield f"{part}.{key}.{name}", other(part, {**held, key: new})
    for part in ("transitions", "ladder"):
        row = getattr(BEFORE, part)
        for n, value in enumerate(row):
            for name, new in changed(value):
                yield f"{part}.{n}.{name}", other(part, (*row[:n], new, *row[n + 1 :]))
    for name, value in BEFORE.settings.items():
        yield name, other("settings", {**BEFORE.settings, name: value + 1})


def test_every_field_otherwise_is_looser_one_way_or_the_other() -> None:
    tried = 0
    for name, after in revised():
        ways = (*differences(BEFORE, after), *differences(after, BEFORE))
        assert any(one.wins for one in ways), name
        tried += 1
    assert tried > 400


def test_every_part_of_a_workflow_is_compared_or_wins_no_time() -> None:
    assert {one.name for one in fields(Workflow) if one.init} == {
        "name", "version", "title", "source", "initial", "digest",
        "states", "transitions", "clocks", "ladder", "settings",
    }  # fmt: skip


def test_whatever_is_taken_away_is_looser(rng: random.Random) -> None:
    for part in ("transitions", "ladder"):
        row = getattr(BEFORE, part)
        n = rng.randrange(len(row))
        after = other(part, row[:n] + row[n + 1 :])
        assert any(one.wins for one in differences(BEFORE, after)), (part, n)
    for kind in BEFORE.clocks:
        left = {k: c for k, c in BEFORE.clocks.items() if k != kind}
        found = differences(BEFORE, replace(BEFORE, clocks=left))
        assert next((one.place, one.wins) for one in found) == (f"clock.{kind}", True)
        assert not any(one.wins for one in differences(replace(BEFORE, clocks=left), BEFORE)
                       if one.place.startswith("clock."))  # fmt: skip
