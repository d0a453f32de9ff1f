"""Steps that change cases while pages are read: leaders hand cases over and refuse them in turn."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench import office
from engine.bootstrap import Application
from engine.domain.access import OPERATOR
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.principals import principal_of
from engine.service.tokens import NewToken, create_token

STEPS = 2
"""Steps a second."""
_CASES = 20
_OK = b"200"


@dataclass
class Turn:
    """A case that its leader hands to another, who refuses it: two steps, again and again."""

    code: str
    version: int
    leader: str
    other: str
    tokens: dict[str, str] = field(repr=False)
    told: bool = False

    def order(self) -> tuple[str, dict[str, object]]:
        """Give whose token the next step is taken with, and the step."""
        step: dict[str, object] = {"version": self.version, "reason": "轮换", "data": {}}
        if self.told:
            return self.tokens[self.other], step | {"trigger": "refuse-handover"}
        handed = {"trigger": "hand-over", "data": {"to": self.other}}
        return self.tokens[self.leader], step | handed


def turns_of(application: Application) -> list[Turn]:
    """Choose cases of several leaders, and give each leader a token."""
    turns: list[Turn] = []
    with application.writing("cli") as desk:
        logins = [f"u{number}" for number in range(1, office.LEADERS + 1)]
        tokens = {
            login: create_token(desk, OPERATOR, NewToken(login, "write"))["token"]
            for login in logins
        }
        clerk = principal_of(desk, f"u{office.LEADERS + office.OFFICERS + 1}")
        asked = CaseQuery(state="in-resolution", sort="-registered_at", limit=_CASES)
        for item in map(dict[str, Any], list_cases(desk, clerk, asked)["items"]):
            leader = item["lead_leader"]
            other = next(login for login in logins if login != leader["login"])
            turns.append(Turn(item["code"], item["version"], leader["login"], other, tokens))
    return turns


@dataclass
class Turns:
    """Takes the steps over one connection; `taken` are the client's ms of those under load."""

    port: int
    turns: Sequence[Turn]
    taken: list[float] = field(default_factory=list)
    _number: int = 0

    async def run(self, seconds: float) -> None:
        """Take steps at fixed instants, for so long."""
        began = time.perf_counter()
        for number in range(int(STEPS * seconds) if self.turns else 0):
            await asyncio.sleep(max(0.0, began + number / STEPS - time.perf_counter()))
            began_step = time.perf_counter()
            await self.step()
            self.taken.append((time.perf_counter() - began_step) * 1e3)

    async def step(self) -> None:
        """Take the next step."""
        turn = self.turns[self._number // 2 % len(self.turns)]
        self._number += 1
        token, order = turn.order()
        body = json.dumps(order).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(
            f"POST /api/v1/cases/{turn.code}/steps HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Connection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        assert head.split(b" ", 2)[1] == _OK, (order, answer.decode())
        turn.version, turn.told = json.loads(answer)["version"], not turn.told
