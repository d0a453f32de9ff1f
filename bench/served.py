"""Audited steps over HTTP, beside a bare JSON hello that the same client asks for."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.commands import environment
from bench.lines import Line, show
from bench.place import Place
from bench.steps import DUE, register
from engine.domain.access import OPERATOR
from engine.service import cases
from engine.service.accounts import NewAccount, add_account
from engine.service.cases import StepOrder
from engine.service.principals import principal_of
from engine.service.tokens import NewToken, create_token
from tests.people import BUILDING, TOWN, ZHAO

CONNECTIONS, SECONDS, ROUNDS = 64, 3.0, 5
_DUBAN = str(Path(sys.executable).with_name("duban"))
_WAIT_SECONDS = 60.0


@dataclass
class Client:
    """One connection, on which one leader hands a case over and another refuses it, for ever.

    Each has leaders of its own: of one account only so many writes a minute are taken.
    """

    port: int
    code: str
    leaders: tuple[str, str]
    tokens: dict[str, str]
    version: int = 3
    taken: list[float] = field(default_factory=list)
    failed: int = 0
    told: bool = False

    async def run(self, until: float) -> None:
        """Ask until an instant."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while time.perf_counter() < until:
            login, order = self._order()
            writer.write(self._request(login, order))
            began = time.perf_counter()
            status, answer = await _answer(reader)
            self.taken.append(time.perf_counter() - began)
            if status != 200:  # noqa: PLR2004  # fine
                self.failed += 1
            elif "version" in answer:
                self.version = answer["version"]
                self.told = not self.told
        writer.close()
        await writer.wait_closed()

    def _order(self) -> tuple[str, dict[str, object]]:
        if self.told:
            trigger: dict[str, object] = {"trigger": "refuse-handover", "data": {}}
            return self.leaders[1], trigger | {"version": self.version, "reason": "轮换"}
        trigger = {"trigger": "hand-over", "data": {"to": self.leaders[1]}}
        return self.leaders[0], trigger | {"version": self.version, "reason": "轮换"}

    def _request(self, login: str, order: dict[str, object]) -> bytes:
        body = json.dumps(order).encode()
        head = (
            f"POST /api/v1/cases/{self.code}/steps HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Authorization: Bearer {self.tokens[login]}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, int]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length:")[2].split("\r\n", 1)[0])
    body = await reader.readexactly(length)
    return int(head.split(" ", 2)[1]), json.loads(body)


def measure(place: Place) -> None:
    """Measure steps through `duban serve` and the hello in turn."""
    codes = register(place, CONNECTIONS)
    pairs = [(f"leader{n}a", f"leader{n}b") for n in range(CONNECTIONS)]
    tokens = _prepare(place, codes, pairs)
    hello = [sys.executable, "-m", "uvicorn", "bench.hello:app", "--log-level", "warning"]
    duban = [_DUBAN, "serve", "--no-timers"]  # a reminder would change a case behind a client
    with serving(place, duban, "/readyz") as ours, serving(place, hello, None) as bare:
        named = list(zip(codes, pairs, strict=True))
        clients = [Client(ours, code, pair, tokens) for code, pair in named]
        others = [Client(bare, code, pair, tokens) for code, pair in named]
        rates: dict[str, list[float]] = {"ours": [], "bare": []}
        slow: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(ROUNDS):
            for name, group in (("ours", clients), ("bare", others)):
                rate, p99 = asyncio.run(_round(group))
                rates[name].append(rate)
                slow[name].append(p99)
        failed = sum(client.failed for client in clients)
    what = f"step over HTTP, {CONNECTIONS} connections"
    show(Line(what, "steps/s", rates["ours"], "≥ 0.25", rates["bare"], "bare JSON hello"))
    show(Line(f"{what}, p99", "ms", slow["ours"], "no error", slow["bare"], "bare JSON hello"))
    show(Line(f"{what}, failed", "", [failed], "0"))


async def _round(group: list[Client]) -> tuple[float, float]:
    for client in group:
        client.taken.clear()
    began = time.perf_counter()
    await asyncio.gather(*(client.run(began + SECONDS) for client in group))
    taken = sorted(second for client in group for second in client.taken)
    return len(taken) / (time.perf_counter() - began), taken[int(len(taken) * 0.99)] * 1e3


def _prepare(place: Place, codes: list[str], pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Give each case to a leader of its own; give everybody's token."""
    tokens = {}
    with place.application.writing("cli") as desk:
        for login in (login for pair in pairs for login in pair):
            add_account(desk, OPERATOR, NewAccount(login, login, TOWN.name, ("leader",)))
            tokens[login] = create_token(desk, OPERATOR, NewToken(login, "write"))["token"]
        for code, (lead, _) in zip(codes, pairs, strict=True):
            data = {"lead_leader": lead, "lead_unit": BUILDING.name, "due": DUE}
            assign = StepOrder("assign", 1, data=data)
            cases.take_step(desk, principal_of(desk, ZHAO.login), code, assign)
            signed = StepOrder("acknowledge", 2)
            cases.take_step(desk, principal_of(desk, lead), code, signed)
    return tokens


@contextmanager
def serving(place: Place, command: list[str], ready: str | None, **more: str) -> Iterator[int]:
    """Run a server on a free port until the end of the block; `more` are settings of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    with (place.folder / "served.log").open("ab") as log:
        running = subprocess.Popen(
            [*command, "--port", str(port)], env=environment(place) | more, stdout=log, stderr=log
        )
    try:
        _wait(port, ready)
        yield port
    finally:
        running.terminate()
        running.wait()


def processor(port: int) -> float:
    """Give the processor time, in seconds, that a server on a port and its workers have taken.

    The server is a child of this process.
    """
    parents = dict(_parents())
    servers = {pid for pid in parents if parents[pid] == os.getpid() and _serves(pid, port)}
    assert servers, "the server is not there"
    family = servers | {pid for pid, parent in parents.items() if parent in servers}
    threads = (one for pid in family for one in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


def _parents() -> Iterator[tuple[int, int]]:
    """Give every process and its parent."""
    for found in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (found / "stat").read_text().rpartition(")")[2].split()
            yield int(found.name), int(words[1])


def _serves(pid: int, port: int) -> bool:
    return str(port).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")


def _wait(port: int, ready: str | None) -> None:
    last = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            if ready is None:
                socket.create_connection(("127.0.0.1", port)).close()
            else:
                urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}").close()  # ours
        except OSError:
            if time.monotonic() > last:
                raise
            time.sleep(0.05)
        else:
            return
