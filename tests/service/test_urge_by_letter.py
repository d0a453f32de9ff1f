"""An urging letter: from draft to verdict, with its clocks, and what it holds up."""

from datetime import date

import pytest

from engine.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    UnmetError,
)
from engine.service import ladder, letters
from engine.service.case_answers import LetterAnswer
from engine.service.letters import LetterOrder
from engine.service.notices import show_inbox
from engine.settings import Settings
from tests.people import CHEN, SUN, WU, ZHANG, ZHAO, ZHENG, Person
from tests.service.case_office import CaseOffice
from tests.service.timer_office import TimerOffice

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


def test_a_draft_is_said_in_other_words_and_an_issued_letter_is_not(
    case_office: CaseOffice,
) -> None:
    no = drafted(case_office, case_office.assigned())["no"]
    other = LetterOrder("五日内落实资金", date(2026, 3, 12))
    letter = case_office.does(CHEN, letters.revise_letter, no, other)
    told = letter["demands"], letter["answer_by"], letter["basis"], letter["status"]
    assert told == (other.demands, "2026-03-12", None, "draft")
    for stranger in (ZHANG, SUN, ZHAO):
        with pytest.raises((ForbiddenError, NotFoundError)):
            case_office.does(stranger, letters.revise_letter, no, other)
    with pytest.raises(InvalidError):
        case_office.does(CHEN, letters.revise_letter, no, LetterOrder(" ", date(2026, 3, 3)))
    case_office.does(CHEN, letters.issue_letter, no)
    with pytest.raises(ConflictError):
        case_office.does(CHEN, letters.revise_letter, no, other)
    case_office.assert_intact()


def test_the_colour_is_that_of_the_day_of_issue(case_office: CaseOffice) -> None:
    code = case_office.started()
    order = LetterOrder("落实资金", date(2026, 6, 30))
    no = case_office.does(CHEN, letters.draft_letter, code, order)["no"]
    assert case_office.does(CHEN, letters.show_letter, no)["colour"] == "blue"
    case_office.at = case_office.at.replace(month=4, day=8)
    late_measure = case_office.does(CHEN, letters.draft_letter, code, order)
    assert late_measure["colour"] == "yellow"
    case_office.at = case_office.at.replace(month=5, day=25)
    assert case_office.does(CHEN, letters.issue_letter, no)["colour"] == "red"


def test_a_draft_whose_day_has_come_is_revised_before_it_is_issued(
    case_office: CaseOffice,
) -> None:
    no = drafted(case_office, case_office.assigned())["no"]
    case_office.at = case_office.at.replace(day=10)
    with pytest.raises(ConflictError):
        case_office.does(CHEN, letters.issue_letter, no)
    case_office.does(CHEN, letters.revise_letter, no, LetterOrder("落实", date(2026, 3, 11)))
    assert case_office.does(CHEN, letters.issue_letter, no)["number"] == "〔2026〕第1号"


def test_numbers_begin_anew_each_year(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    issued(case_office, code)
    case_office.at = case_office.at.replace(year=2027)
    order = LetterOrder("落实资金", date(2027, 3, 10))
    no = case_office.does(CHEN, letters.draft_letter, code, order)["no"]
    assert case_office.does(CHEN, letters.issue_letter, no)["number"] == "〔2027〕第1号"


def test_a_refused_issue_takes_no_number(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    no = issued(case_office, code)["no"]
    for _ in range(3):
        with pytest.raises(ConflictError):
            case_office.does(CHEN, letters.issue_letter, no)
    with pytest.raises(ForbiddenError):
        case_office.does(ZHAO, letters.issue_letter, drafted(case_office, code)["no"])
    assert issued(case_office, code)["number"] == "〔2026〕第2号"


def test_the_clocks_of_a_letter_climb_the_ladder_too(case_office: CaseOffice) -> None:
    """Receipt within one working day, the answer by its date: each climbs by itself."""
    code = case_office.started()
    case_office.does(SUN, letters.sign_letter, issued(case_office, code)["no"])
    issued(case_office, code)
    case_office.at = case_office.at.replace(day=19)
    ladder.climb(TimerOffice(case_office, Settings()))
    kinds = {c["id"]: (c["kind"], c["due_at"][:10]) for c in case_office.show(code)["clocks"]}
    climbed = [
        (*kinds[row["clock_no"]], row["rung"])
        for event in case_office.history(code) if event["kind"].startswith("escalation.")
        for place, row in event["after"].items() if place.startswith("escalation/")
    ]  # fmt: skip
    rungs = ("remind", "overdue", "letter", "head", "meeting")
    receipt, answer = ("urge-receipt", "2026-03-04"), ("urge", "2026-03-10")
    assert [c for c in climbed if c[0] == "urge-receipt"] == [(*receipt, r) for r in rungs]
    found = sorted(c for c in climbed if c[0] == "urge")
    assert found == sorted((*answer, rung) for rung in rungs for _ in range(2))
    for person in (ZHANG, SUN, CHEN):
        told = case_office.does(person, show_inbox)["items"]
        rungs_told = [m["words"] for m in told if m["kind"].startswith("escalation.")]
        assert ("urge", "overdue") in {(words["clock"], words["rung"]) for words in rungs_told}
    drafts = [u for u in case_office.show(code)["urges"] if u["status"] == "draft"]
    assert len(drafts) == 1
    case_office.assert_intact()


def told_of_letters(office: CaseOffice, person: Person) -> list[str]:
    """Give what somebody was told about letters, the newest first."""
    items = office.does(person, show_inbox)["items"]
    return [item["kind"] for item in items if item["kind"].startswith("letter.")]


def test_each_side_is_told_what_the_other_did_with_the_letter(case_office: CaseOffice) -> None:
    code = case_office.started()
    no = issued(case_office, code)["no"]
    case_office.does(SUN, letters.sign_letter, no)
    case_office.does(SUN, letters.answer_letter, no, "资金已到位")
    judged(case_office, no, accepted=False)
    case_office.does(ZHANG, letters.answer_letter, no, "补充说明")
    judged(case_office, no, accepted=True)
    theirs = ["letter.accepted", "letter.returned", "letter.issued"]
    assert sorted(told_of_letters(case_office, ZHANG)) == sorted(theirs)
    assert sorted(told_of_letters(case_office, SUN)) == sorted(theirs)
    assert told_of_letters(case_office, CHEN) == ["letter.answered"] * 2
    first = case_office.does(CHEN, show_inbox)["items"][0]
    assert "〔2026〕第1号" in first["text"]
    case_office.assert_intact()


def test_a_returned_answer_wins_no_time(case_office: CaseOffice) -> None:
    no = issued(case_office, case_office.started())["no"]
    case_office.does(SUN, letters.sign_letter, no)
    case_office.at = case_office.at.replace(day=9)
    case_office.does(SUN, letters.answer_letter, no, "正在办理")
    case_office.at = case_office.at.replace(day=12)
    judged(case_office, no, accepted=False)
    code = no.rpartition("-")[0]
    (clock,) = [c for c in case_office.show(code)["clocks"]
                if c["kind"] == "urge" and c["stopped_at"] is None]  # fmt: skip
    assert clock["due_at"][:10] == "2026-03-10"
    assert case_office.show(code)["overdue"]


def test_only_issued_letters_hold_up_stabilizing(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.finish(code)
    case_office.reply(code, "interim")
    drafted(case_office, code)
    case_office.step(ZHANG, code, "stabilize")
    assert case_office.show(code)["state"] == "stabilized"
