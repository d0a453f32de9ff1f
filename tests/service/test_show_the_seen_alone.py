"""Lists, counts, search, reports and exports show just the cases that their reader may see.

The offices are random; who sees what is read from the plain model of `tests/store/sight.py`.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import product
from random import Random
from typing import Any

from sqlalchemy import Connection, update

from engine.domain.access import Principal
from engine.domain.records import columns
from engine.errors import ForbiddenError
from engine.service import case_lists, dashboard, feed, issues, letter_lists, next_things, trends
from engine.service.case_lists import CaseQuery
from engine.service.desk import Desk
from engine.service.export import export
from engine.service.installation import publish_shipped
from engine.service.paging import PageQuery
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS, Report
from engine.service.search import look_for
from engine.service.workflow_view import view_workflow
from engine.store import rows
from engine.store.database import Database
from engine.store.tables import table
from tests.service.people_office import ZONE
from tests.store.sight import DAY, NOW, Office, imagine, put

OFFICES = int(os.environ.get("DUBAN_SIGHT_OFFICES", "5"))
READERS = int(os.environ.get("DUBAN_SIGHT_READERS", "2"))
CODE = re.compile(r"DB-2026-\d{4}")
LATE_ON = date(2026, 4, 10)


@dataclass(frozen=True)
class Sight:
    """What one account may see: `read` in full, `known` at least in summary, `late` of the read."""

    read: frozenset[str]
    known: frozenset[str]
    late: frozenset[str]


def sight(office: Office, number: int) -> Sight:
    """Read the rule for one account."""
    account = office.accounts[number]
    read = [case for case in office.cases if office.reads(account, case)]
    known = office.cases if "duty" in account.roles else read
    code = "DB-2026-{:04d}".format
    return Sight(
        frozenset(code(case.id) for case in read),
        frozenset(code(case.id) for case in known),
        frozenset(code(case.id) for case in read if case.closed_at is None),
    )


def lay(connection: Connection, office: Office) -> None:
    """Write the office into its tables, with one limit that has passed in each open case."""
    put(connection, office)
    due_at = NOW.replace(day=10, hour=15, minute=59, second=59)
    blank = dict.fromkeys(columns("clock"))
    late = [case for case in office.cases if case.closed_at is None]
    rows.bulk_insert(connection, "clock", [
        blank | {
            "case_id": case.id, "no": 80, "kind": "resolve", "is_limit": True,
            "started_at": NOW - 60 * DAY, "valid_from": NOW - 60 * DAY, "due_on": LATE_ON,
            "due_at": due_at, "provisional": False, "derivation": {},
        }
        for case in late
    ])  # fmt: skip
    rows.bulk_insert(connection, "stage", [
        dict.fromkeys(columns("stage")) | {
            "case_id": case.id, "no": 81, "state": "assigned", "from_at": NOW - 300 * DAY,
            "to_at": None,
        }
        for case in office.cases
    ])  # fmt: skip
    case = table("case")
    connection.execute(
        update(case).where(case.c.closed_at.is_(None))
        .values(limit_due_at=due_at, limit_kind="resolve")
    )  # fmt: skip


def codes(found: Any) -> frozenset[str]:  # noqa: ANN401  # any answer
    """Give every case that an answer names, wherever in it."""
    return frozenset(CODE.findall(json.dumps(found, default=str)))


def of(ask: Callable[[], Any]) -> Any:  # noqa: ANN401  # any answer
    """Ask; whoever may not ask at all is shown nothing."""
    try:
        return ask()
    except ForbiddenError:
        return None


def whole(report: Report, desk: Desk, who: Principal) -> list[Any]:
    """Give all items of a report, as files have them."""
    return list(report.every(desk, who, ReportQuery())["items"])


def exported(desk: Desk, who: Principal, kind: str) -> str:
    """Give an export in one piece."""
    return "".join(export(desk, who, kind))


def told(desk: Desk, who: Principal, seen: Sight) -> Iterator[tuple[str, object, object]]:
    """Give what each face shows, and what it should."""
    listed = of(lambda: case_lists.list_cases(desk, who, CaseQuery(limit=200)))
    yield "list", codes(listed), seen.known
    yield "total", listed["total"] if listed else 0, len(seen.known)
    late = of(lambda: case_lists.list_cases(desk, who, CaseQuery(overdue=True, limit=200)))
    yield "late ones", codes(late), seen.late if "duty" not in who.roles else codes(late)
    found = of(lambda: case_lists.list_cases(desk, who, CaseQuery(q="某某小区", limit=200)))
    yield "search", codes(found), seen.known
    hits = of(lambda: look_for(desk, who, "某某小区"))
    yield "search page shows no other", codes(hits) - seen.known, frozenset()
    yield "search page's total", hits["total"] if hits else 0, len(seen.known)
    places = codes([hit["case"] for hit in hits["cases"] if hit["places"]] if hits else [])
    yield "search page tells of texts of no other", places - seen.read, frozenset()
    standing = of(lambda: view_workflow(desk, who, "key-issue")["standing"])
    counted = sum(one["count"] for one in standing or () if one["longest"])
    yield "picture", counted, 0 if standing is None else len(seen.late)
    for report in REPORTS.values():
        shown = codes(of(partial(report.page, desk, who, ReportQuery(limit=200))))
        yield f"report {report.name} shows no other", shown - seen.read, frozenset()
        items = of(partial(whole, report, desk, who))
        yield f"report {report.name} whole shows no other", codes(items) - seen.read, frozenset()
    for name, expected in (("ledger", seen.read), ("decomposition", seen.read),
                           ("overdue", seen.late), ("ageing", seen.late)):  # fmt: skip
        report, allowed = REPORTS[name], who.has("office", "supervision", "head", "auditor",
                                                 "leader", "unit")  # fmt: skip
        answer = of(partial(report.page, desk, who, ReportQuery(limit=200)))
        yield f"count of {name}", answer["total"] if answer else 0, len(expected) * allowed
    for kind in ("xes", "json", "ocel"):
        text = of(partial(exported, desk, who, kind))
        yield f"export {kind} shows no other", codes(text) - seen.read, frozenset()
    for name, by in product(("overdue", "ageing"), GROUPINGS):
        grouped = of(partial(REPORTS[name].page, desk, who, ReportQuery(by=by, limit=200)))
        counted = sum(group["count"] for group in grouped["groups"]) if grouped else 0
        yield f"groups of {name} by {by}", counted, len(seen.late) if grouped else 0
    for waits_for in letter_lists.WAITING:
        letters = of(partial(letter_lists.list_letters, desk, who, waits_for, PageQuery()))
        yield f"letters to {waits_for} of no other", codes(letters) - seen.read, frozenset()
    urged = of(lambda: letter_lists.cases_to_urge(desk, who))
    yield "cases to urge", urged["overdue_total"] if urged else 0, len(seen.late) if urged else 0
    flow = of(lambda: trends.trends(desk, who))
    left = flow["weeks"][-1]["left"] if flow else 0
    yield "left in the last week is of the read", left, len(seen.read) if flow else 0
    yield "trends show no other", codes(flow) - seen.read, frozenset()
    fed = of(lambda: feed.due_dates(desk, who))
    yield "feed shows no other", codes(fed) - seen.read, frozenset()
    figures = of(lambda: dashboard.dashboard(desk, who))
    yield "dashboard shows no other", codes(figures) - seen.read, frozenset()
    things = of(lambda: next_things.next_things(desk, who))
    yield "next things show no other", codes(things) - seen.known, frozenset()
    opened = of(lambda: issues.list_issues(desk, who))
    counted = sum(item["counts"]["all"] for item in opened["items"]) if opened else 0
    yield "counts of issues", counted, counted if "duty" in who.roles else len(seen.read)


def test_every_face_shows_what_its_reader_may_see_and_nothing_else(
    database: Database, rng: Random
) -> None:
    asked = 0
    with database.transaction() as connection:
        publish_shipped(Desk(connection, NOW, "zh", "cli", ZONE))
    for _ in range(OFFICES):
        office = imagine(rng)
        with database.transaction() as connection:
            trial = connection.begin_nested()
            lay(connection, office)
            desk = Desk(connection, NOW, "zh", "web", ZONE)
            for number in rng.sample(list(office.accounts), min(READERS, len(office.accounts))):
                account = office.accounts[number]
                who = office.principal(account)
                for face, shown, expected in told(desk, who, sight(office, number)):
                    assert shown == expected, (face, sorted(account.roles), office)
                    asked += 1
            trial.rollback()
    assert asked > OFFICES * READERS * 20


def test_the_model_lets_somebody_see_something(rng: Random) -> None:
    offices = [imagine(rng) for _ in range(20)]
    sights = [sight(office, number) for office in offices for number in office.accounts]
    assert any(seen.read and seen.late for seen in sights)
    assert any(not seen.read for seen in sights)
