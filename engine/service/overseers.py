"""Who is told whenever the rules change by which lateness is counted: calendar and workflows.

Whoever makes such a change sees no case, and whoever sees the cases did not make it.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.access import TOLD_OF_RULES
from engine.service.almanac import CalendarDesk
from engine.service.notices import notify
from engine.store import holders


def tell_overseers(desk: CalendarDesk, kind: str, words: Mapping[str, Any]) -> None:
    """Tell office, supervision and group head of a change.

    The words are codes and days, `by` the doer's name, None for the operator of the server: they
    are said in the language of whoever reads them.
    """
    for holder in holders.holders(desk.conn):
        if not TOLD_OF_RULES.isdisjoint(holder.roles):
            notify(desk, holder.id, kind, words)
