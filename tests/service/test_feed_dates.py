from datetime import date

import pytest

from engine.domain.access import OPERATOR
from engine.errors import ForbiddenError, UnauthenticatedError
from engine.service.desk import Desk
from engine.service.feed import DueDate, address_of, due_dates, end_address, make_address
from engine.service.next_things import next_things
from engine.service.tokens import bearer
from tests.people import CHEN, LI, PEOPLE, SHEN, SUN, WEI, WU, ZHANG, ZHAO, Person
from tests.service.case_office import MEASURE, CaseOffice
from tests.service.people_office import ZONE


@pytest.fixture
def office(case_office: CaseOffice) -> CaseOffice:
    """Give the office by a shorter name."""
    return case_office


def dates(office: CaseOffice, person: Person) -> list[DueDate]:
    return office.does(person, due_dates)


def test_what_waits_for_somebody_stands_in_their_feed(office: CaseOffice) -> None:
    code = office.started()
    office.step(ZHANG, code, "request-extension", "材料未到", due="2026-05-28")
    kinds = {person.name: [one.kind for one in dates(office, person)] for person in PEOPLE[1:]}
    assert kinds[ZHANG.name] == ["measure", "resolve"]
    assert kinds[WEI.name] == ["extension"]
    assert kinds[SUN.name] == ["measure"]
    assert kinds[LI.name] == kinds[WU.name] == kinds[CHEN.name] == []
    measure, resolve = dates(office, ZHANG)
    assert (measure.code, measure.title, measure.on) == (code, "复工", MEASURE.due)
    assert resolve.on == date(2026, 5, 20)
    assert office.step(WEI, code, "grant-extension")["due"] == "2026-05-28"
    assert dates(office, ZHANG)[-1].on == date(2026, 5, 28)
    assert dates(office, WEI) == []


def test_it_holds_the_cases_of_the_list_of_what_to_do_and_no_others(office: CaseOffice) -> None:
    for make in (office.registered, office.assigned, office.stabilized, office.closed):
        make()
    office.passes(days=20)
    for person in PEOPLE:
        if person is not SHEN:
            told = office.does(person, next_things)["act"]
            listed = {(thing["case"]["code"], thing["clock"]) for thing in told}
            found = {(one.code, one.kind) for one in dates(office, person)}
            assert listed <= found
            assert {code for code, _ in found} == {code for code, _ in listed}, person.name


def test_a_new_address_ends_the_former_and_opens_the_feed_alone(office: CaseOffice) -> None:
    first = office.does(ZHANG, make_address)["token"]
    second = office.does(ZHANG, make_address)["token"]
    other = office.does(ZHAO, make_address)["token"]
    with office.database.reading() as conn:
        desk = Desk(conn, office.at, "en", "api", ZONE)
        with pytest.raises(UnauthenticatedError):
            bearer(desk, first, feed=True)
        assert bearer(desk, second, feed=True).login == ZHANG.login
        assert bearer(desk, second, feed=True).may_write is False
        assert bearer(desk, other, feed=True).login == ZHAO.login
        with pytest.raises(UnauthenticatedError):
            bearer(desk, second)
    shown = office.does(ZHANG, address_of)
    assert shown is not None
    assert shown["scope"] == "feed"
    office.does(ZHANG, end_address)
    office.does(ZHANG, end_address)
    assert office.does(ZHANG, address_of) is None
    assert office.does(ZHAO, address_of) is not None
    office.assert_intact()


def test_who_sees_no_case_has_no_feed(office: CaseOffice) -> None:
    for verb in (make_address, due_dates):
        with pytest.raises(ForbiddenError):
            office.does(SHEN, verb)
        with office.database.reading() as conn, pytest.raises(ForbiddenError):
            verb(Desk(conn, office.at, "en", "cli", ZONE), OPERATOR)
