"""What was told over HTTP as of an instant is told again, byte for byte, whatever came later."""

import json
from collections.abc import Callable
from datetime import timedelta

from engine.domain.access import OPERATOR
from engine.service import calendar
from engine.service.reports.catalogue import REPORTS
from tests.people import CHEN, LI, WANG, WEI, ZHANG, ZHAO
from tests.web.api.api_office import Api
from tests.web.api.story import ASSIGNMENT, opened_issue, planned, registered, walk

Deed = Callable[[Api], object]


def ask(api: Api, at: str) -> dict[str, bytes]:
    """Ask for the reports in every stable form, and for the list of cases."""
    paths = [f"/reports/{name}?by=unit" for name in REPORTS]
    paths += [f"/reports/{name}?format=csv" for name in ("overdue", "responsibility")]
    paths += ["/cases?limit=200", "/cases?overdue=true&sort=code"]
    told = {}
    for path in paths:
        sign = "&" if "?" in path else "?"
        answer = api.ask(WEI, "GET", f"{path}{sign}as_of={at.replace('+', '%2B')}")
        assert answer.status_code == 200, answer.text
        told[path] = answer.content
    return told


def change(api: Api, **how: object) -> None:
    """Change the calendar: a year's notice, or one day so many days from today."""
    with api.application.writing("cli", "en") as desk:
        if not how:
            today, kept = desk.today, calendar.show_year(desk, OPERATOR, 2026)["days"]
            days = [dict(day) for day in kept if day["date"] <= today.isoformat()]
            days += [
                {"date": f"{today + timedelta(days=n)}", "name": "节日", "isOffDay": True}
                for n in (1, 2, 9)
            ]
            calendar.import_year(desk, OPERATOR, json.dumps({"year": 2026, "days": days}).encode())
            return
        day = desk.today + timedelta(days=int(str(how["days"])))
        calendar.override(desk, OPERATOR, day, works=bool(how["works"]), reason="调休")


def deeds(first: str, second: str, third: str) -> list[Deed]:
    """List what happens, to three cases and the calendar, in its order."""
    into = {"into": first}
    return [
        lambda api: api.step(ZHANG, first, "request-extension", reason="备料", data={
            "due": "2026-05-10"}),
        lambda api: api.step(WEI, first, "grant-extension"),
        lambda api: api.step(ZHANG, first, "start"),
        lambda api: api.step(ZHANG, first, "request-suspension", reason="诉讼", data={
            "review_on": "2026-05-20"}),
        lambda api: api.step(WEI, first, "grant-suspension"),
        lambda api: change(api, days=4, works=False),
        lambda api: api.step(ZHANG, first, "resume"),
        lambda api: api.step(ZHANG, first, "hand-over", reason="调岗", data={"to": LI.login}),
        lambda api: api.step(LI, first, "accept-handover"),
        lambda api: api.step(ZHAO, second, "assign", data=ASSIGNMENT | {
            "due": "2026-06-30", "lead_leader": WANG.login}),
        lambda api: api.step(WANG, second, "decline", reason="不属于本单位职责范围"),
        lambda api: api.step(ZHAO, second, "merge", reason="重复", data=into),
        lambda api: api.step(CHEN, second, "merge"),
        change,
        lambda api: walk(api, third),
        lambda api: change(api, days=10, works=True),
        lambda api: api.step(CHEN, third, "reopen", reason="又停工了"),
    ]  # fmt: skip


def test_every_answer_about_before_stays_byte_for_byte(api: Api) -> None:
    issue = opened_issue(api)
    first, second, third = planned(api), registered(api, issue), registered(api, issue)
    told = {}
    for number, deed in enumerate(deeds(first, second, third)):
        api.passes(days=number % 4, hours=5)
        told[api.at.isoformat()] = ask(api, api.at.isoformat())
        api.passes(seconds=1)
        deed(api)
    api.passes(days=30)
    for at, answers in told.items():
        again = ask(api, at)
        assert [path for path in answers if again[path] != answers[path]] == [], at
    assert len({answers["/cases?overdue=true&sort=code"] for answers in told.values()}) > 4
