"""A simulated office year: people act on cases while timers on three nodes climb and are killed.

The people's acts go to the engine and to the model at once, as in the walk; the clock is the file
that the nodes read. What the nodes have written is held against the model's ladder.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from engine.errors import DubanError
from engine.store import jobs, rows
from engine.store.tables import table
from tests.faults.nodes import Nodes
from tests.faults.town import Town, environment
from tests.faults.urging import urge
from tests.model.days import ONE, ZONE, shipped
from tests.model.deeds import DONE, Verdict
from tests.model.judging import World
from tests.model.ladder import Key, Ladder
from tests.model.matter import Matter
from tests.model.office import Office, Official
from tests.people import PEOPLE, UNITS, ZHAO
from tests.service.walk import acting, around, moves
from tests.service.walk.pair import Answer, Pair, Tally

FIRST = date(2025, 1, 2)
"""Thursday; the year has make-up working days in spring and autumn."""
DILIGENCE = (0.01, 0.05, 0.2, 0.5)
"""How likely somebody does something about a case on a working day: some cases are forgotten."""
URGED = 0.3
"""How likely supervision urges by a letter, or somebody goes on with one, beside another act."""
LONG_REST = 3
EACH = 28
"""After so many days what was written is held against the model, and in the end."""
_PATIENCE = 300.0


@dataclass
class Book(Pair):
    """The engine and the model side by side, each order in the transaction that is open."""

    def wait(self, seconds: int) -> None:
        """Let seconds pass; days pass for everybody alike, with the clock."""
        if seconds < moves.DAY:
            super().wait(seconds)

    def order(
        self, verdict: Verdict, call: Callable[[], Answer], done: Callable[[Answer], object]
    ) -> Answer | None:
        """Give an order to both; it ends as the model says."""
        try:
            answer = call()
        except DubanError as refusal:
            self._refused(verdict, refusal)
            return None
        assert verdict == DONE, f"the engine let pass what the model refuses: {verdict}"
        self.tally.ended["done"] += 1
        done(answer)
        return answer

    def agree_on_log(self, *_: Any, **__: Any) -> None:  # noqa: ANN401  # of the walk
        """Leave it: rungs stand between the events of people."""

    def agree_on_versions(self) -> None:
        """Leave it to the end."""


@dataclass
class Year:
    """The office, its people, the nodes, and the model of all."""

    town: Town
    folder: Path
    rng: Random
    cases: int
    nodes: Nodes
    ladder: Ladder = field(default_factory=Ladder)
    scans: int = 0
    acts: int = 0
    diligence: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Put the model beside the office."""
        people = {p.login: Official(p.login, p.unit, set(p.roles)) for p in PEOPLE}
        above = {unit.name: unit.parent for unit in UNITS}
        office = Office(at(FIRST), shipped(), above, people)
        with self.town.application.writing("cli") as desk:
            ids = {row.login: row.id for row in rows.fetch(desk.conn, "account")}
            self.book = Book(desk.conn, World(office), Tally(), ids, self.town.issue)

    @property
    def office(self) -> Office:
        """The model's office."""
        return self.book.world.office

    @property
    def matters(self) -> list[Matter]:
        """The model's cases."""
        return list(self.book.world.matters.values())

    # --- time ------------------------------------------------------------------------------------

    def set_clock(self, instant: datetime) -> None:
        """Move everybody's clock on, in one piece: a node never reads half an instant."""
        self.office.now = max(instant, self.office.now)
        fresh = self.folder / "clock.new"
        fresh.write_text(self.office.now.isoformat())
        fresh.replace(self.folder / "clock")

    def look(self, matters: Iterable[Matter] | None = None) -> None:
        """Note what nodes may write down by now."""
        if self.nodes_are_up:
            self.ladder.may(self.office, matters or self.matters, self.office.now)

    def scan(self) -> None:
        """Wait until some node has climbed everything that is due now."""
        self.look()
        self.scans += 1
        last = time.monotonic() + _PATIENCE
        while not self._is_scanned():
            assert time.monotonic() < last, f"no scan ended: {self.nodes.said()}"
            time.sleep(0.02)
        self.nodes.worked()
        self.ladder.must(self.office, self.matters, self.office.now)

    def _is_scanned(self) -> bool:
        with self.town.application.reading("cli") as desk:
            ladder = [run for run in jobs.runs(desk.conn) if run["name"] == "ladder"]
        return any(r["at"] >= self.office.now and not r["last_error"] for r in ladder)

    # --- days ------------------------------------------------------------------------------------

    def pass_by(self, days: int) -> None:
        """Let so many days pass."""
        self.up()
        share, checked = max(1, int(days * 0.7)), 0
        for number in range(days):
            on = FIRST + number * ONE
            due = self.cases * min(number + 1, share) // share
            self._day(on, max(0, due - len(self.matters)))
            if self.office.days.works(on) and number >= checked + EACH:
                print(on, self.check(), flush=True)  # noqa: T201  # how far a soak is
                checked = number
        self.down()

    def up(self) -> None:
        """Start the nodes."""
        self.nodes_are_up = True
        self.nodes.start()

    def down(self) -> None:
        """Kill all nodes; nobody climbs until they are started."""
        self.look()
        self.nodes.stop()
        self.nodes_are_up = False

    def _day(self, on: date, new: int) -> None:
        self.set_clock(at(on, hour(0, 0, 1)))
        if not self.office.days.works(on):
            self._day_off(on)
            return
        if not self.nodes_are_up:
            self.set_clock(at(on, hour(8, 0)))
            self.up()
        self.scan()
        unattended = self.rng.random() < 0.02
        if unattended:
            self.down()
        self._work(on, new)
        if unattended:
            self.up()
        self._evening(on)

    def _work(self, on: date, new: int) -> None:
        begins = sorted(self.rng.randrange(8 * 60 + 30, 17 * 60) for _ in range(4))
        for turn, minute in enumerate(begins):
            self.set_clock(at(on, hour(minute // 60, minute % 60)))
            self.look()
            for _ in range(new if turn == 0 else 0):
                self._act(self._register)
            self._act_on_cases()
            if self.nodes_are_up and self.rng.random() < 0.3:
                self.set_clock(self.office.now + timedelta(seconds=1))
                self.scan()

    def _evening(self, on: date) -> None:
        """Nothing is late a second before the end of the day, and everything at its end."""
        if self.rng.random() < 0.2:
            self.set_clock(at(on, hour(23, 59, 58)))
            self.scan()
        self.set_clock(at(on, hour(23, 59, 59)))
        self.scan()
        if self._rests_after(on) >= LONG_REST and self.rng.random() < 0.7:
            self.down()

    def _day_off(self, on: date) -> None:
        self.look()
        if self.nodes_are_up and self.rng.random() < 0.5:
            self.set_clock(at(on, hour(23, 59, 59)))
            self.scan()

    def _rests_after(self, on: date) -> int:
        count = 0
        while not self.office.days.works(on + (count + 1) * ONE):
            count += 1
        return count

    # --- acts ------------------------------------------------------------------------------------

    def _act(self, deed: Callable[[], object]) -> None:
        """Let somebody do something, in a transaction of its own."""
        with self.town.application.writing("api", "en") as desk:
            self.book.conn = desk.conn
            deed()
        self.acts += 1
        self.look()

    def _register(self) -> None:
        known = set(self.book.world.matters)
        acting.register(self.book, ZHAO.login, "复工")
        for code in set(self.book.world.matters) - known:
            self.diligence[code] = self.rng.choice(DILIGENCE)

    def _act_on_cases(self) -> None:
        for matter in self.matters:
            if self.rng.random() >= self.diligence[matter.code] / 4:
                continue
            move = moves.forward if self.rng.random() < 0.75 else moves.free
            if matter.closed_at is not None and self.rng.random() < 0.9:
                continue
            if self.rng.random() < URGED:
                self._act(lambda m=matter: urge(self.book, m, self.rng))  # type: ignore[misc]
            self._act(lambda m=matter, move=move: move(self.book, m, self.rng))  # type: ignore[misc]
        if self.rng.random() < 0.01:
            self._act(self._change_calendar)

    def _change_calendar(self) -> None:
        on = self.office.today + self.rng.randrange(1, 6) * ONE
        around.override(self.book, on, works=not self.office.days.works(on))
        self.ladder.changed()

    # --- what must hold --------------------------------------------------------------------------

    def check(self) -> dict[str, int]:
        """Hold what the nodes wrote against the model; give the figures.

        At the end of a scan: whatever is due is written, and nothing more can be.
        """
        written = self._written()
        keys = Counter(key for key, _ in written)
        expected = self.ladder.expected
        certain = {key for key, one in expected.items() if one.certain is not None}
        assert {key for key, count in keys.items() if count > 1} == set(), "twice"
        assert keys.keys() - expected.keys() == set(), "not due"
        assert certain - keys.keys() == set(), "missing"
        for key, row in written:
            one = expected[key]
            assert row.due_at in one.dues, (key, row, one)
            assert max(row.due_at, one.first) <= row.at, ("early", key, row, one)
            assert one.certain is None or row.at <= one.certain, ("late", key, row, one)
            assert {self._login[i] for i in row.tells} in one.told, (key, row, one)
        self._check_order(written)
        self._check_messages(written)
        return {
            "cases": len(self.matters), "acts": self.acts, "scans": self.scans,
            "letters": sum(len(matter.urges) for matter in self.matters),
            "rungs": len(written), "certain": len(certain), "possible": len(expected),
            "kills": self.nodes.how["killed"], "crashes": self.nodes.how["crashed"],
            "outages": self.nodes.how["outage"],
        }  # fmt: skip

    def _written(self) -> list[tuple[Key, Any]]:
        rung, clock, case = table("escalation").c, table("clock").c, table("case").c
        found = (
            select(
                case.code, clock.kind, clock.subject, clock.started_at, clock.due_at.label("limit"),
                rung.rung, rung.no, rung.due_at, rung.at, rung.tells,
            )
            .join_from(table("escalation"), table("case"), case.id == rung.case_id)
            .join(table("clock"), (clock.case_id == rung.case_id) & (clock.no == rung.clock_no))
            .order_by(case.code, rung.no)
        )  # fmt: skip
        with self.town.application.reading("cli") as desk:
            self._login = {row.id: row.login for row in rows.fetch(desk.conn, "account")}
            every = desk.conn.execute(found).all()
        return [((r.code, r.kind, r.subject, r.started_at, r.limit, r.rung), r) for r in every]

    def _check_order(self, written: list[tuple[Key, Any]]) -> None:
        """What one scan wrote of a case, and what a limit ever climbed, is in the order of time."""
        last: dict[Any, datetime] = {}
        for key, row in written:
            for line in ((row.code, row.at), key[:-1]):
                assert last.get(line, row.due_at) <= row.due_at, ("out of order", key)
                last[line] = row.due_at

    def _check_messages(self, written: list[tuple[Key, Any]]) -> None:
        """Each who is to be told has it in the inbox once."""
        message = table("message").c
        with self.town.application.reading("cli") as desk:
            found = desk.conn.execute(
                select(message.account_id, message.words, message.at).where(
                    message.kind.startswith("escalation.")
                )
            ).all()
        told = Counter((r.account_id, r.words["code"], r.words["rung"], r.at) for r in found)
        due = Counter((a, row.code, row.rung, row.at) for _, row in written for a in row.tells)
        assert told == due


def at(on: date, when: hour = hour(8, 0)) -> datetime:
    """Give an instant of an office's day."""
    return datetime.combine(on, when, ZONE).astimezone(UTC)


def begin(database_url: str, folder: Path, rng: Random, cases: int, nodes: int = 3) -> Year:
    """Make an office at the beginning of the year."""
    town = Town(database_url, folder)
    town.passes(seconds=(at(FIRST) - town.at).total_seconds())
    town.settle()
    running = Nodes(nodes, environment(database_url, folder), folder, Random(rng.random()))
    return Year(town, folder, rng, cases, running)
