"""What is overdue at any instant: every row against the rules, every day against a calendar."""

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import update

from engine.domain.access import Principal
from engine.domain.duedates import end_of_day
from engine.errors import ForbiddenError, InvalidError
from engine.service.case_items import DayCount
from engine.service.desk import Desk
from engine.service.operator import READER
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.overdue import every, overdue
from engine.store.database import Database
from engine.store.tables import table
from tests.service import late_office
from tests.service.late_office import ISSUES, LEADERS, NOW, STEPS, UNITS, ZONE, Matter, grid

OFFICES = int(os.environ.get("DUBAN_LATE_OFFICES", "5"))
INTERVALS = int(os.environ.get("DUBAN_INTERVALS", "10000"))
CASES = 30
Item = dict[str, Any]


def expected(matters: list[Matter], at: datetime) -> list[Item]:
    """Tell by the rules what was overdue at an instant."""
    late = [(m, limit) for m in matters if (limit := m.late_at(at))]
    late.sort(key=lambda pair: (pair[1].due_at, pair[0].id))
    return [
        {
            "code": m.code,
            "issue": ISSUES[m.issue],
            "clock": limit.kind,
            "due_at": limit.due_at,
            "days": late_office.days(limit, at),
            "leader": m.lead_at(at),
            "unit": m.unit_at(at),
            "state": m.state_at(at),
        }
        for m, limit in late
    ]


def plain(items: Any) -> list[Item]:  # noqa: ANN401  # items of an answer
    """Give items of an answer as the rules tell them."""
    return [
        {name: item[name] for name in ("code", "clock", "days", "state")}
        | {
            "issue": item["issue"]["code"],
            "due_at": datetime.fromisoformat(item["due_at"]),
            "leader": item["leader"] and item["leader"]["login"],
            "unit": item["unit"] and item["unit"]["name"],
        }
        for item in items
    ]


def check_groups(desk: Desk, query: ReportQuery, told: list[Item]) -> None:
    """Compare every grouping with the items that it counts."""
    key = {"unit": "unit", "leader": "leader", "stage": "state", "issue": "issue"}
    for by in GROUPINGS:
        asked = ReportQuery(as_of=query.as_of, by=by)
        groups = overdue(desk, READER, asked)["groups"]
        found = {group["key"]: (group["count"], group["days"]) for group in groups}
        assert len(found) == len(groups)
        wanted = {
            one: [item["days"] for item in told if item[key[by]] == one]
            for one in {item[key[by]] for item in told}
        }
        assert found == {
            one: (len(some), {n: sum(d[n] for d in some) for n in ("calendar", "working")})
            for one, some in wanted.items()
        }


def instants(rng: Random) -> list[datetime | None]:
    """Give instants on the grid and beside it, and now itself."""
    on = [grid(rng.randrange(-2, STEPS + 15)) for _ in range(8)]
    beside = [at + timedelta(seconds=rng.choice([-1, 1])) for at in on[:3]]
    ends = [datetime(2024, 10, day, 15, 59, 59, tzinfo=UTC) for day in (7, 11)]
    return [None, NOW, *on, *beside, *ends]


def test_the_report_says_what_the_rules_say(database: Database, rng: Random) -> None:
    rows = 0
    with database.transaction() as connection:
        late_office.put_office(connection)
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        for _ in range(OFFICES):
            matters = late_office.imagine(rng, CASES)
            trial = connection.begin_nested()
            late_office.put_cases(connection, matters)
            for at in instants(rng):
                told = expected(matters, at or NOW)
                answer = overdue(desk, READER, ReportQuery(as_of=at, limit=200))
                assert plain(answer["items"]) == told, at
                assert answer["total"] == len(told)
                assert plain(every(desk, READER, ReportQuery(as_of=at))["items"]) == told
                check_groups(desk, ReportQuery(as_of=at), told)
                rows += len(told)
            trial.rollback()
    assert rows > OFFICES * 20


def test_filters_narrow_page_total_and_groups_alike(database: Database, rng: Random) -> None:
    matters = late_office.imagine(rng, 3 * CASES)
    with database.transaction() as connection:
        late_office.put(connection, matters)
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        for at in (None, grid(40), grid(STEPS - 1)):
            told = expected(matters, at or NOW)
            for given, name, values in (
                ("unit", "unit", UNITS.values()), ("leader", "leader", LEADERS.values()),
                ("issue", "issue", ISSUES.values()), ("stage", "state", late_office.STATES),
            ):  # fmt: skip
                for value in values:
                    query = ReportQuery(as_of=at, by="unit", limit=200, **{given: value})
                    answer = overdue(desk, READER, query)
                    some = [item for item in told if item[name] == value]
                    assert plain(answer["items"]) == some
                    assert answer["total"] == len(some)
                    assert sum(group["count"] for group in answer["groups"]) == len(some)


def test_the_pages_together_are_the_list_of_the_first_page(database: Database, rng: Random) -> None:
    matters = late_office.imagine(rng, 2 * CASES)
    with database.transaction() as connection:
        late_office.put(connection, matters)
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        for limit in (1, 7, 50):
            seen, cursor = list[Any](), None
            while True:
                answer = overdue(desk, READER, ReportQuery(limit=limit, cursor=cursor))
                seen += answer["items"]
                assert len(seen) <= answer["total"]
                assert answer["as_of"] == "2024-10-30T12:00:00+08:00"
                cursor = answer["next"]
                desk = Desk(connection, desk.now + timedelta(hours=7), "en", "cli", ZONE)
                if cursor is None:
                    break
            desk = Desk(connection, NOW, "en", "cli", ZONE)
            assert plain(seen) == expected(matters, NOW)


def test_days_overdue_are_the_dates_after_the_due_date(database: Database, rng: Random) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 1))
        for _ in range(INTERVALS // 100):
            due = date(2019, 1, 1) + timedelta(days=rng.randrange(2500))
            after = timedelta(seconds=rng.randrange(1, 86400 * 120))
            at = end_of_day(due, ZONE) + after
            count = DayCount(Desk(connection, NOW, "en", "cli", ZONE), at)
            for _ in range(100):
                limit = late_office.limit(due - timedelta(days=rng.randrange(60)))
                if rng.random() < 0.2:
                    paused = limit.due_at + timedelta(seconds=rng.randrange(1, 86400 * 200))
                    limit = replace(limit, paused_at=paused)
                assert count.days(limit) == late_office.days(limit, at), (limit.due_on, at)


def test_make_up_days_count_and_holidays_do_not(database: Database, rng: Random) -> None:
    """Due on Friday 27 September 2024: the 29th, a Sunday, works; 1 to 7 October are off."""
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 1))
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        limit = late_office.limit(date(2024, 9, 27))
        told = {
            day: DayCount(desk, datetime(2024, *day, 4, 0, tzinfo=UTC)).days(limit)
            for day in ((9, 27), (9, 28), (9, 29), (9, 30), (10, 7), (10, 8), (10, 12))
        }
    assert [told[day]["calendar"] for day in told] == [0, 1, 2, 3, 10, 11, 15]
    assert [told[day]["working"] for day in told] == [0, 0, 1, 2, 2, 3, 7]


WRONG = (
    (ReportQuery(as_of=NOW + timedelta(seconds=1)), "as_of"),
    (ReportQuery(as_of=NOW.replace(tzinfo=None)), "as_of"),
    (ReportQuery(as_of=datetime.min.replace(tzinfo=ZONE)), "as_of"),
    (ReportQuery(as_of=datetime.max.replace(tzinfo=UTC)), "as_of"),
    (ReportQuery(by="person"), "by"),
    (ReportQuery(unit="无此单位"), "unit"),
    (ReportQuery(unit="a\x00b\ud800"), "unit"),
    (ReportQuery(leader="nobody"), "leader"),
    (ReportQuery(issue="ZD-2024-999"), "issue"),
    (ReportQuery(stage="late"), "stage"),
    (ReportQuery(limit=0), "limit"),
    (ReportQuery(limit=201), "limit"),
    (ReportQuery(cursor="x"), "cursor"),
)


def test_what_does_not_fit_is_named(database: Database, rng: Random) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 3))
        desk = Desk(connection, NOW, "zh", "cli", ZONE)
        for query, field in WRONG:
            with pytest.raises(InvalidError) as refused:
                overdue(desk, READER, query)
            assert [fault.field for fault in refused.value.faults] == [field]
            assert refused.value.say("zh") != refused.value.say("en")


def test_a_cursor_is_good_for_its_own_list_only(database: Database, rng: Random) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 3 * CASES))
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        cursor = overdue(desk, READER, ReportQuery(limit=2))["next"]
        for query in (ReportQuery(stage="assigned"), ReportQuery(as_of=grid(50))):
            with pytest.raises(InvalidError, match="another list"):
                overdue(desk, READER, replace(query, cursor=cursor))


@pytest.mark.parametrize("role", ["duty", "admin"])
def test_the_report_is_not_for_everybody(database: Database, role: str) -> None:
    who = replace(READER, roles=frozenset({role}))
    with database.reading() as connection, pytest.raises(ForbiddenError):
        overdue(Desk(connection, NOW, "en", "cli", ZONE), who, ReportQuery())


def test_a_leader_is_told_of_its_own_cases_only(database: Database, rng: Random) -> None:
    matters = late_office.imagine(rng, 3 * CASES)
    who = Principal(2, "lisi", "李四", None, frozenset({"leader"}), 3, frozenset({3}))
    with database.transaction() as connection:
        late_office.put(connection, matters)
        connection.execute(
            update(table("account")).where(table("account").c.id == 2).values(unit_id=3)
        )
        answer = overdue(Desk(connection, NOW, "en", "cli", ZONE), who, ReportQuery(limit=200))
    had = {m.code for m in matters for t in m.tenures if t.account_id == 2 or t.unit_id == 3}
    had |= {m.code for m in matters for r in m.requests if r.state == "pending"}
    assert plain(answer["items"]) == [i for i in expected(matters, NOW) if i["code"] in had]
    assert 0 < answer["total"] < len(expected(matters, NOW))
