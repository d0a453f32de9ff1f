import csv
import json
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.domain.access import OPERATOR
from engine.errors import ForbiddenError
from engine.service import cases, parts
from engine.service.desk import Desk
from engine.service.export import KINDS, export
from engine.service.imports import run_import
from engine.service.operator import READER
from engine.service.reports.asking import ReportQuery
from engine.service.reports.workload import workload
from engine.store.database import Database
from tests.conftest import shared
from tests.eventlogs import Log, read_foreign_xes, read_ocel, read_xes
from tests.people import CHEN, HAN, JIANG, LI, PEOPLE, SHEN, SUN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.service import import_office
from tests.service.case_office import CaseOffice
from tests.service.import_office import NOW, ZONE, ledger, writing

SECRET = "某某不宜外传的内容"


@pytest.fixture
def office(case_office: CaseOffice) -> CaseOffice:
    """Give the office by a shorter name."""
    return case_office


def exported(office: CaseOffice, kind: str, person: Person = CHEN) -> str:
    return office.does(person, lambda desk, who: "".join(export(desk, who, kind)))


def traces(office: CaseOffice, person: Person) -> set[str]:
    log = read_xes(exported(office, "xes", person))
    return {values["concept:name"] for values, _ in log.traces}


def test_each_event_of_each_case_is_there_with_its_instant_and_official(office: CaseOffice) -> None:
    codes = [office.closed(), office.started(), office.registered()]
    log = read_xes(exported(office, "xes"))
    objects = read_ocel(json.loads(exported(office, "ocel")))
    lines = [json.loads(line) for line in exported(office, "json").splitlines()]
    assert [values["concept:name"] for values, _ in log.traces] == codes
    for code in codes:
        history = office.history(code)
        told = [event.get("trigger", event["kind"]) for event in history]
        logins = [event["actor"] and event["actor"]["login"] for event in history]
        events = log.of(code)
        assert [event["concept:name"] for event in events] == told
        assert [event.get("org:resource") for event in events] == logins
        assert [event["time:timestamp"] for event in events] == [
            datetime.fromisoformat(event["at"]) for event in history
        ]
        assert [event["type"] for event in objects.of(code)] == told
        assert [row["activity"] for row in lines if row["case"] == code] == told


def test_everybody_exports_what_they_may_read_and_nothing_else(office: CaseOffice) -> None:
    codes = [office.started(), office.registered(), office.closed()]
    office.step(ZHAO, codes[1], "assign", lead_leader=LI.login, lead_unit="丁司法所",
                supporting_units=[], due="2026-06-01")  # fmt: skip
    for person in PEOPLE:
        if person in {JIANG, SHEN}:
            continue
        seen = {code for code in codes if is_read(office, person, code)}
        assert traces(office, person) == seen, person.name
    assert traces(office, HAN) == set(codes)
    assert traces(office, ZHENG) == {codes[1]}
    office.passes(days=91)
    assert traces(office, SUN) == {codes[0]}
    for person in (JIANG, SHEN):
        for kind in KINDS:
            with pytest.raises(ForbiddenError):
                exported(office, kind, person)
    with office.database.reading() as conn, pytest.raises(ForbiddenError):
        export(Desk(conn, office.at, "en", "cli", ZONE), OPERATOR, "xes")


def is_read(office: CaseOffice, person: Person, code: str) -> bool:
    try:
        return "clocks" in office.does(person, cases.show_case, code)
    except Exception:  # noqa: BLE001  # whatever keeps it from them
        return False


def test_no_free_text_leaves_with_it(office: CaseOffice) -> None:
    order = cases.NewCase(SECRET, summary=SECRET, measures_text=SECRET)
    code = office.does(ZHAO, cases.register_case, office.issue, order)["code"]
    office.step(ZHAO, code, "assign", lead_leader=ZHANG.login, lead_unit="乙建设办",
                supporting_units=["丙劳动所"], due="2026-06-01")  # fmt: skip
    office.does(ZHANG, parts.add_note, code, SECRET)
    office.step(ZHANG, code, "request-extension", SECRET, due="2026-06-20")
    office.does(ZHAO, parts.record_claim, code, parts.ClaimOrder("wages", 37, 98765432, 12345678))
    for kind in KINDS:
        text = exported(office, kind)
        for private in (SECRET, SECRET.encode("unicode_escape").decode(), "98765432", "12345678"):
            assert private not in text, kind
        for person in (ZHANG, ZHAO, SUN, WU):
            assert person.name not in text
            assert person.post not in text or person.post in "乙建设办丙劳动所"


# --- logs of others, carried in as ledgers -------------------------------------------------------


@dataclass(frozen=True)
class Foreign:
    """A log of others: the instants of each case, and its own first-to-last figures."""

    cases: list[list[datetime]]
    events: int
    median: float
    p90: float


def made_up(rng: random.Random) -> Foreign:
    """Make a log up; its figures are counted here."""
    begin = NOW - timedelta(days=900)
    found = []
    for _ in range(rng.randint(20, 30)):
        at = begin + timedelta(minutes=rng.randrange(500_000))
        gaps = [rng.choice([0, 1, 600, 86_400, 5_000_000]) for _ in range(rng.randint(0, 8))]
        found.append([at := at + timedelta(seconds=gap) for gap in [0, *gaps]])
    long = [(case[-1] - case[0]).total_seconds() for case in found]
    return Foreign(found, sum(map(len, found)), statistics.median(long), p90(long))


def p90(values: list[float]) -> float:
    return statistics.quantiles(values, n=10, method="inclusive")[-1]


def read(name: str) -> Foreign:
    """Read a published log with the figures that were counted by others."""
    folder = shared(name)
    config = json.loads((folder / "config.json").read_text())
    figures = json.loads((folder / "figures.json").read_text())
    by_case: dict[str, list[datetime]] = {}
    with (folder / config["log"]).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            at = datetime.fromisoformat(row[config["timestamp"]])
            by_case.setdefault(row[config["case"]], []).append(at)
    theirs = read_foreign_xes(next(Path(folder).glob("*.xes")))
    assert instants(theirs) == sorted(sorted(case) for case in by_case.values())
    lasted = figures["case_duration_seconds_first_to_last_event"]
    return Foreign(
        [sorted(case) for case in by_case.values()],
        figures["events"], lasted["median_linear"], lasted["p90_linear"],
    )  # fmt: skip


def instants(log: Log) -> list[list[datetime]]:
    return sorted(sorted(e["time:timestamp"] for e in events) for _, events in log.traces)


def stops(case: list[datetime]) -> dict[str, datetime]:
    """Choose which of a case's instants are those that a ledger has."""
    given = {"登记时间": case[0], "办结时间": case[-1]}
    between = case[1:-1]
    names = ("交办时间", "化解时间", "稳定时间")
    return given | dict(zip(names[: len(between)], between, strict=False))


def told(case: list[datetime]) -> list[datetime]:
    """Say when the five steps were: what a ledger leaves out is as early, or as late, as can be."""
    given = stops(case)
    assigned = given.get("交办时间", case[0])
    started = given.get("化解时间", assigned)
    return [case[0], assigned, started, given.get("稳定时间", case[-1]), case[-1]]


def wall(at: datetime) -> str:
    return at.astimezone(ZONE).replace(tzinfo=None).isoformat(" ")


SOURCES: dict[str, Callable[[random.Random], Foreign]] = {
    "made up": made_up,
    "running_example": lambda _rng: read("running_example"),
    "road_fines": lambda _rng: read("road_fines"),
}


@pytest.mark.parametrize("source", SOURCES)
def test_a_log_of_others_goes_in_as_a_ledger_and_comes_out_with_its_figures(
    source: str, database: Database, rng: random.Random
) -> None:
    foreign = SOURCES[source](rng)
    assert sum(map(len, foreign.cases)) == foreign.events
    import_office.build(database)
    rows: list[dict[str, str]] = [
        {"任务": f"{number}", "结果": "已化解", **{n: wall(at) for n, at in stops(case).items()}}
        for number, case in enumerate(foreign.cases)
    ]
    with writing(database) as desk:
        codes = run_import(desk, import_office.office(desk), ledger(*rows))["codes"]
        log = read_xes("".join(export(desk, READER, "xes")))
        objects: Any = read_ocel(json.loads("".join(export(desk, READER, "ocel"))))
        work = workload(desk, READER, ReportQuery())
    assert len(log.traces) == len(codes) == len(foreign.cases)
    for code, case in zip(codes, foreign.cases, strict=True):
        assert [event["time:timestamp"] for event in log.of(code)] == told(case)
        assert all(event["imported"] for event in log.of(code))
        assert [datetime.fromisoformat(e["time"]) for e in objects.of(code)] == told(case)
    lasted = [
        (events[-1]["time:timestamp"] - events[0]["time:timestamp"]).total_seconds()
        for _, events in log.traces
    ]
    assert statistics.median(lasted) == pytest.approx(foreign.median, abs=1e-6)
    assert p90(lasted) == pytest.approx(foreign.p90, abs=1e-6)
    cycle = {
        "median_seconds": pytest.approx(foreign.median, abs=1e-6),
        "p90_seconds": pytest.approx(foreign.p90, abs=1e-6),
        "n": len(foreign.cases),
    }
    assert [item["cycle_time"] for item in work["items"]] == [cycle]
    assert work["whole"]["cycle_time"] == cycle
