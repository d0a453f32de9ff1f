"""An urging letter as it is written on paper, worded in one language: for the page and for DOCX.

What is said of the case is as of the letter's issue, drawn from rows that are never edited
(tenures, clocks, versions of the plan, progress), so that the letter reads the same whenever it is
read; a draft says how things stand now.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby

from typing_extensions import TypedDict

from engine.domain import tenure
from engine.domain.access import Principal
from engine.domain.clocks import CASE_DUE, counts_at, overdue_at
from engine.domain.records import Letter, Tenure
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.letters import open_letter
from engine.store import rows
from engine.words import Message, message, say, written

DONE = frozenset({"done", "in-force"})
NUMERALS = "一二三四五六七八九十"
_HEAD = re.compile(rf"([{NUMERALS}]{{1,3}}、[^。：:\n]{{0,40}}[。：:])(.*)")
"""A first-level head: its numeral and its words up to the first stop."""


class DemandWords(TypedDict):
    """One demand; `head` is what stands in bold before it, and may be empty."""

    head: str
    text: str


class LetterWords(TypedDict):
    """A letter as it stands on the sheet. `draft` says that it binds nobody yet."""

    no: str
    draft: bool
    colour: str
    organ: str
    number: str
    title: str
    to: str
    opening: str
    demands: list[DemandWords]
    closing: str
    day: str
    copies: str
    slip: "SlipWords"


class SlipWords(TypedDict):
    """The form for the answer: heads, and what stands in it already."""

    title: str
    heads: dict[str, str]
    no: str
    case: str
    unit: str
    by: str
    why: str
    next: str
    leader: str


SLIP = ("no", "case", "unit", "by", "why", "next", "leader")
"""The lines of the form for the answer."""


def write_letter(desk: Desk, who: Principal, no: str) -> LetterWords:
    """Word a letter for paper. Raises NotFoundError where it is not there, or not to be seen."""
    room, row = open_letter(desk, who, no)
    return _Writer(room, row, row.issued_at or desk.now).words(no)


class _Writer:
    """Words one letter as of one instant."""

    def __init__(self, room: Room, row: Letter, at: datetime) -> None:
        self._room, self._row, self._at = room, row, at
        self._facts = room.facts

    def words(self, no: str) -> LetterWords:
        row, case = self._row, self._facts.case
        return {
            "no": no,
            "draft": row.status == "draft",
            "colour": self._say(f"letter-colour-{row.colour}"),
            "organ": self._organ(),
            "number": row.number or self._say("letter-number-draft"),
            "title": self._say("letter-title", title=case.title),
            "to": self._say("letter-to", unit=self._unit(row.unit_id)),
            "opening": self._opening(),
            "demands": [_demand(line) for line in demand_lines(row.demands)],
            "closing": self._say("letter-closing", day=self._day(row.answer_by)),
            "day": self._day(self._on(self._at)),
            "copies": self._copies(),
            "slip": self._slip(),
        }

    def _slip(self) -> SlipWords:
        row, case = self._row, self._facts.case
        return {
            "title": self._say("letter-slip"),
            "heads": {name: self._say(f"letter-slip-{name}") for name in SLIP},
            "no": row.number or self._say("letter-number-draft"),
            "case": self._say("letter-case", title=case.title, code=case.code),
            "unit": self._unit(row.unit_id),
            "by": self._day(row.answer_by),
            "why": row.answer or "",
            "next": "",
            "leader": self._say("letter-slip-sign"),
        }

    def _opening(self) -> str:
        case, issue = self._facts.case, self._facts.issue
        parts = [message("letter-about", issue=issue.title, title=case.title, code=case.code)]
        parts += [*self._since(), *self._standing()]
        if self._row.basis:
            parts.append(message("letter-on-basis", basis=self._row.basis))
        parts.append(message("letter-demands-follow"))
        return "".join(say(part, self._room.desk.locale) for part in parts)

    def _since(self) -> Iterator[Message]:
        """Say since when the addressee leads, and the date that was promised."""
        if self._leads():
            turn = last_turn(self._led(), self._row.unit_id)
            yield message("letter-since", day=self._day(self._on(turn.from_at)))
        kinds = {k for k, c in self._room.workflow.clocks.items() if c.date_from == CASE_DUE}
        promised = [c for c in self._facts.clock if c.kind in kinds and c.valid_from <= self._at]
        if promised:
            newest = max(promised, key=lambda clock: clock.no)
            yield message("letter-promised", day=self._day(newest.due_on))

    def _leads(self) -> bool:
        return any(t.unit_id == self._row.unit_id for t in self._held("lead-unit"))

    def _led(self) -> list[Tenure]:
        units = [t for t in self._facts.tenure if t.role == "lead-unit"]
        return [t for t in units if t.from_at <= self._at]

    def _standing(self) -> Iterator[Message]:
        """Say what was overdue then, and how many measures were done."""
        late = overdue_at((c for c in self._facts.clock if counts_at(c, self._at)), self._at)
        if late is not None:
            title = self._room.workflow.clocks[late.kind].title
            day, due = self._day(self._on(self._at)), self._day(late.due_on)
            yield message("letter-late", day=day, clock=title, due=due)
        plans = [p for p in self._facts.plan if p.adopted_at and p.adopted_at <= self._at]
        if plans and plans[-1].measures:
            done = sum(self._is_done(no) for no in plans[-1].measures)
            yield message("letter-measures", all=len(plans[-1].measures), done=done)

    def _is_done(self, measure: int) -> bool:
        told = (p for p in self._facts.progress if p.measure_no == measure and p.at <= self._at)
        last = max(told, key=lambda p: (p.at, p.no), default=None)
        return last is not None and last.status in DONE

    def _held(self, role: str) -> list[Tenure]:
        return [t for t in self._facts.tenure if t.role == role and tenure.holds_at(t, self._at)]

    def _copies(self) -> str:
        names = self._say("letter-comma").join(self._told())
        return self._say("letter-copies", names=names) if names else ""

    def _told(self) -> Iterator[str]:
        """Name who gets a copy: the lead leader and the supporting units."""
        for held in self._held("lead"):
            leader = self._facts.people[held.account_id or 0]
            yield f"{leader.post or ''}{leader.name}" if self._zh else leader.name
        for held in self._held("supporting-unit"):
            yield self._unit(held.unit_id)

    def _organ(self) -> str:
        """Name the organ: the unit of whoever issued it; of a draft, of whoever reads it."""
        by = self._row.issued_by or self._row.drafted_by
        unit = self._facts.people[by].unit_id if by else self._room.who.unit_id
        found = rows.fetch_one(self._room.desk.conn, "unit", id=unit)
        return found.name if found else ""

    def _unit(self, unit_id: int | None) -> str:
        return self._facts.units[unit_id].name if unit_id else ""

    @property
    def _zh(self) -> bool:
        return self._room.desk.locale == "zh"

    def _on(self, at: datetime) -> date:
        return at.astimezone(self._room.desk.zone).date()

    def _day(self, on: date) -> str:
        return written(on, self._room.desk.locale)

    def _say(self, code: str, /, **params: str | int | Message) -> str:
        return say(message(code, **params), self._room.desk.locale)


def demand_lines(demands: str) -> list[str]:
    """Take demands apart into paragraphs, numbered as official letters are where none is."""
    lines = [line.strip() for line in demands.splitlines() if line.strip()]
    numbered = any(re.match(rf"[{NUMERALS}]{{1,3}}、", line) for line in lines)
    if len(lines) < 2 or numbered or len(lines) > len(NUMERALS):  # noqa: PLR2004  # one needs none
        return lines
    return [f"{numeral}、{line}" for numeral, line in zip(NUMERALS, lines, strict=False)]


def _demand(line: str) -> DemandWords:
    found = _HEAD.fullmatch(line)
    return {"head": found[1], "text": found[2]} if found else {"head": "", "text": line}


def last_turn(held: Iterable[Tenure], unit_id: int | None) -> Tenure:
    """Give how a unit came to lead the last time: a case closed and reopened stayed with it."""
    turns = groupby(held, lambda one: one.unit_id)
    return [next(turn) for unit, turn in turns if unit == unit_id][-1]
