"""An office in which cases are walked: people act through the verbs, each in a transaction.

`registered()`, `assigned()`, … give a case that has come so far; what a test is about stands in
the test alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from engine.errors import DubanError, InvalidError, UnmetError
from engine.service import case_files, cases, issues, parts, plans
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.service.task_forces import TaskForceOrder, set_task_force
from engine.service.verify import examine
from engine.store import ledger
from engine.store.database import Database, open_database
from engine.words import say
from tests.people import BUILDING, CHEN, LABOUR, SUN, WU, ZHANG, ZHAO, Person
from tests.service.people_office import START, ZONE, move_in

DUE = date(2026, 5, 20)
PDF = b"%PDF-1.7 evidence"
ASSIGNED: dict[str, Any] = {
    "lead_leader": ZHANG.login, "lead_unit": BUILDING.name, "supporting_units": [LABOUR.name],
    "due": DUE.isoformat(),
}  # fmt: skip
FORCE = ((SUN.login, BUILDING.name), (WU.login, LABOUR.name))
MEASURE = plans.MeasureOrder(
    "协调资金", SUN.login, BUILDING.name, date(2026, 3, 4), date(2026, 4, 1), "到账凭证"
)
Answer = Any
Given = TypeVar("Given")


def settle(database: Database) -> None:
    """Move the cast in, with the shipped workflows and calendar, and open one issue."""
    with database.transaction() as conn:
        desk = Desk(conn, START, "en", "cli", ZONE)
        move_in(desk)
        order = issues.NewIssue("某某小区停工", "district", people_affected=120)
        issues.open_issue(desk, principal_of(desk, ZHAO.login), order)


def pattern(url: str) -> None:
    """Build the office that others are copies of."""
    opened = open_database(url)
    settle(opened)
    opened.close()


@dataclass
class CaseOffice:
    """The office at an instant that the test moves."""

    database: Database
    at: datetime = START
    issue: str = "ZD-2026-001"

    def passes(self, **much: float) -> None:
        """Let time pass."""
        self.at += timedelta(**much)

    def does(self, person: Person, verb: Callable[..., Given], *given: Any) -> Given:  # noqa: ANN401  # of the verb
        """Let somebody do something."""
        with self.database.transaction() as conn:
            desk = Desk(conn, self.at, "en", "api", ZONE)
            return verb(desk, principal_of(desk, person.login), *given)

    def step(
        self, person: Person, code: str, trigger: str, why: str | None = None, **data: Any  # noqa: ANN401  # fields
    ) -> Answer:  # fmt: skip
        """Take a step on the case as it is now."""
        order = cases.StepOrder(trigger, self.show(code)["version"], why, data)
        return self.does(person, cases.take_step, code, order)

    def refused(self, person: Person, code: str, trigger: str, why: str | None = None,
                **data: Any) -> DubanError:  # noqa: ANN401  # fields of the step  # fmt: skip
        """Try a step that is refused; it changes nothing. Give the refusal."""
        return self.refuses(lambda: self.step(person, code, trigger, why, **data), code)

    def refuses(self, tried: Callable[[], object], code: str) -> DubanError:
        """Try anything that is refused; it changes nothing. Give the refusal."""
        before = self.show(code), self.history(code)
        try:
            tried()
        except DubanError as refusal:
            assert (self.show(code), self.history(code)) == before
            assert_said(refusal)
            return refusal
        raise AssertionError("it was not refused")

    def show(self, code: str, person: Person = CHEN) -> Answer:
        """Show a case."""
        return self.does(person, cases.show_case, code)

    def history(self, code: str, person: Person = CHEN) -> list[Answer]:
        """Tell the history of a case."""
        return list(self.does(person, cases.history, code))

    def assert_intact(self) -> None:
        """Hold that the log proves all of it."""
        with self.database.transaction() as conn:
            ledger.sequence(conn, wait=True)
            assert not examine(conn, []).findings.answers("en")

    # --- cases on their way ----------------------------------------------------------------------

    def registered(self) -> str:
        """Give a case that nobody leads yet."""
        order = cases.NewCase("复工")
        return str(self.does(ZHAO, cases.register_case, self.issue, order)["code"])

    def assigned(self, **other: Any) -> str:  # noqa: ANN401  # fields of the step
        """Give a case that 张三 leads, with 乙建设办 and 丙劳动所."""
        code = self.registered()
        self.step(ZHAO, code, "assign", **(ASSIGNED | other))
        return code

    def acknowledged(self, **other: Any) -> str:  # noqa: ANN401  # fields of the step
        """Give a case that its leader has acknowledged."""
        code = self.assigned(**other)
        self.step(ZHANG, code, "acknowledge")
        return code

    def planned(self, *measures: plans.MeasureOrder) -> str:
        """Give a case with a task force and a plan that is adopted."""
        code = self.acknowledged()
        self.force(code)
        self.plan(code, *(measures or (MEASURE,)))
        self.adopt(code)
        return code

    def started(self, *measures: plans.MeasureOrder) -> str:
        """Give a case in resolution."""
        code = self.planned(*measures)
        self.step(ZHANG, code, "start")
        return code

    def stabilized(self) -> str:
        """Give a case whose one measure is done and whose people have an interim reply."""
        code = self.started()
        self.finish(code)
        self.reply(code, "interim")
        self.step(ZHANG, code, "stabilize")
        return code

    def proposed(self) -> str:
        """Give a case whose closure is proposed after the observation."""
        code = self.stabilized()
        self.passes(days=16)
        self.reply(code, "final")
        self.step(ZHANG, code, "propose-closure", outcome="resolved", summary="全部完成")
        return code

    def closed(self) -> str:
        """Give a case that is closed as resolved."""
        code = self.proposed()
        self.step(CHEN, code, "close")
        return code

    # --- parts -----------------------------------------------------------------------------------

    def force(self, code: str, *members: tuple[str, str], by: Person = ZHANG) -> Answer:
        """Name the task force."""
        order = TaskForceOrder(self.show(code)["version"], SUN.login, members or FORCE)
        return self.does(by, set_task_force, code, order)

    def plan(
        self, code: str, *measures: plans.MeasureOrder, why: str | None = None, by: Person = ZHANG
    ) -> Answer:
        """Write a plan."""
        order = plans.PlanOrder(self.show(code)["version"], measures, why)
        return self.does(by, plans.write_plan, code, order)

    def adopt(self, code: str, by: Person = ZHANG) -> Answer:
        """Adopt the plan."""
        return self.does(by, plans.adopt_plan, code, self.show(code)["version"])

    def measures(self, code: str) -> list[Answer]:
        """Give the measures of the newest plan."""
        return list(self.show(code)["plan"]["measures"])

    def file(self, code: str, by: Person = SUN) -> int:
        """Add a file; give its number."""
        return int(self.does(by, case_files.add_file, code, "凭证.pdf", PDF)["id"])

    def report(
        self, code: str, status: str, files: tuple[int, ...] = (), by: Person = SUN, place: int = 0
    ) -> Answer:
        """Report on a measure."""
        today = self.at.astimezone(ZONE).date()
        order = plans.ProgressOrder(status, "进展", today, files)
        measure = self.measures(code)[place]["id"]
        return self.does(by, plans.record_progress, code, measure, order)

    def finish(self, code: str) -> None:
        """Report the first measure done, with evidence."""
        self.report(code, "done", (self.file(code),))

    def reply(self, code: str, kind: str, by: Person = ZHAO) -> Answer:
        """Record a reply of today."""
        today = self.at.astimezone(ZONE).date()
        return self.does(
            by, parts.record_reply, code, parts.ReplyOrder(kind, "答复内容", today, "meeting")
        )

    def clocks(self, code: str, kind: str) -> list[Answer]:
        """Give all clocks of a kind, those that ended too."""
        return [clock for clock in self.show(code)["clocks"] if clock["kind"] == kind]


def assert_said(refusal: DubanError) -> None:
    """Hold that a refusal, and all that it names, can be read in both languages."""
    words = [refusal.message]
    if isinstance(refusal, InvalidError):
        words += [fault.message for fault in refusal.faults]
    if isinstance(refusal, UnmetError):
        words += [unmet.message for unmet in refusal.unmet]
        words += [unmet.who for unmet in refusal.unmet if say(unmet.who, "en")]  # else nobody can
    for one in words:
        zh, en = say(one, "zh"), say(one, "en")
        assert zh != en
        assert not {"{", "}"} & set(zh + en)


def fields_of(refusal: DubanError) -> set[str]:
    """Name the fields that a refusal finds wrong."""
    assert isinstance(refusal, InvalidError)
    return {fault.field for fault in refusal.faults}


def needs_of(refusal: DubanError) -> set[str]:
    """Name the needs that a refusal finds unmet."""
    assert isinstance(refusal, UnmetError)
    return {unmet.need for unmet in refusal.unmet}
