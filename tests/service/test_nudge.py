"""A nudge: who is reminded and how often, and that nothing of the case moves by it."""

import pytest

from engine.domain.access import OPERATOR
from engine.domain.events import Kind
from engine.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.service import letters, notices, nudges
from engine.service.letters import LetterOrder
from engine.service.nudges import NudgeAnswer
from engine.service.office import account_by_login, change, tell
from engine.settings import Settings
from engine.store import jobs
from tests.people import CHEN, JIANG, SUN, WEI, WU, ZHANG, ZHAO, ZHENG, Person
from tests.service.case_office import DUE, CaseOffice
from tests.service.timer_office import TimerOffice

WHY = "请今日内反馈"


def nudged(office: CaseOffice, code: str, by: Person = ZHAO) -> NudgeAnswer:
    """Nudge a case."""
    return office.does(by, nudges.nudge, code, WHY)


def told(office: CaseOffice, person: Person) -> list[tuple[str, str | None, object]]:
    """Give what somebody was reminded of."""
    items = office.does(person, notices.show_inbox)["items"]
    return [(i["kind"], i["case"], i["words"].get("text")) for i in items if i["kind"] == "remind"]


def test_whoever_must_act_next_is_told_and_nobody_else(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    answer = nudged(case_office, code)
    assert answer["clocks"] == ["acknowledge"]
    assert [one["login"] for one in answer["told"]] == [ZHANG.login]
    assert told(case_office, ZHANG) == [("remind", code, WHY)]
    assert [told(case_office, one) for one in (ZHAO, SUN, WU, CHEN, WEI)] == [[]] * 5


def test_a_late_measure_reminds_its_owner_beside_its_unit(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.passes(days=40)
    answer = nudged(case_office, code, WEI)
    assert answer["clocks"] == ["measure"]
    assert {SUN.login, ZHANG.login} <= {one["login"] for one in answer["told"]}
    assert told(case_office, SUN) == [("remind", code, WHY)]


def test_nothing_of_the_case_moves_and_the_log_proves_it(case_office: CaseOffice) -> None:
    code = case_office.started()
    before = case_office.show(code)
    nudged(case_office, code)
    assert case_office.show(code) == before
    event = case_office.history(code)[-1]
    assert (event["kind"], event["reason"], event["after"]) == ("case.nudged", WHY, {})
    assert event["actor"]["login"] == ZHAO.login
    case_office.assert_intact()


def test_there_is_one_a_day_whoever_gives_it(case_office: CaseOffice) -> None:
    code, other = case_office.assigned(), case_office.assigned()
    nudged(case_office, code)
    nudged(case_office, other)
    for by in (ZHAO, CHEN):
        refusal = case_office.refuses(lambda by=by: nudged(case_office, code, by), code)  # type: ignore[misc]
        assert isinstance(refusal, ConflictError)
        assert refusal.message.code == "nudge-again"
    case_office.passes(days=1)
    nudged(case_office, code, CHEN)
    assert len(told(case_office, ZHANG)) == 3


def test_however_many_cases_one_message_goes_out_for_a_half_day(case_office: CaseOffice) -> None:
    with TimerOffice(case_office, Settings()).writing("cli") as desk:
        row = account_by_login(desk, ZHANG.login)
        reached = [change("account", row, email="zhang@office.test")]
        tell(desk, OPERATOR, Kind.ACCOUNT_CHANGED, reached)
    for _ in range(3):
        nudged(case_office, case_office.assigned())
    assert len(told(case_office, ZHANG)) == 3
    with case_office.database.transaction() as conn:
        assert [job.kind for job in jobs.waiting(conn)] == ["digest"]


def test_who_has_no_business_with_it_may_not_nudge(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    for by, kind in ((SUN, ForbiddenError), (JIANG, ForbiddenError), (ZHENG, NotFoundError)):
        refusal = case_office.refuses(lambda by=by: nudged(case_office, code, by), code)  # type: ignore[misc]
        assert isinstance(refusal, kind), by


def test_a_leader_who_alone_must_act_has_nobody_to_nudge(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    refusal = case_office.refuses(lambda: nudged(case_office, code, ZHANG), code)
    assert refusal.message.code == "nudge-nobody"


def test_a_closed_case_waits_for_nobody(case_office: CaseOffice) -> None:
    code = case_office.closed()
    refusal = case_office.refuses(lambda: nudged(case_office, code), code)
    assert refusal.message.code == "case-closed"


@pytest.mark.parametrize("text", ["", "   ", "长" * 501])
def test_the_words_are_asked_for_and_short(case_office: CaseOffice, text: str) -> None:
    code = case_office.assigned()
    refusal = case_office.refuses(lambda: case_office.does(ZHAO, nudges.nudge, code, text), code)
    assert isinstance(refusal, InvalidError)
    assert [fault.field for fault in refusal.faults] == ["text"]


def test_a_letter_that_waits_for_its_receipt_is_nudged_about(case_office: CaseOffice) -> None:
    code = case_office.acknowledged()
    letter = case_office.does(CHEN, letters.draft_letter, code, LetterOrder("落实资金", DUE))
    case_office.does(CHEN, letters.issue_letter, letter["no"])
    case_office.passes(days=2)
    answer = nudged(case_office, code, CHEN)
    assert answer["clocks"] == ["urge-receipt"]
    assert {one["login"] for one in answer["told"]} >= {ZHANG.login, SUN.login}
