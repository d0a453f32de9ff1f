"""Accountability intervals: who answered for a case at every instant."""

from collections.abc import Iterable
from datetime import datetime

from engine.domain.draft import Draft
from engine.domain.facts import CaseFacts
from engine.domain.records import Account, Tenure, Unit

FORCE_ROLES = ("liaison", "member")
"""The parts in a case that make its task force."""


def holds_at(tenure: Tenure, at: datetime) -> bool:
    """Tell whether a tenure ran at an instant; it runs from its start up to before its end."""
    return tenure.from_at <= at and (tenure.to_at is None or at < tenure.to_at)


def accountable_at(tenures: Iterable[Tenure], at: datetime) -> int | None:
    """Give the account that answered for the case at an instant; None before and after."""
    return next((t.account_id for t in tenures if t.role == "lead" and holds_at(t, at)), None)


def begin(draft: Draft, role: str, basis: str, account: int | None, unit: int | None) -> Tenure:
    """Start a tenure now."""
    return draft.add(
        Tenure,
        role=role,
        account_id=account,
        unit_id=unit,
        from_at=draft.now,
        to_at=None,
        basis=basis,
    )


def appoint(
    draft: Draft, lead: Account, lead_unit: Unit, supporting: Iterable[Unit], basis: str
) -> None:
    """Start the tenures of an assignment: one lead leader, one lead unit, supporting units."""
    begin(draft, "lead", basis, lead.id, None)
    begin(draft, "lead-unit", basis, None, lead_unit.id)
    for unit in supporting:
        begin(draft, "supporting-unit", basis, None, unit.id)
    draft.set_case(lead_id=lead.id, lead_unit_id=lead_unit.id)


def end(draft: Draft, tenure: Tenure) -> None:
    """End a running tenure now."""
    draft.change(tenure, to_at=draft.now)


def end_all(draft: Draft) -> None:
    """End every running tenure now; nobody answers for the case any more."""
    for tenure in draft.facts.holders:
        end(draft, tenure)
    draft.set_case(lead_id=None, lead_unit_id=None)


def restore(draft: Draft) -> None:
    """Start again, now, what ended when the case was closed: responsibility outlives closure."""
    for former in at_rest(draft.before):
        begin(draft, former.role, "reopen", former.account_id, former.unit_id)
        if former.role == "lead":
            draft.set_case(lead_id=former.account_id)
        elif former.role == "lead-unit":
            draft.set_case(lead_unit_id=former.unit_id)


def at_rest(facts: CaseFacts) -> list[Tenure]:
    """Give the tenures that held when the case was closed, in the order in which they began.

    A decline, a handover or a former closure at the very instant of this one ends tenures too:
    those from before the case was last registered or closed are past, and of each part the newest
    counts.
    """
    ends = {s.state for s in (*facts.stage[:1], *facts.stage[-1:])}
    since = max((s.no for s in facts.stage[:-1] if s.state in ends), default=0)
    newest: dict[tuple[object, ...], Tenure] = {}
    for tenure in facts.tenure:
        if tenure.no > since and tenure.to_at is not None and tenure.to_at == facts.case.closed_at:
            one = tenure.role in {"lead", "lead-unit", "liaison"}
            newest[(tenure.role, *(() if one else (tenure.account_id, tenure.unit_id)))] = tenure
    return sorted(newest.values(), key=lambda t: t.no)


def succeed(draft: Draft, successor: int) -> None:
    """Pass accountability on at this very instant: no gap, no overlap."""
    for tenure in draft.facts.holding("lead"):
        end(draft, tenure)
    begin(draft, "lead", "accept-handover", successor, None)
    draft.set_case(lead_id=successor)


def accountable_until(tenures: Iterable[Tenure], start: datetime, end: datetime) -> int | None:
    """Give the account that answered for the case up to the end of a stretch of time.

    Where the stretch is but an instant, whoever answered at that instant.
    """
    held = (t for t in tenures if t.role == "lead" and (t.from_at < end or t.from_at <= start))
    return next((t.account_id for t in held if t.to_at is None or end <= t.to_at), None)


def staff(draft: Draft, wanted: set[tuple[str, int, int | None]]) -> None:
    """Make the task force what is wanted, as (role, account, unit); who stays keeps the tenure."""
    for held in [t for t in draft.facts.holders if t.role in FORCE_ROLES]:
        part = (held.role, held.account_id or 0, held.unit_id)
        if part in wanted:
            wanted = wanted - {part}
        else:
            end(draft, held)
    for role, account, unit in sorted(wanted, key=str):
        begin(draft, role, "task-force", account, unit)
