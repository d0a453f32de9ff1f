"""Whatever an administrator tries with the calendar, no lateness of before becomes smaller."""

import json
import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from engine.errors import DubanError, InvalidError
from engine.service import calendar
from engine.service.desk import Desk
from engine.service.reports.asking import ReportQuery
from engine.service.reports.overdue import overdue
from engine.service.reports.responsibility import responsibility
from tests.people import CHEN, SHEN, ZHANG, ZHAO
from tests.service.case_office import ASSIGNED, CaseOffice, assert_said

TRIES = int(os.environ.get("DUBAN_TEST_CALENDAR_TRIES", "40"))
Told = dict[str, Any]


def figures(office: CaseOffice, at: datetime | None = None) -> Told:
    """Ask for what is overdue and who answers for it, now or as of an instant."""
    query = ReportQuery(as_of=at, limit=200)
    late = office.does(CHEN, overdue, query)
    charged = office.does(CHEN, responsibility, query)
    return {
        "overdue": {(i["code"], i["clock"]): i["days"] for i in late["items"]},
        "charged": {(i["code"], str(i["leader"]), i["from"]): i["days"] for i in charged["items"]},
    }


def late_office(office: CaseOffice, rng: Random) -> list[datetime]:
    """Bring cases that are late by different limits about; give instants to look back at."""
    instants = []
    for _ in range(3):
        office.registered()
        office.passes(days=rng.randrange(3), hours=rng.randrange(20))
        code = office.assigned(due=(office.at.date() + timedelta(days=4)).isoformat())
        office.passes(hours=rng.randrange(30))
        office.acknowledged(due=(office.at.date() + timedelta(days=9)).isoformat())
        if rng.random() < 0.5:
            office.step(ZHANG, code, "decline", "不属本镇职责")
            office.passes(hours=2)
            due = (office.at.date() + timedelta(days=1)).isoformat()
            office.step(ZHAO, code, "assign", **(ASSIGNED | {"due": due}))
        office.passes(days=rng.randrange(1, 6))
        instants.append(office.at)
        office.passes(seconds=1)
    return instants


def tried(office: CaseOffice, rng: Random) -> Callable[[Desk, Any], object]:
    """Make up a change: any day, either way; or this year's notice with days added and dropped."""
    near = [office.at.date() + timedelta(days=rng.randrange(-25, 8)) for _ in range(3)]
    if rng.random() < 0.6:
        works = rng.random() < 0.3
        return lambda desk, who: calendar.override(desk, who, near[0], works=works, reason="补休")
    shown: calendar.YearAnswer = office.does(
        SHEN, calendar.show_year, rng.choice((2026, 2026, 2027))
    )
    off = {day["date"]: day["isOffDay"] for day in shown["days"] if rng.random() > 0.03}
    added = near[: rng.randrange(4)] if shown["year"] == 2026 else [date(2027, 1, 1)]
    off |= {day.isoformat(): rng.random() < 0.7 for day in added}
    days = [{"date": day, "name": "x", "isOffDay": is_off} for day, is_off in off.items()]
    data = json.dumps({"year": shown["year"], "days": days}).encode()
    return lambda desk, who: calendar.import_year(desk, who, data)


def test_no_change_of_the_calendar_makes_lateness_smaller(
    case_office: CaseOffice, rng: Random
) -> None:
    instants = late_office(case_office, rng)
    before = {at: figures(case_office, at) for at in instants}
    assert any(told["overdue"] for told in before.values())
    outcomes = []
    for number in range(TRIES):
        now, change = figures(case_office), tried(case_office, rng)
        try:
            case_office.does(SHEN, change)
            outcomes.append("made")
        except DubanError as refusal:
            assert_said(refusal)
            outcomes.append(type(refusal).__name__)
        assert figures(case_office) == now, "what is late now is late by just as much"
        if number % 8 == 7:
            at = case_office.at
            before[at] = figures(case_office, at)
            case_office.passes(days=rng.randrange(3), seconds=1)
    for at, told in before.items():
        assert figures(case_office, at) == told, at
    assert set(outcomes) == {"made", InvalidError.__name__}, outcomes
    case_office.assert_intact()


def test_a_limit_of_today_is_not_moved_by_days_that_are_over(case_office: CaseOffice) -> None:
    """A plan is due today: no exception of yesterday or today keeps it from being late."""
    code = case_office.acknowledged()
    case_office.passes(days=3)
    limits = case_office.clocks(code, "plan")
    assert limits[-1]["due_at"].startswith(case_office.at.date().isoformat())
    for back in range(4):
        day = case_office.at.date() - timedelta(days=back)
        refusal = case_office.refuses(
            lambda day=day: case_office.does(  # type: ignore[misc]  # bound at once
                SHEN,
                lambda desk, who: calendar.override(desk, who, day, works=False, reason="补休"),
            ),
            code,
        )
        assert isinstance(refusal, InvalidError)
    assert case_office.clocks(code, "plan") == limits
    case_office.passes(days=1)
    assert case_office.show(code)["overdue"]
