"""The engine and the model side by side: every order goes to both, and both must agree."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from engine.domain.access import Principal
from engine.errors import DubanError, InvalidError, UnmetError
from engine.service.desk import Desk
from engine.service.principals import principal_of
from engine.store import ledger
from engine.store.tables import METADATA, table
from tests.model.days import ZONE
from tests.model.deeds import DONE, Verdict
from tests.model.judging import Try, World
from tests.model.matter import Matter
from tests.model.rules import ARCS, NEEDS
from tests.service.walk.compare import agree

Answer = Any


BEYOND = {"no-unanswered-letter", "no-open-dispute", "has-promised-date", "handover-pending"}
"""Needs that no order of this walk lacks: letters, disputes and imports come from elsewhere, and
without an offer nobody is the successor."""
WAYS = {f"{arc.trigger} {arc.to or ''}".strip() for arc in ARCS}


@dataclass
class Tally:
    """What a walk did: steps by how they ended, triggers that went through, needs that lacked."""

    ended: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    lacked: Counter[str] = field(default_factory=Counter)

    @property
    def steps(self) -> int:
        """How many orders were tried."""
        return self.ended.total()

    @property
    def unseen(self) -> set[str]:
        """Name the steps that never went through, and the needs that never lacked."""
        return (WAYS - set(self.fired)) | (NEEDS - BEYOND - set(self.lacked))

    @property
    def is_whole(self) -> bool:
        """Whether every step went through and every need was lacking at least once."""
        return not self.unseen


@dataclass
class Pair:
    """One open transaction with an office in it, and the model's world beside it."""

    conn: Connection
    world: World
    tally: Tally
    ids: dict[str, int]
    issue: str = ""
    _held: list[Any] | None = None

    @property
    def desk(self) -> Desk:
        """A desk at the present instant."""
        return Desk(self.conn, self.world.office.now, "en", "api", ZONE)

    def who(self, login: str) -> Principal:
        """Give somebody as the caller, with the rights of this instant."""
        return principal_of(self.desk, login)

    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.world.office.now += timedelta(seconds=seconds)

    def order(
        self, verdict: Verdict, call: Callable[[], Answer], done: Callable[[Answer], object]
    ) -> Answer | None:
        """Give an order to the engine; it ends as the model says, and if refused changes nothing.

        `done` carries it out in the model.
        """
        before = self._held if self._held is not None else self.tables()
        try:
            answer = call()
        except DubanError as refusal:
            self._refused(verdict, refusal)
            self._held = self.tables()
            assert self._held == before, "a refusal changed something"
            return None
        assert verdict == DONE, f"the engine let pass what the model refuses: {verdict}"
        self.tally.ended["done"] += 1
        self._held = None
        done(answer)
        return answer

    def _refused(self, verdict: Verdict, refusal: DubanError) -> None:
        assert verdict_of(refusal) == verdict, (verdict, refusal)
        assert refusal.say("en")
        assert refusal.say("zh") != refusal.say("en")
        self.tally.ended[verdict.kind] += 1
        if isinstance(refusal, UnmetError):
            self.tally.lacked.update(verdict.names)
            assert len(refusal.unmet) == len(verdict.names)

    def tables(self) -> list[Any]:
        """Read every table whole."""
        if self.conn.dialect.name == "sqlite":
            raw: Any = self.conn.connection.driver_connection
            return [raw.execute(f'SELECT * FROM "{name}"').fetchall() for name in METADATA.tables]
        found = (self.conn.execute(select(table(name))) for name in METADATA.tables)
        return [sorted(map(repr, rows)) for rows in found]

    def touched(self) -> None:
        """Forget how the tables were: something changed that is no order on a case."""
        self._held = None

    def matter(self, code: str) -> Matter:
        """Give the model's case."""
        return self.world.matters[code]

    def agree(self, code: str, login: str, answer: Answer) -> None:
        """Hold an answer about a case, and the rows of the case, against the model."""
        matter = self.matter(code)
        agree(self.conn, self.ids[code], Try(self.world, matter, login), answer)

    def agree_on_log(
        self, code: str, login: str, kind: str, by: tuple[str | None, tuple[Any, ...]]
    ) -> None:
        """Hold the newest event of a case against the model: who, for whom, when, what."""
        on_behalf, step = by
        column = table("event").c
        newest = self.conn.execute(
            select(column.kind, column.body, column.seq)
            .where(column.stream == self.ids[code])
            .order_by(column.seq.desc())
            .limit(1)
        ).one()
        event = json.loads(newest.body)
        assert (newest.kind, newest.seq) == (kind, self.matter(code).events)
        assert event["actor"]["id"] == self.ids[login]
        assert event["actor"]["for"] == (None if on_behalf is None else self.ids[on_behalf])
        assert event["at"] == self.world.office.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        assert (event.get("trigger"), event.get("from"), event.get("to")) == step

    def agree_on_versions(self) -> None:
        """Hold that no other case moved."""
        case = table("case").c
        found = self.conn.execute(select(case.code, case.version, case.state)).all()
        modelled = {(m.code, m.version, m.state) for m in self.world.matters.values()}
        assert {tuple(row) for row in found} == modelled

    def settle(self) -> None:
        """Give every event its place in the log."""
        ledger.sequence(self.conn, wait=True)


def verdict_of(refusal: DubanError) -> Verdict:
    """Put a refusal of the engine into the model's words."""
    if isinstance(refusal, InvalidError):
        return Verdict("invalid", frozenset(fault.field for fault in refusal.faults))
    if isinstance(refusal, UnmetError):
        names = [unmet.need for unmet in refusal.unmet]
        assert all(unmet.who.code for unmet in refusal.unmet)
        return Verdict("unmet", frozenset(names))
    return Verdict(refusal.code)
