"""What one line of a list needs of the parts of its case: little of them, for many at once."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select

from engine.domain.records import Clock, columns
from engine.store.among import among_given
from engine.store.driver import Prepared
from engine.store.tables import table

_CLOCK, _ISSUE = table("clock"), table("issue")
_CLOCKS = Prepared(
    lambda dialect: (
        select(*(_CLOCK.c[name] for name in columns("clock")))
        .where(among_given(dialect, _CLOCK.c.case_id, "ids"))
        .where(_CLOCK.c.valid_from <= bindparam("at", type_=_CLOCK.c.valid_from.type))
        .where(or_(_CLOCK.c.ended_at.is_(None), _CLOCK.c.ended_at > bindparam("at")))
        .order_by(_CLOCK.c.case_id, _CLOCK.c.no)
    ),
    [_CLOCK.c[name].type for name in columns("clock")],
)
_ISSUES = Prepared(
    lambda dialect: select(_ISSUE.c.id, _ISSUE.c.code, _ISSUE.c.title).where(
        among_given(dialect, _ISSUE.c.id, "ids")
    )
)


def clocks_counting(
    connection: Connection, case_ids: Collection[int], at: datetime
) -> dict[int, list[Clock]]:
    """Read, for each case, the clocks that counted at an instant (`clocks.counts_at`), by number.

    Most clocks of a case have ended: reading those as well takes most of the time of a list.
    """
    found: dict[int, list[Clock]] = {case_id: [] for case_id in case_ids}
    for row in _CLOCKS.rows(connection, {"ids": found, "at": at}):
        clock = Clock(*row)
        found[clock.case_id].append(clock)
    return found


def issue_names(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Read codes and titles of issues by their ids."""
    rows = _ISSUES.rows(connection, {"ids": ids})
    return {row[0]: (row[1], row[2]) for row in rows}
