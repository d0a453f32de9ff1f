"""Names that lists and forms show are read once for each history of the office, never longer."""

from typing import Any

import pytest

from engine.domain.access import FIT, OPERATOR, Principal
from engine.errors import DubanError
from engine.service.account_upkeep import AccountChange, change_account
from engine.service.accounts import disable_account, fit_accounts
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.units import UnitChange, change_unit, list_units
from tests.people import BUILDING, ZHANG, ZHAO
from tests.service.case_office import CaseOffice
from tests.service.people_office import ZONE

Shown = tuple[str, str, list[str], list[str]]
RENAMED, MOVED = "张三丰", "甲乙建设办"


class _UndoneError(DubanError):
    """Takes a transaction back."""


def shown(desk: Desk) -> Shown:
    """Give leader and unit as the list shows them, and as forms offer them."""
    clerk = principal_of(desk, ZHAO.login)
    (item,) = map(dict[str, Any], list_cases(desk, clerk, CaseQuery(state="assigned"))["items"])
    offered = [one.name for one in fit_accounts(desk, clerk, FIT["lead-leader"])]
    units = [unit["name"] for unit in list_units(desk, clerk)]
    return item["lead_leader"]["name"], item["lead_unit"]["name"], offered, units


def read(office: CaseOffice) -> Shown:
    """Give them as a page reads them."""
    with office.database.reading() as conn:
        return shown(Desk(conn, office.at, "en", "web", ZONE))


def rename(desk: Desk) -> None:
    """Give leader and unit other names."""
    change_account(desk, OPERATOR, ZHANG.login, AccountChange(name=RENAMED))
    change_unit(desk, OPERATOR, BUILDING.name, UnitChange(name=MOVED))


def renamed(desk: Desk, _: Principal) -> Shown:
    """Give them other names, and see them so in the same transaction."""
    rename(desk)
    return shown(desk)


def test_new_names_show_at_once_within_the_change_and_after_it(case_office: CaseOffice) -> None:
    case_office.assigned()
    before = read(case_office)
    assert before[:2] == (ZHANG.name, BUILDING.name)
    inside = case_office.does(ZHAO, renamed)
    assert inside[:2] == (RENAMED, MOVED)
    assert (RENAMED in inside[2], MOVED in inside[3]) == (True, True)
    assert read(case_office) == inside


def test_names_that_were_taken_back_were_never_there(case_office: CaseOffice) -> None:
    case_office.assigned()
    before = read(case_office)

    def undone(desk: Desk, _: Principal) -> None:
        rename(desk)
        assert shown(desk)[:2] == (RENAMED, MOVED)
        raise _UndoneError("not-found")

    with pytest.raises(_UndoneError):
        case_office.does(ZHAO, undone)
    assert read(case_office) == before


def test_a_shut_account_is_offered_no_more(case_office: CaseOffice) -> None:
    case_office.assigned()
    assert ZHANG.name in read(case_office)[2]
    case_office.does(ZHAO, lambda desk, _: disable_account(desk, OPERATOR, ZHANG.login))
    assert ZHANG.name not in read(case_office)[2]
