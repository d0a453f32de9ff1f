from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest

from engine.domain.access import OPERATOR
from engine.errors import ConflictError, DubanError, ForbiddenError, InvalidError, NotFoundError
from engine.service.accounts import disable_account
from engine.service.deputies import NewDeputy, end_deputy, list_deputies, name_deputy
from engine.store.database import Database
from tests.people import CHEN, LI, SHEN, SUN, WANG, WEI, ZHANG, ZHAO, Person
from tests.service.people_office import Office, build, told, who

TODAY = date(2026, 3, 3)
ORDER = NewDeputy(ZHANG.login, LI.login, TODAY, date(2026, 3, 5), "外出培训")


def stands_in(office: Office, person: Person, for_whom: Person) -> bool:
    with office.reading() as desk:
        return who(desk, for_whom).account_id in who(desk, person).stands_in_for


@pytest.mark.parametrize("person", [ZHANG, ZHAO, SHEN])
def test_the_leader_the_office_and_the_administrator_name_a_deputy(
    database: Database, person: Person
) -> None:
    with build(database).writing() as desk:
        answer = name_deputy(desk, who(desk, person), ORDER)
        assert list_deputies(desk, OPERATOR) == [answer]
        assert told(desk)[-1][0] == "deputy.named"
        assert "培训" not in told(desk)[-1][1].decode()
    assert answer["principal"] == {"login": ZHANG.login, "name": ZHANG.name, "post": ZHANG.post}
    assert (answer["from"], answer["to"]) == ("2026-03-03", "2026-03-05")


@pytest.mark.parametrize("person", [LI, SUN, CHEN])
def test_nobody_else_names_one(database: Database, person: Person) -> None:
    with build(database).writing() as desk, pytest.raises(ForbiddenError):
        name_deputy(desk, who(desk, person), ORDER)


def test_a_deputy_stands_in_from_the_first_day_to_the_last_in_the_office(
    database: Database,
) -> None:
    office = build(database)
    with office.writing() as desk:
        name_deputy(desk, who(desk, ZHANG), replace(ORDER, from_on=date(2026, 3, 4)))
    assert not stands_in(office, LI, ZHANG)
    office.clock.passes(hours=8, minutes=59)  # 23:59 in the office
    assert not stands_in(office, LI, ZHANG)
    office.clock.passes(minutes=1)
    assert stands_in(office, LI, ZHANG)
    assert not stands_in(office, ZHANG, LI)
    office.clock.passes(days=2, seconds=-1)
    assert stands_in(office, LI, ZHANG)
    office.clock.passes(seconds=1)
    assert not stands_in(office, LI, ZHANG)


def test_an_ended_deputy_stands_in_no_more_and_the_days_are_free_again(database: Database) -> None:
    office = build(database)
    with office.writing() as desk:
        made = name_deputy(desk, who(desk, ZHANG), ORDER)
        with pytest.raises(ForbiddenError):
            end_deputy(desk, who(desk, LI), made["id"])
        end_deputy(desk, who(desk, ZHANG), made["id"])
        assert told(desk)[-1][0] == "deputy.ended"
        with pytest.raises(ConflictError, match="over"):
            end_deputy(desk, who(desk, ZHANG), made["id"])
    assert not stands_in(office, LI, ZHANG)
    with office.writing() as desk:
        name_deputy(desk, who(desk, ZHANG), replace(ORDER, deputy=WANG.login))
        ended = list_deputies(desk, OPERATOR)[0]["ended_at"]
    assert ended == "2026-03-03T15:00:00+08:00"


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        (date(2026, 3, 5), date(2026, 3, 9), 1),
        (date(2026, 3, 1), date(2026, 3, 3), 1),
        (date(2026, 3, 4), date(2026, 3, 4), 1),
        (date(2026, 3, 1), date(2026, 3, 30), 1),
        (date(2026, 3, 6), date(2026, 3, 9), 2),
    ],
)
def test_a_leader_has_one_deputy_on_a_day(
    database: Database, first: date, last: date, named: int
) -> None:
    order = replace(ORDER, deputy=WANG.login, from_on=first, to_on=last)
    with build(database).writing() as desk:
        name_deputy(desk, OPERATOR, ORDER)
        overlaps = pytest.raises(ConflictError, match="some of these days")
        with overlaps if named == 1 else nullcontext():
            name_deputy(desk, OPERATOR, order)
        assert len(list_deputies(desk, OPERATOR)) == named


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (replace(ORDER, to_on=date(2026, 3, 2)), "to"),
        (replace(ORDER, from_on=date(2026, 2, 1), to_on=date(2026, 3, 2)), "to"),
        (replace(ORDER, reason=" "), "reason"),
        (replace(ORDER, deputy=ZHANG.login), "deputy"),
        (replace(ORDER, deputy=CHEN.login), "deputy"),
        (replace(ORDER, deputy=WEI.login), "deputy"),
        (replace(ORDER, deputy=SHEN.login), "deputy"),
        (replace(ORDER, principal=SUN.login), "principal"),
    ],
)
def test_what_does_not_fit_is_named(database: Database, order: NewDeputy, field: str) -> None:
    with build(database).writing() as desk, pytest.raises(InvalidError) as refused:
        name_deputy(desk, OPERATOR, order)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_a_disabled_official_becomes_no_deputy(database: Database) -> None:
    with build(database).writing() as desk:
        disable_account(desk, OPERATOR, LI.login)
        with pytest.raises(InvalidError, match=LI.name):
            name_deputy(desk, OPERATOR, ORDER)


def test_ending_what_is_not_there_is_not_found(database: Database) -> None:
    with build(database).writing() as desk, pytest.raises(NotFoundError) as refused:
        end_deputy(desk, OPERATOR, 77)
    assert isinstance(refused.value, DubanError)
