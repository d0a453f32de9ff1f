"""What was read before and cannot have changed since.

Every change of a case or of the office is told in the log, and the hash of the last event of a
stream covers all events before it. So what was read is kept under that hash: while the stream ends
in the same event, its rows are the same. What a transaction took back was never read under a hash
that comes again, another database has another history, and nothing needs to be told to forget.

Rows that are written but not yet told are no part of any history: until the event is there, and for
rows that never get one, everything is read from the tables.
"""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, bindparam, select

from engine.domain.events import OFFICE_STREAM
from engine.store.driver import Prepared
from engine.store.tables import table

Value = TypeVar("Value")
Tip = tuple[int, bytes]
_UNTOLD, _MEMORY = "duban-untold", "duban-office"
_OFFICES, _MOST = 4, 20_000
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


_MEMORIES: Kept[dict[Hashable, Any]] = Kept(_OFFICES)
"""What was read of the office, by the last event of its stream."""


def tip(connection: Connection, stream: int) -> Tip | None:
    """Give number and hash of the last event of a stream; None where it has none."""
    found = _TIP.first(connection, {"stream": stream})
    return None if found is None else (found[0], bytes(found[1]))


def begin(connection: Connection) -> None:
    """Begin a transaction: what an earlier one left behind on the connection does not count."""
    connection.info.pop(_UNTOLD, None)
    connection.info.pop(_MEMORY, None)


def untold(connection: Connection) -> None:
    """Note that rows were written of which no event tells yet."""
    connection.info[_UNTOLD] = True


def told(connection: Connection) -> None:
    """Note that the events of all rows are written; the office may be another one now."""
    begin(connection)


def is_told(connection: Connection) -> bool:
    """Say whether the log tells of all rows that this transaction wrote."""
    return _UNTOLD not in connection.info


def of_office(connection: Connection, key: Hashable, read: Callable[[], Value]) -> Value:
    """Give something of the office's own records, read once for each of its histories.

    `key` says all that is asked of them. What was not found is asked for again the next time.
    """
    memory = _memory(connection) if is_told(connection) else {}
    found: Value | None = memory.get(key)
    if found is None:
        found = read()
        if found is not None:
            memory[key] = found
    return found


def _memory(connection: Connection) -> dict[Hashable, Any]:
    """Give the memory of the office as this transaction found it; it looks for it once."""
    memory: dict[Hashable, Any] | None = connection.info.get(_MEMORY)
    if memory is None:
        last = tip(connection, OFFICE_STREAM)
        memory = {} if last is None else _remembered(last)
        connection.info[_MEMORY] = memory
    if len(memory) >= _MOST:
        memory.clear()
    return memory


def _remembered(last: Tip) -> dict[Hashable, Any]:
    memory = _MEMORIES.get(last)
    if memory is None:
        memory = {}
        _MEMORIES.put(last, memory)
    return memory
