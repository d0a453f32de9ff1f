"""Overdue days are charged to whoever was accountable at their end: all of them, none twice."""

import os
from collections import defaultdict
from datetime import datetime
from random import Random
from typing import Any

from engine.service.desk import Desk
from engine.service.operator import READER
from engine.service.reports import responsibility as report
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.overdue import every as every_overdue
from engine.store.database import Database
from tests.people import CHEN
from tests.service import figure_model as model
from tests.service import late_office
from tests.service.case_office import CaseOffice
from tests.service.late_office import ISSUES, LEADERS, NOW, STEPS, UNITS, ZONE, Matter, grid

OFFICES = int(os.environ.get("DUBAN_CHARGED_OFFICES", "2"))
CASES = 30
Item = dict[str, Any]


def expected(matter: Matter, at: datetime) -> list[Item]:
    """Tell the turns of a case, and what each is charged, day by day."""
    charged, earlier = defaultdict(list), defaultdict(list)
    for day in model.late_dates(matter, at):
        charged[model.answered(matter, day, at)].append(day)
    for day in model.earlier_dates(matter, at):
        earlier[model.answered(matter, day, at)].append(day)
    turns = [t for t in matter.tenures if t.role == "lead" and t.from_at <= at]
    told = [
        {
            "code": matter.code,
            "leader": LEADERS[t.account_id or 0],
            "from": t.from_at,
            "to": t.to_at if t.to_at and t.to_at <= at else None,
            "days": model.count(charged.pop(t.no, [])),
            "earlier": model.count(earlier.pop(t.no, [])),
        }
        for t in turns
    ]
    nobody = model.count(charged.pop(None, []))
    assert not charged
    return [*told, {"code": matter.code, "leader": None, "days": nobody}]


def plain(items: Any) -> dict[str, list[Item]]:  # noqa: ANN401  # items of an answer
    """Give the items of each case as the model tells them, turns of nobody as one."""
    found: dict[str, list[Item]] = defaultdict(list)
    nobody: dict[str, dict[str, int]] = defaultdict(lambda: {"calendar": 0, "working": 0})
    for item in items:
        if item["leader"] is None:
            assert item["days"]["calendar"] > 0
            for name, days in item["days"].items():
                nobody[item["code"]][name] += days
            continue
        found[item["code"]].append({
            "code": item["code"],
            "leader": item["leader"]["login"],
            "from": datetime.fromisoformat(item["from"]),
            "to": item["to"] and datetime.fromisoformat(item["to"]),
            "days": item["days"],
            "earlier": item["earlier"],
        })  # fmt: skip
    for code in {*found, *nobody}:
        found[code].append({"code": code, "leader": None, "days": nobody[code]})
    return dict(found)


def key_of(item: Item, by: str) -> Any:  # noqa: ANN401  # what a group is called
    """Give the key of the group to which an item belongs."""
    if by == "stage":
        return item["state"]
    part, name = item[by], {"unit": "name", "leader": "login", "issue": "code"}[by]
    return part and part[name]


def pages(desk: Desk, query: ReportQuery) -> list[Any]:
    """Turn all pages, and see that every one tells the same total."""
    items: list[Any] = []
    while True:
        answer = report.responsibility(desk, READER, query)
        items += answer["items"]
        if answer["next"] is None:
            assert len(items) == answer["total"]
            return items
        query = ReportQuery(query.as_of, limit=query.limit, cursor=answer["next"])


def check_groups(desk: Desk, at: datetime | None, items: list[Any]) -> None:
    """Compare every grouping with the items that it adds up."""
    for by in GROUPINGS:
        groups = report.responsibility(desk, READER, ReportQuery(at, by))["groups"]
        sums: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0])
        for item in items:
            figures = (1, item["days"]["calendar"], item["days"]["working"])
            sums[key_of(item, by)] = [
                a + b for a, b in zip(sums[key_of(item, by)], figures, strict=True)
            ]
        found = {g["key"]: [g["count"], *g["days"].values()] for g in groups}
        assert found == sums, by


def test_every_overdue_day_is_charged_once(database: Database, rng: Random) -> None:
    days = 0
    with database.transaction() as connection:
        late_office.put_office(connection)
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        for _ in range(OFFICES):
            matters = late_office.imagine(rng, CASES)
            trial = connection.begin_nested()
            late_office.put_cases(connection, matters)
            for at in (None, *(grid(rng.randrange(STEPS + 15)) for _ in range(5))):
                items = list(report.every(desk, READER, ReportQuery(at))["items"])
                told = {m.code: expected(m, at or NOW) for m in matters}
                found = plain(items)
                for code, turns in told.items():
                    assert found.get(code, [{**turns[-1]}]) == turns, (code, at)
                assert pages(desk, ReportQuery(at, limit=7)) == items
                check_groups(desk, at, items)
                overdue = list(every_overdue(desk, READER, ReportQuery(at))["items"])
                for late in overdue:
                    own = [i["days"] for i in items if i["code"] == late["code"]]
                    for name, all_days in late["days"].items():
                        assert sum(d[name] for d in own) == all_days, (late["code"], at)
                    days += late["days"]["calendar"]
                codes = {late["code"] for late in overdue}
                assert not any(i["days"]["calendar"] for i in items if i["code"] not in codes)
            trial.rollback()
    assert days > OFFICES * 100


def test_filters_narrow_turns_total_and_groups_alike(database: Database, rng: Random) -> None:
    with database.transaction() as connection:
        late_office.put(connection, late_office.imagine(rng, 2 * CASES))
        desk = Desk(connection, NOW, "en", "cli", ZONE)
        for at in (None, grid(STEPS // 2)):
            every = list(report.every(desk, READER, ReportQuery(at))["items"])
            for given, values in (
                ("unit", UNITS.values()), ("leader", LEADERS.values()), ("issue", ISSUES.values()),
                ("stage", late_office.STATES),
            ):  # fmt: skip
                for value in values:
                    query = ReportQuery(at, "leader", limit=200, **{given: value})
                    answer = report.responsibility(desk, READER, query)
                    some = [item for item in every if key_of(item, given) == value]
                    assert answer["items"] == some, (given, value)
                    assert answer["total"] == len(some)
                    assert sum(group["count"] for group in answer["groups"]) == len(some)
                    charged = sum(item["days"]["working"] for item in some)
                    assert sum(g["days"]["working"] for g in answer["groups"]) == charged


def test_days_that_a_case_stood_closed_are_charged_to_whom_it_was_closed_under(
    case_office: CaseOffice,
) -> None:
    code = case_office.closed()
    case_office.at = datetime(2026, 6, 10, 10, tzinfo=ZONE)
    case_office.step(CHEN, code, "reopen", "复核发现问题")
    case_office.at = datetime(2026, 6, 15, 10, tzinfo=ZONE)
    with case_office.database.transaction() as connection:
        desk = Desk(connection, case_office.at, "zh", "cli", ZONE)
        first, again = report.responsibility(desk, READER, ReportQuery())["items"]
        (late,) = every_overdue(desk, READER, ReportQuery())["items"]
        charged = report.responsibility(desk, READER, ReportQuery(by="unit"))["groups"]
        overdue = every_overdue(desk, READER, ReportQuery(by="unit"))["groups"]
    # Due on 20 May, closed before that, and opened again on 10 June.
    assert (first["days"]["calendar"], again["days"]["calendar"]) == (20, 6)
    assert first["leader"] == again["leader"] == late["leader"]
    assert late["days"]["calendar"] == 26
    assert [(g["key"], g["days"]) for g in charged] == [(g["key"], g["days"]) for g in overdue]
