"""What pages count once is what they would count anew, whatever happens and however time goes by.

`DUBAN_TEST_COUNTS` says how many orders people give in the random history on each database.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, event, func, select, update

from engine.domain.access import Principal, does
from engine.service import case_lists, letter_lists, next_things
from engine.service.case_lists import CaseQuery
from engine.service.counting import once
from engine.service.dashboard import dashboard, has_figures
from engine.service.desk import Desk
from engine.service.paging import PageQuery
from engine.service.reports import holders
from engine.service.reports.asking import GROUPINGS, ReportQuery
from engine.service.reports.catalogue import REPORTS
from engine.service.trends import trends
from engine.service.workflow_view import view_workflow
from engine.store import kept, ledger
from engine.store.database import Database, open_database
from engine.store.tables import table
from engine.store.visible import SIGHT
from tests.people import BUILDING, CHEN, PEOPLE, ZHANG, Person
from tests.service import people_office
from tests.service.people_office import ZONE
from tests.service.story import Story, act, assign
from tests.service.test_as_of_stays import Past, Quick
from tests.service.test_walk_workflow import office, walking
from tests.service.walk.pair import Tally

ORDERS = int(os.environ.get("DUBAN_TEST_COUNTS", "30"))
READERS = tuple(person.login for person in PEOPLE)
LISTS = (
    CaseQuery(), CaseQuery(closed=False), CaseQuery(overdue=True), CaseQuery(soon=True),
    CaseQuery(mine=True), CaseQuery(acknowledged=False), CaseQuery(pending=True),
    CaseQuery(closed=True), CaseQuery(late=0), CaseQuery(late=2), CaseQuery(state="assigned"),
)  # fmt: skip


PAGED = (CaseQuery(closed=False, limit=3), CaseQuery(overdue=True, limit=2))


def pages(desk: Desk, who: Principal, query: CaseQuery) -> list[case_lists.CasesAnswer]:
    """Give the first two pages of a list."""
    first = case_lists.list_cases(desk, who, query)
    after = first["next"]
    second = case_lists.list_cases(desk, who, replace(query, cursor=after)) if after else first
    return [first, second]


@contextmanager
def reading(connection: Connection) -> Iterator[None]:
    """Look at an open transaction as a reader does: what it sees counts as committed."""
    kept.begin(connection, reads=True)
    try:
        yield
    finally:
        kept.begin(connection)


def counted(desk: Desk, who: Principal) -> dict[str, Any]:
    """Give all that pages count for a reader; nothing of what it may not ask."""
    told: dict[str, Any] = {}
    if does(who, "case.read"):
        told["lists"] = [case_lists.count_cases(desk, who, query) for query in LISTS]
        told["pages"] = [pages(desk, who, query) for query in PAGED]
        told["next"] = next_things.next_things(desk, who)
        told["letters"] = letter_lists.count_letters(desk, who)
        told["urging"] = [
            letter_lists.list_letters(desk, who, name, PageQuery(5))
            for name in (None, *letter_lists.WAITING)
        ]
        told["trends"] = trends(desk, who)
        told["picture"] = view_workflow(desk, who, "key-issue")["standing"]
        told["figures"] = dashboard(desk, who) if has_figures(who) else None
    if does(who, "report.read"):
        for by in GROUPINGS:
            told[by] = REPORTS["overdue"].page(desk, who, ReportQuery(by=by))
        told["holders"] = holders.lateness(desk, who, ReportQuery())
    if does(who, "supervision.read"):
        told["to urge"] = letter_lists.cases_to_urge(desk, who)
    return told


class Counting(Past):
    """People who do what they like, and readers who are told twice."""

    def _ask(self) -> None:
        self.pair.settle()
        readers = self.rng.sample(READERS, 2)
        for seconds in (0, *self.rng.sample([1, 3600, 6 * 3600, 14 * 3600, 5 * 86400], 2)):
            self.pair.wait(seconds)
            for login in readers:
                self._compare(login)

    def _compare(self, login: str) -> None:
        desk = self.pair.desk
        anew = counted(desk, who := self.pair.who(login))
        with reading(desk.conn):
            found = counted(desk, who)
            again = counted(desk, who)
        assert orjson.dumps(found) == orjson.dumps(anew), login
        assert orjson.dumps(again) == orjson.dumps(anew), login
        self.kept[desk.now] = orjson.dumps(anew)  # type: ignore[assignment]  # counted below


def test_what_is_counted_once_is_what_would_be_counted_anew(office: Database, rng: Random) -> None:
    with walking(office, Tally(), Quick) as pair:
        asked = Counting(pair, rng)
        asked.happen(ORDERS)
    assert len(set(asked.kept.values())) > ORDERS / 20


@pytest.fixture
def story(database: Database) -> Iterator[Story]:
    """Give a case that is assigned, in a transaction that is never committed."""
    people_office.build(database)
    with database.transaction() as connection:
        trial = connection.begin_nested()
        story = Story(connection)
        story.register("复工")
        assign(0, ZHANG, BUILDING.name, story.desk.today + timedelta(days=9))(story)
        yield story
        trial.rollback()


@dataclass
class Count:
    """Counts how often it was read."""

    story: Story
    times: int = 0

    def ask(self, key: str = "number") -> int:
        """Ask as a reader."""
        with reading(self.story.connection):
            return once(self.story.desk, key, self._read)

    def _read(self) -> int:
        self.times += 1
        return self.times


def test_it_is_read_once_while_nothing_happens(story: Story) -> None:
    number = Count(story)
    assert [number.ask(), number.ask()] == [1, 1]
    story.now += timedelta(minutes=5)
    assert number.ask() == 1
    assert number.ask("another") == 2


def test_it_is_read_again_after_a_step_a_limit_a_day_and_a_case_out_of_sight(story: Story) -> None:
    number = Count(story)
    assert number.ask() == 1
    act(0, ZHANG, "acknowledge")(story)
    assert [number.ask(), number.ask()] == [2, 2]
    limits = table("clock")
    due = story.connection.scalar(
        select(func.min(limits.c.due_at)).where(limits.c.ended_at.is_(None))
    )
    story.now = due
    assert [number.ask(), number.ask()] == [3, 3]
    story.now = due + timedelta(microseconds=1)
    assert [number.ask(), number.ask()] == [4, 4]
    story.now += timedelta(days=1)
    assert [number.ask(), number.ask()] == [5, 5]
    case = table("case")
    gone = story.now - SIGHT + timedelta(seconds=1)
    story.connection.execute(update(case).values(closed_at=gone, registered_at=gone))
    assert number.ask() == 5
    story.now += timedelta(seconds=1)
    assert [number.ask(), number.ask()] == [6, 6]


def test_after_a_step_only_its_case_is_read_and_nothing_is_counted(story: Story) -> None:
    for deed in (None, act(0, ZHANG, "acknowledge")):
        if deed is not None:
            deed(story)
        ledger.sequence(story.connection, wait=True)
        with reading(story.connection):
            asked = statements(story.connection, lambda: dashboard(story.desk, story.who(CHEN)))
    assert [one for one in asked if "is_limit" in one] == []
    assert [one for one in asked if "GROUP BY" in one] == []


def test_after_a_step_no_page_reads_more_than_its_case(story: Story) -> None:
    readers = (CHEN, ZHANG)
    for deed in (None, act(0, ZHANG, "acknowledge")):
        if deed is not None:
            deed(story)
        ledger.sequence(story.connection, wait=True)
        with reading(story.connection):
            asked = statements(story.connection, lambda: ask_all(story, readers))
    whole = [one for one in asked if "count(" in one.lower() or "group_array" in one.lower()]
    assert [one for one in whole if "json_each" not in one and "ANY" not in one] == []


def ask_all(story: Story, readers: Sequence[Person]) -> None:
    """Ask for what pages look up that people open most."""
    for person in readers:
        who, desk = story.who(person), story.desk
        holders.lateness(desk, who, ReportQuery())
        REPORTS["overdue"].page(desk, who, ReportQuery(by="unit"))
        next_things.next_things(desk, who)
        case_lists.list_cases(desk, who, CaseQuery(closed=False))
        letter_lists.count_letters(desk, who)


def statements(connection: Connection, ask: Callable[[], object]) -> list[str]:
    """Ask, and give the statements that ran."""
    ran: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    ask()
    event.remove(connection, "before_cursor_execute", note)
    return ran


def test_a_writer_reads_what_it_may_still_take_back(story: Story) -> None:
    fresh = count(1)
    assert [once(story.desk, "number", lambda: next(fresh)) for _ in range(2)] == [1, 2]


def test_one_database_is_not_told_what_another_holds(database: Database) -> None:
    people_office.build(database)
    other = open_database(database.url.render_as_string(hide_password=False))
    try:
        fresh = count(1)
        for number, place in enumerate((database, other), start=1):
            with place.reading() as connection:
                desk = Desk(connection, people_office.START, "zh", "web", ZONE)
                assert once(desk, "number", lambda: next(fresh)) == number
    finally:
        other.close()


__all__ = ["office"]
