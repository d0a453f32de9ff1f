"""Accounts that lead and can act no more, so that their cases wait for who can hand them over."""

from datetime import date

from engine.domain.access import Principal, is_fit
from engine.domain.stalled import HANDS_OVER, LEAD, who_can
from engine.domain.workflow import Transition, Workflow
from engine.service.addressees import runs_on
from engine.service.desk import Desk
from engine.store import kept, rows

Shut = dict[int, str]
"""Accounts by id, with their logins."""


def shut_leads(desk: Desk) -> Shut:
    """Give the disabled leaders for whom nobody stands in today."""
    return kept.of_office(desk.conn, ("shut-leads", desk.today), lambda: _read(desk, desk.today))


def _read(desk: Desk, today: date) -> Shut:
    shut = rows.fetch(desk.conn, "account", enabled=False)
    covered = _covered(desk, today, {row.id for row in shut})
    return {row.id: row.login for row in shut if is_fit(row.roles, LEAD) and row.id not in covered}


def _covered(desk: Desk, today: date, shut: set[int]) -> set[int]:
    """Give the accounts for whom somebody stands in who can act."""
    running = (row for row in rows.fetch(desk.conn, "deputy") if runs_on(row, today))
    return {row.principal_id for row in running if row.deputy_id not in shut}


def hands_over(flow: Workflow, state: str) -> Transition | None:
    """Give the step by which a case in a state is handed over."""
    return next((arc for arc in flow.exits(state) if HANDS_OVER in arc.effects), None)


def states_to_hand_over(flow: Workflow, who: Principal) -> frozenset[str]:
    """Name the states in which the caller can hand over a case whose leader cannot, by its role."""
    arcs = ((state, hands_over(flow, state)) for state in flow.states)
    return frozenset(state for state, arc in arcs if arc is not None and who.has(*who_can(arc)))
