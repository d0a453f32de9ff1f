"""Whatever anybody orders, in whatever order, the engine and the independent model agree.

`DUBAN_WALK_STEPS` says how many orders are tried on SQLite; on PostgreSQL it is a tenth of them.
With `DUBAN_WALK_QUICK=1` a disagreement is told as it was found, without looking for a shorter way.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection

from engine.service import calendar, installation, issues
from engine.service.desk import Desk
from engine.service.verify import examine
from engine.store import rows
from engine.store.database import Database
from tests.model.days import ZONE, shipped
from tests.model.judging import World
from tests.model.matter import Matter
from tests.model.office import Office, Official
from tests.people import PEOPLE, UNITS, ZHAO
from tests.service import people_office
from tests.service.walk import acting, around, moves
from tests.service.walk.intrigue import intrigue, wait_to_the_edge
from tests.service.walk.pair import Pair, Tally
from tests.service.walk.scribbling import scribble

STEPS = int(os.environ.get("DUBAN_WALK_STEPS", "6000"))
RUNS, LENGTH = 8, 120
CASES = 3
MOST = 9
LONG = 10_000
CASE = st.integers(0, CASES)
NUMBER = st.integers(0, 2**16 - 1)


@contextmanager
def walking(database: Database, tally: Tally, kind: type[Pair] = Pair) -> Iterator[Pair]:
    """Open a transaction that is never committed, with the model beside it."""
    people = {p.login: Official(p.login, p.unit, set(p.roles)) for p in PEOPLE}
    above = {unit.name: unit.parent for unit in UNITS}
    office = Office(people_office.START, shipped(), above, people)
    with database.transaction() as conn:
        nested = conn.begin_nested()
        ids = {row.login: row.id for row in rows.fetch(conn, "account")}
        pair = kind(conn, World(office), tally, ids)
        order = issues.NewIssue("某小区停工", "district")
        pair.issue = issues.open_issue(pair.desk, pair.who(ZHAO.login), order)["code"]
        yield pair
        nested.rollback()


class Walk(RuleBasedStateMachine):
    """One run: a few cases, an advancing clock, and people who do what they like."""

    database: Database
    tally: Tally

    def __init__(self) -> None:
        super().__init__()
        self._open = walking(self.database, self.tally)
        self.pair = self._open.__enter__()

    @property
    def codes(self) -> list[str]:
        """The cases so far."""
        return list(self.pair.world.matters)

    @property
    def open(self) -> list[str]:
        """The cases that are open."""
        return [code for code in self.codes if self.pair.matter(code).closed_at is None]

    @initialize()
    def first(self) -> None:
        """Begin with one case."""
        acting.register(self.pair, ZHAO.login, "复工")

    @precondition(lambda self: len(self.open) < CASES and len(self.codes) < MOST)
    @rule(number=NUMBER)
    def register(self, number: int) -> None:
        """Register a case, as anybody."""
        rng = Random(number)
        login = rng.choice((ZHAO.login, "jiangban", rng.choice(moves.LOGINS)))
        planned = rng.sample(moves.UNITS, rng.randrange(3))
        acting.register(self.pair, login, rng.choice(("清欠", "清欠", " ")), planned)

    @rule(case=CASE, number=NUMBER)
    def go_forward(self, case: int, number: int) -> None:
        """Do what leads towards closure."""
        moves.forward(self.pair, self._matter(case), Random(number))

    @rule(case=CASE, number=NUMBER)
    def go_on_forward(self, case: int, number: int) -> None:
        """Do it several times, so that cases reach their end."""
        for more in range(3):
            moves.forward(self.pair, self._matter(case), Random(number + more))

    @rule(case=CASE, number=NUMBER)
    def do_what_is_free(self, case: int, number: int) -> None:
        """Take any steps that the model calls free."""
        for more in range(2):
            moves.free(self.pair, self._matter(case), Random(number + more))

    @rule(case=CASE, number=NUMBER)
    def try_nonsense(self, case: int, number: int) -> None:
        """Try steps that may be wrong in any way."""
        for more in range(3):
            moves.nonsense(self.pair, self._matter(case), Random(number + more))

    @rule(case=CASE, number=NUMBER)
    def write(self, case: int, number: int) -> None:
        """Write parts, well or badly."""
        for more in range(2):
            scribble(self.pair, self._matter(case), Random(number + more))

    @rule(case=CASE, number=NUMBER)
    def intrigue(self, case: int, number: int) -> None:
        """Try to win time, or to pass unseen."""
        intrigue(self.pair, self._matter(case), Random(number))

    @rule(case=CASE, login=st.sampled_from(moves.LOGINS))
    def look(self, case: int, login: str) -> None:
        """Look at a case."""
        acting.Hand(self.pair, login, self._matter(case).code).look()

    @rule(much=st.sampled_from(moves.WAITS))
    def wait(self, much: int) -> None:
        """Let time pass."""
        self.pair.wait(much)

    @rule(number=NUMBER)
    def wait_to_the_edge(self, number: int) -> None:
        """Let time pass up to an instant at which something ends."""
        wait_to_the_edge(self.pair, Random(number))

    @rule(number=NUMBER)
    def change_the_office(self, number: int) -> None:
        """Name a deputy, override a day, give or take a role."""
        around.change(self.pair, Random(number))

    def teardown(self) -> None:
        """Hold that the log proves all of it, then forget it."""
        try:
            self.pair.settle()
            found = examine(self.pair.conn, []).findings
            assert not found.listed, found.answers("en")
        finally:
            self._open.__exit__(None, None, None)

    def _may_return(self, code: str) -> bool:
        """Leave most cases alone that cannot be reopened: nothing happens there any more."""
        matter, now = self.pair.matter(code), self.pair.world.office.now
        late = matter.closed_at is None or now - matter.closed_at > timedelta(days=95)
        return not self.open or (not late and any(part.rested for part in matter.parts))

    def _matter(self, case: int) -> Matter:
        """Choose a case: one of those that are open, or the newest that was closed."""
        closed = [code for code in self.codes if code not in self.open and self._may_return(code)]
        codes = [*self.open, *closed[-1:]]
        return self.pair.matter(codes[case % len(codes)])


def walk(database: Database, steps: int, first: int) -> Tally:
    """Walk until so many orders were tried; every batch of runs has a seed of its own.

    A long walk goes on, within reason, until every step went through and every need was lacking.
    """
    whole = steps >= LONG
    tally, number = Tally(), first
    found = settings(
        max_examples=RUNS,
        stateful_step_count=LENGTH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate,)
        if os.environ.get("DUBAN_WALK_QUICK")
        else (Phase.generate, Phase.shrink),
    )
    while tally.steps < steps or (whole and not tally.is_whole and tally.steps < 3 * steps):
        print(f"walk from seed {number}, {tally.steps} orders so far")  # noqa: T201 - shown with a failure
        run = seed(number)(type("Walk", (Walk,), {"database": database, "tally": tally}))
        run_state_machine_as_test(run, settings=found)
        number += 1
    return tally


@pytest.fixture
def office(database: Database) -> Database:
    """Put the cast, the calendar and the workflows in."""
    built = people_office.build(database)
    with built.writing("cli") as desk:
        whole = Desk(desk.conn, desk.now, "en", "cli", ZONE)
        installation.publish_shipped(whole)
        calendar.load_shipped(whole)
    return database


def test_engine_and_model_agree_at_every_step(office: Database, rng: Random) -> None:
    steps = STEPS if office.is_sqlite else STEPS // 10
    tally = walk(office, steps, rng.randrange(2**32))
    print(tally.ended, tally.fired, tally.lacked, flush=True)  # noqa: T201 - shown with a failure
    assert tally.steps >= steps
    if steps >= LONG:
        assert tally.unseen == set()


__all__ = ["Connection", "Walk", "walk"]
