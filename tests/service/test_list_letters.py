"""Letters across cases, by what they wait for, and the cases that should get one."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest

from engine.errors import DubanError, ForbiddenError, InvalidError
from engine.service import letters
from engine.service.letter_lists import WAITING, cases_to_urge, count_letters, list_letters
from engine.service.letters import LetterOrder
from engine.service.paging import PageQuery
from tests.people import CHEN, HAN, SUN, WEI, ZHANG, ZHAO, ZHENG, Person
from tests.service.case_office import CaseOffice

SAID = LetterOrder("三日内落实资金", date(2026, 3, 10))


def drafted(office: CaseOffice, code: str) -> str:
    """Draft a letter; give its number in addresses."""
    return str(office.does(CHEN, letters.draft_letter, code, SAID)["no"])


def issued(office: CaseOffice, code: str) -> str:
    """Draft and issue a letter."""
    no = drafted(office, code)
    office.does(CHEN, letters.issue_letter, no)
    return no


def listed(office: CaseOffice, person: Person, waits_for: str | None) -> list[str]:
    """List letters, one a page, so that every page is asked for."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        answer = office.does(person, list_letters, waits_for, PageQuery(1, cursor))
        found += [item["no"] for item in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            assert answer["total"] == len(found)
            return found


def test_each_letter_is_listed_by_what_it_waits_for(case_office: CaseOffice) -> None:
    code = case_office.started()
    first, second, third, fourth = (issued(case_office, code) for _ in range(4))
    draft = drafted(case_office, code)
    for no in (second, third, fourth):
        case_office.does(SUN, letters.sign_letter, no)
    for no in (third, fourth):
        case_office.does(SUN, letters.answer_letter, no, "已到账")
    case_office.does(
        CHEN, lambda desk, who: letters.judge_letter(desk, who, fourth, "属实", accepted=True)
    )
    found = {waits: listed(case_office, CHEN, waits) for waits in WAITING}
    assert found == {
        "issue": [draft], "sign": [first], "answer": [second], "judge": [third],
        "nothing": [fourth],
    }  # fmt: skip
    assert case_office.does(CHEN, count_letters) == dict.fromkeys(WAITING, 1)
    assert listed(case_office, CHEN, None) == [draft, fourth, third, second, first]
    assert listed(case_office, SUN, None) == [fourth, third, second, first]


def test_letters_are_listed_to_those_who_see_their_cases(case_office: CaseOffice) -> None:
    code = case_office.assigned()
    letter, draft = issued(case_office, code), drafted(case_office, code)
    for person in (CHEN, WEI, HAN, ZHAO):
        assert listed(case_office, person, "sign") == [letter]
        assert listed(case_office, person, "issue") == [draft]
    assert listed(case_office, ZHANG, "sign") == [letter]
    assert listed(case_office, ZHANG, "issue") == []
    assert case_office.does(ZHANG, count_letters)["issue"] == 0
    assert listed(case_office, ZHENG, "sign") == []
    with pytest.raises(InvalidError):
        case_office.does(CHEN, list_letters, "anything", PageQuery())


def test_pages_of_equal_days_lose_no_letter(case_office: CaseOffice) -> None:
    codes = [case_office.assigned() for _ in range(3)]
    wanted = {issued(case_office, code) for code in codes for _ in range(2)}
    found = listed(case_office, CHEN, "sign")
    assert len(found) == len(wanted)
    assert set(found) == wanted


def test_a_letter_past_its_day_is_overdue_by_working_days(case_office: CaseOffice) -> None:
    no = issued(case_office, case_office.started())
    case_office.does(SUN, letters.sign_letter, no)
    case_office.at += timedelta(days=10)
    (item,) = case_office.does(CHEN, list_letters, "answer", PageQuery())["items"]
    assert item["overdue"]
    assert item["days_overdue"] == {"calendar": 3, "working": 3}


def test_letters_of_a_closed_case_wait_for_nothing(case_office: CaseOffice) -> None:
    code = case_office.proposed()
    order = LetterOrder("补充材料", case_office.at.date() + timedelta(days=9))
    case_office.does(CHEN, letters.draft_letter, code, order)
    assert case_office.does(CHEN, count_letters)["issue"] == 1
    case_office.step(CHEN, code, "close")
    assert case_office.does(CHEN, count_letters)["issue"] == 0
    assert listed(case_office, CHEN, "issue") == []


def test_cases_to_urge_have_the_colour_that_their_letter_would_have(
    case_office: CaseOffice,
) -> None:
    overdue, missed, urged = (case_office.started() for _ in range(3))
    unled = case_office.registered()
    case_office.at += timedelta(days=40)
    issued_now = LetterOrder("落实", case_office.at.date() + timedelta(days=5))
    no = case_office.does(CHEN, letters.draft_letter, urged, issued_now)["no"]
    found = {i["case"]["code"]: i["colour"] for i in case_office.does(CHEN, cases_to_urge)["items"]}
    assert found == {overdue: "yellow", missed: "yellow", unled: "red"}
    assert case_office.show(urged)["urges"][0]["colour"] == "yellow"
    case_office.finish(missed)
    case_office.at = case_office.at.replace(month=5, day=18)
    found = {i["case"]["code"]: i["colour"] for i in case_office.does(CHEN, cases_to_urge)["items"]}
    assert found == {overdue: "yellow", missed: "blue", unled: "red"}
    case_office.at = case_office.at.replace(day=22)
    answer = case_office.does(CHEN, cases_to_urge)
    found = {i["case"]["code"]: i["colour"] for i in answer["items"]}
    assert found == {overdue: "red", missed: "red", unled: "red"}
    assert (answer["overdue_total"], answer["soon_total"]) == (3, 0)
    ways = {item["case"]["code"]: item["way"] for item in answer["items"]}
    assert ways == {overdue: "letter", missed: "letter", unled: "nudge"}
    assert no.startswith(urged)


def test_a_letter_is_proposed_only_where_the_lead_unit_is_waited_for(
    case_office: CaseOffice,
) -> None:
    led, asked, proposed = case_office.started(), case_office.started(), case_office.proposed()
    case_office.step(ZHANG, asked, "request-suspension", "等待鉴定", review_on="2026-03-20")
    case_office.at += timedelta(days=2)
    items = case_office.does(CHEN, cases_to_urge)["items"]
    ways = {item["case"]["code"]: item["way"] for item in items}
    assert ways.get(asked) == "nudge"
    assert ways.get(proposed) == "oneself"
    case_office.at += timedelta(days=40)
    items = case_office.does(CHEN, cases_to_urge)["items"]
    assert {item["case"]["code"]: item["way"] for item in items}[led] == "letter"


def test_only_those_who_supervise_are_told_what_to_urge(case_office: CaseOffice) -> None:
    for person in (ZHAO, ZHANG, SUN):
        with pytest.raises(ForbiddenError):
            case_office.does(person, cases_to_urge)


def test_numbers_have_no_gaps_under_racing_issuers(case_office: CaseOffice) -> None:
    """Half of the issues are refused, at the same time as others succeed."""
    codes = [case_office.assigned() for _ in range(4)]
    mine = [drafted(case_office, code) for code in codes for _ in range(2)]
    ready, refused, failed = Barrier(len(mine) + 1), list[str](), list[BaseException]()

    def issue_twice(no: str) -> None:
        ready.wait()
        for _ in range(2):
            try:
                case_office.does(CHEN, letters.issue_letter, no)
            except DubanError as error:
                refused.append(error.code)
            except BaseException as error:  # noqa: BLE001  # told below
                failed.append(error)

    threads = [Thread(target=issue_twice, args=(no,)) for no in mine]
    for thread in threads:
        thread.start()
    ready.wait()
    for thread in threads:
        thread.join()
    assert failed == []
    assert set(refused) <= {"conflict", "stale", "busy"}
    shown = (case_office.show(code)["urges"] for code in codes)
    numbers = [
        int(u["number"].partition("第")[2][:-1]) for urges in shown for u in urges if u["number"]
    ]
    assert sorted(numbers) == list(range(1, len(mine) + 1))
    case_office.assert_intact()
