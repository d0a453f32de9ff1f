"""An official's account is shut: what stays theirs, who is told, what is possible meanwhile."""

from datetime import date, timedelta
from typing import Any

import pytest

from engine.domain.access import OPERATOR
from engine.errors import ConflictError, ForbiddenError
from engine.service import account_upkeep, accounts, deputies
from engine.service.account_upkeep import AccountChange
from engine.service.case_waits import case_waits, stalled
from engine.service.deputies import NewDeputy
from engine.service.duties import DutiesAnswer, duties_of
from engine.service.inbox import show_entries
from engine.service.next_things import next_things
from engine.service.notices import show_inbox
from engine.service.paging import PageQuery
from engine.service.reports.asking import ReportQuery
from engine.service.reports.overdue import overdue
from tests.people import (
    CHEN,
    JIANG,
    LABOUR,
    LI,
    QIAN,
    SHEN,
    SUN,
    WANG,
    WEI,
    WU,
    ZHANG,
    ZHAO,
    ZHENG,
    Person,
)
from tests.service.case_office import CaseOffice, needs_of


def shut(office: CaseOffice, person: Person = ZHANG) -> Any:  # noqa: ANN401  # its answer
    """Let the administrator disable somebody."""
    return office.does(SHEN, accounts.disable_account, person.login)


def left(office: CaseOffice, person: Person = ZHANG) -> DutiesAnswer:
    """Tell the administrator what somebody still answers for."""
    return office.does(SHEN, duties_of, person.login)


def inbox(office: CaseOffice, person: Person) -> list[tuple[str, str | None]]:
    """Give kind and case of what somebody was told, the oldest first."""
    items = office.does(person, show_inbox)["items"]
    return [(item["kind"], item["case"]) for item in reversed(items)]


def first(office: CaseOffice, code: str, person: Person = ZHAO) -> Any:  # noqa: ANN401  # its answer
    """Tell somebody what must come first where the leader can act no more."""
    return office.does(person, stalled, code)


def acts(office: CaseOffice, person: Person) -> dict[str, str | None]:
    """Tell what waits for somebody: the step, by case."""
    told = office.does(person, next_things)["act"]
    return {thing["case"]["code"]: thing["trigger"] for thing in told}


def party(office: CaseOffice, code: str, trigger: str, person: Person = ZHAO) -> Any:  # noqa: ANN401  # of the answer
    """Give what a step of somebody else's says of whose it is."""
    step = next(s for s in office.show(code, person)["steps"] if s["trigger"] == trigger)
    return next(lack for lack in step["unmet"] if lack["need"] == "party")


def test_before_it_is_shut_the_administrator_sees_how_much_is_left_and_not_which(
    case_office: CaseOffice,
) -> None:
    assert left(case_office)["seen"] == ""
    begun, second = case_office.started(), case_office.assigned()
    case_office.step(ZHANG, begun, "request-extension", "备案", due="2026-06-01")
    case_office.step(ZHANG, second, "hand-over", "轮岗", to=LI.login)
    found = left(case_office)
    assert (found["leads"], found["late"], found["asked"]) == (2, 0, 2)
    assert [one["login"] for one in found["hand_over"]] == [ZHAO.login, QIAN.login]
    assert begun not in str(found)
    assert left(case_office, LI)["offered"] == 1
    assert (left(case_office, SUN)["measures"], left(case_office, SUN)["forces"]) == (1, 1)
    case_office.passes(days=100)
    assert left(case_office)["late"] == 2
    assert left(case_office)["seen"] == found["seen"]


def test_the_person_at_the_machine_is_told_which_cases_it_is(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    by_operator = case_office.does(ZHAO, lambda desk, _: duties_of(desk, OPERATOR, ZHANG.login))
    assert by_operator["still_leads"] == [code]
    answer = case_office.does(
        ZHAO, lambda desk, _: accounts.disable_account(desk, OPERATOR, ZHANG.login)
    )
    assert answer["still_leads"] == [code]


def test_who_alone_holds_a_role_is_told_with_what_waits_for_it(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    case_office.step(ZHANG, code, "request-extension", "备案", due="2026-06-01")
    assert left(case_office, ZHAO)["alone"] == []
    alone = left(case_office, WEI)["alone"]
    assert [(one["role"], one["waiting"]) for one in alone] == [("head", 1)]


def test_office_and_group_head_are_told_which_cases_and_nobody_else(
    case_office: CaseOffice,
) -> None:
    codes = [case_office.assigned(), case_office.assigned()]
    answer = shut(case_office)
    assert answer["leads"] == 2
    assert answer["still_leads"] == []
    for clerk in (ZHAO, QIAN):
        assert inbox(case_office, clerk) == [("hand-over.needed", code) for code in codes]
    assert inbox(case_office, WEI) == [("hand-over.known", code) for code in codes]
    for other in (SUN, LI, CHEN, ZHENG, SHEN, JIANG):
        assert inbox(case_office, other) == []
    assert set(answer["told"]) == {p.login for p in (ZHAO, QIAN, WEI)}
    entries = case_office.does(ZHAO, show_entries, PageQuery(50))["items"]
    assert [(one["count"], len(one["first"])) for one in entries] == [(2, 2)]
    assert "2 cases of 张三" in entries[0]["text"]
    assert "Hand it over" in entries[0]["first"][0]["text"]
    assert shut(case_office)["told"] == []


def test_what_has_gone_out_of_sight_is_named_no_more(case_office: CaseOffice) -> None:
    case_office.assigned()
    shut(case_office)
    case_office.does(SHEN, accounts.change_roles, QIAN.login, ["unit"], ["office"])
    assert inbox(case_office, QIAN) == [("out-of-sight", None)]


def test_the_leader_stays_accountable_and_late_until_somebody_accepts(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned()
    case_office.passes(days=10)
    shut(case_office)
    case_office.passes(days=10)
    case_office.step(ZHAO, code, "hand-over", "离岗", to=LI.login)
    shown = case_office.show(code)
    assert (shown["lead_leader"]["login"], shown["overdue"]) == (ZHANG.login, True)
    listed: Any = case_office.does(ZHAO, overdue, ReportQuery())["items"]
    assert listed[0]["leader"]["login"] == ZHANG.login
    case_office.step(LI, code, "accept-handover")
    after = case_office.show(code)
    assert (after["lead_leader"]["login"], after["overdue"]) == (LI.login, True)
    case_office.assert_intact()


def test_its_steps_say_why_nothing_is_possible_and_who_must_act_first(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned()
    assert first(case_office, code) is None
    shut(case_office)
    lack = party(case_office, code, "acknowledge")
    assert "account disabled" in lack["message"]
    assert "“Hand over” comes first, for the office" in lack["message"]
    assert lack["who"] == "the office"
    refusal = case_office.refused(ZHAO, code, "acknowledge")
    assert isinstance(refusal, ForbiddenError)
    assert "请领导小组办公室先办理“移交”" in refusal.say("zh")
    found = first(case_office, code)
    assert (found["trigger"], found["allowed"]) == ("hand-over", True)
    assert not first(case_office, code, WEI)["allowed"]
    waits = case_office.does(ZHAO, case_waits, code).values()
    assert {(wait["title"], wait["who"], wait["mine"]) for wait in waits} == {
        ("Hand over", "the office", True)
    }
    case_office.step(ZHAO, code, "hand-over", "离岗", to=LI.login)
    assert (
        "“Accept handover” comes first, for the successor"
        in (party(case_office, code, "acknowledge")["message"])
    )
    assert first(case_office, code, LI)["allowed"]
    case_office.step(LI, code, "accept-handover")
    assert first(case_office, code, LI) is None


def test_it_waits_for_who_can_hand_it_over_and_then_for_the_successor(
    case_office: CaseOffice,
) -> None:
    code, other = case_office.assigned(), case_office.started()
    assert acts(case_office, ZHAO) == {}
    shut(case_office)
    for clerk in (ZHAO, QIAN):
        assert acts(case_office, clerk) == dict.fromkeys((code, other), "hand-over")
    for nobody in (WEI, CHEN, LI):
        assert acts(case_office, nobody) == {}
    case_office.step(ZHAO, code, "hand-over", "离岗", to=LI.login)
    assert acts(case_office, ZHAO) == {other: "hand-over"}
    assert acts(case_office, LI) == {code: "accept-handover"}
    shut(case_office, LI)
    assert acts(case_office, ZHAO) == dict.fromkeys((code, other), "hand-over")
    case_office.does(SHEN, account_upkeep.enable_account, ZHANG.login)
    assert acts(case_office, ZHAO) == {}
    assert acts(case_office, ZHANG).keys() == {code, other}


def test_opened_again_it_goes_on_as_before(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    shut(case_office)
    case_office.does(SHEN, account_upkeep.enable_account, ZHANG.login)
    assert first(case_office, code) is None
    assert case_office.step(ZHANG, code, "acknowledge")["acknowledged_at"]


def test_who_stands_in_is_told_and_acts_until_the_last_day(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    today = date(2026, 3, 3)
    order = NewDeputy(ZHANG.login, WU.login, today, today + timedelta(days=2), "外出")
    case_office.does(ZHAO, deputies.name_deputy, order)
    assert [one["name"] for one in left(case_office)["deputies"]] == [WU.name]
    assert [one["name"] for one in left(case_office, WU)["stands_in"]] == [ZHANG.name]
    shut(case_office)
    assert inbox(case_office, WU) == [("hand-over.known", code)]
    assert first(case_office, code) is None
    case_office.step(WU, code, "acknowledge")
    case_office.passes(days=3)
    assert first(case_office, code) is not None


def test_an_offer_to_who_is_shut_is_void_and_makes_way_for_another(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned()
    case_office.step(ZHAO, code, "hand-over", "轮岗", to=LI.login)
    assert needs_of(case_office.refused(ZHANG, code, "hand-over", "再交", to=WANG.login)) == {
        "no-handover-pending"
    }
    shut(case_office, LI)
    for told in (ZHAO, QIAN, ZHANG):
        assert inbox(case_office, told) == [("hand-over.lost", code)]
    case_office.step(ZHANG, code, "hand-over", "再交", to=WANG.login)
    requests = case_office.show(code)["requests"]
    assert [one["state"] for one in requests] == ["withdrawn", "pending"]
    running = [c for c in case_office.clocks(code, "handover") if c["stopped_at"] is None]
    assert len(running) == 1
    assert case_office.step(WANG, code, "accept-handover")["lead_leader"]["login"] == WANG.login
    case_office.assert_intact()


@pytest.mark.parametrize(("days", "ended"), [(1, "superseded"), (20, "stopped")])
def test_a_new_offer_leaves_the_lateness_of_the_void_one_where_it_is(
    case_office: CaseOffice, days: int, ended: str
) -> None:
    code = case_office.started()
    case_office.step(ZHAO, code, "hand-over", "轮岗", to=LI.login)
    case_office.at += timedelta(days=days)
    shut(case_office, LI)
    case_office.step(ZHANG, code, "hand-over", "再交", to=WANG.login)
    void, offered = case_office.clocks(code, "handover")
    assert void["ended_by"] == ended
    assert (offered["started_at"] == void["started_at"]) is (ended == "superseded")
    assert offered["due_at"] > void["due_at"]


def test_an_offer_to_who_leads_no_more_is_told_too(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    case_office.step(ZHAO, code, "hand-over", "轮岗", to=LI.login)
    case_office.does(SHEN, accounts.change_roles, LI.login, ["unit"], ["leader"])
    assert inbox(case_office, ZHAO) == [("hand-over.lost", code)]


def test_both_shut_the_office_can_still_hand_it_over(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    case_office.step(ZHAO, code, "hand-over", "轮岗", to=LI.login)
    shut(case_office)
    shut(case_office, LI)
    assert first(case_office, code)["trigger"] == "hand-over"
    case_office.step(ZHAO, code, "hand-over", "离岗", to=WANG.login)
    assert case_office.step(WANG, code, "accept-handover")["lead_leader"]["login"] == WANG.login
    case_office.assert_intact()


def test_moved_to_another_unit_a_leader_goes_on_and_no_role_is_taken_that_leads(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned()
    case_office.does(
        SHEN, account_upkeep.change_account, ZHANG.login, AccountChange(unit=LABOUR.name)
    )
    assert case_office.step(ZHANG, code, "acknowledge")["acknowledged_at"]
    refusal = case_office.refuses(
        lambda: case_office.does(SHEN, accounts.change_roles, ZHANG.login, ["unit"], ["leader"]),
        code,
    )
    assert isinstance(refusal, ConflictError)
