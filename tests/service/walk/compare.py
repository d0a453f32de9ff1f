"""Holding a case's answer and its rows against the model's case, figure by figure."""

from collections import Counter
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, select

from engine.store.tables import table
from tests.model.days import day_of
from tests.model.judging import Try, explained
from tests.model.matter import Matter, Tick
from tests.model.writing import WRITERS, writes

Answer = Any

FOR_GOOD = {
    "limit-not-passed", "not-yet-acknowledged", "reopening-window", "work-not-started",
}  # fmt: skip
"""What nobody can supply once it is lacking."""


def agree(conn: Connection, case_id: int, t: Try, answer: Answer) -> None:
    """Hold everything that is told of a case, to this caller, against the model."""
    _same("case", told(answer), modelled(t))
    _same("clocks", told_clocks(answer), modelled_clocks(t))
    _same("steps", told_steps(answer), modelled_steps(t))
    _same("writes", set(answer["writes"]) & set(WRITERS), writes(t.office, t.matter, t.who))
    _agree_on_rows(conn, case_id, t.matter)


def _same(what: str, engine: Any, model: Any) -> None:  # noqa: ANN401  # compared with each other
    """Hold two values against each other; of two mappings, name the entries that differ."""
    if isinstance(engine, dict) and isinstance(model, dict):
        names = [n for n in {**engine, **model} if engine.get(n) != model.get(n)]
        engine, model = ({n: side.get(n) for n in names} for side in (engine, model))
    assert engine == model, f"{what}: the engine has {engine}, the model {model}"


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _login(person: Answer) -> str | None:
    return None if person is None else str(person["login"])


def _unit(unit: Answer) -> str | None:
    return None if unit is None else str(unit["name"])


def _day(day: object) -> str | None:
    return None if day is None else str(day)


# --- figures and parts ----------------------------------------------------------------------------


def told(answer: Answer) -> dict[str, Any]:
    """Give what an answer says of a case, in the model's words."""
    same = (
        "code", "title", "state", "outcome", "version", "overdue", "suspended", "declines",
        "relapses", "reopenings", "due",
    )  # fmt: skip
    force = answer["task_force"]
    return {name: answer[name] for name in same} | {
        "acknowledged": _at(answer["acknowledged_at"]),
        "closed": _at(answer["closed_at"]),
        "lead": _login(answer["lead_leader"]),
        "deputy": _login(answer["deputy"]),
        "lead_unit": _unit(answer["lead_unit"]),
        "supporting": Counter(_unit(unit) for unit in answer["supporting_units"]),
        "days": (answer["days_overdue"]["calendar"], answer["days_overdue"]["working"]),
        "liaison": _login(force["liaison"]),
        "members": Counter((_login(m["account"]), _unit(m["unit"])) for m in force["members"]),
        "plan": _told_plan(answer["plan"]),
        "requests": [_told_request(asked) for asked in answer["requests"]],
        "claims": [
            (c["id"], c["kind"], c["people"], c["owed_fen"], c["paid_fen"], c["difference_reason"])
            for c in answer["claims"]
        ],
        "replies": [reply["kind"] for reply in answer["replies"]],
        "notes": [note["text"] for note in answer["notes"]],
        "files": [file["id"] for file in answer["files"]],
    }


def modelled(t: Try) -> dict[str, Any]:
    """Give what the model says of a case, in the same shape."""
    matter, now = t.matter, t.office.now
    late = matter.overdue(now)
    standing = [
        s for s in t.office.deputies
        if s.principal == matter.lead and s.first <= t.office.today <= s.last
    ]  # fmt: skip
    return {
        "code": matter.code,
        "title": matter.title,
        "state": matter.state,
        "outcome": matter.outcome,
        "version": matter.version,
        "overdue": late is not None,
        "suspended": matter.suspended,
        "declines": matter.declines,
        "relapses": matter.relapses,
        "reopenings": matter.reopenings,
        "due": _day(matter.due),
        "acknowledged": matter.acknowledged_at,
        "closed": matter.closed_at,
        "lead": matter.lead,
        "deputy": standing[0].deputy if standing else None,
        "lead_unit": matter.lead_unit,
        "supporting": Counter(
            [part.unit for part in matter.holding("supporting-unit")]
            if matter.lead_unit
            else matter.planned
        ),
        "days": days_late(t, late),
        "liaison": next((part.who for part in matter.holding("liaison")), None),
        "members": Counter((part.who, part.unit) for part in matter.holding("member")),
        "plan": _modelled_plan(matter),
        "requests": [_modelled_request(asked) for asked in matter.asked],
        "claims": [(c.id, c.kind, c.people, c.owed, c.paid, c.reason) for c in matter.claims],
        "replies": matter.replies,
        "notes": matter.notes,
        "files": matter.files,
    }


def days_late(t: Try, late: Tick | None) -> tuple[int, int]:
    """Count the dates after the due date, and those of them on which people work."""
    if late is None:
        return 0, 0
    today = day_of(late.reads(t.office.now))
    return (today - late.due_on).days, t.office.days.working(late.due_on, today)


def _told_plan(plan: Answer) -> Any:  # noqa: ANN401  # compared with itself
    if plan is None:
        return None
    measures = [
        (
            m["id"], m["title"], _login(m["owner"]), _unit(m["unit"]), m["start"], m["due"],
            m["evidence"], m["status"], m["proved"],
            [(p["status"], p["note"], p["date"], tuple(p["files"]), _login(p["by"]))
             for p in m["progress"]],
        )
        for m in plan["measures"]
    ]  # fmt: skip
    return plan["version"], _login(plan["written_by"]), _login(plan["adopted_by"]), measures


def _modelled_plan(matter: Matter) -> Any:  # noqa: ANN401
    if not matter.plans:
        return None
    newest = matter.plans[-1]
    order = {number: place for place, number in enumerate(newest.tasks)}
    measures = [
        (
            m.id, m.title, m.owner, m.unit, _day(m.start), _day(m.due), m.evidence, m.status,
            m.proved, [(s, n, str(on), files, by) for s, n, on, files, by in m.reports],
        )
        for m in sorted(matter.plan, key=lambda m: order[m.id])
    ]  # fmt: skip
    return len(matter.plans), newest.by, newest.adopted_by, measures


def _told_request(asked: Answer) -> Any:  # noqa: ANN401
    same = ("kind", "disposal", "state", "new_due", "review_on", "outcome", "summary", "body")
    people = tuple(_login(asked[name]) for name in ("asked_by", "to", "decided_by"))
    times = (_at(asked["asked_at"]), _at(asked["decided_at"]))
    return (*(asked[name] for name in same), asked["into"], people, times)


def _modelled_request(a: Any) -> Any:  # noqa: ANN401
    days = (_day(a.new_due), _day(a.review_on))
    people, times = (a.by, a.to, a.decided_by), (a.at, a.decided_at)
    return (
        a.kind, a.disposal, a.state, *days, a.outcome, a.summary, a.body, a.into, people, times,
    )  # fmt: skip


# --- clocks and steps -----------------------------------------------------------------------------


def told_clocks(answer: Answer) -> Counter[Any]:
    """Give the clocks of an answer."""
    assert all(clock["derivation"] for clock in answer["clocks"])
    return Counter(
        (
            c["kind"], c["subject"], _at(c["started_at"]), _at(c["due_at"]), _at(c["stopped_at"]),
            c["ended_by"], _at(c["paused_at"]), c["limit"], c["provisional"],
            _login(c["accountable"]),
        )
        for c in answer["clocks"]
    )  # fmt: skip


def modelled_clocks(t: Try) -> Counter[Any]:
    """Give the clocks of the model."""
    return Counter(
        (
            c.kind, c.subject, c.started, c.due_at, c.ended, c.how, c.paused, c.limit,
            c.provisional, _accountable(t.matter, c),
        )
        for c in t.matter.ticks
    )  # fmt: skip


def _accountable(matter: Matter, tick: Tick) -> str | None:
    """Name who answers while a clock runs, or answered right up to its end."""
    if tick.ended is None:
        return matter.lead
    leads = [p for p in matter.parts if p.role == "lead"]
    had = [p for p in leads if p.since < tick.ended or p.since <= tick.since]
    return next((p.who for p in had if p.until is None or tick.ended <= p.until), None)


def told_steps(answer: Answer) -> dict[str, Any]:
    """Give the steps of an answer: whose, whether they are free, and what they lack."""
    found = {}
    for step in answer["steps"]:
        unmet = [lack["need"] for lack in step["unmet"]]
        assert all(lack["message"] for lack in step["unmet"])
        assert all(bool(lack["who"]) is (lack["need"] not in FOR_GOOD) for lack in step["unmet"])
        assert len(set(unmet)) == len(unmet)
        found[step["trigger"]] = (step["mine"], step["allowed"], set(unmet))
    assert len(found) == len(answer["steps"])
    return found


def modelled_steps(t: Try) -> dict[str, Any]:
    """Give the steps of the model."""
    return {
        trigger: (mine, mine and not lacks, lacks | (set() if mine else {"party"}))
        for trigger, (mine, lacks) in explained(t).items()
    }


# --- rows that no answer shows --------------------------------------------------------------------


def _agree_on_rows(conn: Connection, case_id: int, matter: Matter) -> None:
    case, tenure = table("case").c, table("tenure").c
    stage, account, unit = table("stage").c, table("account").c, table("unit").c
    row = conn.execute(select(case.first_due_on, case.limit_due_at).where(case.id == case_id)).one()
    may = [t for t in matter.running if t.limit and not (t.paused and t.due_at >= t.paused)]
    nearest = min((t.due_at for t in may), default=None)
    _same("row", tuple(row), (matter.first_due, nearest))
    held = conn.execute(
        select(tenure.role, account.login, unit.name, tenure.from_at, tenure.to_at, tenure.basis)
        .join_from(table("tenure"), table("account"), isouter=True)
        .join(table("unit"), unit.id == tenure.unit_id, isouter=True)
        .where(tenure.case_id == case_id)
    )
    parts = Counter((p.role, p.who, p.unit, p.since, p.until, p.basis) for p in matter.parts)
    _same("tenures", Counter(map(tuple, held)), parts)
    stages = conn.execute(
        select(stage.state, stage.from_at, stage.to_at)
        .where(stage.case_id == case_id)
        .order_by(stage.no)
    )
    ends = [since for _, since in matter.stages[1:]]
    assert [tuple(s) for s in stages] == [
        (state, since, until)
        for (state, since), until in zip(matter.stages, [*ends, None], strict=True)
    ]
    _one_answers(matter)


def _one_answers(matter: Matter) -> None:
    """Hold that from each assignment to closure or decline exactly one answers at any instant."""
    leads = [p for p in matter.parts if p.role == "lead"]
    for former, latter in pairwise(leads):
        assert former.until is not None
        gap = [s for s, since in matter.stages if former.until <= since <= latter.since]
        assert former.until == latter.since or {"registered", "closed"} & set(gap)
    assert (matter.lead is None) == (matter.state in {"registered", "closed"})
