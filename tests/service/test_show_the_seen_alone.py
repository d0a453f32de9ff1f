"""Every face of the service shows just what its reader may see, in offices full of everything.

The offices are random and hold all that is written in cases; what each reader may be shown is read
from the plain rules of `tests/service/sight/oracle.py`. `DUBAN_SIGHT_OFFICES` and
`DUBAN_SIGHT_READERS` say how many offices are asked, by how many readers each.
"""

import os
import sys
from random import Random

from engine.service.desk import Desk
from engine.service.installation import publish_shipped
from engine.service.principals import principal_of
from engine.store.database import Database
from tests.service.people_office import ZONE
from tests.service.sight import cursors, figures, lists, matters
from tests.service.sight.asking import Reader
from tests.service.sight.furnish import Full, furnish
from tests.service.sight.lay import lay
from tests.service.sight.oracle import Sight
from tests.store.sight import NOW, Account, Case, Office, Part, imagine

OFFICES = int(os.environ.get("DUBAN_SIGHT_OFFICES", "1"))
READERS = int(os.environ.get("DUBAN_SIGHT_READERS", "0"))
USUAL = {"sqlite": 2, "postgresql": 1}
FACES = (*lists.FACES, *figures.FACES, *matters.FACES, *cursors.FACES)


def wrongs(desk: Desk, full: Full, number: int) -> tuple[list[str], int]:
    """Ask every face as one of the people; give what is not as it should be, and how much was."""
    account = full.office.accounts[number]
    reader = Reader(desk, principal_of(desk, number), Sight(full, account))
    wrong, asked = list[str](), 0
    for face in FACES:
        for what, found, should in face(reader):
            asked += 1
            if found != should:
                wrong.append(f"{what} to u{number} {sorted(account.roles)}: {found}, not {should}")
    return wrong, asked


def test_every_face_shows_what_its_reader_may_see_and_nothing_else(
    database: Database, database_kind: str, rng: Random
) -> None:
    asked, wrong, readers = 0, list[str](), READERS or USUAL[database_kind]
    with database.transaction() as connection:
        publish_shipped(Desk(connection, NOW, "zh", "cli", ZONE))
    for turn in range(OFFICES):
        full = furnish(rng, imagine(rng))
        with database.transaction() as connection:
            trial = connection.begin_nested()
            desk = Desk(connection, NOW, "zh", "web", ZONE)
            lay(desk, full)
            accounts = list(full.office.accounts)
            for number in rng.sample(accounts, min(readers, len(accounts))):
                told, count = wrongs(desk, full, number)
                wrong += [f"office {turn}: {line}" for line in told]
                asked += count
            trial.rollback()
    sys.stdout.write(f"{asked} comparisons\n")
    assert wrong == [], "\n".join(wrong[:60])
    assert asked > OFFICES * 60


def test_the_model_lets_somebody_see_something(rng: Random) -> None:
    offices = [furnish(rng, imagine(rng)) for _ in range(20)]
    sights = [Sight(full, account) for full in offices for account in full.office.accounts.values()]
    assert any(seen.read and seen.late and seen.letters for seen in sights)
    assert any(not seen.read for seen in sights)
    assert any(seen.known - seen.read for seen in sights)


def test_who_leads_by_no_role_any_more_is_shown_what_the_principal_sees_alone(
    database: Database,
) -> None:
    duty = Account(1, 1, frozenset({"duty"}), frozenset({2}))
    own = Case(1, parts=[Part("lead", duty.id, None, None)])
    office = Office({1: None}, {1: duty, 2: Account(2, 1, frozenset({"leader"}))}, [own, Case(2)])
    with database.transaction() as connection:
        desk = Desk(connection, NOW, "zh", "web", ZONE)
        publish_shipped(desk)
        for seed in range(6, 8):
            trial, full = connection.begin_nested(), furnish(Random(seed), office)
            lay(desk, full)
            reader = Reader(desk, principal_of(desk, duty.id), Sight(full, duty))
            for face in (lists.of_next_things, figures.of_exports):
                for what, found, should in face(reader):
                    assert found == should, (seed, what)
            trial.rollback()
