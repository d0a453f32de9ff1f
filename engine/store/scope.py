"""What a report looks at: the instant, the cases that the caller may see, and what narrows them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from engine.domain.access import SEES, Principal
from engine.store.tables import table
from engine.store.visible import reader_of

_CLOSURE = table("unit_closure")


@dataclass(frozen=True)
class Scope:
    """Which cases are asked for: at which instant, seen by whom, of whom, in what.

    `past` is False only for the present instant. `closed` are the states in which a case rests,
    `initial` those to which a declined one goes back. The filters are ids and a state, as they
    stood; a unit stands for itself and those below it. `who` is whom `seen` is about.
    """

    at: datetime
    past: bool
    seen: ColumnElement[bool]
    closed: tuple[str, ...] = ()
    initial: tuple[str, ...] = ()
    unit_id: int | None = None
    lead_id: int | None = None
    issue_id: int | None = None
    state: str | None = None
    who: Principal | None = None

    @property
    def is_of_all(self) -> bool:
        """Say that every case is seen."""
        return self.who is not None and self.who.has(*SEES["all"])

    @property
    def is_narrowed(self) -> bool:
        """Say that filters are given."""
        given = (self.unit_id, self.lead_id, self.issue_id, self.state)
        return any(value is not None for value in given)

    @property
    def key(self) -> Hashable:
        """Name what is asked for at the present instant; None where nothing names it."""
        if self.past or self.who is None:
            return None
        return reader_of(self.who), self.unit_id, self.lead_id, self.issue_id, self.state


def is_below(column: ColumnElement[Any], unit_id: int) -> ColumnElement[bool]:
    """Say that a unit is the given one or stands below it."""
    below = select(_CLOSURE.c.descendant_id).where(_CLOSURE.c.ancestor_id == unit_id)
    return column.in_(below)


def narrowed(
    scope: Scope,
    *,
    unit: ColumnElement[Any],
    lead: ColumnElement[Any],
    issue: ColumnElement[Any],
    state: ColumnElement[Any],
) -> Sequence[ColumnElement[bool]]:
    """Give the conditions of a scope's filters; those that are not given narrow nothing."""
    plain = ((lead, scope.lead_id), (issue, scope.issue_id), (state, scope.state))
    found = [column == value for column, value in plain if value is not None]
    return found if scope.unit_id is None else [is_below(unit, scope.unit_id), *found]
