"""What was read before and cannot have changed since.

Every change of a case or of the office is told in the log, and the hash of the last event of a
stream covers all events before it. So what was read is kept under that hash: while the stream ends
in the same event, its rows are the same. What a transaction took back was never read under a hash
that comes again, another database has another history, and nothing needs to be told to forget.

Rows that are written but not yet told are no part of any history: until the event is there, and for
rows that never get one, everything is read from the tables.
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, bindparam, select

from engine.domain.events import OFFICE_STREAM
from engine.store.driver import Prepared
from engine.store.tables import table

Value = TypeVar("Value")
Tip = tuple[int, bytes]
_UNTOLD, _OFFICE, _TIPS = "duban-untold", "duban-office", "duban-tips"
_READS = "duban-reads"
MOMENT = "duban-moment"
"""Under which a transaction keeps what `counted` asked it; not in the next one."""
_NONE: Mapping[int, Tip] = {}
_MOST = 20_000
_EVENT = table("event")
_TIP = Prepared(
    select(_EVENT.c.seq, _EVENT.c.leaf_hash)
    .where(_EVENT.c.stream == bindparam("stream"))
    .order_by(_EVENT.c.seq.desc())
    .limit(1)
)


class Kept(Generic[Value]):
    """So many values by key; the oldest makes room. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, Value] = {}
        self._turn = Lock()

    def get(self, key: Hashable) -> Value | None:
        """Give a value, None where it is not kept."""
        return self._values.get(key)

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value."""
        with self._turn:
            while len(self._values) >= self._most:
                del self._values[next(iter(self._values))]
            self._values[key] = value


def tip(connection: Connection, stream: int) -> Tip | None:
    """Give number and hash of the last event of a stream; None where it has none."""
    written: Tip | None = connection.info.get(_TIPS, _NONE).get(stream)
    if written is not None:
        return written
    found = _TIP.first(connection, {"stream": stream})
    return None if found is None else (found[0], bytes(found[1]))


def begin(connection: Connection, *, reads: bool = False) -> None:
    """Begin a transaction: what an earlier one left behind on the connection does not count.

    `reads` says that it cannot write, and sees one committed state from its first look on.
    """
    for name in (_UNTOLD, _OFFICE, _TIPS, _READS, MOMENT):
        connection.info.pop(name, None)
    if reads:
        connection.info[_READS] = True


def untold(connection: Connection) -> None:
    """Note that rows were written of which no event tells yet."""
    connection.info[_UNTOLD] = True


def told(connection: Connection, tips: Mapping[int, Tip]) -> None:
    """Note that the events of all rows are written, and with which each stream ends now."""
    connection.info.pop(_UNTOLD, None)
    connection.info.setdefault(_TIPS, {}).update(tips)
    if OFFICE_STREAM in tips:
        connection.info.pop(_OFFICE, None)


def is_told(connection: Connection) -> bool:
    """Say whether the log tells of all rows that this transaction wrote."""
    return _UNTOLD not in connection.info


def of_office(connection: Connection, key: Hashable, read: Callable[[], Value]) -> Value:
    """Give something of the office's own records, read once for each of its histories.

    `key` says all that is asked of them. What was not found is asked for again the next time.
    """
    if not is_told(connection):
        return read()
    office = _office(connection)
    found: Value | None = office.memory.get(key)
    if found is None:
        found = read()
        if found is not None and office.last is not None:
            office.memory[key] = found
    return found


def each_of_office(
    connection: Connection,
    kind: str,
    keys: Collection[int],
    read: Callable[[list[int]], Mapping[int, Value]],
) -> dict[int, Value]:
    """Give several of the office's own records by their ids; those not yet read are read at once.

    Ids of which nothing is found are left out.
    """
    if not is_told(connection):
        return dict(read(sorted(keys)))
    office = _office(connection)
    memory = office.memory
    known = ((key, memory.get((kind, key))) for key in keys)  # another thread may clear it
    found = {key: value for key, value in known if value is not None}
    if missing := sorted(key for key in keys if key not in found):
        fresh = read(missing)
        found |= fresh
        if office.last is not None:
            memory.update(((kind, key), value) for key, value in fresh.items())
    return found


def histories(connection: Connection, stream: int) -> Hashable | None:
    """Name the histories of a stream and of the office together.

    None where rows are untold, or where there is no event: then nothing says what the rows are.
    """
    last = tip(connection, stream) if is_told(connection) else None
    office = _office(connection)
    return None if last is None or office.last is None else (stream, last, office.last)


def only_reads(connection: Connection) -> bool:
    """Say whether this transaction cannot write: then all that it sees is committed."""
    return _READS in connection.info


def stands_still(connection: Connection) -> bool:
    """Say whether several reads see one state: on PostgreSQL, writers see each other's commits."""
    options = connection.get_execution_options()
    return connection.dialect.name == "sqlite" or "postgresql_readonly" in options


@dataclass(slots=True)
class _Office:
    """One history of the office: its last event, and what was read meanwhile."""

    last: Tip | None
    memory: dict[Hashable, Any] = field(default_factory=dict)


_OFFICES: Kept[_Office] = Kept(4)


def _office(connection: Connection) -> _Office:
    """Give the office as this transaction found it; it looks once, until something is written."""
    found: _Office | None = connection.info.get(_OFFICE)
    if found is None:
        last = tip(connection, OFFICE_STREAM)
        found = connection.info[_OFFICE] = _remembered(last) if last else _Office(None)
    if len(found.memory) >= _MOST:
        found.memory.clear()
    return found


def _remembered(last: Tip) -> _Office:
    known = _OFFICES.get(last)
    if known is None:
        known = _Office(last)
        _OFFICES.put(last, known)
    return known
