"""An office with the whole cast in it, and a clock for what runs on real time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from engine.domain.access import OPERATOR, Principal
from engine.domain.records import columns
from engine.service import calendar, installation
from engine.service.accounts import NewAccount, add_account
from engine.service.desk import Desk as OpenDesk
from engine.service.principals import principal_of
from engine.service.seal import Seal
from engine.service.units import add_unit
from engine.store import ledger, rows
from engine.store.database import Database
from engine.store.tables import table
from engine.words import Locale
from tests.people import PASSWORD, PEOPLE, UNITS, Person

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
"""Tuesday, 15:00 in the office."""


@dataclass(frozen=True)
class Desk:
    """A desk as the verbs on people need it."""

    conn: Connection
    now: datetime
    locale: Locale = "en"
    via: str = "api"
    zone: ZoneInfo = ZONE


@dataclass
class Clock:
    """A real clock that a test moves."""

    at: datetime = START

    def __call__(self) -> datetime:
        """Read it."""
        return self.at

    def passes(self, **much: float) -> None:
        """Let time pass."""
        self.at += timedelta(**much)


@dataclass
class Office:
    """What the application is to the verbs that open desks themselves."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    seal: Seal = field(default_factory=lambda: Seal(Path(mkdtemp())))

    @contextmanager
    def writing(self, via: str = "api", locale: Locale | None = None) -> Iterator[Desk]:
        """Open a desk that writes, at the clock's instant."""
        with self.database.transaction() as conn:
            yield Desk(conn, self.clock(), locale or "en", via)

    @contextmanager
    def reading(self, via: str = "api", locale: Locale | None = None) -> Iterator[Desk]:
        """Open a desk that reads, at the clock's instant."""
        with self.database.reading() as conn:
            yield Desk(conn, self.clock(), locale or "en", via)


def order_of(person: Person, password: str | None = None) -> NewAccount:
    """Say how the account of one of the cast is made."""
    return NewAccount(
        person.login, person.name, person.unit, person.roles, person.post, password=password
    )


def move_in(desk: OpenDesk) -> None:
    """Publish the shipped workflows and calendars, and move the whole cast in."""
    installation.publish_shipped(desk)
    calendar.load_shipped(desk)
    for unit in UNITS:
        add_unit(desk, OPERATOR, unit.name, unit.parent, unit.kind)
    for person in PEOPLE:
        add_account(desk, OPERATOR, order_of(person))


def build(database: Database, *with_password: Person) -> Office:
    """Put the units and everybody in; only those named can sign in, for hashing takes its time."""
    office = Office(database)
    with office.writing("cli") as desk:
        for unit in UNITS:
            add_unit(desk, OPERATOR, unit.name, unit.parent, unit.kind)
        for person in PEOPLE:
            password = PASSWORD if person in with_password else None
            add_account(desk, OPERATOR, order_of(person, password))
    return office


def who(desk: Desk, person: Person) -> Principal:
    """Give one of the cast as the caller."""
    return principal_of(desk, person.login)


def lead(desk: Desk, person: Person, code: str) -> None:
    """Put an open case there that somebody leads, as bare rows: no rule of cases is tested here."""
    account = principal_of(desk, person.login)
    issue = {"id": 1, "code": "ZD-2026-001", "title": "某某小区停工", "origin": "district",
             "created_at": desk.now}  # fmt: skip
    case = {
        "id": 1, "code": code, "issue_id": 1, "title": "复工", "workflow": "key-issue",
        "workflow_version": 2, "state": "assigned", "version": 1, "next_no": 1,
        "registered_at": desk.now, "declines": 0, "relapses": 0, "reopenings": 0,
        "imported": False, "planned_supporting": [], "lead_id": account.account_id,
        "lead_unit_id": account.unit_id,
    }  # fmt: skip
    for record, row in (("issue", issue), ("case", case)):
        rows.bulk_insert(desk.conn, record, [dict.fromkeys(columns(record)) | row])


def told(desk: Desk) -> list[tuple[str, bytes]]:
    """Give the kind and the body of every event of the office, oldest first."""
    return [(event.kind, event.body) for event in ledger.history(desk.conn, 0)]


def everything(desk: Desk, *tables: str) -> str:
    """Give all that some tables hold, as text, to look for what must not be there."""
    found: list[Any] = [row for name in tables for row in desk.conn.execute(select(table(name)))]
    return repr(found)
