"""One audited step after another, through the service, beside the bare driver's loop."""

import time
from collections.abc import Iterator

from bench import limit
from bench.place import Place, copied
from engine.service import cases
from engine.service.cases import NewCase, StepOrder
from engine.service.principals import principal_of
from engine.store import ledger
from tests import postgres
from tests.people import BUILDING, LABOUR, LI, WEI, ZHANG, ZHAO, Person

DUE, LATER = "2027-05-20", "2027-06-01"
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
        return [
            cases.register_case(desk, who, place.issue, order)["code"] for _ in range(count)
        ]


def take(place: Place, codes: list[str]) -> Iterator[float]:
    """Take every step of the course on every case; give the seconds that each took."""
    for code in codes:
        for person, order in course():
            began = time.perf_counter()
            with place.application.writing("api") as desk:
                cases.take_step(desk, principal_of(desk, person.login), code, order)
            yield time.perf_counter() - began


def beside(
    place: Place, count: int, repeats: int, server: postgres.Server | None
) -> list[tuple[float, float]]:
    """Measure Duban and the limit in turn; give steps per second of both, for each repeat."""
    return [_pair(place, count, f"bare{repeat}", server) for repeat in range(repeats)]


def _pair(
    place: Place, count: int, name: str, server: postgres.Server | None
) -> tuple[float, float]:
    codes = register(place, count)
    copy = copied(place, name, server)
    first = _head(place)
    ours = list(take(place, codes))
    _head(place)
    with place.application.reading("api") as desk:
        bare = limit.captured(desk.conn, first)
    theirs = limit.replay(copy, bare)
    assert len(ours) == len(theirs) == count * len(course())
    return len(ours) / sum(ours), len(theirs) / sum(theirs)


def _head(place: Place) -> int:
    """Give the size of the log, every event in its place."""
    with place.application.writing("api") as desk:
        ledger.sequence(desk.conn, wait=True)
        return ledger.head(desk.conn)
