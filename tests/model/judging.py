"""Whether a step would go through, by the model: what each need asks, and whose step it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.model import ticking
from tests.model.days import day_of
from tests.model.matter import FINISHED, UNIT_PARTS, Matter
from tests.model.office import READERS, Office
from tests.model.rules import (
    MOST_DECLINES,
    MOST_EXTENDED,
    REOPENING_DAYS,
    SIGHT_DAYS,
    Arc,
    arcs,
    exits,
)


@dataclass
class World:
    """The office with all its cases."""

    office: Office
    matters: dict[str, Matter] = field(default_factory=dict)


@dataclass(frozen=True)
class Try:
    """Somebody tries a step; `data` is None while it is only wondered about."""

    world: World
    matter: Matter
    who: str
    data: Mapping[str, Any] | None = None

    @property
    def office(self) -> Office:
        """The office."""
        return self.world.office

    def given(self, name: str) -> Any:  # noqa: ANN401  # a value of the step
        """Give what was filled in."""
        return (self.data or {}).get(name)


# --- sight ----------------------------------------------------------------------------------------


def sees(office: Office, matter: Matter, login: str) -> str:
    """Tell how much of a case somebody sees: `full`, `summary` or `nothing`."""
    if office.has(login, *READERS):
        return "full"
    if office.has(login, "duty") and matter.registered_by == login:
        return "full"
    places = office.in_whose_place(login)
    gone = matter.closed_at and matter.closed_at + timedelta(days=SIGHT_DAYS) <= office.now
    if places and not gone and _had_a_part(office, matter, places):
        return "full"
    return "summary" if office.has(login, "duty") else "nothing"


def _had_a_part(office: Office, matter: Matter, places: set[str]) -> bool:
    units = office.units_of(places)
    offered = any(a.state == "pending" and a.to in places for a in matter.asked)
    owns = any(task.owner in places for task in matter.tasks)
    return offered or owns or any(p.who in places or p.unit in units for p in matter.parts)


# --- parties --------------------------------------------------------------------------------------


def is_party(office: Office, matter: Matter, login: str, party: str) -> bool:
    """Tell whether somebody belongs to a party of a case."""
    if party == "lead-leader":
        lead = matter.lead
        return lead is not None and lead in {login, *office.stands_for(login)}
    if party == "successor":
        offer = matter.pending("handover")
        return offer is not None and offer.to == login
    if party == "officer":
        own = office.people[login].unit == matter.lead_unit
        return own and office.has(login, "unit")
    if party == "assigner":
        party = "supervision" if matter.declines >= MOST_DECLINES else "office"
    return office.has(login, party)


def mine(office: Office, matter: Matter, login: str, arc: Arc) -> bool:
    """Tell whether an arc is somebody's to fire."""
    return any(is_party(office, matter, login, party) for party in arc.by)


# --- needs ----------------------------------------------------------------------------------------


def _officers(t: Try) -> bool:
    people = t.office.people
    there = {p.unit for p in t.matter.holding("member") if people[p.who or ""].enabled}
    return t.matter.units <= there


def _complete(t: Try) -> bool:
    plan = t.matter.plan
    return bool(plan) and all(task.owner and task.due for task in plan)


def _observed(t: Try) -> bool:
    tick = t.matter.tick("observe")
    return tick is None or tick.due_at < t.office.now


def _in_time(t: Try) -> bool:
    tick = t.matter.tick("resolve")
    return tick is None or not tick.late(t.office.now)


def _within_cap(t: Try) -> bool:
    asked = t.matter.pending("extension")
    wanted = asked.new_due if asked else t.given("due")
    more = (wanted - t.matter.due).days if wanted and t.matter.due else 1
    return ticking.extended(t.matter) + more <= MOST_EXTENDED


def _adds_time(t: Try) -> bool:
    asked = t.matter.pending("extension")
    return not (asked and asked.new_due and t.matter.due and asked.new_due <= t.matter.due)


def _no_time_won(t: Try) -> bool:
    first, due = t.matter.first_due, t.given("due")
    return not (first and due and due > first)


def _window(t: Try) -> bool:
    closed = t.matter.closed_at
    return closed is None or (t.office.today - day_of(closed)).days <= REOPENING_DAYS


def _to_return_to(t: Try) -> bool:
    rested = [p.who for p in t.matter.parts if p.role == "lead" and p.rested]
    return bool(rested) and t.office.people[rested[-1] or ""].leads


def _fit(t: Try) -> bool:
    offer = t.matter.pending("handover")
    return offer is None or t.office.people[offer.to or ""].leads


def _unchanged(t: Try) -> bool:
    asked = t.matter.pending("closure")
    return asked is None or asked.rests_on == t.matter.rests_on()


def _as_proposed(t: Try) -> bool:
    asked = t.matter.pending("disposal")
    return asked is None or asked.rests_on == t.matter.disposed_from()


def _survivor(t: Try) -> bool:
    asked = t.matter.pending("disposal")
    return not asked or not asked.into or t.world.matters[asked.into].closed_at is None


def _four_eyes(t: Try) -> bool:
    answered = t.matter.answered
    stood_in = any(s.principal in answered and s.deputy == t.who for s in t.office.deputies)
    units = {p.unit for p in t.matter.parts if p.role in UNIT_PARTS}
    own = set(t.office.line(t.office.people[t.who].unit))
    return t.who not in answered and not stood_in and not units & own


def _disposal(kind: str) -> Callable[[Try], bool]:
    def met(t: Try) -> bool:
        asked = t.matter.pending("disposal")
        return asked is not None and asked.disposal == kind

    return met


def _waits(kind: str, *, waits: bool) -> Callable[[Try], bool]:
    return lambda t: (t.matter.pending(kind) is not None) == waits


REQUESTS = ("closure", "disposal", "extension", "handover", "suspension")
NEEDS: dict[str, Callable[[Try], bool]] = {
    "acknowledged": lambda t: t.matter.acknowledged_at is not None,
    "not-yet-acknowledged": lambda t: t.matter.acknowledged_at is None,
    "work-not-started": lambda t: all(task.status == "planned" for task in t.matter.tasks),
    "liaison-named": lambda t: bool(t.matter.holding("liaison")),
    "officer-of-every-unit": _officers,
    "plan-adopted": lambda t: bool(t.matter.plans) and bool(t.matter.plans[-1].adopted_by),
    "no-draft-plan": lambda t: not t.matter.plans or bool(t.matter.plans[-1].adopted_by),
    "measures-complete": _complete,
    "measures-finished": lambda t: all(task.status in FINISHED for task in t.matter.plan),
    "measures-proved": lambda t: all(
        task.proved for task in t.matter.plan if task.status in FINISHED
    ),
    "interim-reply": lambda t: bool(t.matter.replies),
    "final-reply": lambda t: "final" in t.matter.replies,
    "no-unanswered-letter": lambda t: all(
        status in {"answered", "accepted"} for status, _ in t.matter.urges.values()
    ),
    "no-open-dispute": lambda _: True,
    "amounts-recorded": lambda t: all(c.paid is not None for c in t.matter.claims),
    "amounts-agree": lambda t: all(c.paid == c.owed or c.reason for c in t.matter.claims),
    "observation-over": _observed,
    "has-promised-date": lambda t: t.matter.tick("resolve") is not None,
    "limit-not-passed": _in_time,
    "extension-within-cap": _within_cap,
    "extension-adds-time": _adds_time,
    "no-time-won": _no_time_won,
    "reopening-window": _window,
    "leader-to-return-to": _to_return_to,
    "suspended": lambda t: t.matter.suspended,
    "not-suspended": lambda t: not t.matter.suspended,
    "successor-fit": _fit,
    "proposal-unchanged": _unchanged,
    "disposal-unchanged": _as_proposed,
    "survivor-open": _survivor,
    "four-eyes": _four_eyes,
    "referral-pending": _disposal("refer"),
    "merger-pending": _disposal("merge"),
    "voiding-pending": _disposal("void"),
    **{f"{kind}-pending": _waits(kind, waits=True) for kind in REQUESTS},
    **{f"no-{kind}-pending": _waits(kind, waits=False) for kind in REQUESTS},
    "no-handover-pending": lambda t: t.matter.pending("handover") is None or not _fit(t),
}


def unmet(arc: Arc, t: Try) -> set[str]:
    """Name the needs of an arc that are not met."""
    return {name for name in arc.needs if not NEEDS[name](t)}


def chosen(t: Try, trigger: str) -> Arc | None:
    """Give the arc that somebody means: of their own the first that is free, else the first."""
    own = [a for a in arcs(t.matter.state, trigger) if mine(t.office, t.matter, t.who, a)]
    quiet = Try(t.world, t.matter, t.who)
    return next((a for a in own if not unmet(a, quiet)), own[0] if own else None)


def explained(t: Try) -> dict[str, tuple[bool, set[str]]]:
    """Say of every trigger of the state whether it is somebody's, and what it lacks."""
    found = {}
    for trigger in exits(t.matter.state):
        arc = chosen(t, trigger)
        lines = arcs(t.matter.state, trigger)
        found[trigger] = (arc is not None, unmet(arc or lines[0], Try(t.world, t.matter, t.who)))
    return found
