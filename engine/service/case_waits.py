"""Whom each running clock of one case waits for, by name, for the page that says so."""

from datetime import date

from typing_extensions import TypedDict

from engine.domain.access import OWNER, Principal, require
from engine.domain.awaited import Awaited
from engine.domain.parties import PARTIES, name_all
from engine.domain.records import Clock
from engine.service import case_room
from engine.service.case_room import Room
from engine.service.desk import Desk
from engine.service.workflows import awaited_in, workflow_of
from engine.words import say
from workflows.time_needs import latest_extension


class WaitAnswer(TypedDict):
    """What a clock waits for: its title, who must do it, and whether that is the caller."""

    title: str
    who: str
    mine: bool


class PauseAnswer(TypedDict):
    """Which steps of a workflow stop clocks for a while, with the clocks' kinds, and start them."""

    pauses: dict[str, list[str]]
    resumes: list[str]


def pauses_of(desk: Desk, who: Principal, name: str, version: int) -> PauseAnswer:
    """Tell which steps of a workflow stop its clocks for a while, and which let them go on."""
    require(who, "case.read")
    clocks = workflow_of(desk.conn, name, version).clocks
    found = PauseAnswer(pauses={}, resumes=[])
    for kind, clock in clocks.items():
        found["resumes"] += clock.resumes_on
        for trigger in clock.pauses_on:
            found["pauses"].setdefault(trigger, []).append(kind)
    return found


def latest_due(desk: Desk, who: Principal, code: str) -> date | None:
    """Give the last day to which an extension may move the promised date of a case."""
    require(who, "case.read")
    return latest_extension(case_room.enter(desk, who, code).attempt())


def case_waits(desk: Desk, who: Principal, code: str) -> dict[int, WaitAnswer]:
    """Tell of the running clocks of a case, by their ids, whom they wait for.

    Raises NotFoundError where there is no such case, or the caller does not see it in full.
    """
    require(who, "case.read")
    room = case_room.enter(desk, who, code)
    known = {one.kind: one for one in awaited_in(room.workflow)}
    return {
        clock.no: _answer(room, known[clock.kind], clock)
        for clock in room.facts.running
        if clock.kind in known and room.facts.case.state in known[clock.kind].states
    }


def _answer(room: Room, one: Awaited, clock: Clock) -> WaitAnswer:
    """Name the owner of a measure, where it is a measure that waits; else the parties."""
    desk, owner = room.desk, _owner(room, one, clock)
    parties = tuple(party for party in one.parties if party in PARTIES)
    named = say(name_all(parties, room.facts, room.workflow), desk.locale)
    own = owner is not None and owner == room.who.account_id
    return {
        "title": one.title_in(room.facts.case.state).in_(desk.locale),
        "who": named if owner is None else room.facts.people[owner].name,
        "mine": own or _holds(room, parties),
    }


def _owner(room: Room, one: Awaited, clock: Clock) -> int | None:
    """Give who owns the measure that a clock is about; None where it is about none."""
    if OWNER not in one.parties:
        return None
    return next((m.owner_id for m in room.facts.measures if m.no == clock.subject), None)


def _holds(room: Room, parties: tuple[str, ...]) -> bool:
    return any(PARTIES[party].holds(room.facts, room.who, room.workflow) for party in parties)
