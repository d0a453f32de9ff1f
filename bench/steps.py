"""One audited step after another, through the service, beside the bare driver's loop."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from bench import limit
from bench.lines import Line, show
from bench.place import Place, copied
from engine.service import cases
from engine.service.cases import NewCase, StepOrder
from engine.service.principals import principal_of
from engine.store import ledger
from tests import postgres
from tests.people import BUILDING, LABOUR, LI, WEI, ZHANG, ZHAO, Person

DUE, LATER = "2027-05-20", "2027-06-01"
REPEATS, CLIENTS = 5, 32
Order = tuple[Person, StepOrder]


def course() -> tuple[Order, ...]:
    """Give the steps that each case takes: a mixture of short and long ones."""
    appointed = {"lead_leader": ZHANG.login, "lead_unit": BUILDING.name, "due": DUE}
    return (
        (ZHAO, StepOrder("assign", 1, data={**appointed, "supporting_units": [LABOUR.name]})),
        (ZHANG, StepOrder("acknowledge", 2)),
        (ZHANG, StepOrder("request-extension", 3, "资金尚未到位", {"due": LATER})),
        (WEI, StepOrder("grant-extension", 4)),
        (ZHANG, StepOrder("hand-over", 5, "外出学习", {"to": LI.login})),
        (LI, StepOrder("accept-handover", 6)),
        (LI, StepOrder("decline", 7, "不属于本单位职责")),
    )


def register(place: Place, count: int) -> list[str]:
    """Register cases; give their codes."""
    with place.application.writing("api") as desk:
        who = principal_of(desk, ZHAO.login)
        order = NewCase("推动项目复工并支付拖欠工资", lead_unit=BUILDING.name)
        return [cases.register_case(desk, who, place.issue, order)["code"] for _ in range(count)]


def take(place: Place, codes: list[str]) -> Iterator[float]:
    """Take every step of the course on every case; give the seconds that each took."""
    for code in codes:
        for person, order in course():
            began = time.perf_counter()
            with place.application.writing("api") as desk:
                cases.take_step(desk, principal_of(desk, person.login), code, order)
            yield time.perf_counter() - began


def beside(place: Place, count: int, server: postgres.Server | None) -> None:
    """Measure one client and the limit in turn, and what a step leaves on the disk."""
    pairs, sizes = [], []
    for repeat in range(REPEATS):
        codes = register(place, count)
        before = _size(place)
        pairs.append(_pair(place, codes, f"bare{repeat}", server))
        sizes.append((_size(place) - before) / len(codes) / len(course()) / 1024)
    ours, theirs = ([pair[n] for pair in pairs] for n in (0, 1))
    name, goal = ("PostgreSQL", "≥ 0.80") if server else ("SQLite FULL", "≥ 0.60")
    show(Line(f"step, {name}, one client", "steps/s", ours, goal, theirs, "bare driver"))
    show(Line(f"bytes of a step, {name}", "KB", sizes, "≤ 2.5 KB"))


def at_once(place: Place, count: int) -> None:
    """Measure many clients at once beside the bare driver, which commits each step."""
    ours, theirs = [], []
    for repeat in range(REPEATS):
        groups = [register(place, count) for _ in range(CLIENTS)]
        copy, first = copied(place, f"crowd{repeat}", None), _head(place)
        began = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            taken = list(pool.map(lambda codes: len(list(take(place, codes))), groups))
        ours.append(sum(taken) / (time.perf_counter() - began))
        with place.application.reading("api") as desk:
            bare = limit.captured(desk.conn, first)
        theirs.append(len(bare) / sum(limit.replay(copy, bare)))
    what = f"step, SQLite FULL, {CLIENTS} clients at once"
    show(Line(what, "steps/s", ours, "≥ 2.5 (group commit)", theirs, "bare driver"))


def _pair(
    place: Place, codes: list[str], name: str, server: postgres.Server | None
) -> tuple[float, float]:
    copy, first = copied(place, name, server), _head(place)
    ours = list(take(place, codes))
    _head(place)
    with place.application.reading("api") as desk:
        bare = limit.captured(desk.conn, first)
    theirs = limit.replay(copy, bare)
    assert len(ours) == len(theirs) == len(codes) * len(course())
    return len(ours) / sum(ours), len(theirs) / sum(theirs)


def _head(place: Place) -> int:
    """Give the size of the log, every event in its place."""
    with place.application.writing("api") as desk:
        ledger.sequence(desk.conn, wait=True)
        return ledger.head(desk.conn)


def _size(place: Place) -> int:
    """Give the bytes of the database, indexes included, without what only waits to be reused."""
    with place.application.reading("api") as desk:
        if not place.is_sqlite:
            asked = "SELECT pg_database_size(current_database())"
            return int(desk.conn.exec_driver_sql(asked).scalar_one())
        pages, free, size = (
            int(desk.conn.exec_driver_sql(f"PRAGMA {name}").scalar_one())
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size
