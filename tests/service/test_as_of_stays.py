"""What was overdue at an instant is the same for ever, whatever is done afterwards."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from engine.domain.access import OPERATOR
from engine.service import calendar
from engine.service.calendar import load_shipped
from engine.service.case_lists import CaseQuery, list_cases
from engine.service.cases import NewCase, StepOrder, register_case, take_step
from engine.service.desk import Desk
from engine.service.installation import publish_shipped
from engine.service.issues import NewIssue, open_issue
from engine.service.operator import READER
from engine.service.principals import principal_of
from engine.service.reports.overdue import OverdueQuery, overdue
from engine.store import rows
from engine.store.database import Database
from tests.people import BUILDING, CHEN, LABOUR, LI, WANG, WEI, ZHANG, ZHAO, Person
from tests.service import people_office

START = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
ZONE = people_office.ZONE
Act = Callable[["Story"], object]


class Story:
    """An office in one open transaction, and what it was told of each instant while it was now."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  # the open transaction
        self.connection = connection
        self.now = START
        self.codes: list[str] = []
        self.told: dict[datetime, tuple[bytes, bytes]] = {}

    @property
    def desk(self) -> Desk:
        """A desk at the present instant."""
        return Desk(self.connection, self.now, "en", "api", ZONE)

    def who(self, person: Person) -> Any:  # noqa: ANN401  # the principal
        """Give one of the cast as the caller."""
        return principal_of(self.desk, person.login)

    def register(self, title: str) -> None:
        """Register a case."""
        made = register_case(self.desk, self.who(ZHAO), "ZD-2026-001", NewCase(title))
        self.codes.append(made["code"])

    def step(
        self, case: int, person: Person, trigger: str, reason: str | None = None, **data: str
    ) -> None:  # fmt: skip
        """Take a step on one of the cases."""
        code = self.codes[case]
        version = rows.fetch_one(self.connection, "case", code=code).version
        take_step(self.desk, self.who(person), code, StepOrder(trigger, version, reason, data))

    def ask(self, as_of: datetime | None = None) -> tuple[bytes, bytes]:
        """Ask for the report and the list, as bytes; what a list tells only of now is left out."""
        report = overdue(self.desk, READER, OverdueQuery(as_of=as_of, by="unit", limit=200))
        query = CaseQuery(as_of=as_of, sort="code", limit=200)
        listed = list_cases(self.desk, READER, query)
        items = [_lasting(item) for item in listed["items"]]
        return orjson.dumps(report), orjson.dumps([items, listed["total"]])

    def note(self) -> None:
        """Keep what is told of now."""
        self.told[self.now] = self.ask()


def _lasting(item: Mapping[str, Any]) -> dict[str, Any]:
    only_now = ("version", "declines", "relapses", "reopenings")
    return {name: value for name, value in item.items() if name not in only_now}


def assign(case: int, lead: Person, unit: str, due: date) -> Act:
    """Assign a case."""
    return lambda story: story.step(
        case, ZHAO, "assign", lead_leader=lead.login, lead_unit=unit, due=due.isoformat()
    )


def act(case: int, person: Person, trigger: str, reason: str | None = None, **data: str) -> Act:
    """Take a step."""
    return lambda story: story.step(case, person, trigger, reason, **data)


ACTS: tuple[Act, ...] = (
    lambda story: story.register("复工"),
    lambda story: story.register("欠薪"),
    lambda story: story.register("验收"),
    assign(0, ZHANG, BUILDING.name, date(2026, 5, 6)),
    assign(1, LI, LABOUR.name, date(2026, 4, 29)),
    act(0, ZHANG, "acknowledge"),
    act(1, LI, "decline", "不属于本单位职责范围，请另行交办"),
    act(0, ZHANG, "request-extension", "材料未到，需要延期办理", due="2026-05-20"),
    assign(1, WANG, LABOUR.name, date(2026, 4, 29)),
    act(0, WEI, "grant-extension"),
    act(0, ZHANG, "hand-over", "岗位调整，移交办理", to=LI.login),
    act(0, LI, "accept-handover"),
    lambda story: calendar.override(
        story.desk, OPERATOR, story.desk.today + timedelta(days=1), works=False, reason="本地停工"
    ),
    act(2, ZHAO, "merge", "与另一事项重复，合并办理", into="DB-2026-0002"),
    act(1, WANG, "acknowledge"),
    act(2, CHEN, "merge", "情况属实，同意合并"),
    act(1, WANG, "hand-over", "岗位调整，移交办理", to=ZHANG.login),
    act(0, LI, "decline", "工作尚未开始，退回重新交办"),
)


def test_whatever_is_done_later_changes_no_answer_about_before(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        publish_shipped(story.desk)
        load_shipped(story.desk)
        open_issue(story.desk, story.who(ZHAO), NewIssue("示例家园停工", "district"))
        story.note()
        for number, deed in enumerate(ACTS):
            story.now += timedelta(hours=5 if number % 3 else 53, minutes=7 * number)
            story.note()
            story.now += timedelta(microseconds=1)
            deed(story)
            story.note()
        story.now += timedelta(days=40)
        for at, told in story.told.items():
            assert story.ask(at) == told, at
    late = [orjson.loads(report)["total"] for report, _ in story.told.values()]
    assert max(late) == 3
    assert len(set(late)) == 4


def test_an_instant_before_all_is_empty(database: Database) -> None:
    people_office.build(database)
    with database.transaction() as connection:
        story = Story(connection)
        publish_shipped(story.desk)
        load_shipped(story.desk)
        open_issue(story.desk, story.who(ZHAO), NewIssue("示例家园停工", "district"))
        story.register("复工")
        story.now += timedelta(days=9)
        report, listed = map(orjson.loads, story.ask(START - timedelta(microseconds=1)))
    assert report["items"] == []
    assert listed == [[], 0]
