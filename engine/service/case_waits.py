"""Whom each running clock of one case waits for, by name, and what its step still lacks."""

from datetime import date

from typing_extensions import TypedDict

from engine.domain import machine
from engine.domain.access import OWNER, Principal, require
from engine.domain.awaited import Awaited
from engine.domain.parties import PARTIES, name_all
from engine.domain.records import Clock
from engine.domain.stalled import LEAD, comes_first, who_can
from engine.domain.workflow import Transition
from engine.errors import Unmet
from engine.service import case_room
from engine.service.case_answers import UnmetAnswer
from engine.service.case_room import Room
from engine.service.case_view import show_unmet, show_writes
from engine.service.counting import once_of_case
from engine.service.desk import Desk
from engine.service.workflows import awaited_in, workflow_of
from engine.words import say
from workflows.needs import VOCABULARY
from workflows.time_needs import latest_extension

_NEEDS = VOCABULARY.needs


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


class LackAnswer(TypedDict):
    """What a step lacks first, and what of its case the caller may write to supply it."""

    lack: UnmetAnswer
    writes: list[str]
    planned: bool


def first_lack(desk: Desk, who: Principal, code: str, trigger: str) -> LackAnswer | None:
    """Tell what a step of a case lacks before the caller can take it; None where it lacks nothing.

    Named first is what the caller can supply. Raises NotFoundError as `case_waits` does.
    """
    require(who, "case.read")

    def read() -> tuple[int, LackAnswer | None]:
        room = case_room.enter(desk, who, code)
        return room.facts.case.id, _first_lack(room, trigger)

    return once_of_case(desk, ("lack", who, code, trigger, desk.locale), read)


def _first_lack(room: Room, trigger: str) -> LackAnswer | None:
    lacks = _lacks(room, trigger)
    if not lacks:
        return None
    first = next((one for one in lacks if _supplies(room, one)), lacks[0])
    return {
        "lack": show_unmet(room, first),
        "writes": show_writes(room),
        "planned": room.facts.newest_plan is not None,
    }


def _lacks(room: Room, trigger: str) -> list[Unmet]:
    """List what a step lacks; whose step it is lacks nothing."""
    door = machine.explain_one(room.attempt(), trigger, _NEEDS)
    return [] if door is None else [one for one in door.unmet if one.need in _NEEDS]


def _supplies(room: Room, lack: Unmet) -> bool:
    """Tell whether the caller is among those who can supply what a step lacks."""
    return _holds(room, _NEEDS[lack.need].suppliers)


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
    first = None if owner is not None else comes_first(parties, room.attempt())
    if first is not None:
        return _first(room, first)
    named = say(name_all(parties, room.facts, room.workflow), desk.locale)
    return {
        "title": one.title_in(room.facts.case.state).in_(desk.locale),
        "who": named if owner is None else room.facts.people[owner].name,
        "mine": _is_turn(room, one, parties) if owner is None else owner == room.who.account_id,
    }


def _first(room: Room, first: Transition) -> WaitAnswer:
    """Tell what must come first where the leader can act no more, and who can do that."""
    able = who_can(first)
    named = say(name_all(able, room.facts, room.workflow), room.desk.locale)
    title = first.title.in_(room.desk.locale)
    return {"title": title, "who": named, "mine": _holds(room, able)}


class StalledAnswer(TypedDict):
    """That the leader of a case can act no more: who must take which step first, and why not yet.

    `allowed` says that the caller may take it now.
    """

    leader: str
    trigger: str
    wait: WaitAnswer
    allowed: bool


def stalled(desk: Desk, who: Principal, code: str) -> StalledAnswer | None:
    """Tell what must come first where the leader of a case can act no more; None where they can.

    Raises NotFoundError as `case_waits` does.
    """
    require(who, "case.read")
    room = case_room.enter(desk, who, code)
    first, lead = comes_first((LEAD,), room.attempt()), room.facts.lead
    if first is None or lead is None:
        return None
    wait = _first(room, first)
    able = wait["mine"] and not _lacks(room, first.trigger)
    return {"leader": lead.name, "trigger": first.trigger, "wait": wait, "allowed": able}


def _is_turn(room: Room, one: Awaited, parties: tuple[str, ...]) -> bool:
    """Tell whether the caller can do what a clock waits for, or supply what it lacks."""
    step = one.step_in(room.facts.case.state)
    lacks = [] if step is None else _lacks(room, step.trigger)
    able = not lacks or any(_supplies(room, lack) for lack in lacks)
    return able and _holds(room, parties)


def _owner(room: Room, one: Awaited, clock: Clock) -> int | None:
    """Give who owns the measure that a clock is about; None where it is about none."""
    if OWNER not in one.parties:
        return None
    return next((m.owner_id for m in room.facts.measures if m.no == clock.subject), None)


def _holds(room: Room, parties: tuple[str, ...]) -> bool:
    return any(PARTIES[party].holds(room.facts, room.who, room.workflow) for party in parties)
