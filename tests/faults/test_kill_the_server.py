import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from threading import Event

from tests.faults.server import Server, Writer
from tests.faults.town import Town, environment
from tests.people import LI, ZHANG

KILLS = int(os.environ.get("DUBAN_TEST_KILLS", "4"))
"""How often the server is killed on each database; a soak takes a hundred."""
WRITERS = 8
_LONGEST = 20.0


def test_no_acknowledged_step_is_lost_and_none_is_done_twice(
    town: Town, database_url: str, tmp_path: Path, rng: Random
) -> None:
    cases = [town.assigned() for _ in range(WRITERS)]
    done, tokens = Event(), town.tokens(ZHANG, LI)
    server = Server(environment(database_url, tmp_path), tmp_path)
    writers = [Writer(server, tokens, c["code"], c["version"], done) for c in cases]
    ready = [server.start()]
    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(writer.run) for writer in writers]
        try:
            for _ in range(KILLS):
                _wait_for(rng.randint(1, 60), writers)
                server.kill()
                ready.append(server.start())
        finally:
            done.set()
        for one in running:
            one.result()
    server.kill()

    for writer in writers:
        told = [e for e in town.events(writer.code) if e["kind"] == "case.stepped"]
        steps = [(_before(event), event["trigger"]) for event in told]
        assert steps[2:] == writer.acknowledged
    town.check()
    acknowledged = _acknowledged(writers)
    assert acknowledged >= KILLS
    print(  # noqa: T201  # the figures of a soak
        f"{KILLS} kills, {acknowledged} acknowledged steps, "
        f"{sum(writer.repeats for writer in writers)} requests repeated, "
        f"ready again after {max(ready):.1f} s at most"
    )


def _wait_for(more: int, writers: list[Writer]) -> None:
    """Wait until so many more steps were acknowledged, so that the kill comes in the middle."""
    wanted = _acknowledged(writers) + more
    last = time.monotonic() + _LONGEST
    while _acknowledged(writers) < wanted and time.monotonic() < last:
        time.sleep(0.001)


def _acknowledged(writers: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in writers)


def _before(event: dict[str, object]) -> object:
    """Give the version of the case that a step was taken on."""
    rows = event["rows"]
    assert isinstance(rows, list)
    return next(row["old"]["version"] for row in rows if row["t"] == "case")
