"""Many cases at once: own transactions, own fates, and one doing for a ticket."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.domain.access import Principal
from engine.errors import InvalidError, NotFoundError
from engine.service import bulk
from engine.service.bulk import Doors, FateAnswer
from engine.service.bulk_orders import Assignment, Nudging, Order
from engine.service.deputies import NewDeputy, end_deputy, name_deputy
from engine.service.desk import Desk
from engine.service.principals import principal_of
from tests.people import BUILDING, CHEN, FENG, JUSTICE, LI, QIAN, ZHANG, ZHAO, Person
from tests.service.case_office import CaseOffice
from tests.service.people_office import ZONE

ORDER = Assignment(LI.login, JUSTICE.name, date(2026, 5, 20))


class _UndoneError(Exception):
    """Undoes a transaction."""


def doors(office: CaseOffice, person: Person = ZHAO) -> Doors:
    """Give the doors of somebody, each to a transaction of its own."""

    @contextmanager
    def opened() -> Iterator[tuple[Desk, Principal]]:
        with office.database.transaction() as conn:
            desk = Desk(conn, office.at, "en", "web", ZONE)
            yield desk, principal_of(desk, person.login)

    return opened


def looked_at(office: CaseOffice, *codes: str) -> dict[str, int]:
    """Give cases with the versions that they are in."""
    return {code: office.show(code)["version"] for code in codes}


def carried_out(
    office: CaseOffice, chosen: Mapping[str, int], order: Order = ORDER, key: str = "a"
) -> list[FateAnswer]:
    """Carry out an order."""
    ticket = bulk.ticket_of(key, chosen, order)
    return bulk.carry_out(doors(office), chosen, order, ticket, "en")


def test_each_case_has_its_own_fate(case_office: CaseOffice) -> None:
    new, old, other = case_office.registered(), case_office.assigned(), case_office.registered()
    fates = carried_out(case_office, {**looked_at(case_office, new, old, other), "DB-2026-0999": 1})
    assert [(fate["code"], fate["done"]) for fate in fates] == [
        (new, True), (old, False), (other, True), ("DB-2026-0999", False),
    ]  # fmt: skip
    assert [case_office.show(code)["state"] for code in (new, other)] == ["assigned"] * 2
    assert case_office.show(old)["lead_leader"]["login"] == ZHANG.login
    case_office.assert_intact()


def test_a_rehearsal_tells_the_same_and_keeps_nothing(case_office: CaseOffice) -> None:
    chosen = looked_at(case_office, case_office.registered(), case_office.assigned())

    @contextmanager
    def undone() -> Iterator[tuple[Desk, Principal]]:
        with suppress(_UndoneError), doors(case_office)() as desk_and_who:
            yield desk_and_who
            raise _UndoneError

    before = [case_office.history(code) for code in chosen]
    foretold = bulk.rehearse(undone, chosen, ORDER, "en")
    assert [case_office.history(code) for code in chosen] == before
    done = carried_out(case_office, chosen)
    assert [one | {"says": ""} for one in done] == [one | {"says": ""} for one in foretold]
    for before_it, after_it in zip(foretold, done, strict=True):
        assert (before_it["says"] != after_it["says"]) is after_it["done"]
        assert before_it["says"].startswith("Would be ") is after_it["done"]


def test_a_ticket_does_its_work_once_also_where_two_come_together(case_office: CaseOffice) -> None:
    chosen = looked_at(case_office, *(case_office.registered() for _ in range(4)))
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda _: carried_out(case_office, chosen), range(2)))
    assert all(fate["done"] for fates in told for fate in fates)
    assert told[0] == told[1]
    assert [len(case_office.history(code)) for code in chosen] == [2] * 4


def test_what_was_refused_once_may_come_right(case_office: CaseOffice) -> None:
    code = case_office.registered()
    stale = {code: 7}
    assert [fate["done"] for fate in carried_out(case_office, stale)] == [False]
    assert [f["done"] for f in carried_out(case_office, looked_at(case_office, code), key="b")] == [
        True
    ]


def test_an_order_that_is_wrong_for_all_is_refused_whole(case_office: CaseOffice) -> None:
    chosen = looked_at(case_office, case_office.registered())
    for order, field in (
        (replace(ORDER, lead_leader=QIAN.login), "lead_leader"),
        (replace(ORDER, lead_unit="无此单位"), "lead_unit"),
        (replace(ORDER, due="2026-02-30"), "due"),
        (Nudging(" "), "text"),
    ):
        with pytest.raises(InvalidError) as refusal:
            carried_out(case_office, chosen, order, key=field)
        assert [fault.field for fault in refusal.value.faults] == [field]


def test_an_outcome_is_its_makers_to_see_and_a_ticket_is_for_one_order(
    case_office: CaseOffice,
) -> None:
    chosen = looked_at(case_office, case_office.registered())
    fates = carried_out(case_office, chosen)
    assert case_office.does(ZHAO, bulk.outcome_of, "a") == {"order": "Assignment", "fates": fates}
    with pytest.raises(NotFoundError):
        case_office.does(CHEN, bulk.outcome_of, "a")
    with pytest.raises(InvalidError):
        carried_out(case_office, chosen, replace(ORDER, lead_unit=BUILDING.name))


def test_of_what_went_out_of_sight_an_outcome_says_no_more(case_office: CaseOffice) -> None:
    code, today = case_office.assigned(), case_office.at.astimezone(ZONE).date()
    named = NewDeputy(ZHANG.login, FENG.login, today, today + timedelta(days=9), "开会")
    number = case_office.does(ZHANG, name_deputy, named)["id"]
    chosen, order = looked_at(case_office, code), Nudging("请办理")
    ticket, opened = bulk.ticket_of("a", chosen, order), doors(case_office, FENG)
    told = bulk.carry_out(opened, chosen, order, ticket, "en")
    assert told[0]["done"]
    case_office.does(ZHANG, end_deputy, number)
    unknown = carried_out(case_office, {"DB-2026-0999": 1}, order, key="b")[0]
    unknown |= {"code": code, "says": unknown["says"].replace("DB-2026-0999", code)}
    assert case_office.does(FENG, bulk.outcome_of, "a")["fates"] == [unknown]
    assert bulk.carry_out(opened, chosen, order, ticket, "en") == [unknown]
