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
_STAGE, _TENURE = table("stage"), table("tenure")
_LAST = Prepared(
    lambda dialect: (
        select(_TENURE.c.case_id, _TENURE.c.role, _TENURE.c.account_id, _TENURE.c.unit_id)
        .join(_STAGE, _STAGE.c.case_id == _TENURE.c.case_id)
        .where(among_given(dialect, _TENURE.c.case_id, "ids"))
        .where(or_(_TENURE.c.role == "lead", _TENURE.c.role == "lead-unit"))
        .where(_STAGE.c.from_at <= bindparam("at", type_=_STAGE.c.from_at.type))
        .where(or_(_STAGE.c.to_at.is_(None), _STAGE.c.to_at > bindparam("at")))
        .where(_TENURE.c.to_at == _STAGE.c.from_at)
        .order_by(_TENURE.c.case_id, _TENURE.c.no)
    )
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


def last_holders(
    connection: Connection, case_ids: Collection[int], at: datetime
) -> dict[int, tuple[int | None, int | None]]:
    """Read, for cases that were closed at an instant, the account that led each, and the unit."""
    found: dict[int, dict[str, tuple[int | None, int | None]]] = {i: {} for i in case_ids}
    for case_id, role, account_id, unit_id in _LAST.rows(connection, {"ids": case_ids, "at": at}):
        found[case_id][role] = (account_id, unit_id)
    none = (None, None)
    return {i: (of.get("lead", none)[0], of.get("lead-unit", none)[1]) for i, of in found.items()}


def issue_names(connection: Connection, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Read codes and titles of issues by their ids."""
    rows = _ISSUES.rows(connection, {"ids": ids})
    return {row[0]: (row[1], row[2]) for row in rows}
