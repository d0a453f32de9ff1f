"""How often an account did something within a span of time, counted by all processes in one row."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, bindparam, case, or_
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.driver import Prepared
from engine.store.tables import table

_ATTEMPT = table("attempt")
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def count_up(
    connection: Connection, key: str, now: datetime, span: timedelta, more: int = 1
) -> tuple[int, datetime]:
    """Count some more; give how many there are within the span, and when that began.

    A span begins with the first that is counted. Who counts holds the row until the transaction
    ends, and what is undone has not been counted.
    """
    values = {"key": key, "now": now, "over": now - span, "more": more}
    count, began = _COUNT_UP.rows(connection, values)[0]
    return count, began


def _count_up(dialect: str) -> Executable:
    """Spell the count: begun anew where its span is over, or lies ahead of a clock put back."""
    failures, last_at = _ATTEMPT.c.failures, _ATTEMPT.c.last_at
    now, over = (bindparam(name, type_=last_at.type) for name in ("now", "over"))
    more = bindparam("more", type_=failures.type)
    stale = or_(last_at <= over, last_at > now)
    first = _INSERT[dialect](_ATTEMPT).values(key=bindparam("key"), failures=more, last_at=now)
    added = {
        "failures": case((stale, more), else_=failures + more),
        "last_at": case((stale, now), else_=last_at),
    }
    counted = first.on_conflict_do_update(index_elements=["key"], set_=added)
    told: Executable = counted.returning(failures, last_at)
    return told


_COUNT_UP = Prepared(_count_up, [_ATTEMPT.c.failures.type, _ATTEMPT.c.last_at.type])
