"""Handing over, standing in, declining and merging: who answers, who acted, and for whom."""

from datetime import date

import pytest

from engine.domain.access import OPERATOR
from engine.errors import ForbiddenError, NotFoundError
from engine.service import accounts, deputies, parts
from engine.service.deputies import NewDeputy
from engine.service.desk import Desk
from tests.people import CHEN, CHU, LABOUR, LI, SUN, WANG, WEI, WU, ZHANG, ZHAO, Person
from tests.service.case_office import ASSIGNED, CaseOffice, fields_of, needs_of
from tests.service.people_office import ZONE

DAYS = (date(2026, 3, 3), date(2026, 3, 5))


def stand_in(office: CaseOffice) -> None:
    """Let 吴十 stand in for 张三 for three days."""
    order = NewDeputy(ZHANG.login, WU.login, *DAYS, "外出学习")
    office.does(ZHAO, deputies.name_deputy, order)


def test_until_the_successor_accepts_the_predecessor_answers(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    asked = case_office.step(ZHAO, code, "hand-over", "轮岗", to=LI.login)
    assert asked["lead_leader"]["login"] == ZHANG.login
    assert case_office.clocks(code, "handover")[0]["due_at"].startswith("2026-03-05")
    assert needs_of(case_office.refused(ZHANG, code, "hand-over", "再交", to=WANG.login)) == {
        "no-handover-pending"
    }
    assert isinstance(case_office.refused(WANG, code, "accept-handover"), ForbiddenError)
    accepted = case_office.step(LI, code, "accept-handover")
    assert accepted["lead_leader"]["login"] == LI.login
    assert isinstance(case_office.refused(ZHANG, code, "acknowledge"), ForbiddenError)
    assert case_office.step(LI, code, "acknowledge")["acknowledged_at"]
    case_office.assert_intact()


def test_a_refusal_gives_its_reason_and_leaves_the_case_where_it_is(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned()
    case_office.step(ZHANG, code, "hand-over", "轮岗", to=LI.login)
    assert fields_of(case_office.refused(LI, code, "refuse-handover")) == {"reason"}
    refused = case_office.step(LI, code, "refuse-handover", "分工不同")
    assert (refused["lead_leader"]["login"], refused["requests"][0]["state"]) == (
        ZHANG.login, "refused",
    )  # fmt: skip
    assert case_office.clocks(code, "handover")[0]["ended_by"] == "stopped"


def test_a_successor_who_is_no_leader_any_more_cannot_accept(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    case_office.step(ZHANG, code, "hand-over", "轮岗", to=LI.login)
    with case_office.database.transaction() as conn:
        desk = Desk(conn, case_office.at, "en", "cli", ZONE)
        accounts.change_roles(desk, OPERATOR, LI.login, add=["unit"], remove=["leader"])
    assert needs_of(case_office.refused(LI, code, "accept-handover")) == {"successor-fit"}


def test_a_deputy_acts_and_the_history_names_both(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    assert isinstance(case_office.refused(WU, code, "acknowledge"), ForbiddenError)
    stand_in(case_office)
    shown = case_office.show(code)
    assert (shown["lead_leader"]["login"], shown["deputy"]["login"]) == (ZHANG.login, WU.login)
    after = case_office.step(WU, code, "acknowledge")
    assert after["lead_leader"]["login"] == ZHANG.login
    event = case_office.history(code)[-1]
    assert event["actor"]["login"] == WU.login
    assert event["on_behalf_of"]["login"] == ZHANG.login
    case_office.does(WU, parts.add_note, code, "代为签收")
    assert case_office.history(code)[-1]["on_behalf_of"]["login"] == ZHANG.login


def test_a_deputys_days_end_and_so_do_its_rights(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    stand_in(case_office)
    case_office.passes(days=3)
    assert case_office.show(code)["deputy"] is None
    assert isinstance(case_office.refused(WU, code, "acknowledge"), ForbiddenError)


def test_who_acts_in_a_part_of_its_own_acts_for_nobody(case_office: CaseOffice) -> None:
    code = case_office.stabilized()
    order = NewDeputy(ZHANG.login, ZHAO.login, *DAYS, "外出")
    case_office.does(ZHAO, deputies.name_deputy, order)
    case_office.step(ZHAO, code, "relapse", "再次停工")
    assert case_office.history(code)[-1]["on_behalf_of"] is None


def test_after_the_second_decline_supervision_assigns(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    for declines in (1, 2):
        declined = case_office.step(ZHANG, code, "decline", "不属本级")
        assert (declined["state"], declined["declines"]) == ("registered", declines)
        assert (declined["lead_leader"], declined["overdue"]) == (None, False)
        if declines < 2:
            case_office.step(ZHAO, code, "assign", **ASSIGNED)
    refusal = case_office.refused(ZHAO, code, "assign", **ASSIGNED)
    assert isinstance(refusal, ForbiddenError)
    assert "督查组" in refusal.say("zh")
    assert case_office.step(CHEN, code, "assign", **ASSIGNED)["state"] == "assigned"
    case_office.assert_intact()


def test_work_that_has_begun_is_not_declined(case_office: CaseOffice) -> None:
    code = case_office.planned()
    case_office.report(code, "under-way")
    refusal = case_office.refused(ZHANG, code, "decline", "不属本级")
    assert needs_of(refusal) == {"work-not-started"}


def test_a_survivor_takes_the_earlier_date_and_both_histories_say_so(
    case_office: CaseOffice,
) -> None:
    survivor, merged = case_office.acknowledged(), case_office.assigned(due="2026-04-10")
    proposed = case_office.step(ZHAO, merged, "merge", "同一工地", into=survivor)
    assert (proposed["state"], proposed["requests"][0]["into"]) == ("assigned", survivor)
    done = case_office.step(CHEN, merged, "merge")
    assert (done["state"], done["outcome"], done["lead_leader"]) == ("closed", "merged", None)
    kept = case_office.show(survivor)
    assert (kept["due"], kept["state"]) == ("2026-04-10", "assigned")
    assert kept["clocks"][-1]["started_at"] == kept["clocks"][2]["started_at"]
    event = case_office.history(survivor)[-1]
    assert event["kind"] == "case.received-merger"
    assert merged in event["reason"]
    case_office.assert_intact()


def test_a_merger_into_a_case_that_closed_meanwhile_is_refused(case_office: CaseOffice) -> None:
    survivor, merged = case_office.assigned(), case_office.assigned()
    case_office.step(ZHAO, merged, "merge", "同一工地", into=survivor)
    case_office.step(ZHAO, survivor, "void", "重复")
    case_office.step(CHEN, survivor, "void")
    assert needs_of(case_office.refused(CHEN, merged, "merge")) == {"survivor-open"}
    case_office.step(CHEN, merged, "return-closure", "并入的事项已办结")
    other = case_office.refused(ZHAO, merged, "merge", "再并", into=survivor)
    assert fields_of(other) == {"data.into"}


def test_a_disposal_that_changed_since_it_was_proposed_is_not_approved(
    case_office: CaseOffice,
) -> None:
    code = case_office.assigned()
    case_office.step(ZHAO, code, "refer", "权属在区", body="区住建局")
    assert needs_of(case_office.refused(CHEN, code, "void")) == {"voiding-pending"}
    case_office.step(ZHANG, code, "request-extension", "备案", due="2026-05-25")
    case_office.step(WEI, code, "grant-extension")
    assert needs_of(case_office.refused(CHEN, code, "refer")) == {"disposal-unchanged"}


@pytest.mark.parametrize("approver", [CHEN, CHU])
def test_a_case_closes_by_eyes_that_had_no_part_in_it(
    case_office: CaseOffice, approver: Person
) -> None:
    code = case_office.proposed()
    closed = case_office.step(approver, code, "close")
    assert (closed["state"], closed["outcome"]) == ("closed", "resolved")


def test_who_belongs_to_a_unit_of_the_case_closes_nothing(case_office: CaseOffice) -> None:
    code = case_office.assigned(lead_unit="甲镇督查组", supporting_units=[LABOUR.name])
    case_office.step(ZHAO, code, "void", "重复")
    assert needs_of(case_office.refused(CHEN, code, "void")) == {"four-eyes"}


def test_a_closed_case_is_reopened_within_ninety_days(case_office: CaseOffice) -> None:
    code = case_office.closed()
    case_office.passes(days=-16)
    other = case_office.closed()
    case_office.passes(days=90)
    assert case_office.step(WEI, code, "reopen", "群众反映")["reopenings"] == 1
    case_office.passes(days=1)
    assert needs_of(case_office.refused(CHEN, other, "reopen", "群众反映")) == {"reopening-window"}
    with pytest.raises(NotFoundError):
        case_office.show(other, SUN)
    case_office.assert_intact()


def test_what_happens_within_one_instant_is_told_apart(case_office: CaseOffice) -> None:
    code = case_office.stabilized()
    case_office.passes(days=16)
    case_office.reply(code, "final")
    case_office.step(ZHANG, code, "hand-over", "轮岗", to=LI.login)
    case_office.step(LI, code, "accept-handover")
    case_office.step(LI, code, "propose-closure", outcome="resolved", summary="完成")
    case_office.step(CHEN, code, "close")
    reopened = case_office.step(CHEN, code, "reopen", "群众反映")
    assert reopened["lead_leader"]["login"] == LI.login
    assert len(reopened["task_force"]["members"]) == 2
