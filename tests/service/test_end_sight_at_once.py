"""Whoever may no longer see a case sees nothing of it from the next request on, at any face."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.access import OPERATOR, Principal
from engine.errors import ForbiddenError, NotFoundError
from engine.service import (
    case_lists,
    cases,
    deputies,
    issues,
    letter_lists,
    letters,
    notices,
    search,
)
from engine.service.account_upkeep import AccountChange, change_account
from engine.service.accounts import change_roles, disable_account
from engine.service.case_lists import CaseQuery
from engine.service.desk import Desk
from engine.service.export import export
from engine.service.letters import LetterOrder
from engine.service.paging import PageQuery
from engine.service.reports.asking import ReportQuery
from engine.service.reports.ledger import ledger
from engine.service.units import UnitChange, change_unit
from engine.store import rows
from tests.people import CHEN, FENG, JUSTICE, LABOUR, LI, TOWN, ZHANG, ZHENG, ZHOU, Person
from tests.service.case_office import CaseOffice
from tests.service.people_office import ZONE

FACES: dict[str, Callable[[Desk, Principal], Any]] = {
    "list": lambda desk, who: case_lists.list_cases(desk, who, CaseQuery()),
    "search": lambda desk, who: search.look_for(desk, who, "复工"),
    "issues": issues.list_issues,
    "letters": lambda desk, who: letter_lists.list_letters(desk, who, None, PageQuery()),
    "inbox": notices.show_inbox,
    "ledger": lambda desk, who: ledger(desk, who, ReportQuery()),
    "export": lambda desk, who: "".join(export(desk, who, "json")),
}


def seen(office: CaseOffice, person: Person, code: str) -> set[str]:
    """Name the faces at which somebody is told of a case, and of what is in it."""
    found = {
        name
        for name, ask in FACES.items()
        if {code, "ZD-2026-001"} & set(_words(office.does(person, ask)))
    }
    for name, verb in (("case", cases.show_case), ("history", cases.history)):
        try:
            office.does(person, verb, code)
            found.add(name)
        except NotFoundError:
            continue
    return found


ALL = {*FACES, "case", "history"}


def _words(told: Any) -> list[str]:  # noqa: ANN401  # any answer
    text = told if isinstance(told, str) else json.dumps(told, default=str)
    return text.replace('"', " ").replace(",", " ").split()


def started(office: CaseOffice, *told: Person) -> str:
    """Give a case with a letter, of which some people have a message."""
    code = office.started()
    order = LetterOrder("尽快办结", office.at.astimezone(ZONE).date() + timedelta(days=9), None)
    no = office.does(CHEN, letters.draft_letter, code, order)["no"]
    office.does(CHEN, letters.issue_letter, no)
    for person in told:
        office.does(person, _tell, code)
    return code


def _tell(desk: Desk, who: Principal, code: str) -> None:
    case = rows.fetch_one(desk.conn, "case", code=code)
    words = {"code": code, "text": "请办理"}
    notices.notify(desk, who.account_id or 0, "remind", words, case_id=case.id)


def rules(office: CaseOffice, verb: Callable[..., Any], *given: Any) -> None:  # noqa: ANN401  # of the verb
    """Let the administrator do something."""
    with office.database.transaction() as conn:
        verb(Desk(conn, office.at, "en", "cli", ZONE), OPERATOR, *given)


def stands_in(office: CaseOffice, principal: Person, days: int = 9) -> int:
    """Let somebody stand in for a leader; give the number of that."""
    today = office.at.astimezone(ZONE).date()
    order = deputies.NewDeputy(
        principal.login, FENG.login, today, today + timedelta(days=days), "开会"
    )
    return int(office.does(principal, deputies.name_deputy, order)["id"])


def test_a_deputy_sees_a_case_until_its_time_is_over(case_office: CaseOffice) -> None:
    code = started(case_office, FENG)
    assert seen(case_office, FENG, code) == set()
    number = stands_in(case_office, ZHANG)
    assert seen(case_office, FENG, code) == ALL
    case_office.does(ZHANG, deputies.end_deputy, number)
    assert seen(case_office, FENG, code) == set()
    stands_in(case_office, ZHANG, days=1)
    case_office.passes(days=1)
    assert seen(case_office, FENG, code) == ALL
    case_office.passes(days=1)
    assert seen(case_office, FENG, code) == set()
    stands_in(case_office, LI)
    assert seen(case_office, FENG, code) == ALL
    rules(case_office, change_roles, LI.login, {"unit"}, {"leader"})
    assert seen(case_office, FENG, code) == set()


def test_sight_goes_with_the_unit_the_offer_and_the_account(case_office: CaseOffice) -> None:
    code = started(case_office, ZHOU, ZHENG, LI)
    assert seen(case_office, ZHOU, code) == seen(case_office, LI, code) == ALL
    for one in (ZHOU, LI):
        rules(case_office, change_account, one.login, AccountChange(unit=JUSTICE.name))
        assert seen(case_office, one, code) == set()
    case_office.step(ZHANG, code, "hand-over", "轮岗", to=LI.login)
    assert seen(case_office, LI, code) == ALL
    case_office.step(LI, code, "refuse-handover", "分管不同")
    assert seen(case_office, LI, code) == set()
    rules(case_office, change_unit, LABOUR.name, UnitChange(parent=JUSTICE.name))
    assert seen(case_office, ZHENG, code) == ALL
    rules(case_office, change_unit, LABOUR.name, UnitChange(parent=TOWN.name))
    assert seen(case_office, ZHENG, code) == set()
    rules(case_office, disable_account, ZHENG.login)
    with pytest.raises(ForbiddenError):
        seen(case_office, ZHENG, code)
