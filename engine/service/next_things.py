"""What must be done next by the caller, and what the caller only watches: two lists, never mixed.

A case waits for whoever can do what one of its running clocks waits for; clocks that stand still
wait for nobody. Watched are the other open cases in which the caller has a part; those who read
every case watch what is overdue.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from typing_extensions import TypedDict

from engine.domain.access import READS_ALL, SEES, Principal, require, roles_of
from engine.domain.awaited import Awaited
from engine.domain.stalled import LEAD
from engine.domain.workflow import Workflow
from engine.service.case_answers import SummaryAnswer
from engine.service.case_items import CaseItem, tell_items
from engine.service.case_lists import parts_of
from engine.service.counting import once
from engine.service.desk import Desk
from engine.service.letter_view import letter_no
from engine.service.letters import ANSWER
from engine.service.listing import flows
from engine.service.office import instant
from engine.service.stalled_leads import hands_over, shut_leads, states_to_hand_over
from engine.service.workflows import awaited_in
from engine.store import case_lists
from engine.store import next_things as stored
from engine.store.among import these
from engine.store.case_lists import Listed
from engine.store.held_cases import by_limit
from engine.store.held_next import clocks_by_case, late_besides, own_cases
from engine.store.list_query import ListQuery
from engine.store.next_things import Caller, Clocks, Rule, Waiting
from engine.store.sight import sight, sight_of_own, takes_part

SHOWN = 50
_ANYBODY = frozenset({"lead-leader", "successor", "owner"})
"""Parties that somebody is in a case, whatever the role; others are roles themselves."""
_MOST_DECLINES = 2**31 - 1


Known = Mapping[tuple[str, str], tuple[Workflow, Awaited]]
"""What each kind of clock of a workflow waits for."""


class ThingAnswer(TypedDict):
    """Something that waits for the caller: what, by when, in which case.

    A case is told once, with what is due first, and each of its letters for itself.
    `trigger` is the step, None where a part is to be written (progress on a measure, say), `letter`
    the urging letter that is to be signed for or answered.
    """

    trigger: str | None
    letter: str | None
    title: str
    clock: str
    due_at: str
    overdue: bool
    case: CaseItem | SummaryAnswer


class NextAnswer(TypedDict):
    """What waits for the caller and what the caller watches, the nearest limits first.

    The totals cover all of it, of which only the first are listed.
    """

    act: list[ThingAnswer]
    act_total: int
    watch: list[CaseItem | SummaryAnswer]
    watch_total: int


def next_things(desk: Desk, who: Principal, most: int = SHOWN) -> NextAnswer:
    """Tell what the caller must do next, and what to watch. Raises ForbiddenError."""
    require(who, "case.read")
    known = list(_known(desk))
    read = partial(_read, desk, who, _letters(known), most)
    found, total, watched, watch_total = once(desk, ("next", who, most), read)
    by_kind = {(flow.name, one.kind): (flow, one) for flow, one in known}
    return {
        "act": _things(desk, who, found, by_kind),
        "act_total": total,
        "watch": tell_items(desk, desk.now, watched, {one.case.id for one in watched}),
        "watch_total": watch_total,
    }


def _read(
    desk: Desk, who: Principal, letters: set[str], most: int
) -> tuple[list[Waiting], int, list[Listed], int]:
    """Read the first of what waits and the number of it, and of what is watched besides."""
    waiting = clocks_by_case(desk.conn, *_asked(desk, who), desk.now)
    each = (one for some in waiting.values() for one in some)
    found, total = stored.first_of_each(each, letters, most)
    return found, total, *_watched(desk, who, waiting.keys(), most)


def _letters(known: Sequence[tuple[Workflow, Awaited]]) -> set[str]:
    """Name the kinds of clocks that run for letters to be signed for or answered."""
    return {one.kind for _, one in known if one.part == ANSWER}


def clocks_waiting(desk: Desk, who: Principal) -> Clocks | None:
    """Select every clock that waits for the caller; None where none ever does."""
    return stored.waiting(*_asked(desk, who), desk.now)


def cases_waiting(desk: Desk, who: Principal) -> int:
    """Count the cases that wait for the caller."""
    return len(clocks_by_case(desk.conn, *_asked(desk, who), desk.now))


def _asked(desk: Desk, who: Principal) -> tuple[list[Rule], Caller]:
    """Settle which clocks wait for the caller, and whom it counts as."""
    accounts, _units = parts_of(who)
    rules = dict.fromkeys(rule for flow, one in _known(desk) for rule in _rules(flow, one, who))
    leads = accounts if _takes_part(who) else who.stands_in_for
    shut = shut_leads(desk)
    if shut:
        known = _known(desk)
        rules |= dict.fromkeys(rule for flow, one in known for rule in _stalled(flow, one, who))
    return list(rules), Caller(leads, who.account_id, who.unit_id, frozenset(shut))


def _known(desk: Desk) -> Iterator[tuple[Workflow, Awaited]]:
    for flow in flows(desk):
        for one in awaited_in(flow):
            yield flow, one


def _rules(flow: Workflow, one: Awaited, who: Principal) -> Iterator[Rule]:
    """Give the rules by which a clock waits for the caller, one for each party that it may be."""
    for party in one.parties:
        if party == "assigner":
            yield from _assigning(flow, one, who)
        elif _sees_as(party, who) if party in _ANYBODY else who.has(*roles_of((party,))):
            yield Rule(flow.name, one.kind, one.states, party, one.passed)


def _stalled(flow: Workflow, one: Awaited, who: Principal) -> Iterator[Rule]:
    """Give the rule by which what only a leader may do waits for the caller, to hand it over."""
    states = one.states & states_to_hand_over(flow, who)
    if set(one.parties) == {LEAD} and states:
        yield Rule(flow.name, one.kind, states, stored.STALLED, one.passed)


def _sees_as(party: str, who: Principal) -> bool:
    """Tell whether the caller sees what it has as a party: its roles may be others by now."""
    stands_in = party == "lead-leader" and bool(who.stands_in_for)
    return stands_in or _takes_part(who)


def _takes_part(who: Principal) -> bool:
    return who.has(*SEES["part"], *SEES["all"])


def _assigning(flow: Workflow, one: Awaited, who: Principal) -> Iterator[Rule]:
    """The office assigns, and supervision after too many declines."""
    most = flow.settings["max_declines"]
    for role, declines in (("office", (0, most - 1)), ("supervision", (most, _MOST_DECLINES))):
        if who.has(role):
            yield Rule(flow.name, one.kind, one.states, role, one.passed, declines)


def _watched(
    desk: Desk, who: Principal, waiting: Collection[int], most: int
) -> tuple[list[Listed], int]:
    """Read the first of the open cases in which the caller has a part, or of all that is overdue.

    Those that wait are left out.
    """
    if who.has(*READS_ALL):
        return _overdue(desk, who, waiting, most)
    parts = parts_of(who)
    own = own_cases(desk.conn, parts, desk.now) if takes_part(who) else None
    seen = sight_of_own(desk.conn, who, desk.now)
    asked = ListQuery(desk.now, past=False, seen=seen, in_full=seen, closed=False, parts=parts)
    if own is None:
        besides = replace(asked, besides=these(desk.conn, waiting))
        first, number = case_lists.page_and_total(desk.conn, besides, None, most)
        return first, number or 0
    ids, every = own
    watched = sorted((every[i] for i in ids.difference(waiting)), key=by_limit)
    places = {one.id: (one.due_at, one.id) for one in watched[:most]}
    return case_lists.look_up(desk.conn, asked, places), len(watched)


def _overdue(
    desk: Desk, who: Principal, waiting: Collection[int], most: int
) -> tuple[list[Listed], int]:
    """Read the first of all that is overdue, but for what waits, and the number of it."""
    seen = sight(desk.conn, who, desk.now)
    asked = ListQuery(desk.now, past=False, seen=seen, in_full=seen, overdue=True)
    besides = replace(asked, besides=these(desk.conn, waiting))
    first = case_lists.page(desk.conn, besides, None, most)
    number = late_besides(desk.conn, who, waiting, desk.now)
    return first, case_lists.total(desk.conn, besides) if number is None else number


def _things(
    desk: Desk, who: Principal, found: Sequence[Waiting], known: Known
) -> list[ThingAnswer]:
    ids = [waiting.case_id for waiting in found]
    seen = sight(desk.conn, who, desk.now)
    asked = ListQuery(desk.now, past=False, seen=seen, in_full=seen)
    listed = case_lists.look_up(desk.conn, asked, dict.fromkeys(ids, ()), seen)
    told = tell_items(desk, desk.now, listed, set(ids))
    items = {one.case.id: item for one, item in zip(listed, told, strict=True)}
    shut = shut_leads(desk)
    stalled = {one.case.id for one in listed if one.lead_id in shut}
    things = []
    for waiting in found:
        if waiting.case_id in items:
            flow, one = known[waiting.workflow, waiting.kind]
            other = flow if waiting.case_id in stalled and set(one.parties) == {LEAD} else None
            things.append(_thing(desk, waiting, one, items[waiting.case_id], other))
    return things


def _thing(
    desk: Desk,
    waiting: Waiting,
    one: Awaited,
    item: CaseItem | SummaryAnswer,
    stalled: Workflow | None,
) -> ThingAnswer:
    """Tell what waits; of a case that is stalled, to hand it over."""
    step = one.step_in(item["state"])
    title = one.title_in(item["state"])
    if stalled is not None:
        step = hands_over(stalled, item["state"])
        title = title if step is None else step.title
    of_letter = one.part == ANSWER and waiting.subject is not None
    return {
        "trigger": None if step is None else step.trigger,
        "letter": letter_no(item["code"], waiting.subject or 0) if of_letter else None,
        "title": title.in_(desk.locale),
        "clock": waiting.kind,
        "due_at": instant(waiting.due_at, desk.zone),
        "overdue": not one.passed and waiting.due_at < desk.now,
        "case": item,
    }
