"""An urging letter: from draft to verdict, with its clocks, and what it holds up."""

from datetime import date

import pytest

from engine.errors import ConflictError, ForbiddenError, NotFoundError, UnmetError
from engine.service import letters
from engine.service.case_answers import LetterAnswer
from engine.service.letters import LetterOrder
from tests.people import CHEN, SUN, WU, ZHANG, ZHAO, ZHENG
from tests.service.case_office import CaseOffice

ORDER = LetterOrder("三日内落实资金", date(2026, 3, 10), "领导小组会议纪要")


def drafted(office: CaseOffice, code: str) -> LetterAnswer:
    """Draft a letter."""
    return office.does(CHEN, letters.draft_letter, code, ORDER)


def issued(office: CaseOffice, code: str) -> LetterAnswer:
    """Draft and issue a letter."""
    return office.does(CHEN, letters.issue_letter, drafted(office, code)["no"])


def judged(office: CaseOffice, no: str, *, accepted: bool) -> LetterAnswer:
    """Judge the answer to a letter."""
    return office.does(
        CHEN, lambda desk, who: letters.judge_letter(desk, who, no, "意见", accepted=accepted)
    )


def clocks(office: CaseOffice, code: str) -> dict[str, bool]:
    """Say of the clocks of letters whether they run."""
    shown = office.show(code)["clocks"]
    return {c["kind"]: c["stopped_at"] is None for c in shown if c["kind"].startswith("urge")}


def test_a_draft_binds_nobody_and_is_hidden_from_the_leader(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    letter = drafted(case_office, code)
    assert (letter["status"], letter["number"]) == ("draft", None)
    assert clocks(case_office, code) == {}
    assert case_office.show(code, ZHANG)["urges"] == []
    with pytest.raises(NotFoundError):
        case_office.does(ZHANG, letters.show_letter, letter["no"])


def test_a_letter_is_issued_signed_answered_and_accepted(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    letter = issued(case_office, code)
    assert letter["number"] == "〔2026〕第1号"
    assert clocks(case_office, code) == {"urge-receipt": True, "urge": True}
    case_office.passes(hours=1)
    case_office.does(SUN, letters.sign_letter, letter["no"])
    assert clocks(case_office, code) == {"urge-receipt": False, "urge": True}
    case_office.passes(hours=1)
    case_office.does(ZHANG, letters.answer_letter, letter["no"], "资金已到位")
    assert clocks(case_office, code) == {"urge-receipt": False, "urge": False}
    assert judged(case_office, letter["no"], accepted=True)["status"] == "accepted"
    case_office.assert_intact()


def test_a_returned_answer_lets_the_clock_go_on_with_its_date(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    letter = issued(case_office, code)
    case_office.does(SUN, letters.sign_letter, letter["no"])
    case_office.does(SUN, letters.answer_letter, letter["no"], "正在办理")
    assert judged(case_office, letter["no"], accepted=False)["status"] == "returned"
    running = [c for c in case_office.show(code)["clocks"] if c["stopped_at"] is None]
    assert [c["due_at"][:10] for c in running if c["kind"] == "urge"] == ["2026-03-10"]
    case_office.does(SUN, letters.answer_letter, letter["no"], "已完成")
    assert clocks(case_office, code)["urge"] is False


def test_numbers_have_no_gaps_and_drafts_take_none(case_office: CaseOffice) -> None:
    code, other = case_office.assigned(), case_office.assigned()
    drafted(case_office, code)
    numbers = [issued(case_office, c)["number"] for c in (code, other, code)]
    assert numbers == ["〔2026〕第1号", "〔2026〕第2号", "〔2026〕第3号"]


def test_whoever_is_not_asked_is_refused(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    for stranger in (ZHANG, ZHAO, SUN):
        with pytest.raises(ForbiddenError):
            case_office.does(stranger, letters.draft_letter, code, ORDER)
    no = issued(case_office, code)["no"]
    with pytest.raises(ForbiddenError):
        case_office.does(WU, letters.sign_letter, no)
    with pytest.raises(NotFoundError):
        case_office.does(ZHENG, letters.sign_letter, no)


def test_each_turn_comes_once_and_in_its_order(case_office: CaseOffice) -> None:
    no = issued(case_office, case_office.assigned())["no"]
    with pytest.raises(ConflictError):
        case_office.does(ZHANG, letters.answer_letter, no, "过早")
    case_office.does(ZHANG, letters.sign_letter, no)
    with pytest.raises(ConflictError):
        case_office.does(ZHANG, letters.sign_letter, no)
    with pytest.raises(ConflictError):
        case_office.does(CHEN, letters.issue_letter, no)


def test_a_letter_without_an_accepted_answer_holds_up_stabilizing(case_office: CaseOffice) -> None:
    code = case_office.started()
    no = issued(case_office, code)["no"]
    refusal = case_office.refused(ZHANG, code, "stabilize")
    assert isinstance(refusal, UnmetError)
    assert "no-unanswered-letter" in [unmet.need for unmet in refusal.unmet]
    case_office.does(SUN, letters.sign_letter, no)
    case_office.does(SUN, letters.answer_letter, no, "已完成")
    judged(case_office, no, accepted=True)
    after = case_office.refused(ZHANG, code, "stabilize")
    assert isinstance(after, UnmetError)
    assert "no-unanswered-letter" not in [unmet.need for unmet in after.unmet]


def test_a_draft_is_not_there_for_whoever_does_not_urge(case_office: CaseOffice) -> None:
    no = drafted(case_office, case_office.assigned())["no"]
    with pytest.raises(NotFoundError):
        case_office.does(ZHANG, letters.sign_letter, no)
    with pytest.raises(NotFoundError):
        case_office.does(ZHANG, letters.answer_letter, no, "办结")
