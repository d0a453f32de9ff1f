"""What each step changes in the model, and the verdict on a step that somebody orders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.model import ticking
from tests.model.filling import filled, reason
from tests.model.judging import Try, World, chosen, sees, unmet
from tests.model.matter import Asked, Matter, Part
from tests.model.rules import DISPOSED, Arc, arcs


@dataclass(frozen=True)
class Verdict:
    """How an order ends: `kind` is `done` or that of the refusal; what it names, by name."""

    kind: str
    names: frozenset[str] = frozenset()


DONE = Verdict("done")


def judge(t: Try, trigger: str, version: int, why: str | None) -> tuple[Verdict, Arc | None]:
    """Judge an order of a step, in the settled order of refusals."""
    if sees(t.office, t.matter, t.who) == "nothing":
        return Verdict("not-found"), None
    if version != t.matter.version:
        return Verdict("stale"), None
    if not arcs(t.matter.state, trigger):
        return Verdict("not-from-here"), None
    arc = chosen(t, trigger)
    if arc is None:
        return Verdict("forbidden"), None
    data, wrong = filled(t, arc, t.data or {})
    wrong |= reason(arc, why)[1]
    if wrong:
        return Verdict("invalid", frozenset(wrong)), None
    lacking = unmet(arc, Try(t.world, t.matter, t.who, data))
    return (Verdict("unmet", frozenset(lacking)), None) if lacking else (DONE, arc)


def do(t: Try, arc: Arc) -> None:
    """Carry out a step that goes through."""
    data, _ = filled(t, arc, t.data or {})
    tried = Try(t.world, t.matter, t.who, data)
    matter = t.matter
    matter.version += 1
    matter.events += 1
    disposal = arc.trigger if arc.to == "closed" and arc.trigger in DISPOSED else None
    survivor = _survivor(t.world, matter) if disposal == "merge" else None
    if survivor is not None:
        ticking.take_over(t.office, survivor, matter)
        survivor.version += 1
        survivor.events += 1
    if disposal:
        _close(tried, "disposal", DISPOSED[disposal])
    elif arc.trigger in DISPOSED:
        _propose(tried, arc.trigger)
    else:
        DEEDS[arc.trigger](tried)
    if arc.to is not None:
        matter.state = arc.to
        matter.stages.append((arc.to, t.office.now))


def _survivor(world: World, matter: Matter) -> Matter | None:
    asked = matter.pending("disposal")
    return world.matters[asked.into] if asked and asked.into else None


def _ask(t: Try, kind: str, **what: Any) -> Asked:  # noqa: ANN401  # parts of the request
    asked = Asked(kind, t.who, t.office.now, **what)
    t.matter.asked.append(asked)
    ticking.begin(t.office, t.matter, "closure" if kind == "disposal" else kind)
    return asked


def _decide(t: Try, state: str, *kinds: str) -> Asked | None:
    """Decide whatever waits of some kinds, and stop the clocks of the decisions."""
    found = None
    for kind in kinds:
        found = t.matter.pending(kind) or found
        asked = t.matter.pending(kind)
        if asked is not None:
            asked.state, asked.decided_by, asked.decided_at = state, t.who, t.office.now
            ticking.stop(t.office, t.matter, "closure" if kind == "disposal" else kind)
    return found


def _appoint(t: Try, role: str, who: str | None, unit: str | None, basis: str) -> None:
    t.matter.parts.append(Part(role, who, unit, t.office.now, basis))


def _end_parts(t: Try, *, rested: bool) -> None:
    for part in t.matter.parts:
        if part.until is None:
            part.until, part.rested = t.office.now, rested
        elif rested:
            part.rested = False


def _assign(t: Try) -> None:
    matter = t.matter
    _appoint(t, "lead", t.given("lead_leader"), None, "assign")
    _appoint(t, "lead-unit", None, t.given("lead_unit"), "assign")
    named = t.given("supporting_units")
    beside = [unit for unit in matter.planned if unit != t.given("lead_unit")]
    for unit in beside if named is None else named:
        _appoint(t, "supporting-unit", None, unit, "assign")
    matter.acknowledged_at = None
    matter.due = t.given("due")
    matter.first_due = matter.first_due or matter.due
    ticking.stop(t.office, matter, "assign")
    ticking.begin(t.office, matter, "acknowledge")
    ticking.promise(t.office, matter)


def _acknowledge(t: Try) -> None:
    t.matter.acknowledged_at = t.office.now
    ticking.stop(t.office, t.matter, "acknowledge")
    ticking.begin(t.office, t.matter, "plan")


def _decline(t: Try) -> None:
    t.matter.declines += 1
    t.matter.acknowledged_at = None
    _end_parts(t, rested=False)
    _decide(t, "withdrawn", "handover", "extension", "suspension", "closure", "disposal")
    ticking.stop(t.office, t.matter, "acknowledge", "plan")
    ticking.begin(t.office, t.matter, "assign")


def _start(t: Try) -> None:
    ticking.stop(t.office, t.matter, "plan")


def _stabilize(t: Try) -> None:
    _decide(t, "withdrawn", "extension", "suspension")
    ticking.go_on(t.office, t.matter)
    ticking.stop(t.office, t.matter, "resolve")
    ticking.observe(t.office, t.matter)


def _relapse(t: Try) -> None:
    t.matter.relapses += 1
    _decide(t, "withdrawn", "closure")
    ticking.stop(t.office, t.matter, "observe")
    ticking.promise(t.office, t.matter)


def _propose_closure(t: Try) -> None:
    asked = _ask(t, "closure", outcome=t.given("outcome"), summary=t.given("summary"))
    asked.rests_on = t.matter.rests_on()


def _propose(t: Try, disposal: str) -> None:
    asked = _ask(t, "disposal", disposal=disposal, body=t.given("body"), into=t.given("into"))
    asked.rests_on = t.matter.disposed_from()


def _close(t: Try, kind: str, outcome: str | None = None) -> None:
    matter = t.matter
    asked = _decide(t, "granted", kind)
    matter.outcome = outcome or (asked.outcome if asked else None)
    _end_parts(t, rested=True)
    _decide(t, "withdrawn", "handover", "extension", "suspension", "closure", "disposal")
    ticking.stop_all(t.office, matter)
    matter.closed_at = t.office.now


def _reopen(t: Try) -> None:
    matter = t.matter
    matter.reopenings += 1
    matter.outcome = matter.closed_at = None
    for part in [p for p in matter.parts if p.rested]:
        _appoint(t, part.role, part.who, part.unit, "reopen")
    ticking.promise(t.office, matter)
    for task in matter.plan:
        stood = [c for c in matter.ticks if c.kind == "measure" and c.subject == task.id]
        if stood and not task.finished:
            ticking.measure(t.office, matter, task)


def _hand_over(t: Try) -> None:
    stale = t.matter.pending("handover")
    if stale is not None:
        stale.state, stale.decided_by, stale.decided_at = "withdrawn", t.who, t.office.now
    _ask(t, "handover", to=t.given("to"))


def _accept(t: Try) -> None:
    _decide(t, "granted", "handover")
    for part in t.matter.holding("lead"):
        part.until = t.office.now
    _appoint(t, "lead", t.who, None, "accept-handover")


def _extend(t: Try) -> None:
    asked = _decide(t, "granted", "extension")
    if asked is not None:
        ticking.extend(t.office, t.matter, asked)


def _suspend(t: Try) -> None:
    _decide(t, "granted", "suspension")
    ticking.pause(t.office, t.matter)


def _decides(state: str, *kinds: str) -> Callable[[Try], object]:
    return lambda t: _decide(t, state, *kinds)


DEEDS: Mapping[str, Callable[[Try], object]] = {
    "assign": _assign,
    "acknowledge": _acknowledge,
    "decline": _decline,
    "start": _start,
    "stabilize": _stabilize,
    "relapse": _relapse,
    "propose-closure": _propose_closure,
    "close": lambda t: _close(t, "closure"),
    "return-closure": _decides("refused", "closure", "disposal"),
    "reopen": _reopen,
    "hand-over": _hand_over,
    "accept-handover": _accept,
    "refuse-handover": _decides("refused", "handover"),
    "request-extension": lambda t: _ask(t, "extension", new_due=t.given("due")),
    "grant-extension": _extend,
    "refuse-extension": _decides("refused", "extension"),
    "request-suspension": lambda t: _ask(t, "suspension", review_on=t.given("review_on")),
    "grant-suspension": _suspend,
    "refuse-suspension": _decides("refused", "suspension"),
    "resume": lambda t: ticking.go_on(t.office, t.matter),
}
