"""Who sees which cases, as conditions on the `case` table: the one place that decides it.

Which role has which sight is said by `SEES` in `engine/domain/access.py`.

- Office, supervision, heads and auditors see every case.
- Leaders and officers see the cases in which they themselves, their unit or a unit below it have a
  part, or had one, until the case has been closed for 90 days; to own a measure is a part of the
  owner's, to be planned for a case is none; and a case that is offered to them, until they decide.
  A deputy sees what its principals see as leaders.
- Duty officers see every case in summary (`visible`), and in full (`visible_in_full`) what they
  registered themselves.
- Administrators and the operator see none.
"""

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
    true,
    union_all,
)

from engine.domain.access import SEES, Principal
from engine.store.tables import table

SIGHT = timedelta(days=90)
"""How long after its closure a case stays in the sight of those who had a part in it."""

Closed = datetime | BindParameter[datetime]
_CASE, _TENURE, _REQUEST = table("case"), table("tenure"), table("request")
_MEASURE = table("measure")
_ACCOUNT, _CLOSURE = table("account"), table("unit_closure")


def visible(who: Principal, now: datetime) -> ColumnElement[bool]:
    """Give the condition on `case` that a caller may know of it, at least in summary."""
    return _known(who, now - SIGHT)


def visible_in_full(who: Principal, now: datetime) -> ColumnElement[bool]:
    """Give the condition on `case` that a caller may read all of it."""
    return _read(who, now - SIGHT)


def conditions(who: Principal) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Give both conditions, to be spelt once: the instant is the parameter `since`, see `since`."""
    given = bindparam("since", datetime.min.replace(tzinfo=UTC), type_=_CASE.c.closed_at.type)
    return _known(who, given), _read(who, given)


def since(now: datetime) -> datetime:
    """Give the instant since when a case may have been closed and still be in sight."""
    return now - SIGHT


def reader_of(who: Principal) -> Hashable:
    """Name all of a caller that these conditions go by: whoever reads all cases reads the same."""
    if who.has(*SEES["all"]):
        return "all"
    return who.account_id, who.roles, who.stands_in_for


def _known(who: Principal, closed: Closed) -> ColumnElement[bool]:
    return true() if who.has(*SEES["summary"]) else _read(who, closed)


def _read(who: Principal, closed: Closed) -> ColumnElement[bool]:
    if who.has(*SEES["all"]):
        return true()
    accounts = _in_whose_place(who)
    ways = [_by_part(accounts, closed)] if accounts else []
    if who.has(*SEES["registered"]):
        ways.append(_CASE.c.registered_by == who.account_id)
    return or_(*ways) if ways else false()


def parts_in_full(who: Principal) -> CompoundSelect[Any] | None:
    """Select the cases in which a caller has a part, however long they are closed, some repeatedly.

    None where a caller may read others besides.
    """
    if who.has(*SEES["all"], *SEES["registered"]):
        return None
    accounts = _in_whose_place(who)
    return union_all(
        select(_TENURE.c.case_id).where(_TENURE.c.unit_id.in_(_units_of(accounts))),
        select(_TENURE.c.case_id).where(_TENURE.c.account_id.in_(accounts)),
        _offered(accounts),
        _owned(accounts),
    )


def open_now() -> Select[Any]:
    """Select the open cases."""
    return select(_CASE.c.id).where(_CASE.c.closed_at.is_(None))


def closed_since(now: datetime) -> Select[Any]:
    """Select the cases that were closed not too long ago to be in sight."""
    return select(_CASE.c.id).where(_CASE.c.closed_at > now - SIGHT)


def only_in_summary(who: Principal) -> bool:
    """Tell whether there may be cases that a caller sees in summary, but not in full."""
    return who.has(*SEES["summary"]) and not who.has(*SEES["all"])


def _in_whose_place(who: Principal) -> list[int]:
    """List the accounts whose parts count for a caller: its own, and those it stands in for."""
    if who.has(*SEES["none"]):
        return []
    takes_part = who.account_id is not None and who.has(*SEES["part"])
    own = {who.account_id} if who.account_id is not None and takes_part else set()
    return sorted(own | who.stands_in_for)


def _by_part(accounts: list[int], closed: Closed) -> ColumnElement[bool]:
    """Say that any of these accounts or their units has a part, or had one not too long ago."""
    in_sight = or_(_CASE.c.closed_at.is_(None), _CASE.c.closed_at > closed)
    parts = or_(_holds(accounts), _is_offered(accounts), _CASE.c.id.in_(_owned(accounts)))
    return and_(in_sight, parts)


def _holds(accounts: list[int]) -> ColumnElement[bool]:
    """Say that there is a tenure, running or ended, of these accounts or of their units."""
    theirs = or_(_TENURE.c.account_id.in_(accounts), _TENURE.c.unit_id.in_(_units_of(accounts)))
    return select(_TENURE.c.case_id).where(_TENURE.c.case_id == _CASE.c.id, theirs).exists()


def _owned(accounts: list[int]) -> Select[Any]:
    """Select the cases in which these accounts own a measure: who reports on it has to read it."""
    return select(_MEASURE.c.case_id).where(_MEASURE.c.owner_id.in_(accounts))


def _is_offered(accounts: list[int]) -> ColumnElement[bool]:
    return _offered(accounts).where(_REQUEST.c.case_id == _CASE.c.id).exists()


def _offered(accounts: list[int]) -> Select[Any]:
    """Select the cases that are offered to these accounts: to decide one has to read it."""
    waits = and_(_REQUEST.c.state == "pending", _REQUEST.c.to_id.in_(accounts))
    return select(_REQUEST.c.case_id).where(waits)


def _units_of(accounts: list[int]) -> Select[Any]:
    """Select the units of these accounts and all units below them."""
    return (
        select(_CLOSURE.c.descendant_id)
        .join_from(_ACCOUNT, _CLOSURE, _CLOSURE.c.ancestor_id == _ACCOUNT.c.unit_id)
        .where(_ACCOUNT.c.id.in_(accounts))
    )
