"""The overdue cases of a week before: counted once a day, and again once a ledger tells of then."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.service.desk import Desk
from engine.service.imports import run_import
from engine.service.principals import principal_of
from engine.service.reports.ageing import ageing
from engine.service.reports.asking import ReportQuery
from engine.service.reports.week_before import ageing_week_before
from engine.store import late
from engine.store.database import Database
from tests.people import CHEN, SUN, ZHANG, ZHAO, Person
from tests.service.case_office import CaseOffice
from tests.service.import_office import ledger, office, writing
from tests.service.people_office import ZONE

NOW = datetime(2026, 4, 20, 7, 0, tzinfo=UTC)


def told(database: Database, person: Person = CHEN, at: datetime = NOW) -> list[int] | None:
    """Ask as a page does, of a transaction that only reads."""
    with database.reading() as conn:
        desk = Desk(conn, at, "zh", "web", ZONE)
        found = ageing_week_before(desk, principal_of(desk, person.login))
    return None if found is None else found["counts"]


def test_it_is_counted_once_a_day_and_again_after_a_ledger_of_before(
    case_office: CaseOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, shares = [], late.shares

    def counting(*given: object) -> object:
        asked.append(given)
        return shares(*given)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(late, "shares", counting)
    database, code = case_office.database, case_office.started()
    case_office.at = NOW
    first = told(database)
    assert first is not None
    assert sum(first) == 1
    case_office.report(code, "under-way")
    case_office.registered()
    assert told(database, ZHAO, NOW + timedelta(minutes=5)) == first
    assert len(asked) == 1, "whatever happens now"
    way = {"登记时间": "2026-01-05 09:00", "交办时间": "2026-01-06", "办结时限": "2026-02-02"}
    with writing(database, NOW + timedelta(minutes=6)) as desk:
        run_import(desk, office(desk), ledger(way))
    later = told(database, CHEN, NOW + timedelta(minutes=7))
    assert later is not None
    assert (sum(later), len(asked)) == (2, 2), "a case of then came to be known"
    with database.reading() as conn:
        desk = Desk(conn, NOW + timedelta(minutes=8), "zh", "web", ZONE)
        then = datetime(2026, 4, 13, 23, 59, 59, tzinfo=ZONE)
        listed = ageing(desk, principal_of(desk, CHEN.login), ReportQuery(then))
    assert [bucket["count"] for bucket in listed["buckets"]] == later, "as its list says"
    told(database, CHEN, NOW + timedelta(days=1))
    assert len(asked) > 2, "tomorrow it is another day"


@pytest.mark.parametrize("person", [SUN, ZHANG], ids=lambda one: one.login)
def test_of_a_part_nothing_is_told(case_office: CaseOffice, person: Person) -> None:
    case_office.started()
    assert told(case_office.database, person) is None
