import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.domain.loader import load
from engine.domain.migration import Standing, doors, migration, obstacles
from engine.domain.records import Case, Clock, Request, columns
from engine.domain.workflow import Workflow
from engine.words import say
from tests.service.versions import STATE, version
from workflows.needs import VOCABULARY

NOW = datetime(2026, 3, 3, 7, tzinfo=UTC)


def flow(number: int = 3, *changes: tuple[str, str]) -> Workflow:
    return load(version(number, *changes), "other.toml", VOCABULARY)


FIRST = flow(2)


def clock(kind: str, **values: Any) -> Clock:  # noqa: ANN401  # columns
    row: dict[str, Any] = dict.fromkeys(columns("clock"))
    row |= {
        "case_id": 1, "no": 1, "kind": kind, "is_limit": True, "started_at": NOW,
        "valid_from": NOW, "due_on": date(2026, 3, 9), "due_at": NOW,
    }  # fmt: skip
    return Clock(**(row | values))


def waiting(kind: str) -> Request:
    row: dict[str, Any] = dict.fromkeys(columns("request"))
    return Request(**(row | {"case_id": 1, "no": 2, "kind": kind, "state": "pending"}))


def standing(
    state: str, clocks: Sequence[Clock] = (), requests: Sequence[Request] = ()
) -> Standing:
    row: dict[str, Any] = dict.fromkeys(columns("case")) | {
        "id": 1, "workflow": "key-issue", "workflow_version": 2, "state": state, "version": 7,
    }  # fmt: skip
    return Standing(Case(**row), clocks, requests)


def names(it: Standing, after: Workflow) -> list[str]:
    found = obstacles(it, FIRST, after)
    for one in found:
        assert say(one.message, "zh") != say(one.message, "en")
    return [one.name for one in found]


PLAN = ("[clock.plan]", "[clock.scheme]")
NO_PAUSE = ('pauses_on = ["grant-suspension"]\nresumes_on = ["resume", "stabilize"]\n', "")
FORGETS = ("carries_over = true", "carries_over = false")


def test_only_the_version_changes() -> None:
    it = standing("assigned", [clock("resolve")])
    delta = migration(it.case, flow())
    assert (delta.record, delta.key) == ("case", (1,))
    assert delta.new == {"workflow_version": 3, "version": 8}
    assert delta.old == {"workflow_version": 2, "version": 7}


@pytest.mark.parametrize(
    ("it", "changes", "expected"),
    [
        (standing("stabilized"), [STATE], ["state-gone"]),
        (standing("assigned"), [STATE], []),
        (standing("assigned", [clock("plan")]), [PLAN], ["clock-gone"]),
        (standing("assigned", [clock("plan", ended_at=NOW)]), [PLAN], []),
        (standing("in-resolution", [clock("plan")]), [], ["clock-endless"]),
        (standing("assigned", [clock("resolve")]), [], []),
        (standing("in-resolution", [clock("measure", subject=4)]), [], []),
        (standing("in-resolution", [clock("resolve", paused_at=NOW)]), [NO_PAUSE], ["clock-stuck"]),
        (standing("in-resolution", [clock("resolve")]), [NO_PAUSE], []),
        (standing("in-resolution", [clock("resolve")]), [FORGETS], ["clock-forgotten"]),
        (standing("stabilized", [clock("resolve", ended_at=NOW)]), [FORGETS], ["clock-forgotten"]),
        (standing("stabilized", [], [waiting("suspension")]), [], ["request-undecided"]),
        (standing("in-resolution", [], [waiting("suspension")]), [], []),
        (standing("stabilized", [], [waiting("closure")]), [], []),
        (standing("in-resolution", [], [replace(waiting("closure"), state="refused")]), [], []),
    ],
)  # fmt: skip
def test_whatever_the_other_version_could_not_go_on_with_is_an_obstacle(
    it: Standing, changes: list[tuple[str, str]], expected: list[str]
) -> None:
    assert names(it, flow(2, *changes)) == expected


def test_a_state_that_is_now_a_closed_one_is_an_obstacle() -> None:
    closed = replace(FIRST.states["stabilized"], is_closed=True)
    after = replace(FIRST, version=2, states={**FIRST.states, "stabilized": closed})
    assert names(standing("stabilized"), after) == ["state-closed"]


def test_a_clock_that_is_gone_and_would_have_kept_its_date_is_told_of_once() -> None:
    gone = ("[clock.resolve]", "[clock.settle]")
    later = replace(
        FIRST, version=2, clocks={k: c for k, c in FIRST.clocks.items() if k != "resolve"}
    )
    assert gone[0] in version(2)
    assert names(standing("in-resolution", [clock("resolve")]), later) == ["clock-gone"]
    ended = clock("resolve", ended_at=NOW)
    assert names(standing("stabilized", [ended]), later) == ["clock-forgotten"]


@pytest.mark.parametrize("effect", ["grant-extension", "refuse-extension"])
def test_what_waits_must_find_both_answers(effect: str) -> None:
    kept = tuple(arc for arc in FIRST.transitions if effect not in arc.effects)
    it = standing("assigned", [], [waiting("extension")])
    assert names(it, replace(FIRST, version=2, transitions=kept)) == ["request-undecided"]


def test_several_obstacles_are_all_told(rng: random.Random) -> None:
    clocks = [clock("plan"), clock("resolve", paused_at=NOW)]
    rng.shuffle(clocks)
    it = standing("in-resolution", clocks, [waiting("handover")])
    found = names(it, flow(2, PLAN, NO_PAUSE, FORGETS))
    assert sorted(found) == ["clock-forgotten", "clock-gone", "clock-stuck"]


def test_the_steps_from_a_state_are_told_with_their_titles() -> None:
    assert set(doors(FIRST, "closed")) == {"reopen"}
    assert doors(FIRST, "closed")["reopen"].en == "Reopen"
