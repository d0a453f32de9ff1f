from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.faults.server import Server
from tests.faults.town import DUE, Act, Answer, Town, environment, race, refusals, won
from tests.people import BUILDING, LI, QIAN, WANG, ZHANG, ZHAO


@pytest.fixture
def server(town: Town, tmp_path: Path) -> Iterator[Server]:
    """Give a server process beside the town, that works on the same database."""
    running = Server(environment(town.settings.database_url, tmp_path), tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.mark.parametrize("racers", [2, 8, 50])
def test_of_those_who_step_on_one_version_one_gets_through(town: Town, racers: int) -> None:
    for _ in range(3):
        code = town.registered()["code"]

        def assign(place: int, code: str = code) -> Answer:
            lead = (ZHANG, LI, WANG)[place % 3].login
            data = {"lead_leader": lead, "lead_unit": BUILDING.name, "due": DUE}
            return town.step((ZHAO, QIAN)[place % 2], code, "assign", 1, **data)

        acts: list[Act] = [partial(assign, place) for place in range(racers)]
        outcomes = race(acts)
        assert len(won(outcomes)) == 1
        assert refusals(outcomes) == ({"StaleError": racers - 1})
        told = [event["kind"] for event in town.events(code)]
        assert told == ["case.registered", "case.stepped"]
        assert won(outcomes)[0]["version"] == town.show_past_rights(code).version == 2
    town.check()


def test_of_two_different_steps_on_one_version_one_gets_through(town: Town, rng: Random) -> None:
    for _ in range(10):
        case = town.assigned()
        code, version = case["code"], case["version"]
        steps: list[Act] = [
            partial(town.step, ZHANG, code, "decline", version, "不属于本单位"),
            partial(town.step, ZHANG, code, "hand-over", version, "出差", to=LI.login),
        ]
        rng.shuffle(steps)
        outcomes = race(steps)
        assert len(won(outcomes)) == 1
        assert refusals(outcomes) == {"StaleError": 1}
    town.check()


def test_of_fifty_clients_on_one_version_one_is_answered_200(town: Town, server: Server) -> None:
    code, tokens = town.registered()["code"], town.tokens(ZHAO, QIAN)

    def assign(place: int) -> int:
        lead = (ZHANG, LI, WANG)[place % 3].login
        data = {"lead_leader": lead, "lead_unit": BUILDING.name, "due": DUE}
        order = {"trigger": "assign", "version": 1, "data": data}
        bearer = f"Bearer {tokens[(ZHAO, QIAN)[place % 2].login]}"
        path = f"/api/v1/cases/{code}/steps"
        status, _ = server.ask("POST", path, order, Authorization=bearer)
        return status

    assert Counter(race([partial(assign, place) for place in range(50)])) == {200: 1, 409: 49}
    told = [event["kind"] for event in town.events(code)]
    assert told == ["case.registered", "case.stepped"]
    assert town.show_past_rights(code).version == 2
    town.check()
