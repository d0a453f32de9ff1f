"""A whole office for tests of faults: its people act at the same time, and nothing may break.

`Town` acts on cases through the service, each act in a transaction of its own; `race` lets several
acts start at one instant; `Town.check` holds afterwards what must hold at every instant.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any, TypeVar

import orjson

from engine.bootstrap import Application, log_signer
from engine.domain.access import OPERATOR
from engine.domain.records import CASE_PARTS, Case
from engine.domain.tenure import accountable_at
from engine.errors import DubanError
from engine.service import case_files, cases, issues, parts, plans
from engine.service.cases import NewCase, StepOrder
from engine.service.issues import NewIssue
from engine.service.principals import principal_of
from engine.service.task_forces import TaskForceOrder, set_task_force
from engine.service.tokens import NewToken, create_token
from engine.service.verify import verify
from engine.settings import load_settings
from engine.store import cases as stored
from engine.store import ledger, rows
from engine.store.database import open_database
from tests.people import BUILDING, LABOUR, SUN, UNHURRIED, WU, ZHANG, ZHAO, Person
from tests.service.people_office import move_in

START = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
"""Tuesday, 10:00 in the office."""
DUE = "2026-05-20"
Answer = dict[str, Any]
Act = Callable[[], Any]
Given = TypeVar("Given")
_RACERS = 50


class Town:
    """An open installation with the whole cast in it, whose clock a test moves."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self._clock = folder / "clock"
        self.at = START
        self.passes()
        self.settings = load_settings(environment(database_url, folder), folder)
        log_signer(self.settings, make=True)
        self.database = open_database(self.settings.database_url, serving=True)
        self.application = Application(self.settings, self.database)

    def settle(self) -> None:
        """Move the cast in, and open one issue."""
        with self.application.writing("cli") as desk:
            move_in(desk)
        order = NewIssue("某某小区停工", "district", people_affected=120)
        self.issue: str = self.does(ZHAO, issues.open_issue, order)["code"]

    def tokens(self, *people: Person) -> dict[str, str]:
        """Make tokens to write with; give them by login."""
        with self.application.writing("cli") as desk:
            orders = [NewToken(person.login, "write") for person in people]
            return {order.login: create_token(desk, OPERATOR, order)["token"] for order in orders}

    def passes(self, **much: float) -> None:
        """Let time pass in the office."""
        self.at += timedelta(**much)
        self._clock.write_text(self.at.isoformat())

    def does(self, person: Person, verb: Callable[..., Given], *arguments: Any) -> Given:  # noqa: ANN401  # of the verb
        """Let somebody do something in a transaction of its own."""
        with self.application.writing("api", "en") as desk:
            return verb(desk, principal_of(desk, person.login), *arguments)

    def step(
        self,
        person: Person,
        code: str,
        trigger: str,
        version: int,
        reason: str | None = None,
        **data: Any,  # noqa: ANN401  # fields of the step
    ) -> Answer:
        """Take a step; give the case after it."""
        order = StepOrder(trigger, version, reason, data)
        return dict(self.does(person, cases.take_step, code, order))

    # --- cases that are well on their way --------------------------------------------------------

    def registered(self) -> Answer:
        """Give a case that nobody has yet."""
        return dict(self.does(ZHAO, cases.register_case, self.issue, NewCase("复工")))

    def assigned(self) -> Answer:
        """Give a case that its lead leader has acknowledged."""
        code = self.registered()["code"]
        data = {"lead_leader": ZHANG.login, "lead_unit": BUILDING.name, "due": DUE}
        self.step(ZHAO, code, "assign", 1, **data, supporting_units=[LABOUR.name])
        return self.step(ZHANG, code, "acknowledge", 2)

    def planned(self) -> Answer:
        """Give a case with a task force and an adopted plan of one measure."""
        case = self.assigned()
        code = case["code"]
        force = TaskForceOrder(
            case["version"], SUN.login, [(SUN.login, BUILDING.name), (WU.login, LABOUR.name)]
        )
        case = dict(self.does(ZHANG, set_task_force, code, force))
        case = dict(self.does(SUN, plans.write_plan, code, plan(case)))
        return dict(self.does(ZHANG, plans.adopt_plan, code, case["version"]))

    def in_resolution(self) -> Answer:
        """Give a case that is being worked on."""
        case = self.planned()
        return self.step(ZHANG, case["code"], "start", case["version"])

    def closable(self) -> Answer:
        """Give a case whose closure was proposed; several weeks pass."""
        case = self.in_resolution()
        code, measure = case["code"], case["plan"]["measures"][0]["id"]
        file = self.does(SUN, case_files.add_file, code, "凭证.pdf", b"%PDF-1.4 x")
        report = plans.ProgressOrder("done", "到账", self.at.date(), [file["id"]])
        self.does(SUN, plans.record_progress, code, measure, report)
        self.does(ZHAO, parts.record_reply, code, self._reply("interim"))
        version = self.show(code)["version"]
        self.step(ZHANG, code, "stabilize", version)
        self.passes(days=20)
        self.does(SUN, parts.record_reply, code, self._reply("final"))
        version = self.show(code)["version"]
        closure = {"outcome": "resolved", "summary": "全部完成"}
        return self.step(ZHANG, code, "propose-closure", version, **closure)

    def show(self, code: str) -> Answer:
        """Give a case as its lead leader sees it."""
        with self.application.reading("api", "en") as desk:
            return dict(cases.show_case(desk, principal_of(desk, ZHANG.login), code))

    def show_past_rights(self, code: str) -> Case:
        """Give the row of a case, past all permissions."""
        with self.application.reading("cli") as desk:
            found: Case = rows.fetch_one(desk.conn, "case", code=code)
            return found

    def _reply(self, kind: str) -> parts.ReplyOrder:
        return parts.ReplyOrder(kind, "已在协调", self.at.date(), "meeting")

    # --- what must hold ---------------------------------------------------------------------------

    def events(self, code: str) -> list[Answer]:
        """Give the bodies of the events of a case, oldest first."""
        with self.application.reading("cli") as desk:
            case = rows.fetch_one(desk.conn, "case", code=code)
            return [orjson.loads(event.body) for event in ledger.history(desk.conn, case.id)]

    def told(self) -> int:
        """Count the events there are."""
        with self.application.writing("cli") as desk:
            ledger.sequence(desk.conn, wait=True)
            return ledger.head(desk.conn)

    def check(self) -> None:
        """Hold that log and tables agree, and that each case is in order."""
        key = log_signer(self.settings).verifier()
        found = verify(self.database, [key], [], "en")
        assert found["intact"], found["findings"]
        with self.application.writing("cli") as desk:
            for case in rows.fetch(desk.conn, "case"):
                _in_order(stored.load(desk.conn, case))

    def close(self) -> None:
        """Close the installation."""
        self.application.close()


def _in_order(facts: Any) -> None:  # noqa: ANN401  # of a case
    """Hold the promises on one case: one lead leader, one lead unit, one request of a kind."""
    case = facts.case
    led = case.closed_at is None and case.state != "registered"
    for role in ("lead", "lead-unit"):
        assert len(facts.holding(role)) == led, (case.code, role)
    assert facts.case.lead_id == accountable_at(facts.tenure, datetime.max.replace(tzinfo=UTC))
    waiting = Counter(r.kind for r in facts.request if r.state == "pending")
    running = Counter((c.kind, c.subject) for c in facts.running)
    assert max(waiting.values(), default=1) == 1, waiting
    assert max(running.values(), default=1) == 1, running
    assert sum(stage.to_at is None for stage in facts.stage) == 1
    numbers = sorted(part.no for record in CASE_PARTS for part in getattr(facts, record))
    assert numbers == list(range(1, case.next_no)), "numbers of parts without gaps"


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """Give the settings of a town: those of a test, with its clock in a file."""
    return {
        "DUBAN_HOME": str(folder), "DUBAN_DATABASE_URL": database_url, "DUBAN_ENV": "test",
        "DUBAN_CLOCK": f"file:{folder / 'clock'}", "DUBAN_LOG_ORIGIN": "duban.test/faults",
        "DUBAN_LOCALE": "en", **UNHURRIED,
    }  # fmt: skip


def plan(case: Answer, title: str = "协调资金") -> plans.PlanOrder:
    """Give a plan of one measure for a case as it stands."""
    measure = plans.MeasureOrder(
        title, SUN.login, BUILDING.name, date(2026, 3, 4), date(2026, 4, 1), "凭证"
    )
    return plans.PlanOrder(case["version"], [measure])


def race(acts: Sequence[Act]) -> list[Any]:
    """Let all acts begin at one instant; give what each gave, or how it was refused."""
    line = Barrier(len(acts))

    def run(act: Act) -> Any:  # noqa: ANN401  # of the act
        line.wait()
        try:
            return act()
        except DubanError as refusal:
            return refusal

    with ThreadPoolExecutor(min(len(acts), _RACERS)) as pool:
        return list(pool.map(run, acts))


def won(outcomes: Sequence[Any]) -> list[Any]:
    """Give what was not refused."""
    return [outcome for outcome in outcomes if not isinstance(outcome, DubanError)]


def refusals(outcomes: Sequence[Any]) -> Counter[str]:
    """Count the refusals by their class."""
    return Counter(type(o).__name__ for o in outcomes if isinstance(o, DubanError))
