"""Every page, file and API answer shows what its reader may see, in offices full of everything.

As `tests/service/test_show_the_seen_alone.py`, but asked over HTTP: whatever stands in an answer is
held against the rules. `DUBAN_SIGHT_PAGES` says how many offices are asked for all that they
serve, `DUBAN_SIGHT_PAGE_READERS` by how many readers each; without it one is asked for a little.
"""

import os
import re
import sys
from pathlib import Path
from random import Random

import anyio
import pytest

from tests.service.sight import marks
from tests.service.sight.figures import text_of
from tests.service.sight.furnish import Full, furnish
from tests.service.sight.oracle import Sight
from tests.store.sight import Account, imagine
from tests.web.sight.addresses import addresses
from tests.web.sight.office import Served, model, served

WHOLLY = "DUBAN_SIGHT_PAGES" in os.environ
OFFICES = int(os.environ.get("DUBAN_SIGHT_PAGES", "1"))
FEW = 60
READERS = int(os.environ.get("DUBAN_SIGHT_PAGE_READERS", "1"))
SHOWN, HIDDEN = {200}, {403, 404}
EXAMPLES = {18}
"""The case that pages name to say what a code looks like; no office here has as many."""
ANSWERED = SHOWN | HIDDEN | {303, 409, 422}
WHOLE = {
    "/cases?view=all&rows=50": "known", "/api/v1/cases?limit=200": "known",
    "/cases/export?view=all&format=csv": "known", "/cases/export?view=all&format=xlsx": "known",
    "/reports/ledger?format=csv": "read", "/reports/ledger?format=xlsx": "read",
    "/api/v1/reports/decomposition?format=json": "read", "/cases?view=overdue": "late",
    "/api/v1/reports/overdue?format=csv": "late",
}  # fmt: skip
"""Answers that show just these cases, all of them."""


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an installation without anybody in it."""
    return model(tmp_path_factory.mktemp("sight") / "model")


def faults(sight: Sight, address: str, status: int, body: bytes) -> list[str]:
    """Say what in an answer is not as it should be."""
    if status not in ANSWERED:
        return [f"{status}"]
    text = text_of(body)
    other = sorted(mark for mark in marks.marks(text) if not sight.may(mark))
    asked = marks.cases(address)
    named = marks.cases(text) - asked - sight.known - sight.merging() - EXAMPLES
    found = [f"writes {other}"] if other else []
    found += [f"names {sorted(named)}"] if named else []
    if asked and not asked & sight.known and status in SHOWN:
        found.append("shows what is hidden")
    if address in WHOLE and status in SHOWN:
        titled = frozenset(mark.of for mark in marks.marks(text) if mark.kind == "title")
        should = getattr(sight, WHOLE[address])
        found += [f"has {sorted(titled)}, not {sorted(should)}"] if titled != should else []
    return found


async def walk(office: Served, account: Account, rng: Random) -> tuple[list[str], int]:
    """Ask for everything as somebody; give what is wrong, and how much was asked for."""
    sight, wrong, asked = Sight(office.full, account), list[str](), 0
    feed = f"/cases.ics?token={office.feeds[account.id]}"
    every = [*addresses(office.full), feed]
    for address in every if WHOLLY else rng.sample(every, FEW):
        status, body = await office.ask(account, address)
        unfolded = re.sub(rb"\r\n ", b"", body) if address == feed else body
        asked += 1
        wrong += [
            f"{address} to u{account.id} {sorted(account.roles)}: {fault}"
            for fault in faults(sight, address, status, unfolded)
        ]
    chosen = {"id": [f"{marks.code(case.id)}@1" for case in office.full.office.cases], "text": "某"}
    for act in ("assign", "nudge"):
        for end in ("edit", "confirm"):
            address = f"/cases/bulk/{act}/{end}"
            status, body = await office.ask(account, address, {**chosen, "ticket": "x"})
            other = [m for m in marks.marks(text_of(body)) if not sight.may(m)]
            wrong += [f"{address} to {account}: {status} {other}"] if other else []
    return wrong, asked


def test_every_answer_shows_what_its_reader_may_see_and_nothing_else(
    empty: Path, tmp_path: Path, rng: Random
) -> None:
    wrong, asked = list[str](), 0
    for turn in range(OFFICES):
        full: Full = furnish(rng, imagine(rng))
        accounts = list(full.office.accounts.values())
        with served(empty, tmp_path / f"office-{turn}", full) as office:
            for account in rng.sample(accounts, min(READERS, len(accounts))):
                told, count = anyio.run(walk, office, account, rng)
                wrong += [f"office {turn}: {line}" for line in told]
                asked += count
    sys.stdout.write(f"{asked} answers\n")
    assert wrong == [], f"{len(wrong)}:\n" + "\n".join(wrong[:60])
    assert asked >= OFFICES * FEW
