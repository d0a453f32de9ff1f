"""What rows were before an instant, where only the log still tells: of cases, and of notices.

Stages, tenures and clocks say themselves from when to when they held. The counts of a case and the
text of a year's notice do not; but every event says what it changed, and from what.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, select

from engine.domain.events import OFFICE_STREAM, Kind
from engine.store.tables import table

_EVENT = table("event")
_MANY = 500
Values = dict[str, Any]


def case_columns(
    connection: Connection, at: datetime, case_ids: Sequence[int], names: Collection[str]
) -> dict[int, Values]:
    """Give what some columns of cases held at an instant, where they hold something else by now."""
    found: dict[int, Values] = {}
    if not case_ids:
        return found
    wanted = select(_EVENT.c.stream, _EVENT.c.body).where(_EVENT.c.at > at)
    for first in range(0, len(case_ids), _MANY):
        some = wanted.where(_EVENT.c.stream.in_(case_ids[first : first + _MANY]))
        for stream, body in connection.execute(some.order_by(_EVENT.c.stream, _EVENT.c.seq)):
            held = found.setdefault(stream, {})
            for old in _olds(body, "case", stream):
                held |= {n: v for n, v in (old or {}).items() if n in names and n not in held}
    return found


def notice_before(connection: Connection, year: int, loaded_at: datetime) -> Values | None:
    """Give the columns of the notice that one loaded at an instant replaced; None where none did.

    Of several loaded at one instant only the first replaced something that had counted. The instant
    is spelt as the log spells it.
    """
    loads = (
        select(_EVENT.c.body)
        .where(_EVENT.c.recorded_at == loaded_at, _EVENT.c.stream == OFFICE_STREAM)
        .where(_EVENT.c.kind == Kind.CALENDAR_LOADED.value)
        .order_by(_EVENT.c.seq)
    )
    olds = (old for body in connection.scalars(loads) for old in _olds(body, "notice", year))
    return next(olds, None)


def _olds(body: bytes, record: str, key: int) -> Iterator[Values | None]:
    """Give what an event says that a row was before; None where the row was new."""
    for row in orjson.loads(body)["rows"]:
        if row["t"] == record and row["k"] == [key]:
            yield row.get("old")
