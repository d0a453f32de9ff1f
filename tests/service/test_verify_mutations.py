"""Verify finds every change that is made to a single row behind its back, and says where."""

import os
from collections import Counter
from random import Random

from engine.service.verify import examine
from engine.store.database import migration_engine
from tests.service.case_office import CaseOffice
from tests.service.grand_office import KEYS, build
from tests.service.mutations import TABLES, WAYS, Hand, disarm, mutations

COUNT = int(os.environ.get("DUBAN_MUTATIONS", "400"))
"""How many changes are tried on SQLite; on PostgreSQL it is a tenth of them."""


def test_every_change_of_a_single_row_is_found_and_located(
    case_office: CaseOffice, rng: Random
) -> None:
    build(case_office)
    count = COUNT if case_office.database.is_sqlite else COUNT // 10
    done: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    engine = migration_engine(case_office.database.url)
    with engine.connect() as connection, connection.begin():
        disarm(connection)
        hand = Hand(connection)
        assert not examine(connection, KEYS).findings.answers("en")
        made = mutations(hand, rng)
        while done.total() < count:
            savepoint = connection.begin_nested()
            mutation = next(made)
            if mutation is not None:
                found = examine(connection, KEYS).findings
                located = any(map(mutation.is_located_by, found.listed))
                assert located, (mutation, found.answers("en"))
                assert len(found.answers("zh")) == len(found.listed)
                done[mutation.action] += 1
                seen[mutation.table] += 1
            savepoint.rollback()
        assert not examine(connection, KEYS).findings.listed
    engine.dispose()
    print(done, seen)  # noqa: T201 - shown with a failure
    if done.total() >= 2000:
        assert set(seen) == set(TABLES)
        assert set(done) == {*WAYS, "delete", "insert"}
