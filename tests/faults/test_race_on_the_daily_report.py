"""Races on the daily report: one hand-in wins, and no step is lost between two reports."""

from datetime import date
from functools import partial
from random import Random
from typing import Any

from engine.service import daily, daily_units
from engine.store import rows
from tests.faults.town import Town, race, refusals, won
from tests.people import CHEN, SUN, ZHAO

TODAY = date(2026, 3, 3)


def test_of_simultaneous_hand_ins_one_wins(town: Town) -> None:
    outcomes = race([partial(town.does, ZHAO, daily.hand_in, TODAY, f"第{n}稿") for n in range(8)])
    assert len(won(outcomes)) == 1
    assert refusals(outcomes) == {"ConflictError": 7}
    town.check()


def test_every_step_beside_hand_ins_stands_in_one_report(town: Town) -> None:
    """Steps commit while reports are handed in: none is lost between two of them."""
    per_day, reported = 12, 0
    for day in range(3):
        acts: list[Any] = [town.registered] * per_day
        acts.insert(per_day // 2, partial(town.does, ZHAO, daily.hand_in, town.at.date()))
        outcomes = race(acts)
        assert len(won(outcomes)) == per_day + 1
        reported += outcomes[per_day // 2]["figures"]["steps"].get("register", 0)
        town.passes(days=1)
        assert day < 3
    rest = town.does(CHEN, daily.show_daily, town.at.date())
    assert reported + rest["figures"]["steps"].get("register", 0) == 3 * per_day
    town.check()


def test_a_units_report_is_in_the_copy_or_refused(town: Town, rng: Random) -> None:
    town.assigned()
    acts: list[Any] = [
        partial(town.does, SUN, daily_units.report_unit, TODAY, f"第{n}次") for n in range(6)
    ]
    acts.insert(rng.randrange(7), partial(town.does, ZHAO, daily.hand_in, TODAY))
    won(race(acts))
    (unit,) = town.does(CHEN, daily.show_daily, TODAY)["units"]
    with town.application.reading("cli") as desk:
        kept = [row.text for row in rows.fetch(desk.conn, "unit_report")]
    assert unit["text"] == (kept[-1] if kept else None)
    town.check()
