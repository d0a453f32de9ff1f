"""A small office for tests of the calendar: a database, a desk, one case with its clocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, create_engine

from engine.domain.access import Principal
from engine.domain.calendar import Calendar, fixed
from engine.domain.duedates import Due
from engine.domain.events import insertion
from engine.domain.records import columns
from engine.domain.records.matters import Case, Clock
from engine.service.almanac import calendar_of
from engine.store import rows
from engine.store.database import Database, open_database
from engine.store.tables import METADATA
from engine.words import Locale

ZONE = ZoneInfo("Asia/Shanghai")
ADMIN = Principal(1, "admin", "管理员", None, frozenset({"admin"}), None)
OFFICE = Principal(2, "office", "张三", None, frozenset({"office"}), None)


@dataclass(frozen=True)
class Desk:
    """A desk as the calendar's verbs need it."""

    conn: Connection
    now: datetime
    locale: Locale = "en"
    via: str = "cli"
    zone: ZoneInfo = ZONE


def at(text: str) -> datetime:
    """Read an instant of the office."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@contextmanager
def office(folder: Path, now: str = "2026-12-30 10:00") -> Iterator[Desk]:
    """Open an empty office at an instant, in one transaction."""
    database = empty(folder)
    with database.transaction() as conn:
        yield Desk(conn, at(now))
    database.close()


def empty(folder: Path) -> Database:
    """Create a database with all tables and nothing in them."""
    url = f"sqlite:///{folder / 'duban.db'}"
    builder = create_engine(url)
    METADATA.create_all(builder)
    builder.dispose()
    return open_database(url)


def counted(desk: Desk, n: int, unit: str = "working-day") -> Due:
    """Give a due date by the calendar as the office has it."""
    return calendar_of(desk.conn).due(desk.now, n, unit, ZONE)


def promised(on: date) -> Due:
    """Give a due date that somebody promised."""
    return fixed(on, "case-due", ZONE, Calendar())


def later(desk: Desk, now: str) -> Desk:
    """Give the same desk at another instant."""
    return replace(desk, now=at(now))


def open_case(desk: Desk, case_id: int, *dues: tuple[str, Due]) -> None:
    """Put a case there with these clocks, all running limits."""
    nearest = min(dues, key=lambda d: d[1].at)
    issue = dict.fromkeys(columns("issue")) | {
        "id": case_id, "code": f"ZD-2026-{case_id:03d}", "title": "某某小区停工",
        "origin": "district", "created_at": desk.now,
    }  # fmt: skip
    case = dict.fromkeys(columns("case")) | {
        "id": case_id, "code": f"DB-2026-{case_id:04d}", "issue_id": case_id, "title": "复工",
        "workflow": "key-issue", "workflow_version": 2, "state": "assigned", "version": 1,
        "next_no": len(dues) + 1, "registered_at": desk.now, "declines": 0, "relapses": 0,
        "reopenings": 0, "imported": False, "planned_supporting": [],
        "limit_due_at": nearest[1].at, "limit_kind": nearest[0],
    }  # fmt: skip
    deltas = [insertion("issue", issue), insertion("case", case)]
    for no, (kind, due) in enumerate(dues, start=1):
        row = dict.fromkeys(columns("clock")) | {
            "case_id": case_id, "no": no, "kind": kind, "is_limit": True, "started_at": desk.now,
            "valid_from": desk.now, "due_on": due.on, "due_at": due.at,
            "provisional": due.provisional, "derivation": due.derivation,
        }  # fmt: skip
        deltas.append(insertion("clock", row))
    rows.apply(desk.conn, deltas)


def clocks(desk: Desk, case_id: int) -> list[Clock]:
    """Read the clocks of a case by number."""
    found: list[Clock] = rows.fetch(desk.conn, "clock", case_id=case_id)
    return found


def case_of(desk: Desk, case_id: int) -> Case:
    """Read a case."""
    found: Case = rows.fetch_one(desk.conn, "case", id=case_id)
    return found
