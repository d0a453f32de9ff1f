"""Workload, ageing, ledger and ping-pong at any instant, against counts made case by case."""

import os
import statistics
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from engine.domain.duedates import end_of_day
from engine.domain.records import Clock, Stage, Tenure
from engine.errors import InvalidError
from engine.service.desk import Desk
from engine.service.lateness import AGES
from engine.service.operator import READER
from engine.service.reports import ageing, decomposition, ledger, pingpong, workload
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.service.reports.workload import quantile
from engine.store.database import Database
from tests.service import late_office
from tests.service.figure_model import Stood, count, late_dates, stood
from tests.service.late_office import NOW, STATES, STEPS, UNITS, ZONE, Matter, grid

OFFICES = int(os.environ.get("DUBAN_FIGURED_OFFICES", "2"))
CASES, OFTEN = 40, 0.8


def instants(rng: Random) -> list[datetime | None]:
    """Give instants of the grid, and now itself."""
    return [None, NOW, *(grid(rng.randrange(-1, STEPS + 10)) for _ in range(4))]


def cycle(cases: list[Stood]) -> dict[str, Any]:
    """Measure how long closed cases took, by the library's own interpolation."""
    took = sorted(
        (s.closed_at - grid(s.matter.at)).total_seconds() for s in cases if s.closed_at is not None
    )
    if not took:
        return {"median_seconds": None, "p90_seconds": None, "n": 0}
    many = statistics.quantiles(took, n=10, method="inclusive") if len(took) > 1 else took * 9
    told = {"median_seconds": statistics.median(took), "p90_seconds": many[8], "n": len(took)}
    return {name: pytest.approx(value) for name, value in told.items()}


def work(cases: list[Stood], at: datetime) -> dict[str, Any]:
    """Count the work of a group."""
    closed = [s for s in cases if s.closed_at is not None]
    return {
        "opened": len(cases),
        "closed": len(closed),
        "open": len(cases) - len(closed),
        "overdue": sum(_is_late(s, at) for s in cases),
        "cycle_time": cycle(cases),
    }


def _is_late(case: Stood, at: datetime) -> bool:
    return case.matter.late_at(at) is not None


def imagine(rng: Random, count: int) -> list[Matter]:
    """Imagine cases; as in every office, no limit of a closed one runs on, and few tenures do."""
    matters = late_office.imagine(rng, count)
    for matter in matters:
        rests = [s for s in matter.stages if s.state == "closed"]
        matter.clocks = [c for c in matter.clocks if not any(_runs_in(c, s) for s in rests)]
        ends = [s.from_at for s in rests if rng.random() < OFTEN]
        matter.tenures = [_cut(t, ends) for t in matter.tenures]
    return matters


def _cut(tenure: Tenure, ends: list[datetime]) -> Tenure:
    """End a tenure where the case is closed while it runs."""
    inside = [end for end in ends if tenure.from_at <= end < (tenure.to_at or NOW)]
    return replace(tenure, to_at=min(inside, default=tenure.to_at))


def _runs_in(clock: Clock, stage: Stage) -> bool:
    begins_before_its_end = stage.to_at is None or clock.valid_from < stage.to_at
    return begins_before_its_end and (clock.ended_at is None or clock.ended_at > stage.from_at)


def check_workload(desk: Desk, at: datetime | None, cases: list[Stood]) -> None:
    """Compare all groupings."""
    for by in GROUPINGS:
        groups: dict[str | None, list[Stood]] = defaultdict(list)
        for case in cases:
            groups[case.key[by]].append(case)
        answer = workload.workload(desk, READER, ReportQuery(at, by, limit=200))
        found = {item["key"]: item for item in answer["items"]}
        assert len(found) == len(answer["items"]) == answer["total"]
        for item in found.values():
            item.pop("label")  # type: ignore[misc]  # what is left are the figures
        wanted = {key: {"key": key, **work(some, at or NOW)} for key, some in groups.items()}
        assert found == wanted, (at, by)
        assert answer["whole"] == work(cases, at or NOW)


def check_ageing(desk: Desk, at: datetime | None, cases: list[Stood]) -> None:
    """Compare the buckets, and the list behind each."""
    days = {
        s.matter.code: count(late_dates(s.matter, at or NOW))["working"]
        for s in cases if s.matter.late_at(at or NOW)
    }  # fmt: skip
    told = ageing.ageing(desk, READER, ReportQuery(at, limit=200))
    assert {item["code"]: item["days"]["working"] for item in told["items"]} == days
    for bucket, (first, last) in zip(told["buckets"], AGES, strict=True):
        inside = {c for c, n in days.items() if n >= first and (last is None or n <= last)}
        assert (bucket["from"], bucket["to"], bucket["count"]) == (first, last, len(inside))
        listed = ageing.ageing(desk, READER, ReportQuery(at, limit=200, bucket=str(first)))
        assert {item["code"] for item in listed["items"]} == inside
        assert {item["bucket"] for item in listed["items"]} <= {first}
        assert listed["total"] == len(inside)
        assert listed["buckets"] == told["buckets"]
        assert listed["week_before"] == told["week_before"]
    then = end_of_day((at or NOW).astimezone(ZONE).date() - timedelta(days=7), ZONE)
    ages = [count(late_dates(s.matter, then))["working"] for s in cases if s.matter.late_at(then)]
    assert datetime.fromisoformat(told["week_before"]["as_of"]) == then.replace(microsecond=0)
    assert told["week_before"]["counts"] == [
        sum(n >= first and (last is None or n <= last) for n in ages) for first, last in AGES
    ]


def check_books(desk: Desk, at: datetime | None, cases: list[Stood]) -> None:
    """Compare who stands in ledger and decomposition table, in which order, and whose they are."""
    ordered = sorted(cases, key=lambda s: (s.matter.at, s.matter.id))
    listed = ledger.ledger(desk, READER, ReportQuery(at, "unit", limit=200))
    assert [_plain(item) for item in listed["items"]] == [_booked(s) for s in ordered]
    assert [i["closed_at"] and datetime.fromisoformat(i["closed_at"]) for i in listed["items"]] == [
        s.closed_at for s in ordered
    ]
    counts: dict[str | None, int] = defaultdict(int)
    for case in cases:
        counts[case.unit] += 1
    assert {group["key"]: group["count"] for group in listed["groups"]} == counts
    by_issue = sorted(cases, key=lambda s: (s.matter.issue, s.matter.id))
    tasks = decomposition.decomposition(desk, READER, ReportQuery(at, limit=200))
    assert [_plain(item) for item in tasks["items"]] == [_booked(s) for s in by_issue]


def _plain(item: Any) -> tuple[Any, ...]:  # noqa: ANN401  # an item of either
    unit, leader = item["lead_unit"], item["lead_leader"]
    return item["code"], item["state"], unit and unit["name"], leader and leader["login"]


def _booked(case: Stood) -> tuple[Any, ...]:
    planned = case.matter.planned_unit if case.unit is None and case.leader is None else None
    return case.matter.code, case.state, case.unit or UNITS.get(planned or 0), case.leader


def check_pingpong(desk: Desk, at: datetime | None, cases: list[Stood]) -> int:
    """Compare how often cases were moved; give how often in all."""
    told = {s.matter.code: _moves(s.matter, at or NOW) for s in cases}
    wanted = {code: moves for code, moves in told.items() if sum(moves)}
    answer = pingpong.pingpong(desk, READER, ReportQuery(at, "leader", limit=200))
    items = answer["items"]
    found = {i["code"]: (i["declines"], i["handovers"], i["refusals"]) for i in items}
    assert found == wanted, at
    assert [len(item["moves"]) for item in items] == sorted(map(sum, wanted.values()), reverse=True)
    assert answer["total"] == len(wanted) == sum(group["count"] for group in answer["groups"])
    for item in items:
        assert [move["at"] for move in item["moves"]] == sorted(m["at"] for m in item["moves"])
    return sum(map(sum, wanted.values()))


def _moves(matter: Matter, at: datetime) -> tuple[int, int, int]:
    declines = [s for s in matter.stages[1:] if s.state == STATES[0] and s.from_at <= at]
    handovers = [
        t for t in matter.tenures
        if t.role == "lead" and t.basis == "accept-handover" and t.from_at <= at
    ]  # fmt: skip
    refusals = [
        r for r in matter.requests
        if r.kind == "handover" and r.state == "refused" and r.decided_at and r.decided_at <= at
    ]  # fmt: skip
    return len(declines), len(handovers), len(refusals)


def test_every_figure_is_what_counting_case_by_case_gives(database: Database, rng: Random) -> None:
    moved = closed = 0
    with database.transaction() as connection:
        late_office.put_office(connection)
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        for _ in range(OFFICES):
            matters = imagine(rng, CASES)
            trial = connection.begin_nested()
            late_office.put_cases(connection, matters)
            for at in instants(rng):
                cases = stood(matters, at or NOW)
                check_workload(desk, at, cases)
                check_ageing(desk, at, cases)
                check_books(desk, at, cases)
                moved += check_pingpong(desk, at, cases)
                closed += sum(s.closed_at is not None for s in cases)
            trial.rollback()
    assert moved > OFFICES * 20
    assert closed >= OFFICES * 2, "chance leaves 14 of two offices in the worst of 3,000 seeds"


def test_pages_and_streams_hold_the_same_items(database: Database, rng: Random) -> None:
    with database.transaction() as connection:
        late_office.put(connection, imagine(rng, CASES))
        desk = Desk(connection, NOW, "zh", "cli", ZONE)
        for name, report in REPORTS.items():
            for query in (ReportQuery(limit=6), ReportQuery(grid(40), "issue", 6, unit="甲镇")):
                answer = report.page(desk, READER, query)
                turned: list[Any] = list(answer["items"])
                while answer["next"]:
                    following = replace(query, cursor=answer["next"])
                    answer = report.page(desk, READER, following)
                    assert answer["items"], name
                    turned += answer["items"]
                whole = report.every(desk, READER, query)
                assert [whole["total"], whole["groups"]] == [answer["total"], answer["groups"]]
                assert list(whole["items"]) == turned, name
                assert len(turned) == answer["total"], name


def test_a_unit_stands_for_those_below_it(database: Database, rng: Random) -> None:
    matters = imagine(rng, CASES)
    with database.transaction() as connection:
        late_office.put(connection, matters)
        late_office.put_below(connection, 2, 1)
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        for at in (None, grid(50)):
            cases = stood(matters, at or NOW)
            for unit, names in ((UNITS[1], {UNITS[1], UNITS[2]}), (UNITS[2], {UNITS[2]})):
                below = [s for s in cases if s.unit in names]
                query = ReportQuery(at, unit=unit)
                assert ledger.ledger(desk, READER, query)["total"] == len(below)
                whole = workload.workload(desk, READER, query)["whole"]
                assert (whole["opened"], whole["closed"]) == (
                    len(below), sum(s.closed_at is not None for s in below),
                )  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(REPORTS) - {"ageing"}))
def test_only_ageing_has_buckets(database: Database, name: str) -> None:
    with database.reading() as connection:
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        with pytest.raises(InvalidError, match="Only the ageing report"):
            REPORTS[name].page(desk, READER, ReportQuery(bucket="0"))


def test_quantiles_are_exact_between_order_statistics() -> None:
    assert quantile([7], (9, 10)) == 7e-6
    assert quantile([0, 10_000_000], (9, 10)) == 9.0
    assert quantile([1_000_000 * n for n in (1, 2, 3, 10)], (1, 2)) == 2.5
