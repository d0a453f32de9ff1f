"""Pages of a large office under a steady load, beside a bare page of the same size.

Requests are sent at fixed instants, whether or not earlier ones were answered (an open
loop): a server that falls behind makes all that follows wait, and that is counted. Pages take
turns. Server time is what each answer says of itself (`bench/timed.py`); the client's time begins
when the request was due. Processor time is that of the server's process.
"""

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from bench import office
from bench.lines import Line, show
from bench.place import Place, frozen, large
from bench.served import processor, serving
from bench.timed import BYTES, HEADER
from engine.service.principals import principal_of
from engine.settings import real_now
from engine.store import access
from engine.store.access import SessionRow

RATE, SECONDS = 50, 20.0
_FIRST_OFFICER = office.LEADERS + 1
_CLERK = office.LEADERS + office.OFFICERS + 1
READERS = {
    "clerk": f"u{_CLERK}", "supervision": f"u{_CLERK + 1}", "leader": "u1",
    "officer": f"u{_FIRST_OFFICER}",
}  # fmt: skip
PAGES = (
    ("clerk", "/cases?rows=50"),
    ("officer", "/cases?rows=50"),
    ("clerk", "/reports/overdue"),
    ("clerk", "/"),
    ("leader", "/my"),
    ("supervision", "/supervision"),
    ("clerk", "/trends"),
)
_OK = 200
_GOAL = "p95 ≤ 60 ms"


@dataclass
class Load:
    """What a server was asked, and how long each answer took: by itself, and for the client."""

    port: int
    asked: Sequence[tuple[str, str]]
    secrets: dict[str, str]
    server: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    client: list[float] = field(default_factory=list)
    sizes: dict[tuple[str, str], int] = field(default_factory=dict)
    _free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def warm(self) -> None:
        """Ask for every page a few times, one after the other."""
        for what in [*self.asked] * 3:
            await self._ask(what, time.perf_counter())
        self.server.clear()
        self.client.clear()

    async def run(self, seconds: float) -> None:
        """Ask at a steady rate, whatever is answered."""
        began, waiting = time.perf_counter(), []
        for number in range(int(RATE * seconds)):
            due = began + number / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            asked = self.asked[number % len(self.asked)]
            waiting.append(asyncio.create_task(self._ask(asked, due)))
        await asyncio.gather(*waiting)

    async def _ask(self, what: tuple[str, str], due: float) -> None:
        reader, writer = await self._connection()
        who, path = what
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Language: zh\r\n"
            f"Cookie: duban={self.secrets.get(who, '')}\r\n\r\n".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        body = await reader.readexactly(int(_header(head, "content-length")))
        self.client.append((time.perf_counter() - due) * 1e3)
        assert head.split(" ", 2)[1] == str(_OK), (path, head, body[:500].decode())
        self.server[what].append(float(_header(head, HEADER).rpartition("=")[2]))
        self.sizes[what] = len(body)
        self._free.append((reader, writer))

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._free:
            return self._free.pop()
        return await asyncio.open_connection("127.0.0.1", self.port)


def measure(home: Path, url: str, cases: int, seconds: float = SECONDS) -> None:
    """Measure pages of a large office, then the bare page at the same rate and size."""
    with large(url, home, cases) as place:
        _measure(place, cases, seconds)


def _measure(place: Place, cases: int, seconds: float) -> None:
    secrets = {who: _enter(place.application, login) for who, login in READERS.items()}
    of = place.of(cases)
    with ExitStack() as opened:
        more = {**frozen(place.folder), "_DUBAN_NO_TIMERS": "1"}
        ours = opened.enter_context(serving(place, _command("duban"), "/readyz", **more))
        load, spent = _under_load(ours, PAGES, secrets, seconds)
    for (who, path), taken in load.server.items():
        what = f"{path} ({who}), {of}, {load.sizes[who, path] / 1024:.0f} KB"
        show(Line(f"{what}: server time, p95", "ms", [_p95(taken)], _GOAL))
    with ExitStack() as opened:
        size = sum(load.sizes.values()) // len(load.sizes)
        bare = opened.enter_context(serving(place, _command("bare"), None, **{BYTES: str(size)}))
        other, others = _under_load(bare, [("", "/")], {}, seconds)
    every = [one for taken in load.server.values() for one in taken]
    plain = [one for taken in other.server.values() for one in taken]
    beside = f"bare page of {other.sizes['', '/'] / 1024:.0f} KB"
    what = f"all these pages, {RATE} a second, {of}"
    show(Line(f"{what}: server time, p95", "ms", [_p95(every)], _GOAL, [_p95(plain)], beside))
    show(Line(f"{what}: client, p95", "ms", [_p95(load.client)], "", [_p95(other.client)], beside))
    show(Line(f"{what}: processor", "ms a page", [spent], "", [others], beside))


def _command(app: str) -> list[str]:
    return [
        sys.executable, "-m", "uvicorn", f"bench.timed:{app}", "--factory", "--no-access-log",
        "--log-level", "warning",
    ]  # fmt: skip


def _under_load(
    port: int, asked: Sequence[tuple[str, str]], secrets: dict[str, str], seconds: float
) -> tuple[Load, float]:
    """Put a server under load; give what it took, and its processor time a page in ms."""
    load = Load(port, asked, secrets)

    async def whole() -> float:
        await load.warm()
        before = processor(port)
        await load.run(seconds)
        return (processor(port) - before) * 1e3 / (RATE * seconds)

    return load, asyncio.run(whole())


def _enter(application: object, login: str) -> str:
    """Sign somebody in without hashing a password."""
    secret = f"session-of-{login}"
    with application.writing("web") as desk:  # type: ignore[attr-defined]
        who = principal_of(desk, login)
        now = real_now()
        row = SessionRow(
            who.account_id or 0, now, now, b"\xcf" * 32, now + timedelta(hours=1), now,
            "127.0.0.1", "desktop",
        )  # fmt: skip
        access.keep_session(desk.conn, sha256(secret.encode()).digest(), row)
    return secret


def _p95(taken: Sequence[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def _header(head: str, name: str) -> str:
    return head.partition(f"{name}:")[2].split("\r\n", 1)[0].strip()
