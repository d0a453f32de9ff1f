"""What a report writes an import reads again: the ledger, and the task decomposition table."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.output.paper import paper_bytes
from engine.service.desk import Desk
from engine.service.imports import ImportOrder, preview, run_import
from engine.service.operator import READER
from engine.service.principals import principal_of
from engine.service.reports.asking import ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.service.reports.papers import paper_of
from engine.store.database import Database, open_database
from engine.words import Locale
from tests import patterns
from tests.people import CHEN, LI, ZHANG, ZHAO
from tests.service.case_office import ASSIGNED, CaseOffice, pattern
from tests.service.import_office import ledger, sample
from tests.service.people_office import ZONE

ENDINGS = (".csv", ".xlsx", ".docx")


@pytest.fixture
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give another office with the same cast, and no case."""
    folder = tmp_path / "other"
    folder.mkdir()
    with patterns.copied(request, "sqlite", folder, pattern) as url:
        database = open_database(url)
        yield database
        database.close()


def stocked(office: CaseOffice) -> None:
    """Bring cases into every state, some by ways that turned back; one from a ledger of before."""
    office.registered()
    for code in (office.assigned(), office.started(), office.stabilized(), office.closed()):
        assert office.show(code)
    declined = office.assigned()
    office.step(ZHANG, declined, "decline", "不属本镇职责")
    relapsed = office.stabilized()
    office.step(ZHANG, relapsed, "relapse", "复工后又停工")
    reopened = office.closed()
    office.passes(hours=30)
    office.step(CHEN, reopened, "reopen", "群众反映未到账")
    survivor, merged = office.assigned(), office.assigned()
    office.step(ZHAO, merged, "merge", "同一工地", into=survivor)
    office.step(CHEN, merged, "merge")
    office.step(ZHANG, survivor, "hand-over", "轮岗", to=LI.login)
    office.step(LI, survivor, "accept-handover")
    told = {
        "文号": "区督〔2025〕7号", "类别": "房屋交付", "来源": "排查",
        "登记时间": "2025-09-20 09:00",
        "交办时间": "2025-09-21 10:00", "办结时限": "2025-12-31", "协办单位": "丙劳动所",
        "化解措施": "一、核查；\n二、复工。", "责任领导": ZHANG.name,
    }  # fmt: skip
    office.does(ZHAO, run_import, ledger(told, create_missing=True))


def written(office: CaseOffice, name: str, ending: str, locale: Locale) -> bytes:
    """Write a report as the office reads it."""
    with office.database.reading() as conn:
        desk, query = Desk(conn, office.at, locale, "cli", ZONE), ReportQuery()
        answer = REPORTS[name].every(desk, READER, query)
        return paper_bytes(paper_of(desk, READER, REPORTS[name], query, answer), ending)


def told(
    database: Database, name: str, at: Any, locale: Locale = "zh"  # noqa: ANN401  # an instant
) -> list[dict[str, Any]]:  # fmt: skip
    """Tell the items of a report, without the codes of issues, which each office gives out.

    A plan is left out too: an import keeps the words of its measures, it makes no plan of them.
    """
    with database.reading() as conn:
        desk = Desk(conn, at, locale, "cli", ZONE)
        items = list(REPORTS[name].every(desk, READER, ReportQuery())["items"])
    return [item | {"issue": item["issue"]["title"], "plan": None} for item in items]


@pytest.mark.parametrize(("ending", "locale"), [(".csv", "zh"), (".xlsx", "en"), (".docx", "zh")])
def test_a_ledger_is_imported_again(
    case_office: CaseOffice, other: Database, ending: str, locale: Locale
) -> None:
    stocked(case_office)
    content = written(case_office, "ledger", ending, locale)
    order = ImportOrder(f"ledger{ending}", content, kind="ledger")
    later = case_office.at + timedelta(hours=1)
    with other.transaction() as conn:
        desk = Desk(conn, later, "zh", "cli", ZONE)
        shown = preview(desk, principal_of(desk, ZHAO.login), order)
        assert shown["can_confirm"], shown["rows"]
        run_import(desk, principal_of(desk, ZHAO.login), order)
    before, again = (told(d, "ledger", later, locale) for d in (case_office.database, other))
    assert {item["state"] for item in before} == {
        "registered", "assigned", "in-resolution", "stabilized", "closed",
    }  # fmt: skip
    assert sorted(again, key=lambda i: i["code"]) == sorted(before, key=lambda i: i["code"])


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_decomposition_table_is_imported_again(
    case_office: CaseOffice, other: Database, ending: str
) -> None:
    codes = case_office.does(ZHAO, run_import, sample())["codes"]
    case_office.step(ZHAO, codes[0], "assign", **ASSIGNED)
    content = written(case_office, "decomposition", ending, "zh")
    order = ImportOrder(f"table{ending}", content, kind="decomposition", create_missing=True)
    with other.transaction() as conn:
        desk = Desk(conn, case_office.at, "zh", "cli", ZONE)
        assert preview(desk, principal_of(desk, ZHAO.login), order)["can_confirm"]
        run_import(desk, principal_of(desk, ZHAO.login), order)
    before, again = (
        [_annex(item) for item in told(database, "decomposition", case_office.at)]
        for database in (case_office.database, other)
    )
    assert again == before
    assert [row[2] for row in before] == [(ZHANG.name, ZHANG.post), ("李四", "镇宣传委员")]


def _annex(item: dict[str, Any]) -> list[Any]:
    leader = item["lead_leader"]
    kept = ("lead_unit", "supporting_units", "measures")
    person = (leader["name"], leader["post"])
    return [item["issue"], item["title"], person, *(item[name] for name in kept)]


def test_a_file_of_workload_counts_cases_and_tells_days(case_office: CaseOffice) -> None:
    stocked(case_office)
    content = written(case_office, "workload", ".csv", "zh").decode("utf-8-sig")
    assert "办理时长中位数（天）" in content
    with case_office.database.reading() as conn:
        desk, query = Desk(conn, case_office.at, "zh", "cli", ZONE), ReportQuery(by="leader")
        report = REPORTS["workload"]
        answer = report.every(desk, READER, query)
        sheet = paper_of(desk, READER, report, query, answer)
        assert sheet.facts == (("共计（件）", str(answer["whole"]["opened"])),)
        took = [column.key for column in sheet.columns].index("cycle_time.median_seconds")
        told = {str(row[0]): row[took] for row in sheet.rows}
        items = report.page(desk, READER, query)["items"]
    seconds = {item["label"]: item["cycle_time"]["median_seconds"] for item in items}
    assert told == {
        name: None if took is None else round(took / 86_400, 1) for name, took in seconds.items()
    }
    assert any(told.values())
