"""Pages of a large office under a steady load, beside a bare page of the same size.

Requests are sent at fixed instants, whether or not earlier ones were answered (an open loop): a
server that falls behind makes all that follows wait, and that is counted. Pages take turns.
First nobody writes; then leaders hand cases over and refuse them, two steps a second through the
same server, so that nothing of the cases stays true for long that was read before. Server time is
what each answer says of itself (`bench/timed.py`); the client's begins when the request was due.
Processor time is that of the server with its workers: of each page alone, with and without a step
before it, and of all under load; the database's own is in it on SQLite only.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from bench import office
from bench.lines import Line, show
from bench.load import RATE, Asked, Load
from bench.place import Place, frozen, large
from bench.served import processor, serving
from bench.timed import BARE, BYTES, DUBAN, command
from bench.turning import STEPS, Turn, Turns, turns_of
from engine.service.principals import principal_of
from engine.settings import real_now
from engine.store import access
from engine.store.access import SessionRow

SECONDS = 20.0
_ALONE = 10
_FIRST_OFFICER = office.LEADERS + 1
_CLERK = office.LEADERS + office.OFFICERS + 1
READERS = {
    "clerk": f"u{_CLERK}", "supervision": f"u{_CLERK + 1}", "leader": "u1",
    "officer": f"u{_FIRST_OFFICER}",
}  # fmt: skip
PAGES = (
    Asked("clerk", "/cases?rows=50"),
    Asked("officer", "/cases?rows=50"),
    Asked("clerk", "/reports/overdue"),
    Asked("clerk", "/"),
    Asked("leader", "/my"),
    Asked("supervision", "/supervision"),
    Asked("clerk", "/trends"),
)
_PLAIN = (Asked("", "/"),)
_GOAL = "p95 ≤ 60 ms"


@dataclass(frozen=True)
class Run:
    """A server under load: what it answered, and its ms of processor a page."""

    load: Load
    spent: float


@dataclass(frozen=True)
class Taken:
    """What a server took: under load while nobody writes, and while steps are taken.

    And ms of processor of each page: `alone` when nothing else is asked and nothing changes,
    `changed` right after a step.
    """

    still: Run
    stepping: Run
    alone: dict[Asked, float]
    changed: dict[Asked, float]


def measure(home: Path, url: str, cases: int, seconds: float = SECONDS) -> None:
    """Measure pages of a large office, then the bare page at the same rate and size."""
    with large(url, home, cases) as place:
        _measure(place, cases, seconds)


def _measure(place: Place, cases: int, seconds: float) -> None:
    secrets = {who: _enter(place.application, login) for who, login in READERS.items()}
    turns = turns_of(place.application)
    of = place.of(cases)
    with ExitStack() as opened:
        more = frozen(place.folder)
        ours = opened.enter_context(serving(place, command(DUBAN), "/readyz", **more))
        taken = _under_load(ours, PAGES, secrets, turns, seconds)
    for what in PAGES:
        _tell(what, taken, of)
    sizes = taken.still.load.sizes
    size = sum(sizes.values()) // max(1, len(sizes))
    with ExitStack() as opened:
        bare = opened.enter_context(serving(place, command(BARE), None, **{BYTES: str(size)}))
        plain = _under_load(bare, _PLAIN, {}, [], seconds)
    _tell_all(taken.still, plain.still, f"{of}, nobody writes")
    _tell_all(taken.stepping, plain.stepping, f"{of}, {STEPS} steps a second")


def _tell(what: Asked, found: Taken, of: str) -> None:
    """Print one page."""
    size = found.still.load.sizes.get(what, 0) / 1024
    name = f"{what.path} ({what.who}), {of}, {size:.0f} KB"
    show(Line(f"{name}: processor, alone", "ms", [found.alone[what]], ""))
    show(Line(f"{name}: processor, alone, after a step", "ms", [found.changed[what]], ""))
    for run, when in ((found.still, "nobody writes"), (found.stepping, "steps are taken")):
        taken, waited = run.load.server[what], run.load.client[what]
        show(Line(f"{name}, {when}: server time, p50", "ms", [_share(taken, 0.5)], ""))
        show(Line(f"{name}, {when}: server time, p95", "ms", [_share(taken, 0.95)], _GOAL))
        show(Line(f"{name}, {when}: client, p95", "ms", [_share(waited, 0.95)], ""))


def _tell_all(found: Run, other: Run, of: str) -> None:
    """Print all pages together, beside the bare page."""
    load, bare = found.load, other.load
    every, plain = _flat(load.server), _flat(bare.server)
    waited, waited_bare = _flat(load.client), _flat(bare.client)
    beside = f"bare page of {sum(bare.sizes.values()) / 1024:.0f} KB"
    what = f"all these pages, {RATE} a second, {of}"
    for name, share, goal in (("p50", 0.5, ""), ("p95", 0.95, _GOAL)):
        pair = [_share(every, share)], [_share(plain, share)]
        show(Line(f"{what}: server time, {name}", "ms", pair[0], goal, pair[1], beside))
    pair = [_share(waited, 0.95)], [_share(waited_bare, 0.95)]
    show(Line(f"{what}: client, p95", "ms", pair[0], "", pair[1], beside))
    show(Line(f"{what}: processor", "ms a page", [found.spent], "", [other.spent], beside))
    show(Line(f"{what}: not answered in time", "", [load.unanswered], "0"))
    if load.steps:
        name = f"{what}: {len(load.steps)} steps, client, p95"
        show(Line(name, "ms", [_share(load.steps, 0.95)], ""))


def _under_load(
    port: int,
    asked: Sequence[Asked],
    secrets: dict[str, str],
    turns: Sequence[Turn],
    seconds: float,
) -> Taken:
    """Put a server under load twice, after each page was asked for alone."""
    first, steps = Load(port, asked, secrets), Turns(port, turns)

    async def run(turns: Turns) -> Run:
        load, before = Load(port, asked, secrets), processor(port)
        await load.run(seconds, turns)
        return Run(load, (processor(port) - before) * 1e3 / max(1, load.answered))

    async def whole() -> Taken:
        await first.warm()
        alone = {what: await first.alone(what, _ALONE) for what in asked}
        changed = {what: await first.alone(what, _ALONE, steps) for what in asked if turns}
        return Taken(await run(Turns(port, [])), await run(steps), alone, changed)

    return asyncio.run(whole())


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


def _flat(taken: dict[Asked, list[float]]) -> list[float]:
    return [one for of_page in taken.values() for one in of_page]


def _share(taken: Sequence[float], share: float) -> float:
    """Give the smallest figure that so large a share of all does not exceed; none is endless."""
    return sorted(taken)[int(len(taken) * share)] if taken else float("inf")
