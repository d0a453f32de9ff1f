"""A case on the bare rules: the cast as records, one case in memory, and steps without a database.

`Stage` keeps the facts of one case; what a test is about it changes by `having`.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain import clocks, planning, step, tenure
from engine.domain.access import Principal
from engine.domain.attempt import Attempt
from engine.domain.calendar import Calendar
from engine.domain.draft import Draft
from engine.domain.facts import CaseFacts
from engine.domain.loader import load
from engine.domain.machine import Exit, explain
from engine.domain.planning import Report, Wanted
from engine.domain.records import (
    Account,
    Case,
    Claim,
    Deputy,
    Dispute,
    File,
    Issue,
    Letter,
    Reply,
    Unit,
    columns,
)
from engine.domain.workflow import Workflow
from tests import people
from tests.people import BUILDING, CHEN, LABOUR, PEOPLE, SUN, UNITS, WU, ZHANG, ZHAO, Person
from workflows.needs import VOCABULARY

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 3, 2, 0, tzinfo=UTC)
"""Tuesday, 10:00 in the office."""
DUE = date(2026, 5, 20)
FILE = Path(__file__).parents[2] / "workflows" / "key-issue.toml"
UNIT_IDS = {unit.name: n for n, unit in enumerate(UNITS, start=1)}
ACCOUNTS = {
    n: Account(
        n, person.login, person.name, person.post, UNIT_IDS[person.unit], list(person.roles),
        enabled=True, email=None, robot=None, created_at=NOW,
    )
    for n, person in enumerate(PEOPLE, start=1)
}  # fmt: skip
IDS = {account.login: account.id for account in ACCOUNTS.values()}
UNIT_ROWS = {
    UNIT_IDS[unit.name]: Unit(
        UNIT_IDS[unit.name], unit.name, UNIT_IDS[unit.parent] if unit.parent else None, unit.kind
    )
    for unit in UNITS
}
ASSIGNMENT: dict[str, Any] = {
    "lead_leader": ZHANG.login, "lead_unit": BUILDING.name, "supporting_units": [LABOUR.name],
    "due": DUE.isoformat(),
}  # fmt: skip


@cache
def workflow() -> Workflow:
    """Load the default workflow."""
    return load(FILE.read_text(encoding="utf-8"), FILE.name, VOCABULARY)


def id_of(person: Person) -> int:
    """Give the id of one of the cast."""
    return IDS[person.login]


def principal(
    person: Person, *, may_write: bool = True, for_: tuple[Person, ...] = ()
) -> Principal:
    """Give one of the cast as the caller."""
    unit = next(u for u in UNITS if u.name == person.unit)
    above = {UNIT_IDS[unit.name]}
    while unit.parent is not None:
        unit = next(u for u in UNITS if u.name == unit.parent)
        above.add(UNIT_IDS[unit.name])
    own = UNIT_IDS[person.unit]
    stands_in_for = frozenset(id_of(p) for p in for_)
    return Principal(
        id_of(person), person.login, person.name, person.post, frozenset(person.roles), own,
        frozenset({own}), frozenset(above), stands_in_for, may_write,
    )  # fmt: skip


class Stage:
    """One case in memory, and a clock that a test moves."""

    def __init__(self, **case: Any) -> None:  # noqa: ANN401  # columns of the case
        self.now = NOW
        self.calendar = Calendar()
        self.cases: dict[str, Case] = {}
        blank: dict[str, Any] = dict.fromkeys(columns("case"))
        counted = {"declines": 0, "relapses": 0, "reopenings": 0, "next_no": 1, "version": 1}
        named = {"id": 1, "code": "DB-2026-0001", "issue_id": 1, "title": "复工"}
        kept = {"workflow": "key-issue", "workflow_version": 2, "state": "registered"}
        at = {"registered_at": NOW, "imported": False, "planned_supporting": []}
        row = Case(**(blank | counted | named | kept | at | case))
        issue = Issue(1, "ZD-2026-001", "停工", "district", None, None, None, None, None, NOW)
        self.facts = CaseFacts(row, issue, people=ACCOUNTS, units=UNIT_ROWS)
        self.facts = step.begin(self.attempt(ZHAO)).facts

    # --- what rules look at ----------------------------------------------------------------------

    def attempt(self, person: Person, data: Mapping[str, Any] | None = None) -> Attempt:
        """Give what the rules look at when somebody tries something."""
        return self.attempt_of(principal(person), data)

    def attempt_of(self, who: Principal, data: Mapping[str, Any] | None = None) -> Attempt:
        """Give what the rules look at for a caller."""
        return Attempt(
            self.facts.case.state, self.facts, workflow(), who, self.now, ZONE, self.calendar, data
        )

    def account(self, login: str) -> Account | None:
        """Find an account, as a directory does."""
        return ACCOUNTS.get(IDS.get(login, 0))

    def unit(self, name: str) -> Unit | None:
        """Find a unit, as a directory does."""
        return UNIT_ROWS.get(UNIT_IDS.get(name, 0))

    def case(self, code: str) -> Case | None:
        """Find another case, as a directory does."""
        return {self.facts.case.code: self.facts.case, **self.cases}.get(code)

    def exits(self, person: Person) -> dict[str, Exit]:
        """Give the doors of the state for somebody."""
        found = explain(self.attempt(person), VOCABULARY.needs)
        return {door.arc.trigger: door for door in found}

    # --- what happens ----------------------------------------------------------------------------

    def passes(self, **much: float) -> "Stage":
        """Let time pass."""
        self.now += timedelta(**much)
        return self

    def having(self, **changes: Any) -> "Stage":  # noqa: ANN401  # parts of the facts
        """Change facts outright."""
        self.facts = self.facts.having(**changes)
        return self

    def case_is(self, **values: Any) -> "Stage":  # noqa: ANN401  # columns of the case
        """Change columns of the case outright."""
        return self.having(case=replace(self.facts.case, **values))

    def step(self, who: Person | Principal, trigger: str, why: str | None = None, **data: Any  # noqa: ANN401  # fields
             ) -> "Stage":  # fmt: skip
        """Take a step."""
        caller = principal(who) if isinstance(who, Person) else who
        attempt = self.attempt_of(caller)
        attempt.reason = why
        self.facts = step.take(attempt, trigger, data, self, VOCABULARY.needs).facts
        return self

    def assigned(self) -> "Stage":
        """Assign it to 张三, with 乙建设办 and 丙劳动所."""
        return self.step(ZHAO, "assign", **ASSIGNMENT)

    def acknowledged(self) -> "Stage":
        """Have it acknowledged too."""
        return self.assigned().step(ZHANG, "acknowledge")

    def planned(self, *wanted: Wanted) -> "Stage":
        """Have a task force and an adopted plan too."""
        return self.acknowledged().force().plan(*wanted).adopt()

    def started(self, *wanted: Wanted) -> "Stage":
        """Have it in resolution."""
        return self.planned(*wanted).step(ZHANG, "start")

    def stabilized(self) -> "Stage":
        """Have it stabilized, with an interim reply."""
        return (
            self.started().report("done", proved=True).replied("interim").step(ZHANG, "stabilize")
        )

    def proposed(self) -> "Stage":
        """Have its closure proposed after the observation."""
        self.stabilized().passes(days=16).replied("final")
        return self.step(ZHANG, "propose-closure", outcome="resolved", summary="全部完成")

    def closed(self) -> "Stage":
        """Have it closed as resolved."""
        return self.proposed().step(CHEN, "close")

    # --- parts -----------------------------------------------------------------------------------

    def draft(self) -> Draft:
        """Begin a draft."""
        return Draft(self.facts, self.now)

    def kept(self, draft: Draft) -> "Stage":
        """Take what a draft changed."""
        self.facts = draft.facts
        return self

    def force(self) -> "Stage":
        """Name a liaison, and an officer of each unit."""
        draft = self.draft()
        members = {("member", id_of(p), UNIT_IDS[p.unit]) for p in (SUN, WU)}
        tenure.staff(draft, {("liaison", id_of(SUN), None), *members})
        return self.kept(draft)

    def plan(self, *wanted: Wanted) -> "Stage":
        """Write a plan."""
        draft = self.draft()
        planning.write(draft, id_of(ZHANG), wanted or (measure(),))
        return self.kept(draft)

    def adopt(self) -> "Stage":
        """Adopt the newest plan."""
        draft, plan = self.draft(), self.facts.newest_plan
        assert plan is not None
        beats = planning.adopt(draft, plan, id_of(ZHANG))
        clocks.turn(draft, self.attempt(ZHANG), beats)
        return self.kept(draft)

    def report(self, status: str, *, proved: bool = False, place: int = 0) -> "Stage":
        """Report on a measure."""
        draft = self.draft()
        what = Report(status, "进展", self.now.date(), [7] if proved else [], id_of(SUN))
        before = self.facts.measures[place]
        after = planning.report(draft, before, what)
        name = "measure-finished" if after.finished_at else "measure-adopted"
        clocks.turn(draft, self.attempt(ZHANG), [clocks.Beat(name, after.no)])
        return self.kept(draft)

    def replied(self, kind: str) -> "Stage":
        """Have a reply recorded."""
        row = Reply(1, 900 + len(self.facts.reply), kind, "答复", NOW.date(), "letter", 1, NOW)
        return self.having(reply=(*self.facts.reply, row))

    def owing(self, paid: int | None, reason: str | None = None) -> "Stage":
        """Have 100 fen owed to somebody."""
        return self.having(claim=(Claim(1, 800, "wages", 3, 100, paid, reason, NOW),))

    def disputed(self, state: str = "open") -> "Stage":
        """Have the outcome disputed."""
        return self.having(dispute=(Dispute(1, 801, state, "未到账", NOW, None),))

    def urged(self, status: str) -> "Stage":
        """Have a letter about it."""
        blank: dict[str, Any] = {field.name: None for field in fields(Letter)}
        told = {"case_id": 1, "no": 802, "status": status, "number": "〔2026〕第1号"}
        row = Letter(**(blank | told | {"demands": "尽快", "answer_by": DUE, "colour": "red"}))
        return self.having(letter=(row,))

    def deputed(self, deputy: Person, lead: Person = ZHANG) -> "Stage":
        """Have somebody named who stands in for the lead leader."""
        row = Deputy(1, id_of(lead), id_of(deputy), NOW.date(), NOW.date(), "外出", None)
        return self.having(deputies=(row,))

    def filed(self) -> "Stage":
        """Have a file."""
        return self.having(file=(File(1, 7, "凭证.pdf", "0" * 64, 1, "application/pdf", 1, NOW),))


def measure(**other: Any) -> Wanted:  # noqa: ANN401  # parts of the measure
    """Give a measure of 孙八's, due on 1 April."""
    whole: dict[str, Any] = {
        "no": None, "title": "协调资金", "owner_id": id_of(SUN), "unit_id": UNIT_IDS[BUILDING.name],
        "start_on": None, "due_on": date(2026, 4, 1), "evidence": None,
    }  # fmt: skip
    return Wanted(**(whole | other))


def changed(person: Person, **values: Any) -> dict[int, Account]:  # noqa: ANN401  # columns of the account
    """Give the accounts with one of them changed."""
    number = id_of(person)
    return ACCOUNTS | {number: replace(ACCOUNTS[number], **values)}


__all__ = ["ACCOUNTS", "Stage", "changed", "id_of", "measure", "people", "principal", "workflow"]
