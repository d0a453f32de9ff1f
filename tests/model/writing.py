"""What is written between steps: who may write each part, what may be wrong, and what changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.model import ticking
from tests.model.days import day_of
from tests.model.deeds import DONE, Verdict
from tests.model.filling import text
from tests.model.judging import Try, is_party, sees
from tests.model.matter import FINISHED, Matter, Owed, Part, Task
from tests.model.office import Office

WRITERS = {
    "task-force": ("lead-leader",),
    "plan": ("lead-leader", "officer"),
    "plan.adopt": ("lead-leader",),
    "progress": ("lead-leader", "officer", "owner"),
    "claim": ("lead-leader", "officer", "office"),
    "reply": ("lead-leader", "officer", "office"),
    "note": ("lead-leader", "officer", "owner", "office", "supervision"),
    "file": ("lead-leader", "officer", "owner", "office", "supervision"),
}
"""Interface.md, "Who writes what"."""
STATUSES = ("under-way", "in-force", "done")


@dataclass(frozen=True)
class Reported:
    """A report on a measure."""

    status: str
    note: str
    on: date
    files: Sequence[int]


@dataclass(frozen=True)
class Said:
    """A reply to those affected."""

    kind: str
    text: str
    on: date
    means: str


def may_write(office: Office, matter: Matter, login: str, part: str, task: Task | None) -> bool:
    """Tell whether a part is somebody's to write."""
    owners = {t.owner for t in ([task] if task else matter.plan)}
    return any(
        login in owners if party == "owner" else is_party(office, matter, login, party)
        for party in WRITERS[part]
    )


def writes(office: Office, matter: Matter, login: str) -> set[str]:
    """Name the parts that somebody may write now."""
    return {
        part
        for part in WRITERS
        if (matter.closed_at is None or part == "note")
        and may_write(office, matter, login, part, None)
    }


def for_whom(office: Office, matter: Matter, login: str, by: Sequence[str]) -> str | None:
    """Name the lead leader for whom a deputy acts; None for whoever acts in a part of its own."""
    lead = matter.lead
    if lead is None or login == lead or lead not in office.stands_for(login):
        return None
    others = (party for party in by if party not in {"lead-leader", "owner"})
    own = any(is_party(office, matter, login, party) for party in others)
    return None if own or "lead-leader" not in by else lead


def open_to(t: Try, part: str, version: int | None) -> Verdict:
    """Judge whether somebody gets as far as to the content of a part."""
    if sees(t.office, t.matter, t.who) == "nothing":
        return Verdict("not-found")
    if version is not None and version != t.matter.version:
        return Verdict("stale")
    if not may_write(t.office, t.matter, t.who, part, None):
        return Verdict("forbidden")
    if t.matter.closed_at is not None and part != "note":
        return Verdict("conflict")
    return DONE


def wrote(t: Try, *, events: int = 1) -> Matter:
    """Count a change."""
    t.matter.version += 1
    t.matter.events += events
    return t.matter


def invalid(wrong: set[str]) -> Verdict:
    """Give the verdict on content, by the fields that are wrong."""
    return Verdict("invalid", frozenset(wrong)) if wrong else DONE


def is_text(raw: Any) -> bool:  # noqa: ANN401  # from a request
    """Tell whether something can stand as free text."""
    try:
        text(raw)
    except ValueError:
        return False
    return True


# --- the task force -------------------------------------------------------------------------------


def judge_force(t: Try, liaison: str, members: Sequence[tuple[str, str]]) -> Verdict:
    """Judge a task force."""
    wrong = set() if _officer(t, liaison) else {"liaison"}
    for place, (login, unit) in enumerate(members):
        if not _officer(t, login):
            wrong.add(f"members.{place}.account")
        if unit not in t.matter.units:
            wrong.add(f"members.{place}.unit")
        elif login in t.office.people and t.office.people[login].enabled:
            below = t.office.below(unit)
            wrong |= set() if t.office.people[login].unit in below else {f"members.{place}.account"}
    logins = [login for login, _ in members if login in t.office.people]
    return invalid(wrong | ({"members"} if len(set(logins)) < len(logins) else set()))


def _officer(t: Try, login: str) -> bool:
    found = t.office.people.get(login)
    return found is not None and found.enabled and bool(found.roles & {"leader", "unit", "office"})


def set_force(t: Try, liaison: str, members: Sequence[tuple[str, str]]) -> None:
    """Make the task force what was ordered; who stays keeps the tenure."""
    matter = wrote(t)
    wanted: set[tuple[str, str, str | None]] = {("liaison", liaison, None)}
    wanted |= {("member", login, unit) for login, unit in members}
    for part in [*matter.holding("liaison"), *matter.holding("member")]:
        place = (part.role, part.who or "", part.unit)
        if place in wanted:
            wanted.discard(place)
        else:
            part.until = t.office.now
    for role, who, unit in wanted:
        matter.parts.append(Part(role, who, unit, t.office.now, "task-force"))


# --- progress -------------------------------------------------------------------------------------


def judge_progress(t: Try, measure: int, what: Reported) -> Verdict:
    """Judge a report on a measure."""
    task = next((task for task in t.matter.plan if task.id == measure), None)
    if task is None:
        return Verdict("not-found")
    if not may_write(t.office, t.matter, t.who, "progress", task):
        return Verdict("forbidden")
    if not any(plan.adopted_by for plan in t.matter.plans):
        return Verdict("conflict")
    wrong = {
        "status": what.status not in STATUSES,
        "note": not is_text(what.note),
        "date": what.on > t.office.today,
        "files": not set(what.files) <= set(t.matter.files),
    }
    return invalid({name for name, is_wrong in wrong.items() if is_wrong})


def report(t: Try, measure: int, what: Reported) -> None:
    """Note a report; a measure that is finished stops its clock, one that goes on has it again.

    Finished is what was reported so with a file, and stays so while it is reported so.
    """
    matter = wrote(t)
    task = next(task for task in matter.plan if task.id == measure)
    before, task.status = task.finished, what.status
    task.proved = bool(what.files) or (before and task.status in FINISHED)
    files = tuple(dict.fromkeys(what.files))
    task.reports.append((what.status, what.note.strip(), what.on, files, t.who))
    if before != task.finished:
        ticking.measure(t.office, matter, task)


# --- claims and replies ---------------------------------------------------------------------------


def judge_claim(what: Owed) -> Verdict:
    """Judge a claim."""
    wrong = {
        "kind": what.kind not in {"wages", "housing", "compensation", "other"},
        "people": not 1 <= what.people <= 10_000_000,
        "owed_fen": what.owed < 0,
        "paid_fen": what.paid is not None and what.paid < 0,
    }
    return invalid({name for name, is_wrong in wrong.items() if is_wrong})


def judge_reply(t: Try, what: Said) -> Verdict:
    """Judge a reply."""
    wrong = {
        "kind": what.kind not in {"interim", "final"},
        "text": not is_text(what.text),
        "delivered_on": not day_of(t.matter.registered_at) <= what.on <= t.office.today,
        "means": what.means not in {"letter", "phone", "meeting", "notice"},
    }
    return invalid({name for name, is_wrong in wrong.items() if is_wrong})


def find_claim(matter: Matter, number: int) -> Owed | None:
    """Find a claim by its number."""
    return next((claim for claim in matter.claims if claim.id == number), None)
