"""The plan is written, adopted and reported on; each version is kept and each wrong field named."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from engine.errors import ConflictError, ForbiddenError, NotFoundError, StaleError
from engine.service import plans
from engine.service.plans import MeasureOrder, PlanOrder, ProgressOrder
from tests.people import BUILDING, CHEN, LI, SUN, WU, ZHANG, ZHAO
from tests.service.case_office import MEASURE, CaseOffice, assert_said, fields_of


def test_an_officer_of_the_lead_unit_writes_and_the_leader_adopts(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    drafted = case_office.plan(code, MEASURE, by=SUN)
    assert drafted["plan"]["adopted_at"] is None
    assert case_office.clocks(code, "measure") == []
    for person in (SUN, ZHAO, LI):
        refusal = case_office.refuses(partial(case_office.adopt, code, person), code)
        assert isinstance(refusal, ForbiddenError)
    adopted = case_office.adopt(code)
    assert adopted["plan"]["adopted_by"]["login"] == ZHANG.login
    assert case_office.clocks(code, "measure")[0]["due_at"].startswith("2026-04-01T23:59:59")
    kinds = [event["kind"] for event in case_office.history(code)][-2:]
    assert kinds == ["plan.written", "plan.adopted"]
    case_office.assert_intact()


def test_a_change_after_adoption_is_a_version_with_a_reason(case_office: CaseOffice) -> None:
    code = case_office.planned()
    number = case_office.measures(code)[0]["id"]
    kept = replace(MEASURE, id=number, title="改写")
    refusal = case_office.refuses(lambda: case_office.plan(code, kept), code)
    assert fields_of(refusal) == {"reason"}
    plan = case_office.plan(code, kept, why="资金来源有变")["plan"]
    assert (plan["version"], plan["measures"][0]["id"]) == (2, number)
    assert case_office.history(code)[-1]["reason"] == "资金来源有变"


def test_every_wrong_field_of_a_plan_is_named(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    bad = MeasureOrder(" ", CHEN.login, "无此单位", date(2026, 4, 2), date(2026, 4, 1), "\x00", 77)
    refusal = case_office.refuses(lambda: case_office.plan(code, MEASURE, bad), code)
    names = ("title", "owner", "unit", "due", "evidence", "id")
    assert fields_of(refusal) == {f"measures.1.{name}" for name in names}
    for measures in ((), (replace(MEASURE, owner="nobody"),), (MEASURE,) * 101):
        refusal = case_office.refuses(partial(case_office.plan, code, *measures), code)
        assert fields_of(refusal) <= {"measures", "measures.0.owner"}


def test_a_measure_stands_in_a_plan_once(case_office: CaseOffice) -> None:
    code = case_office.planned()
    kept = replace(MEASURE, id=case_office.measures(code)[0]["id"])
    refusal = case_office.refuses(lambda: case_office.plan(code, kept, kept, why="重复"), code)
    assert fields_of(refusal) == {"measures"}


def test_an_old_version_of_the_case_is_told_to_be_read_again(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    order = PlanOrder(1, [MEASURE])
    refusal = case_office.refuses(
        lambda: case_office.does(ZHANG, plans.write_plan, code, order), code
    )
    assert isinstance(refusal, StaleError)


def test_there_is_something_to_adopt_only_once(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    assert isinstance(case_office.refuses(lambda: case_office.adopt(code), code), ConflictError)
    case_office.plan(code, MEASURE)
    case_office.adopt(code)
    assert isinstance(case_office.refuses(lambda: case_office.adopt(code), code), ConflictError)


def test_progress_is_reported_by_the_owner_and_with_evidence(case_office: CaseOffice) -> None:
    code = case_office.started(replace(MEASURE, owner=WU.login))
    file = case_office.file(code, WU)
    answer = case_office.report(code, "done", (file, file), by=WU)
    assert (answer["status"], answer["proved"]) == ("done", True)
    assert [row["files"] for row in answer["progress"]] == [[file]]
    assert case_office.clocks(code, "measure")[0]["ended_by"] == "stopped"
    case_office.assert_intact()


def test_every_wrong_field_of_a_report_is_named(case_office: CaseOffice) -> None:
    code = case_office.started()
    measure = case_office.measures(code)[0]["id"]
    order = ProgressOrder("planned", " ", date(2026, 3, 4), [99])
    tried = partial(case_office.does, SUN, plans.record_progress, code, measure, order)
    refusal = case_office.refuses(tried, code)
    assert fields_of(refusal) == {"status", "note", "date", "files"}


@pytest.mark.parametrize("status", ["done", "in-force"])
def test_only_evidence_ends_the_limit_of_a_measure(case_office: CaseOffice, status: str) -> None:
    code = case_office.started()
    case_office.report(code, status)
    assert [clock["stopped_at"] for clock in case_office.clocks(code, "measure")] == [None]
    case_office.report(code, status, (case_office.file(code),))
    (clock,) = case_office.clocks(code, "measure")
    assert clock["ended_by"] == "stopped"
    case_office.report(code, status)
    assert case_office.clocks(code, "measure") == [clock]
    assert case_office.measures(code)[0]["proved"]


def test_an_overdue_measure_stays_overdue_while_it_is_only_said_to_be_done(
    case_office: CaseOffice,
) -> None:
    code = case_office.started()
    case_office.at += timedelta(days=60)
    late = case_office.show(code)["days_overdue"]
    case_office.report(code, "done")
    assert late["calendar"] > 0
    assert case_office.show(code)["days_overdue"] == late
    assert planned_late(case_office, code) == 1
    case_office.report(code, "done", (case_office.file(code),))
    assert planned_late(case_office, code) == 0


def planned_late(case_office: CaseOffice, code: str) -> int:
    """Count the measures' limits of a case that have passed and run."""
    now = case_office.at.isoformat()
    running = (c for c in case_office.clocks(code, "measure") if c["stopped_at"] is None)
    return sum(datetime.fromisoformat(c["due_at"]) < datetime.fromisoformat(now) for c in running)


def test_progress_waits_for_a_plan_that_was_adopted(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    case_office.plan(code, MEASURE)
    refusal = case_office.refuses(lambda: case_office.report(code, "done"), code)
    assert isinstance(refusal, ConflictError)


def test_a_measure_that_is_not_there_and_one_of_others_are_refused(case_office: CaseOffice) -> None:
    code = case_office.started()
    order = ProgressOrder("done", "到账", date(2026, 3, 3))
    tried = partial(case_office.does, SUN, plans.record_progress, code, 999, order)
    assert isinstance(case_office.refuses(tried, code), NotFoundError)
    refusal = case_office.refuses(lambda: case_office.report(code, "done", by=WU), code)
    assert isinstance(refusal, ForbiddenError)
    assert BUILDING.name in refusal.say("zh")
    assert_said(refusal)
