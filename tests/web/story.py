"""One case that came half its way, told by the verbs, for pages to be looked at."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from engine.bootstrap import Application
from engine.service import case_files, cases, issues, parts, plans
from engine.service.case_answers import CaseAnswer
from engine.service.cases import NewCase, StepOrder
from engine.service.issues import NewIssue
from engine.service.principals import principal_of
from engine.service.task_forces import TaskForceOrder, set_task_force
from tests.people import BUILDING, LABOUR, SUN, WU, ZHANG, ZHAO, Person
from tests.web import desk

TITLE, TASK = "某某小区停工", "欠付工资"


@cache
def model() -> Path:
    """Make one office with a case in the middle of its life, for all tests of this process."""
    home = Path(mkdtemp(prefix="duban-story-"))
    application = desk.new_office(home)
    Story(application).begin().assign().start().prove()
    application.close()
    return home


@dataclass
class Story:
    """An office with one key issue, and its case."""

    application: Application
    issue: str = "ZD-2026-001"
    code: str = "DB-2026-0001"
    letter: str = ""

    def do(self, person: Person, verb: Any, *args: Any) -> Any:  # noqa: ANN401  # any verb
        """Let somebody do something."""
        with self.application.writing("web", "zh") as desk:
            return verb(desk, principal_of(desk, person.login), *args)

    def case(self, person: Person = ZHAO) -> CaseAnswer:
        """Give the case as somebody sees it."""
        found: CaseAnswer = self.do(person, cases.show_case, self.code)
        return found

    def step(self, person: Person, trigger: str, reason: str | None = None, **data: Any) -> None:  # noqa: ANN401
        """Take a step on the case."""
        order = StepOrder(trigger, self.case()["version"], reason, data)
        self.do(person, cases.take_step, self.code, order)

    def begin(self, title: str = TITLE, task: str = TASK) -> "Story":
        """Open the key issue and register its task."""
        self.issue = self.do(ZHAO, issues.open_issue, NewIssue(title, "district"))["code"]
        self.code = self.do(ZHAO, cases.register_case, self.issue, NewCase(task))["code"]
        return self

    def assign(self) -> "Story":
        """Assign it to ZHANG."""
        self.step(ZHAO, "assign", lead_leader=ZHANG.login, lead_unit=LABOUR.name,
                  supporting_units=[BUILDING.name], due="2026-03-31")  # fmt: skip
        return self

    def start(self) -> "Story":
        """Accept it, with a task force and an adopted plan, and start."""
        self.step(ZHANG, "acknowledge")
        version = self.case()["version"]
        members = [(WU.login, LABOUR.name), (SUN.login, BUILDING.name)]
        self.do(ZHANG, set_task_force, self.code, TaskForceOrder(version, WU.login, members))
        measure = plans.MeasureOrder("核清底数", WU.login, LABOUR.name, None, date(2026, 3, 20))
        self.do(ZHANG, plans.write_plan, self.code, plans.PlanOrder(version + 1, [measure]))
        self.do(ZHANG, plans.adopt_plan, self.code, version + 2)
        self.step(ZHANG, "start")
        return self

    def prove(self) -> "Story":
        """Do its measure with evidence, record what is owed and answer those affected."""
        file = self.do(WU, case_files.add_file, self.code, "核对表.txt", "核对".encode())
        measure = (self.case()["plan"] or {"measures": []})["measures"][0]["id"]
        day = date(2026, 3, 3)
        order = plans.ProgressOrder("done", "核对完毕", day, [file["id"]])
        self.do(WU, plans.record_progress, self.code, measure, order)
        self.do(WU, parts.record_claim, self.code, parts.ClaimOrder("wages", 86, 500, 500))
        self.do(WU, parts.record_reply, self.code,
                parts.ReplyOrder("interim", "正在办理", day, "meeting"))  # fmt: skip
        self.do(WU, parts.add_note, self.code, "专户余额充足")
        return self
