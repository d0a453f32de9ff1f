"""A steady load of pages on a server: an open loop over connections that are kept."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import NamedTuple

from bench.served import processor
from bench.timed import HEADER
from bench.turning import Turns

RATE = 50
PATIENCE = 15.0
"""Seconds that are waited for answers once the last request was sent; then they are counted."""
_OK = 200


class Asked(NamedTuple):
    """Who asks for which page."""

    who: str
    path: str


@dataclass
class Load:
    """What a server was asked, and how long each answer took: by itself, and for the client."""

    port: int
    asked: Sequence[Asked]
    secrets: dict[str, str]
    server: dict[Asked, list[float]] = field(default_factory=lambda: defaultdict(list))
    client: dict[Asked, list[float]] = field(default_factory=lambda: defaultdict(list))
    sizes: dict[Asked, int] = field(default_factory=dict)
    steps: list[float] = field(default_factory=list)
    unanswered: int = 0
    _free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    @property
    def answered(self) -> int:
        """How many pages were answered."""
        return sum(map(len, self.server.values()))

    async def warm(self) -> None:
        """Ask for every page a few times, one after the other; several workers each get some."""
        for what in [*self.asked] * 6:
            await self._ask(what, time.perf_counter())

    async def alone(self, what: Asked, times: int, turns: Turns | None = None) -> float:
        """Ask for one page so many times, one after the other, each after a step or none.

        Give the median of the milliseconds of the server's processor.
        """
        spent = []
        for _ in range(times):
            if turns is not None:
                await turns.step()
            before = processor(self.port)
            await self._ask(what, time.perf_counter())
            spent.append((processor(self.port) - before) * 1e3)
        return median(spent)

    async def run(self, seconds: float, turns: Turns) -> None:
        """Ask at a steady rate, whatever is answered, while steps are taken."""
        began, waiting = time.perf_counter(), list[asyncio.Task[None]]()
        stepping = asyncio.create_task(turns.run(seconds))
        for number in range(int(RATE * seconds)):
            due = began + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked = self.asked[number % len(self.asked)]
            waiting.append(asyncio.create_task(self._ask(asked, due)))
        done, late = await asyncio.wait([*waiting, stepping], timeout=PATIENCE)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for task in done:
            task.result()  # raises what went wrong
        self.steps = turns.taken
        self.unanswered = len(late)

    async def _ask(self, what: Asked, due: float) -> None:
        reader, writer = await self._connection()
        writer.write(
            f"GET {what.path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Language: zh\r\n"
            f"Cookie: duban={self.secrets.get(what.who, '')}\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        body = await reader.readexactly(int(_header(head, "content-length")))
        self.client[what].append((time.perf_counter() - due) * 1e3)
        assert head.split(" ", 2)[1] == str(_OK), (what, head, body[:500].decode())
        self.server[what].append(float(_header(head, HEADER).rpartition("=")[2]))
        self.sizes[what] = len(body)
        self._free.append((reader, writer))

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._free:
            reader, writer = self._free.pop()
            if not reader.at_eof():  # else the server has closed what was idle for long
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port)


def _header(head: str, name: str) -> str:
    return head.partition(f"{name}:")[2].split("\r\n", 1)[0].strip()
