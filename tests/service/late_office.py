"""Random offices whose cases are late, paused, handed on, closed and opened again, as bare rows.

Every instant lies on a coarse grid, so that ends, starts, due times and the instants asked about
coincide often. What is expected is told by the domain's rules, row by row, and by counting days one
by one in a calendar that is not ours.
"""

from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import Connection, insert

from engine.domain import clocks, tenure
from engine.domain.duedates import end_of_day
from engine.domain.records import Clock, Request, Stage, Tenure, columns
from engine.service.calendar import load_shipped
from engine.service.desk import Desk
from engine.service.installation import publish_shipped
from engine.store import people, rows
from engine.store.tables import table

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2024, 9, 20, 4, 0, tzinfo=UTC)
STEPS = 60
NOW = START + timedelta(hours=12 * (STEPS + 20))
STATES = ("registered", "assigned", "in-resolution", "stabilized")
KINDS = ("assign", "acknowledge", "plan", "resolve", "measure")
LEADERS = {1: "zhangsan", 2: "lisi", 3: "wangwu"}
UNITS = {1: "甲镇", 2: "乙建设办", 3: "丙劳动所"}
ISSUES = {1: "ZD-2024-001", 2: "ZD-2024-002"}


def grid(step: int) -> datetime:
    """Give an instant of the grid: noon and midnight in the office, in turn."""
    return START + timedelta(hours=12 * step)


@dataclass
class Matter:
    """A case with its parts."""

    id: int
    issue: int
    at: int
    planned_unit: int | None
    stages: list[Stage] = field(default_factory=list)
    tenures: list[Tenure] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code of the case."""
        return f"DB-2024-{self.id:04d}"

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed, if it still is."""
        last = self.stages[-1]
        return last.from_at if last.state == "closed" else None

    def state_at(self, at: datetime) -> str | None:
        """Tell its state at an instant; None before it was there."""
        for stage in self.stages:
            if stage.from_at <= at and (stage.to_at is None or at < stage.to_at):
                return stage.state
        return None

    def lead_at(self, at: datetime) -> str | None:
        """Tell who answered for it."""
        found = tenure.accountable_at(self.tenures, at)
        return None if found is None else LEADERS[found]

    def unit_at(self, at: datetime) -> str | None:
        """Tell its lead unit."""
        found = [t for t in self.tenures if t.role == "lead-unit" and tenure.holds_at(t, at)]
        return UNITS[found[0].unit_id or 0] if found else None

    def shown_unit_at(self, at: datetime) -> str | None:
        """Tell the unit that a list shows: the lead unit, or the one planned."""
        planned = None if self.planned_unit is None else UNITS[self.planned_unit]
        return self.unit_at(at) or planned

    def late_at(self, at: datetime) -> Clock | None:
        """Tell which of its limits had passed first."""
        return clocks.overdue_at(self.clocks, at)

    def limit_at(self, at: datetime) -> datetime | None:
        """Tell the limit that it was to pass first, or had passed."""
        running = (c for c in self.clocks if clocks.counts_at(c, at) and c.is_limit)
        alive = [
            c.due_at for c in running
            if c.paused_at is None or c.paused_at > at or c.due_at < c.paused_at
        ]  # fmt: skip
        return min(alive, default=None)

    def due_at_instant(self, at: datetime) -> date | None:
        """Tell the date that was promised for it."""
        found = [c for c in self.clocks if c.kind == "resolve" and c.valid_from <= at]
        return found[-1].due_on if found else None


def days(limit: Clock, at: datetime) -> dict[str, int]:
    """Count the days overdue one by one."""
    until = (at if limit.paused_at is None else min(at, limit.paused_at)).astimezone(ZONE).date()
    passed = [limit.due_on + timedelta(days=n) for n in range(1, (until - limit.due_on).days + 1)]
    return {"calendar": len(passed), "working": sum(map(works, passed))}


def limit(on: date, paused_at: datetime | None = None) -> Clock:
    """Give a running limit that ends with a day."""
    begin = end_of_day(on, ZONE) - timedelta(days=30)
    blank: dict[str, Any] = dict.fromkeys(columns("clock"))
    told = {"case_id": 1, "no": 1, "kind": "resolve", "is_limit": True, "provisional": False}
    dates = {"started_at": begin, "valid_from": begin, "due_on": on, "paused_at": paused_at}
    return Clock(**blank | told | dates | {"due_at": end_of_day(on, ZONE), "derivation": {}})


@cache
def works(on: date) -> bool:
    """Tell whether a day works, by a calendar that is not ours."""
    return bool(chinese_calendar.is_workday(on))


def imagine(rng: Random, count: int) -> list[Matter]:
    """Imagine so many cases."""
    return [_matter(rng, number) for number in range(1, count + 1)]


def _matter(rng: Random, number: int) -> Matter:
    at = rng.randrange(STEPS // 2)
    matter = Matter(number, rng.choice(list(ISSUES)), at, rng.choice([None, *UNITS]))
    no = iter(range(1, 100))
    cuts = sorted({at, *(rng.randrange(at, STEPS) for _ in range(rng.randrange(5)))})
    for cut, after in zip(cuts, [*cuts[1:], None], strict=True):
        state = STATES[0] if cut == at else rng.choice([*STATES, "closed"])
        to = None if after is None else grid(after)
        matter.stages.append(Stage(number, next(no), state, grid(cut), to))
    for role, ids in (("lead", list(LEADERS)), ("lead-unit", list(UNITS))):
        for begin, to in _stretches(rng, matter):
            who = rng.choice(ids)
            lead, unit = (who, None) if role == "lead" else (None, who)
            basis = rng.choice(["assign", "accept-handover", "reopen"])
            matter.tenures.append(Tenure(number, next(no), role, lead, unit, begin, to, basis))
    for _ in range(rng.randrange(6)):
        matter.clocks.append(_clock(rng, matter, next(no)))
    for _ in range(rng.randrange(3)):
        matter.requests.append(_request(rng, matter, next(no)))
    return matter


def _stretches(rng: Random, matter: Matter) -> list[tuple[datetime, datetime | None]]:
    """Give stretches one after the other; the last is open where the case is."""
    cuts = sorted(rng.sample(range(matter.at, STEPS), rng.randrange(4)))
    ends = [grid(cut) for cut in cuts[1:]] + [matter.closed_at]
    found = [(grid(cut), end) for cut, end in zip(cuts, ends, strict=False)]
    return [(begin, end) for begin, end in found if end is None or begin <= end]


def _clock(rng: Random, matter: Matter, no: int) -> Clock:
    begin = rng.randrange(matter.at, STEPS)
    end = rng.choice([None, None, rng.randrange(begin, STEPS + 1)])
    if matter.closed_at is not None and end is None:
        end = STEPS
    due_at = grid(rng.randrange(begin - 10, STEPS + 10))
    on = due_at.astimezone(ZONE).date()
    if rng.random() < 0.5:
        due_at = end_of_day(on, ZONE)
    pauses = [None, None, None, grid(rng.randrange(begin, STEPS + 1)), max(due_at, grid(begin))]
    paused = rng.choice(pauses)
    return Clock(
        matter.id, no, rng.choice(KINDS), None, rng.random() < 0.8, grid(begin), grid(begin), on,
        due_at, rng.random() < 0.2, {}, paused, None if end is None else grid(end),
        None if end is None else rng.choice(["stopped", "superseded"]), None,
    )  # fmt: skip


def _request(rng: Random, matter: Matter, no: int) -> Request:
    kind = ["extension", "suspension", "handover"][no % 3]
    asked = rng.randrange(matter.at, STEPS)
    taken = any(r.kind == kind and r.state == "pending" for r in matter.requests)
    state = "granted" if taken else rng.choice(["pending", "granted", "refused"])
    decided = None if state == "pending" else grid(rng.randrange(asked, STEPS + 1))
    blank: dict[str, Any] = dict.fromkeys(columns("request"))
    by = {"decided_by": None if decided is None else 1, "decided_at": decided}
    told = {"kind": kind, "state": state, "asked_by": 1, "asked_at": grid(asked), "to_id": 2}
    return Request(**blank | {"case_id": matter.id, "no": no} | told | by)


def put(connection: Connection, matters: list[Matter]) -> None:
    """Write an office with these cases into its tables."""
    put_office(connection)
    put_cases(connection, matters)


def put_office(connection: Connection) -> None:
    """Write what the cases name: workflows, calendar, units, accounts, issues."""
    desk = Desk(connection, START, "en", "cli", ZONE)
    publish_shipped(desk)
    load_shipped(desk)
    _put(connection, "unit", (
        {"id": i, "name": name, "parent_id": None, "kind": "unit"} for i, name in UNITS.items()
    ))  # fmt: skip
    for i in UNITS:
        people.link_unit(connection, i, None)
    _put(connection, "account", (
        {"id": i, "login": login, "name": login, "unit_id": 1, "roles": ["leader"],
         "enabled": True, "created_at": START}
        for i, login in LEADERS.items()
    ))  # fmt: skip
    _put(connection, "issue", (
        {"id": i, "code": code, "title": f"某某问题{i}", "origin": "district", "created_at": START}
        for i, code in ISSUES.items()
    ))  # fmt: skip


def put_cases(connection: Connection, matters: list[Matter]) -> None:
    """Write the cases with their parts."""
    _put(connection, "case", [row(matter) for matter in matters])
    put_parts(connection, matters)


def put_parts(connection: Connection, matters: list[Matter]) -> None:
    """Write the parts of cases that are there."""
    for record in ("stage", "tenure", "clock", "request"):
        parts = (asdict(part) for m in matters for part in getattr(m, f"{record}s"))
        _put(connection, record, parts)


def row(matter: Matter) -> dict[str, Any]:
    """Give the row of a case: what its parts imply now."""
    nearest = clocks.nearest_limit(matter.clocks)
    running = [t for t in matter.tenures if t.to_at is None]
    return {
        "id": matter.id, "code": matter.code, "issue_id": matter.issue, "title": "某",
        "workflow": "key-issue", "workflow_version": 2, "state": matter.stages[-1].state,
        "version": 1, "next_no": 100, "registered_at": grid(matter.at),
        "declines": sum(stage.state == STATES[0] for stage in matter.stages[1:]),
        "closed_at": matter.closed_at, "relapses": 0, "imported": False,
        "reopenings": sum(stage.state == "closed" for stage in matter.stages[:-1]),
        "planned_supporting": [], "planned_unit_id": matter.planned_unit,
        "due_on": matter.due_at_instant(NOW),
        "lead_id": next((t.account_id for t in running if t.role == "lead"), None),
        "lead_unit_id": next((t.unit_id for t in running if t.role == "lead-unit"), None),
        "limit_due_at": nearest and nearest.due_at, "limit_kind": nearest and nearest.kind,
    }  # fmt: skip


def _put(connection: Connection, record: str, found: Any) -> None:  # noqa: ANN401  # rows
    blank = dict.fromkeys(columns(record))
    rows.bulk_insert(connection, record, (blank | one for one in found))


def put_below(connection: Connection, unit_id: int, above: int) -> None:
    """Put a unit below another."""
    pair = {"ancestor_id": above, "descendant_id": unit_id}
    connection.execute(insert(table("unit_closure")), [pair])
