"""A letter as it is written: what it says of the case is as of its issue, whatever comes later."""

from datetime import date

from engine.service import letters
from engine.service.letter_life import letter_life
from engine.service.letter_paper import demand_lines, write_letter
from engine.service.letters import LetterOrder
from tests.people import BUILDING, CHEN, JUSTICE, SUN, ZHANG, ZHAO
from tests.service.case_office import CaseOffice

SAID = LetterOrder("落实资金。三日内到账\n补齐专班", date(2026, 3, 10), "会议纪要")


def issued(office: CaseOffice, code: str, order: LetterOrder = SAID) -> str:
    """Draft and issue a letter."""
    no = str(office.does(CHEN, letters.draft_letter, code, order)["no"])
    office.does(CHEN, letters.issue_letter, no)
    return no


def test_an_issued_letter_reads_the_same_whatever_comes_later(case_office: CaseOffice) -> None:
    code = case_office.started()
    case_office.at = case_office.at.replace(month=4, day=8)
    no = issued(case_office, code, LetterOrder(SAID.demands, date(2026, 4, 20)))
    before = case_office.does(CHEN, write_letter, no)
    assert "0 of 1 measures are done" in before["opening"]
    late = "As of 8 April 2026 its limit “Finish measure” of 1 April 2026 has passed"
    assert late in before["opening"]
    case_office.passes(hours=1)
    case_office.finish(code)
    case_office.step(ZHANG, code, "request-extension", "等待资金", due="2026-06-10")
    case_office.at = case_office.at.replace(month=6)
    after = case_office.does(CHEN, write_letter, no)
    assert after == before


def test_a_letter_stays_addressed_to_the_unit_of_its_issue(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    no = issued(case_office, code)
    case_office.passes(hours=1)
    case_office.step(ZHANG, code, "decline", "不属本单位职责")
    words = case_office.does(CHEN, write_letter, no)
    assert words["to"] == f"To {BUILDING.name}:"
    assert not {"issue", "revise"} & set(case_office.does(CHEN, letter_life, no)["acts"])
    case_office.step(ZHAO, code, "assign", lead_leader=ZHANG.login, lead_unit=JUSTICE.name,
                     due="2026-05-20")  # fmt: skip
    assert case_office.does(CHEN, write_letter, no) == words
    assert case_office.does(CHEN, letters.show_letter, no)["addressee"] == {"name": BUILDING.name}


def test_a_draft_says_how_things_stand_now(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    no = str(case_office.does(CHEN, letters.draft_letter, code, SAID)["no"])
    words = case_office.does(CHEN, write_letter, no)
    assert words["draft"]
    assert "has passed" not in words["opening"]
    assert words["copies"] == "Copies: 张三, 丙劳动所."
    case_office.at = case_office.at.replace(month=3, day=9)
    assert "has passed" in case_office.does(CHEN, write_letter, no)["opening"]


def test_the_course_says_whose_turn_it_is_and_why_not_yet(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    no = str(case_office.does(CHEN, letters.draft_letter, code, SAID)["no"])
    stages = {s["act"]: s for s in case_office.does(CHEN, letter_life, no)["stages"]}
    assert (stages["issue"]["now"], stages["issue"]["mine"]) == (True, True)
    assert stages["answer"]["why"] == "It can be answered once it is signed for"
    case_office.does(CHEN, letters.issue_letter, no)
    life = case_office.does(SUN, letter_life, no)
    stages = {s["act"]: s for s in life["stages"]}
    assert life["acts"] == ["sign"]
    assert stages["sign"]["mine"]
    assert (stages["sign"]["due_at"] or "")[:10] == "2026-03-04"
    assert not stages["sign"]["overdue"]
    case_office.at = case_office.at.replace(day=6)
    stages = {s["act"]: s for s in case_office.does(SUN, letter_life, no)["stages"]}
    assert stages["sign"]["overdue"]
    assert case_office.does(CHEN, letter_life, no)["acts"] == []


def test_demands_are_numbered_where_there_are_several() -> None:
    assert demand_lines("一件事") == ["一件事"]
    assert demand_lines(" 甲 \n\n乙\r\n") == ["一、甲", "二、乙"]
    assert demand_lines("一、甲\n二、乙") == ["一、甲", "二、乙"]
    assert demand_lines("\n".join("项" for _ in range(11))) == ["项"] * 11
