"""Ledger and decomposition table tell the measures of the plan that was in force at the instant."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from engine.service.cases import NewCase, register_case
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.service.plans import MeasureOrder
from engine.service.reports.asking import ReportQuery
from engine.service.reports.decomposition import decomposition
from engine.service.reports.ledger import ledger
from engine.store.database import Database
from tests.people import LABOUR, SUN, WU, ZHANG, ZHAO
from tests.service import case_office
from tests.service.case_office import ASSIGNED, MEASURE, CaseOffice
from tests.service.people_office import ZONE

TEXT = "一、协调资金；二、恢复施工"
OTHER = MeasureOrder("复工验收", WU.login, LABOUR.name, None, date(2026, 4, 8), None)
Told = tuple[str | None, list[tuple[Any, ...]] | None]


@pytest.fixture
def office(database: Database) -> CaseOffice:
    case_office.settle(database)
    return CaseOffice(database)


def _told(office: CaseOffice, at: datetime | None = None) -> Told:
    """Give the measures of the one case, which both reports tell alike."""
    with office.database.transaction() as conn:
        desk, query = Desk(conn, office.at, "zh", "api", ZONE), ReportQuery(as_of=at)
        (listed,) = ledger(desk, READER, query)["items"]
        (task,) = decomposition(desk, READER, query)["items"]
    assert (listed["measures"], listed["plan"]) == (task["measures"], task["plan"])
    plan = listed["plan"]
    if plan is None:
        return listed["measures"], None
    rows = [(m["title"], m["owner"] and m["owner"]["login"], m["due"], m["status"]) for m in plan]
    return listed["measures"], rows


def test_the_measures_are_those_of_the_plan_in_force_at_the_instant(office: CaseOffice) -> None:
    code = office.does(
        ZHAO, register_case, office.issue, NewCase("复工", measures_text=TEXT)
    )["code"]  # fmt: skip
    told: dict[datetime, Told] = {}

    def note() -> Told:
        told[office.at] = _told(office)
        office.passes(hours=1)
        return told[office.at - timedelta(hours=1)]

    office.step(ZHAO, code, "assign", **ASSIGNED)
    office.step(ZHANG, code, "acknowledge")
    office.force(code)
    office.plan(code, MEASURE, OTHER)
    assert note() == (TEXT, None)
    office.adopt(code)
    second = office.measures(code)[1]
    words, plan = note()
    assert plan == [
        ("协调资金", SUN.login, "2026-04-01", "planned"),
        ("复工验收", WU.login, "2026-04-08", "planned"),
    ]  # fmt: skip
    assert (words or "").splitlines() == [
        f"1. 协调资金（{SUN.name}，2026-04-01前，未开始）",
        f"2. 复工验收（{WU.name}，2026-04-08前，未开始）",
    ]
    office.step(ZHANG, code, "start")
    office.finish(code)
    assert [row[-1] for row in note()[1] or []] == ["done", "planned"]
    kept = replace(OTHER, id=second["id"], title="分段验收", owner=SUN.login, due=date(2026, 4, 9))
    added = replace(MEASURE, title="开会", owner=None, due=None)
    office.plan(code, kept, added, why="办法有变")
    assert note() == told[office.at - timedelta(hours=2)]
    office.adopt(code)
    words, plan = note()
    assert plan == [
        ("分段验收", SUN.login, "2026-04-09", "planned"),
        ("开会", None, None, "planned"),
    ]
    assert (words or "").splitlines()[1] == "2. 开会（未开始）"
    assert {at: _told(office, at) for at in told} == told
