"""Nothing wins time: no decline, plan, merger, suspension or reopening makes lateness disappear."""

from datetime import date, timedelta
from functools import partial

from engine.errors import ConflictError
from engine.service.plans import MeasureOrder
from tests.people import BUILDING, CHEN, SUN, WEI, ZHANG, ZHAO
from tests.service.case_office import ASSIGNED, MEASURE, CaseOffice, fields_of, needs_of

OTHER = MeasureOrder("另一项", SUN.login, BUILDING.name, None, date(2026, 6, 1), None)


def going_on(office: CaseOffice, code: str, due: date) -> MeasureOrder:
    """Give the first measure as it is, with another date."""
    number = office.measures(code)[0]["id"]
    return MeasureOrder(MEASURE.title, SUN.login, BUILDING.name, MEASURE.start, due, None, number)


def test_a_date_after_a_decline_is_no_later_than_the_first(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    case_office.step(ZHANG, code, "decline", "不属本镇职责")
    later = ASSIGNED | {"due": "2026-05-21"}
    assert needs_of(case_office.refused(ZHAO, code, "assign", **later)) == {"no-time-won"}
    assert case_office.step(ZHAO, code, "assign", **ASSIGNED)["due"] == "2026-05-20"


def test_a_first_date_that_has_passed_meanwhile_may_be_promised_again(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned(due="2026-03-05")
    case_office.step(ZHANG, code, "decline", "不属本镇职责")
    case_office.passes(days=10)
    assert case_office.show(code)["overdue"]
    past = ASSIGNED | {"due": "2026-03-06"}
    assert fields_of(case_office.refused(ZHAO, code, "assign", **past)) == {"data.due"}
    again = case_office.step(ZHAO, code, "assign", **(ASSIGNED | {"due": "2026-03-05"}))
    assert again["days_overdue"]["calendar"] == 8


def test_a_late_measure_keeps_its_date_and_its_place(case_office: CaseOffice) -> None:
    code = case_office.started(MEASURE, OTHER)
    case_office.passes(days=40)
    moved = going_on(case_office, code, date(2026, 6, 30))
    refusal = case_office.refuses(lambda: case_office.plan(code, moved, OTHER, why="延后"), code)
    assert fields_of(refusal) == {"measures.0.due"}
    refusal = case_office.refuses(lambda: case_office.plan(code, OTHER, why="不做了"), code)
    assert fields_of(refusal) == {"measures"}


def test_a_measure_that_was_finished_late_keeps_the_date_that_it_missed(
    case_office: CaseOffice,
) -> None:
    code = case_office.started()
    case_office.passes(days=40)
    case_office.report(code, "done")
    moved = going_on(case_office, code, date(2026, 6, 30))
    refusal = case_office.refuses(lambda: case_office.plan(code, moved, why="延后"), code)
    assert fields_of(refusal) == {"measures.0.due"}
    case_office.report(code, "under-way")
    assert case_office.show(code)["overdue"]


def test_a_draft_that_moves_or_drops_what_became_late_meanwhile_is_not_adopted(
    case_office: CaseOffice,
) -> None:
    for moves in (True, False):
        code = case_office.started()
        moved = going_on(case_office, code, date(2026, 6, 30))
        case_office.plan(code, moved if moves else OTHER, why="调整")
        case_office.passes(days=40)
        refusal = case_office.refuses(partial(case_office.adopt, code), code)
        assert isinstance(refusal, ConflictError)
        assert MEASURE.title in str(refusal)
        case_office.passes(days=-40)


def test_what_only_a_draft_dropped_can_be_taken_up_again(case_office: CaseOffice) -> None:
    code = case_office.started()
    kept = going_on(case_office, code, date(2026, 4, 1))
    case_office.plan(code, OTHER, why="调整")
    case_office.passes(days=40)
    case_office.plan(code, kept, OTHER, why="保留")
    case_office.adopt(code)
    assert case_office.measures(code)[0]["id"] == kept.id
    assert case_office.show(code)["overdue"]


def test_a_relapse_goes_on_with_the_same_date(case_office: CaseOffice) -> None:
    code = case_office.stabilized()
    case_office.passes(days=90)
    assert not case_office.show(code)["overdue"]
    relapsed = case_office.step(ZHAO, code, "relapse", "再次停工")
    assert (relapsed["due"], relapsed["overdue"], relapsed["relapses"]) == ("2026-05-20", True, 1)
    first, second = case_office.clocks(code, "resolve")
    assert first["started_at"] == second["started_at"]


def test_a_suspension_moves_the_date_by_the_days_it_lasted(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.step(ZHANG, code, "request-suspension", "诉讼中", review_on="2026-04-01")
    case_office.step(WEI, code, "grant-suspension")
    case_office.passes(days=100)
    paused = case_office.show(code)
    assert (paused["suspended"], paused["due"]) == (True, "2026-05-20")
    resolve = case_office.clocks(code, "resolve")[-1]
    assert resolve["stopped_at"] is None
    resumed = case_office.step(ZHANG, code, "resume")
    assert resumed["due"] == (date(2026, 5, 20) + timedelta(days=100)).isoformat()
    assert not resumed["suspended"]


def test_an_extension_that_a_suspension_overtook_is_not_granted(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.step(ZHANG, code, "request-extension", "备案", due="2026-05-25")
    case_office.step(ZHANG, code, "request-suspension", "诉讼中", review_on="2026-04-01")
    case_office.step(WEI, code, "grant-suspension")
    case_office.passes(days=30)
    case_office.step(ZHANG, code, "resume")
    refusal = case_office.refused(WEI, code, "grant-extension")
    assert needs_of(refusal) == {"extension-adds-time"}
    case_office.step(WEI, code, "refuse-extension", "已无必要")


def test_extensions_are_thirty_days_in_all(case_office: CaseOffice) -> None:
    code = case_office.started()
    for due in ("2026-06-01", "2026-06-19"):
        case_office.step(ZHANG, code, "request-extension", "备案", due=due)
        case_office.step(WEI, code, "grant-extension")
    refusal = case_office.refused(ZHANG, code, "request-extension", "备案", due="2026-06-20")
    assert needs_of(refusal) == {"extension-within-cap"}
    assert [c["ended_by"] for c in case_office.clocks(code, "resolve")] == [
        "superseded", "superseded", None,
    ]  # fmt: skip


def test_a_passed_date_is_not_extended(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.step(ZHANG, code, "request-extension", "备案", due="2026-06-01")
    case_office.passes(days=90)
    assert needs_of(case_office.refused(WEI, code, "grant-extension")) == {"limit-not-passed"}


def test_a_reopened_case_goes_on_with_its_date_and_its_measures(case_office: CaseOffice) -> None:
    code = case_office.planned()
    case_office.step(ZHAO, code, "void", "重复登记")
    case_office.step(CHEN, code, "void")
    assert all(clock["stopped_at"] for clock in case_office.show(code)["clocks"])
    case_office.passes(days=60)
    reopened = case_office.step(CHEN, code, "reopen", "并非重复")
    running = {c["kind"]: c["due_at"][:10] for c in reopened["clocks"] if not c["stopped_at"]}
    assert running == {"resolve": "2026-05-20", "measure": "2026-04-01"}
    assert reopened["overdue"]


def test_days_on_which_a_case_stood_closed_count_and_the_derivation_says_so(
    case_office: CaseOffice,
) -> None:
    code = case_office.closed()
    closed_on = case_office.at.date()
    case_office.passes(days=80)
    reopened = case_office.step(CHEN, code, "reopen", "又停工了")
    today = case_office.at.date()
    assert closed_on < date(2026, 5, 20) < today
    assert reopened["days_overdue"]["calendar"] == (today - date(2026, 5, 20)).days
    said = [c["derivation"] for c in reopened["clocks"] if c["kind"] == "resolve"]
    assert "it did not run from" not in said[0]
    assert "it did not run from " in said[1]
    assert said[1].endswith("which moves no date: days overdue are counted on from it")
    review = today + timedelta(days=9)
    case_office.step(ZHANG, code, "request-suspension", "诉讼中", review_on=review.isoformat())
    case_office.step(WEI, code, "grant-suspension")
    case_office.passes(days=3)
    case_office.step(ZHANG, code, "resume")
    last = case_office.clocks(code, "resolve")[-1]["derivation"]
    assert last.count("it did not run from") == 1
