"""Every route, method, role and relation to a case: who is let in, and what the others are told.

What is expected comes from the rules as `tests/web/rights/oracle.py` tells them, never from the
table that the code draws from. `DUBAN_TEST_CELLS=all` asks every caller for everything in every
way; otherwise whoever asks a route in many ways takes turns with others.
"""

import os
import sys
from collections.abc import Iterator
from itertools import islice

import anyio
import pytest

from tests.web.rights import cast, oracle
from tests.web.rights.asking import Asking, Caller
from tests.web.rights.office import Office, build
from tests.web.rights.routes import API, BY_OTHER_MEANS, OPEN, RULES, Ask
from web.app import create_app, declarations
from web.routing import PUBLIC

ENOUGH = 4000
WHOLE = os.environ.get("DUBAN_TEST_CELLS") == "all"
THIN = 5
ONE_OF_EACH = tuple({person.roles: person for person in cast.PEOPLE}.values())
WRITERS_ONLY = {f"GET {API}/imports/{{id}}", f"GET {API}/reports/daily/{{date}}/units"}
"""What belongs to an act that writes is not read with a token of scope `read` either."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Give the office of the cells."""
    found = build(tmp_path_factory.mktemp("cells") / "office")
    yield found
    found.application.close()


@pytest.fixture(scope="module")
def asking(office: Office) -> Asking:
    """Give whoever asks it."""
    return Asking(office, create_app(office.application))


Cell = tuple[str, Ask, str]


def cells() -> Iterator[tuple[int, Cell]]:
    """Give every route with every way to ask it and every matter, each with its turn."""
    for place, (route, asks) in enumerate(RULES.items()):
        ways = [(route, ask, key) for ask in asks for key in ask.matters]
        yield from enumerate(ways, place)


def takes(place: int, caller: Caller, turn: int, cell: Cell) -> bool:
    """Tell whether a caller asks for a cell, unless all ask for all.

    Of the case in which everybody has another part everybody asks every route; of the other cases,
    and of each step, they take turns; of what no object bears on one of each role asks.
    """
    route, ask, key = cell
    if WHOLE:
        return True
    if "{" not in route:
        return not caller.writes or caller.person in ONE_OF_EACH
    is_step = "trigger" in {*ask.names, *ask.body}
    return (key == "main" and not is_step) or (turn + place) % THIN == 0


def all_asked(office: Office) -> list[tuple[Caller, Cell, object]]:
    """Give who asks for what, and what the rules say."""
    return [
        (one, cell, expected(one, *cell))
        for turn, cell in cells()
        for place, one in enumerate(callers(office, api=cell[0].split(" ")[1].startswith(API)))
        if takes(place, one, turn, cell)
    ]


def callers(office: Office, *, api: bool) -> Iterator[Caller]:
    """Give everybody who is let in at all, on the API by a token, on pages by a session."""
    for person in cast.PEOPLE:
        if api:
            yield Caller(person.login, person, token=office.tokens[person.login])
        else:
            cookie, csrf = office.sessions[person.login]
            yield Caller(person.login, person, cookie, csrf)
    if api:
        for person in cast.READERS:
            token = office.readers[person.login]
            yield Caller(f"{person.login} reading", person, token=token, writes=False)


def strangers(office: Office, *, api: bool) -> Iterator[Caller]:
    """Give everybody who is not let in, whatever they ask for."""
    yield Caller("nobody")
    clerk = cast.CLERK.login
    if api:
        yield Caller("a session", cookie=office.sessions[clerk][0])
        for name, token in office.bad_tokens.items():
            yield Caller(f"token {name}", token=token)
    else:
        yield Caller("a token", token=office.tokens[clerk])
        cookie, csrf = office.sessions[cast.GONE.login]
        yield Caller("session of a disabled account", cookie=cookie, csrf=csrf)


def expected(caller: Caller, route: str, ask: Ask, key: str) -> oracle.Verdict:
    """Say what the rules say."""
    assert caller.person is not None
    method = route.partition(" ")[0]
    if not caller.writes and (method != "GET" or route in WRITERS_ONLY):
        return oracle.CLOSED
    return ask.rule(caller.person, cast.MATTERS[key])


def ask_all(asking: Asking, asked: list[tuple[Caller, Cell, object]]) -> list[str]:
    """Ask for cells; give those that are not as expected."""
    wrong = []

    async def run() -> None:
        for caller, (route, ask, key), wanted in asked:
            found = await asking.cell(caller, route, ask, key)
            if found != wanted:
                sent = {**ask.names, **ask.body}
                wrong.append(f"{route}{ask.query} by {caller.name} of {key} {sent}: "
                             f"{found}, not {wanted}")  # fmt: skip

    anyio.run(run)
    return wrong


def test_every_route_is_under_a_rule() -> None:
    served = {f"{d.method} {d.path}": d.permission for d in declarations()}
    assert set(RULES) | OPEN | BY_OTHER_MEANS == set(served)
    assert {route for route, permission in served.items() if permission == PUBLIC} == (
        OPEN | BY_OTHER_MEANS
    )


def test_every_cell_is_as_the_rules_say(office: Office, asking: Asking) -> None:
    before = office.told()
    asked = all_asked(office)
    wrong = ask_all(asking, asked)
    assert wrong == [], f"{len(wrong)} of {len(asked)} cells:\n" + "\n".join(wrong[:400])
    sys.stdout.write(f"{len(asked)} cells\n")
    assert len(asked) >= ENOUGH
    assert office.told() == before


def hidden(office: Office) -> Iterator[tuple[Caller, str, Ask, str]]:
    """Give, for each route about a matter, somebody to whom an existing one is none."""
    for route, asks in RULES.items():
        api = route.split(" ")[1].startswith(API)
        for ask in asks:
            seen = (
                (one, route, ask, key)
                for one in callers(office, api=api)
                for key in ("main", "other", "old")
                if key in ask.matters and "none" in ask.matters
                and expected(one, route, ask, key) == oracle.NONE
            )  # fmt: skip
            yield from islice(seen, 1)


def test_what_is_hidden_sounds_like_what_is_not_there(office: Office, asking: Asking) -> None:
    found = list(hidden(office))
    wrong: list[str] = []

    async def run() -> None:
        for caller, route, ask, key in found:
            for method in (route.partition(" ")[0], "HEAD", "OPTIONS"):
                there = await asking.refusal(caller, method, route, ask, key)
                absent = await asking.refusal(caller, method, route, ask, "none")
                if there != absent:
                    wrong.append(f"{method} of {route} by {caller.name}: {there}, not {absent}")

    anyio.run(run)
    assert wrong == [], "\n".join(wrong)
    assert len(found) >= len(RULES) // 3


def test_nobody_is_let_in_without_good_credentials(office: Office, asking: Asking) -> None:
    asked: list[tuple[Caller, Cell, object]] = []
    for route, asks in RULES.items():
        api = route.split(" ")[1].startswith(API)
        cell = (route, asks[0], asks[0].matters[0])
        asked += [(one, cell, "out") for one in strangers(office, api=api)]
    assert ask_all(asking, asked) == []
