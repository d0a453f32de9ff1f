"""How long cases have been where they are: of the stays that last, the middle, the ninth of ten.

Where every case may be looked at, the stays of a state stand in an index in the order of their
beginning, and those in the middle are found by counting.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    True_,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from engine.store.moment import CASE
from engine.store.tables import table

STAGE = table("stage")
_LASTS = STAGE.c.to_at.is_(None)
_MOST = 500


@dataclass(frozen=True, slots=True)
class Lasting:
    """So many cases stand in a state, since when the two in the middle do, and who does longest.

    Of an odd number the middle is twice the same. `ninth` is since when the ninth of ten does.
    `oldest` are the codes of the cases that stand there since `since`.
    """

    count: int
    middle: tuple[datetime, datetime]
    ninth: datetime
    since: datetime
    oldest: tuple[str, ...]


def lasting(
    connection: Connection,
    seen: ColumnElement[bool],
    states: Collection[str],
    narrow: Sequence[ColumnElement[bool]] = (),
) -> dict[str, Lasting]:
    """Tell of the cases that stand in some states; `narrow` are more conditions on `case`."""
    if not states:
        return {}
    if isinstance(seen, True_) and not narrow:
        found = [(state, _counted(connection, state)) for state in states]
    else:
        found = _looked_at(connection, [seen, *narrow], states)
    return {state: of_it for state, of_it in found if of_it is not None}


def bare(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Read an instant without the conversion that SQLAlchemy makes for each row."""
    return type_coerce(at, NullType())


def reader(connection: Connection) -> Callable[[Any], datetime]:
    """Give what reads an instant as it is kept, or an aware one; all that it gives compare."""
    if connection.dialect.name != "sqlite":
        return lambda at: at.astimezone(UTC) if at.tzinfo is not UTC else at
    text = datetime.fromisoformat
    return lambda at: text(at) if isinstance(at, str) else at.astimezone(UTC).replace(tzinfo=None)


def _counted(connection: Connection, state: str) -> Lasting | None:
    """Find the middle of all cases in a state by counting through the index of stays."""
    stood = (_LASTS, STAGE.c.state == state)
    count = connection.execute(select(func.count()).select_from(STAGE).where(*stood)).scalar_one()
    if not count:
        return None
    began = STAGE.c.from_at
    nth = select(began).where(*stood).order_by(began)

    def at(place: int) -> datetime:
        found: datetime = connection.execute(nth.offset(place).limit(1)).scalar_one()
        return found

    first, places = at(0), _places(count)
    middle, ninth = (at(places[0]), at(places[1])), at(places[2])
    oldest = select(STAGE.c.case_id).where(*stood, began == first)
    return Lasting(count, middle, ninth, first, _codes(connection, connection.scalars(oldest)))


def _looked_at(
    connection: Connection, narrow: Sequence[ColumnElement[bool]], states: Collection[str]
) -> list[tuple[str, Lasting | None]]:
    """Read the stays of the cases that may be looked at."""
    asked: Select[Any] = (
        select(STAGE.c.state, bare(STAGE.c.from_at), STAGE.c.case_id)
        .select_from(STAGE.join(CASE, CASE.c.id == STAGE.c.case_id))
        .where(_LASTS, STAGE.c.state.in_(sorted(states)), *narrow)
    )
    stays: dict[str, list[tuple[Any, int]]] = {}
    for state, begun, case_id in connection.execute(asked).all():
        stays.setdefault(state, []).append((begun, case_id))
    return [(state, _summed(connection, sorted(found))) for state, found in stays.items()]


def _summed(connection: Connection, since: list[tuple[Any, int]]) -> Lasting:
    first, second, ninth = _places(len(since))
    oldest = [case_id for begun, case_id in since if begun == since[0][0]]
    return Lasting(
        len(since),
        (_moment(since[first][0]), _moment(since[second][0])),
        _moment(since[ninth][0]),
        _moment(since[0][0]),
        _codes(connection, oldest),
    )


def _places(count: int) -> tuple[int, int, int]:
    """Give the places of the two in the middle and of the ninth of ten, those longest there first.

    Nine of ten have been there no longer than the ninth.
    """
    return (count - 1) // 2, count // 2, count - -(-9 * count // 10)


def _codes(connection: Connection, case_ids: Iterable[int]) -> tuple[str, ...]:
    ids, found = list(case_ids), list[str]()
    for first in range(0, len(ids), _MOST):
        asked = select(CASE.c.code).where(CASE.c.id.in_(ids[first : first + _MOST]))
        found += connection.scalars(asked)
    return tuple(sorted(found))


def _moment(kept: Any) -> datetime:  # noqa: ANN401  # text on SQLite, an instant on PostgreSQL
    return kept if isinstance(kept, datetime) else datetime.fromisoformat(f"{kept}+00:00")
