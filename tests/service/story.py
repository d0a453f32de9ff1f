"""Cases that happen step by step through the verbs, in one open transaction."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from engine.domain.access import Principal
from engine.service.calendar import load_shipped
from engine.service.cases import NewCase, StepOrder, register_case, take_step
from engine.service.deputies import NewDeputy, name_deputy
from engine.service.desk import Desk
from engine.service.installation import publish_shipped
from engine.service.issues import NewIssue, open_issue
from engine.service.principals import principal_of
from engine.store import rows
from tests.people import ZHAO, Person
from tests.service.people_office import ZONE

START = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
"""Monday, 10:00 in the office."""
Act = Callable[["Story"], object]


class Story:
    """An office in one open transaction, at an instant that a test moves; its issue is there."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  # the open transaction
        self.connection = connection
        self.now = START
        self.codes: list[str] = []
        publish_shipped(self.desk)
        load_shipped(self.desk)
        open_issue(self.desk, self.who(ZHAO), NewIssue("示例家园停工", "district"))

    @property
    def desk(self) -> Desk:
        """A desk at the present instant."""
        return Desk(self.connection, self.now, "en", "api", ZONE)

    def who(self, person: Person) -> Principal:
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

    def deputise(self, principal: Person, deputy: Person) -> None:
        """Let somebody stand in for somebody from today on."""
        last = self.desk.today + timedelta(days=9)
        order = NewDeputy(principal.login, deputy.login, self.desk.today, last, "外出学习")
        name_deputy(self.desk, self.who(ZHAO), order)


def assign(case: int, lead: Person, unit: str, due: date) -> Act:
    """Assign a case."""
    return lambda story: story.step(
        case, ZHAO, "assign", lead_leader=lead.login, lead_unit=unit, due=due.isoformat()
    )


def act(case: int, person: Person, trigger: str, reason: str | None = None, **data: str) -> Act:
    """Take a step."""
    return lambda story: story.step(case, person, trigger, reason, **data)
