"""Key issues are opened and cases registered under them, by those who may, and completely."""

from datetime import date
from typing import Any

import pytest

from engine.errors import ForbiddenError, InvalidError, NotFoundError
from engine.service import cases, issues
from engine.service.cases import NewCase
from engine.service.issues import NewIssue
from tests.people import BUILDING, CHEN, JIANG, JUSTICE, LABOUR, PEOPLE, SUN, ZHANG, ZHAO, Unit
from tests.service.case_office import CaseOffice, assert_said, fields_of

MAY = {"office", "duty"}


def test_a_case_is_registered_with_what_is_planned(case_office: CaseOffice) -> None:
    order = NewCase(
        " 复工 ", measures_text="协调资金", lead_leader=ZHANG.login, lead_unit=BUILDING.name,
        supporting_units=[LABOUR.name, BUILDING.name], due=date(2026, 5, 20), summary="停工两年",
    )  # fmt: skip
    case = case_office.does(ZHAO, cases.register_case, case_office.issue, order)
    assert (case["code"], case["title"], case["state"]) == ("DB-2026-0001", "复工", "registered")
    assert case["lead_leader"] is None
    planned = case["planned"]["lead_leader"]
    assert planned is not None
    assert planned["login"] == ZHANG.login
    assert case["planned"]["supporting_units"] == [{"name": LABOUR.name}]
    assert (case["lead_unit"], case["due"]) == ({"name": BUILDING.name}, "2026-05-20")
    (event,) = case_office.history(case["code"])
    assert (event["trigger"], event["to"], event["prev"]) == ("register", "registered", None)
    case_office.assert_intact()


@pytest.mark.parametrize(
    ("named", "left"), [(None, [LABOUR]), ([], []), ([BUILDING.name], [BUILDING])]
)
def test_an_assignment_that_names_no_supporting_units_keeps_the_planned_ones(
    case_office: CaseOffice, named: list[str] | None, left: list[Unit]
) -> None:
    order = NewCase("复工", supporting_units=[LABOUR.name, JUSTICE.name])
    code = case_office.does(ZHAO, cases.register_case, case_office.issue, order)["code"]
    fields = {"lead_leader": ZHANG.login, "lead_unit": JUSTICE.name, "due": "2026-05-20"}
    beside: dict[str, Any] = {} if named is None else {"supporting_units": named}
    case = case_office.step(ZHAO, code, "assign", **fields, **beside)
    assert case["supporting_units"] == [{"name": unit.name} for unit in left]
    assert case["planned"]["supporting_units"] == [{"name": LABOUR.name}, {"name": JUSTICE.name}]


def test_codes_count_on_within_a_year_and_begin_anew_with_the_next(case_office: CaseOffice) -> None:
    assert [case_office.registered() for _ in range(2)] == ["DB-2026-0001", "DB-2026-0002"]
    case_office.passes(days=365)
    assert case_office.registered() == "DB-2027-0001"


def test_only_the_office_and_duty_register_and_open(case_office: CaseOffice) -> None:
    for person in PEOPLE:
        if MAY & set(person.roles):
            continue
        for verb, order in (
            (issues.open_issue, (NewIssue("欠薪", "public"),)),
            (cases.register_case, (case_office.issue, NewCase("清欠"))),
        ):
            with pytest.raises(ForbiddenError) as refused:
                case_office.does(person, verb, *order)
            assert_said(refused.value)


def test_every_wrong_field_of_a_case_is_named_and_takes_no_number(case_office: CaseOffice) -> None:
    order = NewCase(
        "", lead_leader=SUN.login, lead_unit="无此单位", supporting_units=["也无"], summary="\x00"
    )
    with pytest.raises(InvalidError) as refused:
        case_office.does(ZHAO, cases.register_case, case_office.issue, order)
    wrong = {"title", "lead_leader", "lead_unit", "supporting_units", "summary"}
    assert fields_of(refused.value) == wrong
    assert_said(refused.value)
    assert case_office.registered() == "DB-2026-0001"


def test_an_issue_or_a_workflow_that_is_not_there_is_named(case_office: CaseOffice) -> None:
    for issue, order in (
        ("ZD-2026-999", NewCase("清欠")),
        (case_office.issue, NewCase("清欠", workflow="unheard-of")),
    ):
        with pytest.raises(NotFoundError) as refused:
            case_office.does(ZHAO, cases.register_case, issue, order)
        assert_said(refused.value)


def test_an_issue_is_opened_with_a_count_of_those_affected(case_office: CaseOffice) -> None:
    order = NewIssue("欠薪", "public", "〔2026〕7号", date(2026, 3, 1), "欠薪", "两栋楼", 40)
    issue = case_office.does(JIANG, issues.open_issue, order)
    assert (issue["code"], issue["people_affected"]) == ("ZD-2026-002", 40)
    shown = case_office.does(CHEN, issues.show_issue, issue["code"])
    assert shown == issue


def test_every_wrong_field_of_an_issue_is_named(case_office: CaseOffice) -> None:
    order = NewIssue("", "rumour", received_at=date(2026, 3, 4), people_affected=-1)
    with pytest.raises(InvalidError) as refused:
        case_office.does(ZHAO, issues.open_issue, order)
    assert fields_of(refused.value) == {"title", "origin", "received_at", "people_affected"}
    assert_said(refused.value)


def test_duty_sees_in_full_what_it_registered_and_the_rest_in_summary(
    case_office: CaseOffice,
) -> None:
    own = case_office.does(JIANG, cases.register_case, case_office.issue, NewCase("夜间停水"))
    other = case_office.registered()
    assert "steps" in case_office.show(own["code"], JIANG)
    assert set(case_office.show(other, JIANG)) == {"code", "title", "state", "lead_unit", "due"}
