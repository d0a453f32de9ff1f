"""A right that ends is over at the next request, whichever worker of the server is asked.

`duban serve` runs as people start it, with two workers on PostgreSQL (SQLite is served by one).
Rights end by another process, as on the command line. Each worker was asked before and answered, so
that whatever it keeps in memory it has.
"""

import http.client
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service import accounts, deputies, sessions
from engine.service.account_upkeep import AccountChange, change_account
from engine.service.deputies import NewDeputy
from engine.service.desk import Desk
from engine.service.tokens import NewToken, create_token, revoke_token
from tests.cli.test_start import WAIT_SECONDS, duban, started, until_ready
from tests.people import (
    CHEN,
    CHU,
    HAN,
    JUSTICE,
    LI,
    PASSWORD,
    QIAN,
    SUN,
    UNHURRIED,
    WANG,
    WU,
    ZHANG,
    ZHOU,
    Person,
)  # fmt: skip
from tests.web import desk
from tests.web.story import Story

AT_ONCE = 8
"""So many connections are opened together: one by one the same worker may take them all."""
TODAY = desk.START.date()


@dataclass
class Server:
    """A server of several workers, and one connection to each of them."""

    port: int
    workers: int
    lines: dict[str, http.client.HTTPConnection] = field(default_factory=dict)

    def everywhere(self, path: str, **headers: str) -> list[tuple[int, str]]:
        """Ask every worker for an address; give the statuses, and what is answered."""
        return [self._ask(worker, path, headers) for worker in self._all()]

    def _ask(self, worker: str, path: str, headers: dict[str, str]) -> tuple[int, str]:
        """Ask one worker, on a connection that is known to be its own."""
        last = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < last:
            try:
                if who(self.lines[worker]) == worker:
                    self.lines[worker].request("GET", path, headers=headers)
                    answer = self.lines[worker].getresponse()
                    return answer.status, answer.read().decode()
            except (KeyError, OSError, http.client.HTTPException):
                self.lines.pop(worker, None)  # it was closed for having been idle
            self._open()
        raise AssertionError("the worker is not reached any more")

    def _all(self) -> list[str]:
        last = time.monotonic() + WAIT_SECONDS
        while len(self.lines) < self.workers:
            assert time.monotonic() < last, "not every worker answers"
            self._open()
        return list(self.lines)

    def _open(self) -> None:
        several = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
                   for _ in range(AT_ONCE)]  # fmt: skip
        for one in several:
            one.connect()
        for one in several:
            worker = who(one)
            if self.lines.setdefault(worker, one) is not one:
                one.close()


def who(line: http.client.HTTPConnection) -> str:
    """Tell which worker a connection leads to: each says when it began."""
    line.request("GET", "/metrics")
    told = line.getresponse().read().decode()
    return next(s for s in told.splitlines() if s.startswith("process_start_time_seconds"))


@dataclass(frozen=True)
class Ending:
    """A right that ends: by what is asked for it, and what is answered from then on.

    `asks` name a face and an address each; `stays` one that goes on as before.
    """

    person: Person
    asks: dict[tuple[str, str], set[int]]
    end: Callable[[Desk], object]
    stays: tuple[str, str] | None = None


def endings(tokens: dict[str, int], numbers: dict[str, int]) -> dict[str, Ending]:
    """Give every right that ends in an office with one case, assigned to ZHANG and WU's unit."""
    case = "/api/v1/cases/DB-2026-0001"

    return {
        "an account is shut": Ending(
            ZHOU,
            {("page", "/account"): {303}, ("api", case): {401}, ("feed", ""): {401, 403, 404}},
            lambda at: accounts.disable_account(at, OPERATOR, ZHOU.login),
        ),
        "a session is ended": Ending(
            SUN, {("page", "/account"): {303}},
            lambda at: sessions.sign_out(at, f"session-of-{SUN.login}"), ("api", case),
        ),
        "a token is revoked": Ending(
            HAN, {("api", "/api/v1/audit/key"): {401}},
            lambda at: revoke_token(at, OPERATOR, tokens[HAN.login]), ("page", "/account"),
        ),
        "the address of a calendar is ended": Ending(
            CHEN, {("feed", ""): {401, 403, 404}},
            lambda at: revoke_token(at, OPERATOR, tokens[f"feed-{CHEN.login}"]), ("api", case),
        ),
        "a role is taken": Ending(
            CHU, {("page", "/supervision"): {303, 403}, ("api", "/api/v1/timers"): {403}},
            lambda at: accounts.change_roles(
                at, OPERATOR, CHU.login, add=["unit"], remove=["supervision"]
            ),
        ),
        "somebody moves to another unit": Ending(
            WU, {("page", "/cases/DB-2026-0001"): {303, 404}, ("api", case): {404}},
            lambda at: change_account(at, OPERATOR, WU.login, AccountChange(unit=JUSTICE.name)),
        ),
        "a password is set": Ending(
            QIAN, {("page", "/account"): {303}},
            lambda at: accounts.set_password(at, OPERATOR, QIAN.login, PASSWORD), ("api", case),
        ),
        "a deputy's time is ended": Ending(
            LI, {("in place of", ZHANG.login): set()},
            lambda at: deputies.end_deputy(at, OPERATOR, numbers[LI.login]), ("api", case),
        ),
    }  # fmt: skip


def prepared(application: Application) -> tuple[dict[str, int], dict[str, int], dict[str, str]]:
    """Lay a case, deputies, sessions and tokens; give the numbers, and each one's secrets."""
    Story(application).begin().assign()
    tokens, numbers, secrets = {}, {}, {}
    with application.writing("cli") as at:
        for person in (ZHOU, SUN, HAN, CHEN, CHU, WU, QIAN, LI, WANG):
            for scope, name in (("write", person.login), ("feed", f"feed-{person.login}")):
                made = create_token(at, OPERATOR, NewToken(person.login, scope))
                tokens[name], secrets[name] = made["id"], made["token"]
        numbers[LI.login] = stand_in(at, LI, date(2026, 3, 31))
    for person in (ZHOU, SUN, HAN, CHU, WU, QIAN, LI, WANG):
        desk.enter(application, person)
    return tokens, numbers, secrets


@dataclass(frozen=True)
class Faces:
    """Asks every worker as somebody, with the secrets that they have."""

    server: Server
    secrets: dict[str, str]

    def ask(self, person: Person, face: str, path: str) -> set[int]:
        """Ask at a face for an address; give the statuses.

        Of `in place of` the path is a login, and no answer counts that does not name it.
        """
        bearer = f"Bearer {self.secrets[person.login]}"
        if face == "feed":
            token = self.secrets[f"feed-{person.login}"]
            told = self.server.everywhere(f"/cases.ics?token={token}")
        elif face == "api":
            told = self.server.everywhere(path, Authorization=bearer)
        elif face == "in place of":
            told = self.server.everywhere("/api/v1/me", Authorization=bearer)
            told = [(status, body) for status, body in told if f'"{path}"' in body]
        else:
            told = self.server.everywhere(path, Cookie=f"duban=session-of-{person.login}")
        return {status for status, _ in told}


def stand_in(at: Desk, person: Person, until: date) -> int:
    """Let somebody stand in for ZHANG from today on."""
    order = NewDeputy(ZHANG.login, person.login, TODAY, until, "出差")
    return deputies.name_deputy(at, OPERATOR, order)["id"]


def test_what_ends_is_over_at_the_next_request_of_every_worker(
    database_url: str, database_kind: str, tmp_path: Path
) -> None:
    if database_kind == "sqlite":
        return  # one process serves it: `tests/web/test_end_sessions.py`
    office = desk.office_on(database_url, tmp_path / "home")
    home, several = office.settings.home, 2
    tokens, numbers, secrets = prepared(office)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    surroundings = kept | UNHURRIED | {
        "DUBAN_HOME": str(home), "DUBAN_DATABASE_URL": office.settings.database_url,
        "DUBAN_ENV": "test", "DUBAN_CLOCK": f"file:{home / 'clock'}", "DUBAN_LOCALE": "en",
    }  # fmt: skip
    command = ("serve", "--no-timers", "--port", "0", "--workers", str(several))
    with started(surroundings, tmp_path, *command) as (_, line):
        until_ready(line.split()[4])
        server = Server(int(line.split()[4].rpartition(":")[2]), several)

        ask = Faces(server, secrets).ask
        every = endings(tokens, numbers)
        for name, one in every.items():
            for face, path in [*one.asks, *([one.stays] if one.stays else [])]:
                assert ask(one.person, face, path) == {200}, (name, face, "before")
        for name, one in every.items():
            with office.writing("cli") as at:
                one.end(at)
            for (face, path), expected in one.asks.items():
                assert ask(one.person, face, path) <= expected, (name, face)
            if one.stays:
                assert ask(one.person, *one.stays) == {200}, (name, "what stays")
        with office.writing("cli") as at:
            stand_in(at, WANG, TODAY)
        assert ask(WANG, "in place of", ZHANG.login) == {200}
        desk.set_clock(home, desk.START + timedelta(days=1))
        assert ask(WANG, "in place of", ZHANG.login) == set(), "after the last day"
        for connection in server.lines.values():
            connection.close()
        assert len(server.lines) == several
    office.close()
    verified = json.loads(duban(surroundings, tmp_path, "verify", "--format", "json").stdout)
    assert (verified["intact"], verified["findings"]) == (True, [])
