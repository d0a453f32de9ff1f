"""A large invented office for measuring: so many cases, each with a plausible course, none real.

    python -m bench.office sqlite:////some/folder/duban.db 100000

Rows are written straight to the tables, without events: what is measured on them reads the tables
only. The same seed gives the same rows on both databases.
"""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from engine.domain.calendar import Calendar
from engine.domain.codes import case_code, issue_code
from engine.domain.duedates import end_of_day
from engine.domain.records import CASE_PARTS, columns
from engine.service.calendar import load_shipped
from engine.service.desk import Desk
from engine.service.installation import publish_shipped
from engine.store import people, rows
from engine.store.database import open_database
from engine.store.migrations import upgrade

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 4, 23, 6, 30, tzinfo=UTC)
YEARS = 3.3
OPEN_SHARE = 0.3
IN_TIME_SHARE = 0.75
EXTENDED_SHARE, HANDED_OVER_SHARE, PAUSED_SHARE, SUMMARY_SHARE, HALF = 0.2, 0.1, 0.03, 0.3, 0.5
OFFICES = 14
"""Units directly below the town; the others are below these."""
UNITS, LEADERS, OFFICERS = 40, 20, 80
_STATES = ("registered", "assigned", "in-resolution", "stabilized", "closed")
_PLACES = ("示例家园", "河西片区", "老旧小区", "农贸市场", "学校周边", "工业园", "沿江路", "安置房")
_MATTERS = ("欠薪", "停工", "加装电梯", "供水改造", "雨污混接", "房屋交付", "垃圾清运", "物业退出")
_DEEDS = ("核查", "整治", "协调", "清退", "化解", "复工", "支付", "答复", "验收", "公示")
_CALENDAR = Calendar()


@cache
def _end(on: date) -> datetime:
    return end_of_day(on, ZONE)


@cache
def _working(start: date, n: int) -> date:
    return _CALENDAR.add_working_days(start, n)


def _day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


@dataclass
class Course:
    """The course of one case: its row, the rows of its parts, the clock that runs through it."""

    rng: random.Random
    case: dict[str, Any]
    parts: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {p: [] for p in CASE_PARTS}
    )

    def add(self, record: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401  # columns
        """Add a part under the next number."""
        row = dict.fromkeys(columns(record)) | {
            "case_id": self.case["id"],
            "no": self.case["next_no"],
        }
        self.case["next_no"] += 1
        row |= values
        self.parts[record].append(row)
        return row

    def start(
        self, kind: str, at: datetime, on: date, subject: int | None = None
    ) -> dict[str, Any]:
        """Start a clock."""
        return self.add(
            "clock", kind=kind, subject=subject, is_limit=kind != "observe", started_at=at,
            valid_from=at, due_on=on, due_at=_end(on), provisional=False,
            derivation={"rule": "fixed", "why": "case-due", "due": on.isoformat()},
        )  # fmt: skip

    def end(self, clock: dict[str, Any], at: datetime, how: str = "stopped") -> None:
        """End a clock, unless that lies ahead."""
        if at <= NOW:
            clock |= {"ended_at": at, "ended_by": how}

    def enter(self, state: str, at: datetime) -> None:
        """Put the case into a state."""
        if self.parts["stage"]:
            self.parts["stage"][-1]["to_at"] = at
        self.add("stage", state=state, from_at=at)
        self.case["state"] = state

    def later(self, at: datetime, least: float, most: float) -> datetime:
        """Give an instant so many days later."""
        return at + timedelta(seconds=self.rng.randint(int(least * 86400), int(most * 86400)))

    def run(self) -> None:
        """Go through the states until now, or until the case rests."""
        at = self.case["registered_at"]
        self.enter("registered", at)
        clock = self.start("assign", at, _working(_day(at), 1))
        stays = self.rng.random() < OPEN_SHARE and self.rng.choice(_STATES[:-1])
        for step in (self._assign, self._resolve, self._stabilize, self._close):
            if stays == self.case["state"]:
                break
            at = self.later(at, 0.1, 3 if self.case["state"] == "registered" else 70)
            if at > NOW:
                break
            clock = step(at, clock)
        if self.case["state"] != "closed" and self.rng.random() < IN_TIME_SHARE:
            self._promise()
        self._figures()

    def _promise(self) -> None:
        """Let the dates of what still runs lie ahead."""
        for clock in self.parts["clock"]:
            if clock["ended_at"] is None:
                on = _day(NOW) + timedelta(days=self.rng.randint(0, 90))
                clock |= {"due_on": on, "due_at": _end(on)}

    def _assign(self, at: datetime, clock: dict[str, Any]) -> dict[str, Any]:
        self.end(clock, at)
        self.enter("assigned", at)
        lead, unit = self.rng.randint(1, LEADERS), self.rng.randint(2, UNITS)
        self.case |= {"lead_id": lead, "lead_unit_id": unit, "version": 2}
        self.add("tenure", role="lead", account_id=lead, from_at=at, basis="assign")
        self.add("tenure", role="lead-unit", unit_id=unit, from_at=at, basis="assign")
        for other in self.rng.sample(range(2, UNITS + 1), self.rng.randint(0, 2)):
            self.add("tenure", role="supporting-unit", unit_id=other, from_at=at, basis="assign")
        due = _day(at) + timedelta(days=self.rng.randint(20, 120))
        self.case |= {"due_on": due, "first_due_on": due}
        acknowledge = self.start("acknowledge", at, _working(_day(at), 1))
        resolve = self.start("resolve", at, due)
        signed = self.later(at, 0, 2)
        if signed <= NOW:
            self.case["acknowledged_at"] = signed
            self.end(acknowledge, signed)
            self.start("plan", signed, _working(_day(signed), 3))
        return resolve

    def _resolve(self, at: datetime, clock: dict[str, Any]) -> dict[str, Any]:
        for plan in self.parts["clock"]:
            if plan["kind"] in {"plan", "acknowledge"} and plan["ended_at"] is None:
                self.end(plan, max(at, plan["started_at"]))
        self.enter("in-resolution", at)
        for _ in range(self.rng.randint(1, 3)):
            on = _day(at) + timedelta(days=self.rng.randint(3, 60))
            self.end(self.start("measure", at, on, self.case["next_no"]), self.later(at, 1, 70))
        self.add("note", body=self._sentence(), by_id=1, at=at)
        moves = self.later(at, 1, 20)
        if moves <= NOW and self.rng.random() < EXTENDED_SHARE and clock["due_at"] > moves:
            self.end(clock, moves, "superseded")
            on = clock["due_on"] + timedelta(days=self.rng.randint(5, 30))
            clock = self.start("resolve", moves, on) | {}
            self.parts["clock"][-1] = clock
            self.case["due_on"] = on
        if moves <= NOW and self.rng.random() < HANDED_OVER_SHARE:
            self._hand_over(moves)
        if self.rng.random() < PAUSED_SHARE and self.rng.random() < HALF:
            clock["paused_at"] = moves if moves <= NOW else None
        return clock

    def _hand_over(self, at: datetime) -> None:
        former = next(t for t in self.parts["tenure"] if t["role"] == "lead")
        former["to_at"] = at
        lead = self.rng.randint(1, LEADERS)
        self.add("tenure", role="lead", account_id=lead, from_at=at, basis="accept-handover")
        self.case["lead_id"] = lead

    def _stabilize(self, at: datetime, _clock: dict[str, Any]) -> dict[str, Any]:
        for clock in self.parts["clock"]:
            if clock["ended_at"] is None:
                self.end(clock, max(at, clock["started_at"]))
        self.enter("stabilized", at)
        return self.start("observe", at, _day(at) + timedelta(days=15))

    def _close(self, at: datetime, _clock: dict[str, Any]) -> dict[str, Any]:
        for part in ("clock", "tenure"):
            for row in self.parts[part]:
                if part == "clock" and row["ended_at"] is None:
                    self.end(row, at)
                elif part == "tenure" and row["to_at"] is None:
                    row["to_at"] = max(at, row["from_at"])
        self.enter("closed", at)
        self.case |= {"closed_at": at, "outcome": "resolved", "lead_id": None, "lead_unit_id": None}
        return {}

    def _figures(self) -> None:
        running = [
            c
            for c in self.parts["clock"]
            if c["ended_at"] is None
            and c["is_limit"]
            and (c["paused_at"] is None or c["due_at"] < c["paused_at"])
        ]
        nearest = min(running, key=lambda c: (c["due_at"], c["no"]), default=None)
        self.case["limit_due_at"] = nearest["due_at"] if nearest else None
        self.case["limit_kind"] = nearest["kind"] if nearest else None

    def _sentence(self) -> str:
        pick = self.rng.choice
        return "，".join(f"{pick(_PLACES)}{pick(_MATTERS)}{pick(_DEEDS)}" for _ in range(4)) + "。"


def build(url: str, cases: int, seed: int = 1) -> None:
    """Make a database with so many cases."""
    upgrade(url)
    database = open_database(url, serving=True)
    rng = random.Random(seed)  # noqa: S311  # repeatable, not secret
    with database.transaction() as connection:
        desk = Desk(connection, NOW - timedelta(days=1300), "zh", "cli", ZONE)
        publish_shipped(desk)
        load_shipped(desk)
        _people(connection)
        _issues(connection, rng, cases // 4 + 1)
        courses = _courses(rng, cases)
        while batch := list(islice(courses, 5000)):
            rows.bulk_insert(connection, "case", (course.case for course in batch))
            for part in ("stage", "tenure", "clock", "note"):
                rows.bulk_insert(connection, part, (row for c in batch for row in c.parts[part]))
    with database.transaction() as connection:
        connection.execute(text("ANALYZE"))
    database.close()


def _people(connection: Connection) -> None:
    units: list[dict[str, Any]] = [{"id": 1, "name": "示例镇", "parent_id": None, "kind": "town"}]
    units += [
        {
            "id": i,
            "name": f"第{i}办",
            "parent_id": 1 if i <= OFFICES else i - OFFICES + 1,
            "kind": "unit",
        }
        for i in range(2, UNITS + 1)
    ]
    rows.bulk_insert(connection, "unit", units)
    for unit in units:
        people.link_unit(connection, unit["id"], unit["parent_id"])
    roles = [*(["leader"] for _ in range(LEADERS)), *(["unit"] for _ in range(OFFICERS))]
    roles += [[r] for r in ("office", "supervision", "head", "auditor", "duty", "admin")]
    rows.bulk_insert(connection, "account", (
        dict.fromkeys(columns("account"))
        | {
            "id": i, "login": f"u{i}", "name": f"人员{i}", "post": None, "roles": held,
            "unit_id": 1 if held != ["unit"] else i % (UNITS - 1) + 2, "enabled": True,
            "email": None, "created_at": NOW - timedelta(days=2000),
        }
        for i, held in enumerate(roles, start=1)
    ))  # fmt: skip


def _issues(connection: Connection, rng: random.Random, count: int) -> None:
    rows.bulk_insert(connection, "issue", (
        dict.fromkeys(columns("issue"))
        | {
            "id": i, "code": issue_code(2023 + i % 4, i), "origin": "district",
            "title": f"{rng.choice(_PLACES)}{rng.choice(_MATTERS)}问题{i}",
            "created_at": NOW - timedelta(days=1300),
        }
        for i in range(1, count + 1)
    ))  # fmt: skip


def _summary(rng: random.Random) -> str | None:
    deeds = rng.choices(_DEEDS, k=12) if rng.random() < SUMMARY_SHARE else []
    return "；".join(deeds) or None


def _courses(rng: random.Random, count: int) -> Iterator[Course]:
    for i in range(1, count + 1):
        at = NOW - timedelta(seconds=int(YEARS * 365 * 86400 * (1 - i / (count + 1))))
        course = Course(rng, {
            **dict.fromkeys(columns("case")), "id": i, "code": case_code(at.year, i),
            "issue_id": rng.randint(1, count // 4 + 1), "workflow": "key-issue",
            "title": f"{rng.choice(_PLACES)}{rng.choice(_MATTERS)}{rng.choice(_DEEDS)}第{i}项",
            "workflow_version": 2, "version": 1, "next_no": 1, "registered_at": at,
            "registered_by": LEADERS + OFFICERS + 1, "declines": 0, "relapses": 0,
            "reopenings": 0, "imported": False, "planned_supporting": [],
            "summary": _summary(rng),
        })  # fmt: skip
        course.run()
        yield course


if __name__ == "__main__":
    build(sys.argv[1], int(sys.argv[2]))
