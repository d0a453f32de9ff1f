"""The domain alone: decide a step, and explain every door of the state after it."""

import time

from bench.lines import Line, show
from bench.place import Place
from bench.steps import course, register
from engine.domain import fields, machine, step
from engine.service import case_room, cases
from engine.service.case_room import Directory
from engine.service.principals import principal_of
from tests.people import ZHANG, ZHAO
from workflows.needs import VOCABULARY

_ROUNDS, _REPEATS = 300, 5


def measure(place: Place) -> None:
    """Measure both in one state with eleven doors."""
    code = register(place, 1)[0]
    _assign(place, code)
    with place.application.reading("api") as desk:
        who = principal_of(desk, ZHANG.login)
        room, directory = case_room.enter(desk, who, code), Directory(desk, who)
        taken = []
        for _ in range(_REPEATS):
            began = time.perf_counter()
            for _ in range(_ROUNDS):
                attempt = room.attempt()
                arc = machine.choose(attempt, "acknowledge", VOCABULARY.needs)
                attempt.data, _faults = fields.read(arc, {}, directory)
                machine.fire(attempt, arc, VOCABULARY.needs)
                machine.explain(attempt, VOCABULARY.needs)
            taken.append((time.perf_counter() - began) / _ROUNDS * 1e6)
        show(Line("decide a step and explain every door", "µs", taken, "≤ 60 µs"))
        drafted = []
        for _ in range(_REPEATS):
            began = time.perf_counter()
            for _ in range(_ROUNDS):
                step.take(room.attempt(), "acknowledge", {}, directory, VOCABULARY.needs)
            drafted.append((time.perf_counter() - began) / _ROUNDS * 1e6)
        show(Line("decide a step and draft all that it changes", "µs", drafted, "none"))


def _assign(place: Place, code: str) -> None:
    with place.application.writing("api") as desk:
        cases.take_step(desk, principal_of(desk, ZHAO.login), code, course()[0][1])
