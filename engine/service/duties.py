"""What an official still answers for: shown before an account is shut, or a role is taken.

Administrators see no case, so they learn how much there is and not which; the person at the
machine is told the codes. None of it goes away with the account: it stays the official's own until
somebody has accepted it.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from typing_extensions import TypedDict

from engine.domain.access import ROLES, Principal, require
from engine.domain.parties import PARTIES
from engine.domain.records.office import Account, Deputy
from engine.service.desk import Desk
from engine.service.next_things import cases_waiting
from engine.service.office import account_by_login
from engine.service.people_answers import PersonAnswer
from engine.service.shut_told import acting_for
from engine.store import duties, holders, rows
from engine.words import wording


class StandInAnswer(TypedDict):
    """Who stands in for whom, from one day to another, both included; now or later."""

    name: str
    first: str
    last: str


class AloneAnswer(TypedDict):
    """A role that no other enabled account holds, and how many cases wait for it now."""

    role: str
    title: str
    waiting: int


class DutiesAnswer(TypedDict):
    """What an account still answers for, in numbers.

    Only the person at the machine is told which cases it is, `still_leads`. `late` of those that it
    `leads` are overdue; `offered` wait for it to accept a handover, `asked` are requests of its own
    that wait for a decision, `letters` urging letters to be signed for or answered. `hand_over` are
    the accounts that can hand over the cases that it leads. `seen` names all of this, so that a
    consent can be held to what was shown; it is empty where there is nothing.
    """

    login: str
    leads: int
    late: int
    still_leads: list[str]
    letters: int
    offered: int
    asked: int
    measures: int
    forces: int
    shifts: int
    deputies: list[StandInAnswer]
    stands_in: list[StandInAnswer]
    alone: list[AloneAnswer]
    hand_over: list[PersonAnswer]
    seen: str


def duties_of(desk: Desk, who: Principal, login: str) -> DutiesAnswer:
    """Tell what an account still answers for. Raises ForbiddenError, NotFoundError."""
    require(who, "account.change")
    row = account_by_login(desk, login)
    conn = desk.conn
    led = duties.led(conn, row.id, desk.now)
    offered = duties.offered(conn, row.id, desk.now)
    named = {"led": [c.code for c in led], "offered": [c.code for c in offered]}
    answer: DutiesAnswer = {
        "login": row.login,
        "leads": len(led),
        "late": sum(case.late for case in led),
        "still_leads": named["led"] if who.account_id is None else [],
        "letters": duties.letters_of_led(conn, row.id),
        "offered": len(offered),
        "asked": duties.requests_of(conn, row.id),
        "measures": duties.measures_of(conn, row.id),
        "forces": duties.forces_of(conn, row.id),
        "shifts": duties.shifts_of(conn, row.id, desk.today),
        "deputies": list(_standing_in(desk, "principal_id", "deputy_id", row)),
        "stands_in": list(_standing_in(desk, "deputy_id", "principal_id", row)),
        "alone": list(_alone(desk, row)),
        "hand_over": [
            {"login": one.login, "name": one.name, "post": one.post}
            for one in rows.fetch(conn, "account", id=acting_for(desk, led) - {row.id})
        ],
        "seen": "",
    }
    return {**answer, "seen": _name_of(answer, named)}


def led_by_shut(desk: Desk, who: Principal) -> dict[str, int]:
    """Count by login the open cases that disabled accounts still lead. Raises ForbiddenError."""
    require(who, "account.change")
    return duties.led_by_shut(desk.conn)


def _name_of(answer: DutiesAnswer, named: dict[str, list[str]]) -> str:
    """Name what there is; not how late it is or who can hand it over, which changes by itself."""
    parts = (answer["letters"], answer["asked"], answer["measures"], answer["forces"])
    told: dict[str, object] = {**named, "parts": sum(parts) and parts, "shifts": answer["shifts"]}
    told["roles"] = [one["role"] for one in answer["alone"]]
    told |= {"deputies": answer["deputies"], "stands_in": answer["stands_in"]}
    return sha256(repr(told).encode()).hexdigest()[:16] if any(told.values()) else ""


def _standing_in(desk: Desk, mine: str, other: str, row: Account) -> Iterator[StandInAnswer]:
    which: dict[str, Any] = {mine: row.id}
    found: list[Deputy] = rows.fetch(desk.conn, "deputy", **which)
    for one in found:
        if one.ended_at is None and one.to_on >= desk.today:
            person = rows.fetch_one(desk.conn, "account", id=getattr(one, other))
            first, last = one.from_on.isoformat(), one.to_on.isoformat()
            yield {"name": person.name, "first": first, "last": last}


def _alone(desk: Desk, row: Account) -> Iterator[AloneAnswer]:
    """Give the roles by which cases are decided that nobody else holds."""
    others = {role for h in holders.holders(desk.conn) if h.id != row.id for role in h.roles}
    for role in ROLES:
        if role in PARTIES and role in row.roles and role not in others and row.enabled:
            title = wording(f"role-{role}").in_(desk.locale)
            yield {"role": role, "title": title, "waiting": _waiting(desk, role)}


def _waiting(desk: Desk, role: str) -> int:
    """Count the cases that wait for a role, whoever holds it."""
    return cases_waiting(desk, Principal(0, "", "", None, frozenset({role}), None))
