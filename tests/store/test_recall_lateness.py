"""What was overdue a while ago is told from memory as the domain tells it, at every instant.

`DUBAN_TEST_STRETCHES` says of how many stretches of time on each database.
"""

import os
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, delete, insert

from engine.store.database import Database
from engine.store.held_past import LENGTH, Stretch
from engine.store.tables import table
from tests.service import late_office
from tests.service.late_office import Matter, imagine

STRETCHES = int(os.environ.get("DUBAN_TEST_STRETCHES", "8"))
CASES, CHANGED = 60, 12
_TICK = timedelta(microseconds=1)


def edges(matters: list[Matter]) -> list[datetime]:
    """Give all instants about which something happens to a limit."""
    every = [i for m in matters for c in m.clocks for i in (c.due_at, c.ended_at, c.valid_from)]
    return [i for i in every if i is not None]


def instants(rng: Random, begins: datetime, matters: list[Matter]) -> list[datetime]:
    """Give instants of a stretch: its edges, and those about which something happens to a limit."""
    near = {i + step for i in edges(matters) for step in (-_TICK, timedelta(), _TICK)}
    inside = [i for i in near if begins <= i < begins + LENGTH]
    return [begins, begins + LENGTH - _TICK, *rng.sample(inside, min(8, len(inside)))]


def change(connection: Connection, rng: Random, matters: list[Matter]) -> list[int]:
    """Give some cases other limits; give which."""
    chosen = rng.sample(matters, CHANGED)
    clock = table("clock")
    for matter, other in zip(chosen, imagine(rng, CHANGED), strict=True):
        matter.clocks = [replace(row, case_id=matter.id) for row in other.clocks]
        connection.execute(delete(clock).where(clock.c.case_id == matter.id))
        if matter.clocks:
            connection.execute(insert(clock), [asdict(row) for row in matter.clocks])
    return [matter.id for matter in chosen]


def test_it_is_what_the_domain_says_as_read_whole_and_as_followed(
    database: Database, rng: Random
) -> None:
    late = passing = 0
    with database.transaction() as connection:
        matters = imagine(rng, CASES)
        late_office.put(connection, matters)
        for _ in range(STRETCHES):
            begins = rng.choice(edges(matters)) - timedelta(hours=rng.choice([0, 2, 6]))
            found = Stretch(begins).whole(connection)
            for turn in range(2):
                for at in instants(rng, begins, matters):
                    ids = frozenset(rng.sample(range(1, CASES + 1), CASES // 2))
                    were = {m.id for m in matters if m.late_at(at) is not None}
                    assert found.count(at, None) == len(were), (turn, at)
                    assert found.count(at, ids) == len(were & ids), (turn, at)
                    late += len(were)
                passing += len(found.spans)
                found = found.some(connection, change(connection, rng, matters))
    assert late > STRETCHES * 10
    assert passing > 0
