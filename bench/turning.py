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
_OK = 200


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
    """Takes the steps at fixed instants, over one connection; `taken` are the client's ms."""

    port: int
    turns: Sequence[Turn]
    taken: list[float] = field(default_factory=list)

    async def run(self, seconds: float) -> None:
        """Take steps for so long."""
        if not self.turns:
            return
        began = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for number in range(int(STEPS * seconds)):
            due = began + number / STEPS
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            turn = self.turns[number // 2 % len(self.turns)]
            began_step = time.perf_counter()
            await self._step(turn, reader, writer)
            self.taken.append((time.perf_counter() - began_step) * 1e3)
        writer.close()

    async def _step(
        self, turn: Turn, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        token, order = turn.order()
        body = json.dumps(order).encode()
        writer.write(
            f"POST /api/v1/cases/{turn.code}/steps HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split("\r\n", 1)[0])
        answer = json.loads(await reader.readexactly(length))
        assert head.split(" ", 2)[1] == str(_OK), (order, answer)
        turn.version, turn.told = answer["version"], not turn.told
